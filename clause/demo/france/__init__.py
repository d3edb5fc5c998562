"""France in 2016, at its exact size: every year that is built consolidates to the figures of the golden case.

The places (operations, markets) are the same every year and renewed in turn; people and contracts are of one year. What
is drawn is always drawn alike, addresses excepted: they are as random as any.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from random import Random

from sqlalchemy.orm import Session

from clause.demo.france import accounts, country, hiring, months, people, works
from clause.demo.france.months import Written
from clause.demo.france.size import FRANCE_2016, Size
from clause.kernel import bulk, clock

__all__ = ["FRANCE_2016", "LAST_YEAR", "Size", "build"]

LAST_YEAR = 2016
STEPS = 14  # of a year: its works, its people, its twelve months
Progress = Callable[[int], None]


def build(session: Session, years: int, password_hash: str, progress: Progress = lambda _steps: None, size: Size = FRANCE_2016) -> None:  # fmt: skip
    """Fill an empty database with the years that end in 2016; ``progress`` hears of each of the ``STEPS`` of a year.

    The clock is moved while it plays and runs again afterwards.
    """
    held, opening = clock.fixed(), LAST_YEAR - years + 1
    try:
        clock.move_to(datetime.combine(date(opening, 1, 2), time(8)))
        dice = Random(LAST_YEAR)  # noqa: S311 - a country, not a secret
        areas = country.build(session, size, dice, clock.now())
        accounts.open_all(session, areas, password_hash)
        places = works.places(areas, dice)
        for year in range(opening, LAST_YEAR + 1):
            _year(session, areas, places, year, opening, size, progress)
    finally:
        clock.move_to(held)


def _year(
    session: Session, areas: list[country.Area], places: list[works.OperationPlace], year: int, opening: int, size: Size, progress: Progress
) -> None:  # fmt: skip
    dice = Random(year)  # noqa: S311 - a country, not a secret
    clock.move_to(datetime.combine(date(year, 1, 2), time(9)))
    works.begin(session, places, year, opening, date(LAST_YEAR + 1, 1, 21), dice)
    progress(1)
    planned = hiring.plan(places, areas, year, dice)
    hours = hiring.hours(planned, size.hours)
    written = [Written(found, *people.write(session, found, year, dice)) for found in planned]
    progress(1)
    for month in range(1, 13):
        months.write(session, written, places, hours, date(year, month, 1), dice)
        progress(1)
    bulk.measure(session)
