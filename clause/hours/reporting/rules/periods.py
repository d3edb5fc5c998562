"""Periods of reporting obligations and the last day for each (OPE-04). Pure.

A period is a calendar month, quarter or half-year. A market that begins or ends inside one owes the months that it has
of it, on the day of the whole period: « periods ending 31 March, 30 June, 30 September, 31 December ».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clause.hours.reporting.codes import Frequency
from clause.hours.rules.deadlines import due_on
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import add_months, format_month, month_end
from clause.markets.rules.progress import Suspension

MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6}


@dataclass(frozen=True)
class Rhythm:
    """An obligation as the rules read it; ``from_month`` and ``until_month`` are months, both included."""

    key: str
    frequency: Frequency
    due_day: int = 15
    inclusive: bool = False
    from_month: date | None = None
    until_month: date | None = None

    def covers(self, month: date) -> bool:
        after = self.from_month is None or self.from_month <= month
        return after and (self.until_month is None or month <= self.until_month)


@dataclass(frozen=True)
class Period:
    """From the month ``first`` to the month ``last``; ``due`` is the last day in time."""

    first: date
    last: date
    due: date

    @property
    def months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def ends_on(self) -> date:
        return month_end(self.last)

    @property
    def label(self) -> str:
        """« mars 2026 », « 2e trimestre 2026 », « 1er semestre 2026 »."""
        if self.months == 1:
            return format_month(self.first)
        number = (self.first.month - 1) // self.months + 1
        name = "trimestre" if self.months == 3 else "semestre"
        return f"{number}{'er' if number == 1 else 'e'} {name} {self.first.year}"


def period_of(rhythm: Rhythm, month: date) -> Period:
    """The period of a month. T-OPE-1: June 2026, by quarter, before the 15th, is due on 14/07/2026 included."""
    length = MONTHS[rhythm.frequency]
    first = month.replace(month=(month.month - 1) // length * length + 1, day=1)
    last = add_months(first, length - 1)
    return Period(first, last, due_on(last, rhythm.due_day, inclusive=rhythm.inclusive))


def rhythm_by(*overrides: Mapping[str, Any]) -> Rhythm:
    """The rhythm of the settings ``report.*`` of the structure, then of the market: where no obligation is written."""
    frequency = Frequency.read(setting("report.frequency", *overrides)) or Frequency.MONTHLY
    return Rhythm(
        _hours_key(frequency),
        frequency,
        int(setting("report.due_day", *overrides)),
        bool(setting("report.due_day_inclusive", *overrides)),
    )


def _hours_key(frequency: Frequency) -> str:
    return f"hours.{frequency.value}"


def period_of_hours(rhythms: Sequence[Rhythm], settings: Rhythm, month: date) -> tuple[str, Period]:
    """The period under which the hours of a month are owed, and the key of what is owed.

    Of several obligations that cover the month, the first day due; the settings where none does.
    """
    covering = [rhythm for rhythm in rhythms if rhythm.covers(month)] or [settings]
    found = min(((period_of(rhythm, month), rhythm) for rhythm in covering), key=lambda pair: pair[0].due)
    return _hours_key(found[1].frequency), found[0]


def periods_begun(rhythm: Rhythm, starts_on: date, ends_on: date | None, today: date) -> Iterator[Period]:
    """The periods of an obligation that a market has begun, oldest first."""
    first = max(starts_on, rhythm.from_month or starts_on)
    last = min(day for day in (today, ends_on, month_end(rhythm.until_month) if rhythm.until_month else None) if day)
    if last < first:
        return
    period = period_of(rhythm, first.replace(day=1))
    while period.first <= last:
        yield period
        period = period_of(rhythm, add_months(period.last, 1))


def suspended_all_through(first: date, last: date, suspensions: Iterable[Suspension]) -> bool:
    """OPE-08: no day from ``first`` to ``last`` was worked, so nothing is owed of them."""
    return any(s.since <= first and (s.until is None or last <= s.until) for s in suspensions)


def suspended_on(day: date, suspensions: Iterable[Suspension]) -> bool:
    return any(s.since <= day and (s.until is None or day <= s.until) for s in suspensions)
