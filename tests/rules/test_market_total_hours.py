"""OBJ-06 ``percent_of_hours``: what is due follows all the hours worked, as they become known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clause.markets.rules.events import Deltas
from clause.markets.rules.objective import Rounding
from clause.markets.rules.progress import Alert, alert
from clause.markets.rules.total_hours import Known, Total, TotalRefusal, due_by_work, follow, in_force, total_refusal

JANUARY, FEBRUARY, MARCH = (date(2026, m, 1) for m in (1, 2, 3))


def test_t_obj_14_is_reached_month_by_month() -> None:
    months = [Total(1, JANUARY, 4_000_00), Total(1, FEBRUARY, 5_111_00), Total(1, MARCH, 3_289_00)]
    assert [due_by_work(months[:n], 500) for n in (1, 2, 3)] == [200_00, 456_00, 620_00]
    assert due_by_work(months[:2], 500, Rounding.FLOOR) == 455_00


def test_the_last_word_on_a_company_and_a_month_is_in_force() -> None:
    said = [Total(1, JANUARY, 4_000_00), Total(2, JANUARY, 1_000_00), Total(1, JANUARY, 3_000_00)]
    assert in_force(said) == {(1, JANUARY): 3_000_00, (2, JANUARY): 1_000_00}
    assert due_by_work(said, 500) == 200_00


@pytest.mark.parametrize(
    ("before", "known", "target", "deltas"),
    [
        ((620_00, 0), Known(), 200_00, (0, 200_00)),
        ((620_00, 200_00), Known(due=200_00), 456_00, (0, 256_00)),
        # What was worked exceeds what was foreseen: the objective follows, and comes back.
        ((620_00, 600_00), Known(due=600_00), 700_00, (80_00, 100_00)),
        ((700_00, 700_00), Known(due=700_00, extra=80_00), 610_00, (-80_00, -90_00)),
        # An older award counted its estimate as due: the first total takes its place.
        ((620_00, 620_00), Known(due=620_00), 200_00, (0, -420_00)),
        # A waiver of 100 h stays beside what follows the work, and never leads below zero.
        ((520_00, 100_00), Known(due=200_00), 300_00, (0, 100_00)),
        ((520_00, 100_00), Known(due=200_00), 50_00, (0, -100_00)),
    ],
)
def test_what_a_total_adds(before: tuple[int, int], known: Known, target: int, deltas: tuple[int, int]) -> None:
    assert follow(*before, known, target) == Deltas(0, *deltas)


@pytest.mark.parametrize(
    ("total", "refusal"),
    [
        (Total(1, date(2026, 5, 1), 100), TotalRefusal.MONTH_TO_COME),
        (Total(1, date(2025, 12, 1), 100), TotalRefusal.BEFORE_START),
        (Total(1, MARCH, 1_000_001_00), TotalRefusal.HUGE),
        (Total(1, JANUARY, 4_000_00), TotalRefusal.SAME),
        (Total(1, JANUARY, 0), None),
        (Total(2, JANUARY, 4_000_00), None),
    ],
)
def test_what_is_refused(total: Total, refusal: TotalRefusal | None) -> None:
    known = Known((Total(1, JANUARY, 4_000_00),), 200_00)
    assert total_refusal(total, known, date(2026, 1, 15), date(2026, 4, 10)) is refusal


def test_all_that_is_due_by_work_is_expected_today() -> None:
    """Half of what is due by the hours worked is late, although half of the calendar is over."""
    assert alert(50_00, 100_00, Decimal("0.5")) is Alert.ON_TRACK
    assert alert(50_00, 100_00, Decimal("0.5"), by_work=True) is Alert.ORANGE
    assert alert(0, 100_00, Decimal("0.1"), by_work=True) is Alert.NONE
