"""When a month must be declared, and how late it is (domain.md OPE-04). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from clause.kernel.codes import Code
from clause.kernel.values import add_months, month_end, months_between


class Age(Code):
    """Classes of lateness, as facilitators read them: two weeks, six weeks, twelve weeks."""

    UNDER_15 = "under_15", "moins de 15 jours"
    FROM_15 = "from_15", "de 15 à 41 jours"
    FROM_42 = "from_42", "de 42 à 83 jours"
    FROM_84 = "from_84", "84 jours et plus"


AGE_FROM = ((84, Age.FROM_84), (42, Age.FROM_42), (15, Age.FROM_15), (1, Age.UNDER_15))


def due_on(period: date, due_day: int = 15, *, inclusive: bool = False) -> date:
    """The last day in time for the period that ends in this month: « before the 15th of the following month ».

    T-OPE-1: the second quarter of 2026 is due on 14/07/2026 included. A due day that the month lacks is its last day.
    """
    following = add_months(period.replace(day=1), 1)
    limit = following.replace(day=min(due_day, month_end(following).day))
    return limit if inclusive else limit - timedelta(days=1)


def first_late_day(due: date) -> date:
    return due + timedelta(days=1)


def days_late(due: date, today: date) -> int:
    """Days of lateness; 0 where it is still in time."""
    return max(0, (today - due).days)


def age_of(late_days: int) -> Age | None:
    """The class of lateness; None where it is not late."""
    return next((age for start, age in AGE_FROM if late_days >= start), None)


def months_owed(starts_on: date, ends_on: date | None, today: date) -> Iterator[date]:
    """The months of a market that are over and so are to be declared, oldest first."""
    last_over = add_months(today.replace(day=1), -1)
    yield from months_between(starts_on, min(last_over, ends_on) if ends_on else last_over)


def months_begun(starts_on: date, ends_on: date | None, today: date) -> Iterator[date]:
    """The same with the month that is running: it may be begun, it is not owed yet."""
    yield from months_between(starts_on, min(today, ends_on) if ends_on else today)
