"""Days on which a reminder may leave: Monday to Friday, but French public holidays (Code du travail, L. 3133-1). Pure.

The holidays of metropolitan France; the two more of Alsace-Moselle and those of overseas are not in it.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension Day, Whit Monday


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus' computation)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in AFTER_EASTER}
    return frozenset({date(year, month, day) for month, day in FIXED} | moving)


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def first_working_day(week_of: date) -> date:
    """The first working day of a week; its Monday in most weeks."""
    day = week_of - timedelta(days=week_of.weekday())
    while not is_working(day):
        day += timedelta(days=1)
    return day
