"""How many people, of how many hours, from when, would close a gap. Pure; hours in hundredths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clause.hours.forecast.rules.calendar import FULL_TIME, hours_between, monday_from, next_monday, worked_part
from clause.kernel.values import add_months, month_of
from clause.markets.rules.progress import Suspension

WEEKS = (3_500, 2_800, 2_400, 2_000)
CREWS = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Cell:
    """``people`` of a week bring at least the gap from a day on; each brings ``each``."""

    people: int
    each: int


@dataclass(frozen=True)
class Row:
    """One length of week, against each start; None where no day is left."""

    weekly: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Latest:
    """So many people at 35 h, hired at the latest that day."""

    people: int
    on: date


@dataclass(frozen=True)
class Closing:
    """What would close ``gap``: starts tried, people by week and start, latest days; all empty where no time is left."""

    gap: int
    starts: tuple[date, ...]
    rows: tuple[Row, ...]
    latest: tuple[Latest, ...]

    @property
    def impossible(self) -> bool:
        return self.gap > 0 and not self.starts


def closing(gap: int, today: date, ends_on: date, ratio: int, suspensions: Sequence[Suspension] = ()) -> Closing:
    """People needed beyond those that a forecast counts on, rounded up; ``ratio``: hours worked of hours of contract."""
    starts = tuple(day for day in starts_tried(today) if day <= ends_on)
    if gap <= 0 or not starts:
        return Closing(max(0, gap), starts if gap <= 0 else (), (), ())
    rows = tuple(
        Row(weekly, tuple(_cell(gap, worked_part(weekly, ratio), day, ends_on, suspensions) for day in starts))
        for weekly in WEEKS
    )
    return Closing(gap, starts, rows, tuple(_latest_days(gap, starts[0], ends_on, ratio, suspensions)))


def starts_tried(today: date) -> tuple[date, ...]:
    """Next Monday, then the first Monday of the next month and of the third one."""
    following = (monday_from(add_months(month_of(today), months)) for months in (1, 3))
    return tuple(sorted({next_monday(today), *following}))


def _cell(gap: int, weekly: int, first: date, last: date, suspensions: Sequence[Suspension]) -> Cell | None:
    each = hours_between(weekly, first, last, suspensions)
    return Cell(-(-gap // each), each) if each > 0 else None


def _latest_days(gap: int, soonest: date, ends_on: date, ratio: int, suspensions: Sequence[Suspension]) -> list[Latest]:
    """For each small crew at 35 h, the last Monday on which it may begin; crews that would be late already are left out."""
    found = []
    for people in CREWS:
        day = _latest(-(-gap // people), soonest, ends_on, worked_part(FULL_TIME, ratio), suspensions)
        if day is not None:
            found.append(Latest(people, day))
    return found


def _latest(each: int, soonest: date, ends_on: date, weekly: int, suspensions: Sequence[Suspension]) -> date | None:
    """The last Monday from which one person makes ``each`` by the end: hours only shrink as the start comes later."""
    low, high = 0, (ends_on - soonest).days // 7
    if hours_between(weekly, soonest, ends_on, suspensions) < each:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        enough = hours_between(weekly, soonest + timedelta(weeks=middle), ends_on, suspensions) >= each
        low, high = (middle, high) if enough else (low, middle - 1)
    return soonest + timedelta(weeks=low)
