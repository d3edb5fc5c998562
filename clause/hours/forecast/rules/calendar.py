"""Days on which a market runs, and the hours that a weekly rhythm makes of them. Pure; hours in hundredths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from clause.hours.rules.counting import Window, merged
from clause.kernel.values import half_up_of
from clause.markets.rules.progress import Suspension

DAY = timedelta(days=1)
FULL_TIME = 3_500
ONE = 10_000


def open_days(first: date, last: date, suspensions: Sequence[Suspension] = ()) -> int:
    """Days from first to last, both included, without the suspended ones; never negative (OPE-08)."""
    if last < first:
        return 0
    return (last - first).days + 1 - sum(_overlap(first, last, s) for s in suspensions)


def _overlap(first: date, last: date, suspension: Suspension) -> int:
    until = suspension.until or last
    return max(0, (min(last, until) - max(first, suspension.since)).days + 1)


def hours_between(weekly: int, first: date, last: date, suspensions: Sequence[Suspension] = ()) -> int:
    """Hours of a weekly rhythm over these days, half up to the hundredth."""
    return half_up_of(weekly * open_days(first, last, suspensions), 7)


def eligible_hours(
    weekly: int, first: date, last: date, windows: Iterable[Window], suspensions: Sequence[Suspension] = ()
) -> int:
    """The same, on the days when the person is eligible only: others would not count (REA-08)."""
    total = 0
    for start, end in merged(windows):
        total += hours_between(weekly, max(first, start), min(last, end) if end else last, suspensions)
    return total


def next_monday(day: date) -> date:
    """The first Monday after a day."""
    return day + timedelta(days=7 - day.weekday())


def monday_from(day: date) -> date:
    """The first Monday on or after a day."""
    return day + timedelta(days=-day.weekday() % 7)


def worked_part(weekly: int, ratio: int) -> int:
    """Hours worked on average out of a week of contract, paid leave and holidays taken out (OBJ-13: 1 607 of 1 820)."""
    return half_up_of(weekly * ratio, ONE)
