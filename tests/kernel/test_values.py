"""Values as people write them: exact, or refused with a sentence."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.kernel import values
from clause.kernel.values import BadValue


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [
        ("35,5", 3550),
        ("35.5", 3550),
        ("35h30", 3550),
        ("35 h 30", 3550),
        ("35:30", 3550),
        ("35h", 3500),
        ("7h20", 733),
        ("151,67", 15167),
        (151.67, 15167),
        (0.1 + 0.2, 30),
        (12, 1200),
        (timedelta(hours=35, minutes=30), 3550),
        (time(8, 0), 800),
        ("1 607", 160700),
        ("1\u202f607,25", 160725),
        ("0", 0),
    ],
)
def test_hours_are_read_in_hundredths(typed: object, hundredths: int) -> None:
    assert values.read_hours(typed) == hundredths


@pytest.mark.parametrize("typed", ["-3", "abc", "", None, "1,234", "35h75", True, "nan", "inf", -2.0, 1e40, "#N/A"])
def test_other_hours_are_refused(typed: object) -> None:
    with pytest.raises(BadValue):
        values.read_hours(typed)


@given(st.integers(min_value=0, max_value=10**9))
def test_hours_shown_are_read_back_the_same(hundredths: int) -> None:
    assert values.read_hours(values.format_hours(hundredths)) == hundredths


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("09/03/2027", date(2027, 3, 9)),
        ("2027-03-09", date(2027, 3, 9)),
        (datetime(2027, 3, 9, 0, 0), date(2027, 3, 9)),
        ("9.3.2027", date(2027, 3, 9)),
    ],
)
def test_dates(typed: object, day: date) -> None:
    assert values.read_date(typed) == day


@pytest.mark.parametrize("typed", ["31/02/2026", "2026", "demain", "", None, "03/2026", 45000])
def test_other_dates_are_refused(typed: object) -> None:
    with pytest.raises(BadValue):
        values.read_date(typed)


def test_months() -> None:
    assert (
        values.read_month("2026-03")
        == values.read_month("3/2026")
        == values.read_month(date(2026, 3, 9))
        == date(2026, 3, 1)
    )
    with pytest.raises(BadValue):
        values.read_month("2026-13")
    assert values.add_months(date(2015, 8, 31), 6) == date(2016, 2, 29)
    assert list(values.months_between(date(2025, 12, 9), date(2026, 1, 1))) == [date(2025, 12, 1), date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("typed", "siret"),
    [
        ("732 829 320 00074", "73282932000074"),
        (73282932000074.0, "73282932000074"),
        ("35600000049837", "35600000049837"),  # La Poste has a rule of its own
        (5420120700013, "05420120700013"),  # a spreadsheet ate the leading zero
    ],
)
def test_sirets(typed: object, siret: str) -> None:
    assert values.read_siret(typed) == siret


@pytest.mark.parametrize("typed", ["73282932000075", "123", "", None, "7328293200007X", float("nan"), "1" * 20])
def test_other_sirets_are_refused(typed: object) -> None:
    with pytest.raises(BadValue):
        values.read_siret(typed)


def test_shares_and_amounts() -> None:
    assert values.read_share("50 %") == values.read_share("0,5") == values.read_share(50) == 5000
    assert values.read_euros("14 700,00 €") == 1470000
    with pytest.raises(BadValue):
        values.read_share("120 %")
    assert values.format_euros(1470000) == "14\u202f700\u00a0€"
    assert values.format_hours(115000000) == "1\u202f150\u202f000"


def test_half_up_is_not_the_banker_s() -> None:
    assert [str(values.half_up(values.read_decimal(x))) for x in ("0.5", "1.5", "2.5", "-0.5")] == ["1", "2", "3", "-1"]


@pytest.mark.parametrize(
    ("month", "words"),
    [(3, "de mars 2026"), (4, "d'avril 2026"), (8, "d'août 2026"), (10, "d'octobre 2026"), (12, "de décembre 2026")],
)
def test_what_belongs_to_a_month_is_elided(month: int, words: str) -> None:
    assert values.of_month(date(2026, month, 1)) == words
