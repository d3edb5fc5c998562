"""OPE-02, OPE-07, OPE-08 and IND-03, with the vectors T-OPE-3 and T-OPE-4."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.markets.codes import MarketStatus, OperationStatus
from clause.markets.rules.progress import (
    Alert,
    Suspension,
    alert,
    expected_hours,
    expected_share,
    shifted_end,
    suspensions_of,
)
from clause.markets.rules.status import (
    MARKET_STEPS,
    OPERATION_STEPS,
    market_steps,
    ongoing,
    operation_status_from_dates,
    operation_steps,
    status_from_dates,
    status_on,
)

START, END, DAY = date(2026, 3, 1), date(2027, 2, 28), date(2026, 12, 31)
M = MarketStatus


def test_t_ope_3_linear_share_expected_hours_and_alert() -> None:
    share = expected_share(START, END, DAY)
    assert f"{share * 100:.2f}" == "83.84"  # type: ignore[operator]
    assert expected_hours(600_00, START, END, DAY) == 503_01
    assert alert(240_00, 600_00, share) is Alert.RED


def test_t_ope_4_a_suspension_freezes_the_curve_and_shifts_the_end() -> None:
    pause = Suspension(date(2026, 7, 1), date(2026, 7, 30))
    end = shifted_end(END, pause)
    assert end == date(2027, 3, 30)
    share = expected_share(START, end, DAY, [pause])
    assert f"{share * 100:.2f}" == "75.62"  # type: ignore[operator]
    assert expected_hours(600_00, START, end, DAY, [pause]) == 453_70


def test_while_suspended_nothing_more_is_expected() -> None:
    lasting = [Suspension(date(2026, 7, 1), None)]
    on_the_eve = expected_hours(600_00, START, END, date(2026, 6, 30))
    assert expected_hours(600_00, START, END, date(2026, 7, 1), lasting) == on_the_eve
    assert expected_hours(600_00, START, END, date(2026, 12, 1), lasting) == on_the_eve


def test_nothing_expected_before_the_start_all_at_the_end_none_without_end() -> None:
    assert expected_hours(600_00, START, END, date(2026, 2, 28)) == 0
    assert expected_hours(600_00, START, END, END) == 600_00
    assert expected_hours(600_00, START, END, date(2030, 1, 1)) == 600_00
    assert expected_hours(600_00, START, None, DAY) is None
    assert expected_hours(None, START, END, DAY) is None
    assert shifted_end(None, Suspension(START, END)) is None


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 400), st.integers(0, 60))
def test_the_curve_never_goes_down(day: date, offset: int, length: int) -> None:
    since = date.fromordinal(START.toordinal() + offset)
    pause = Suspension(since, date.fromordinal(since.toordinal() + length))
    end = shifted_end(END, pause)
    after = date.fromordinal(day.toordinal() + 1)
    before_share, after_share = expected_share(START, end, day, [pause]), expected_share(START, end, after, [pause])
    assert before_share is not None
    assert after_share is not None
    assert 0 <= before_share <= after_share <= 1


@pytest.mark.parametrize(
    ("done", "day", "expected"),
    [
        (600_00, DAY, Alert.REACHED),
        (0, date(2026, 4, 1), Alert.NONE),  # 32 of 365 days: the first 15 % pass without alert
        (403_00, DAY, Alert.ON_TRACK),
        (402_00, DAY, Alert.ORANGE),
        (252_00, DAY, Alert.ORANGE),
        (251_00, DAY, Alert.RED),
    ],
)
def test_ope_07_alert_levels(done: int, day: date, expected: Alert) -> None:
    assert alert(done, 600_00, expected_share(START, END, day)) is expected


def test_no_alert_without_objective_or_end() -> None:
    assert alert(0, None, expected_share(START, END, DAY)) is Alert.NONE
    assert alert(0, 600_00, None) is Alert.NONE


def test_suspensions_are_kept_as_days() -> None:
    kept = {"suspensions": [["2026-07-01", "2026-07-30"], ["2026-09-01", None]]}
    first, second = suspensions_of(kept)
    assert (first.days(), second.days()) == (30, 0)
    assert suspensions_of({}) == ()


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        (date(2026, 1, 1), date(2026, 11, 20), M.RECEIVED),
        (date(2026, 1, 1), date(2026, 11, 21), M.IN_PROGRESS),
        (date(2026, 11, 21), None, M.IN_PROGRESS),
        (date(2026, 11, 22), None, M.AWARDED),
    ],
)
def test_a_blank_status_follows_from_the_dates(start: date, end: date | None, status: MarketStatus) -> None:
    assert status_from_dates(start, end, date(2026, 11, 21)) is status


def test_a_blank_status_of_an_operation() -> None:
    today = date(2026, 11, 21)
    assert operation_status_from_dates(None, None, today) is OperationStatus.IN_PROGRESS
    assert operation_status_from_dates(date(2027, 1, 1), None, today) is OperationStatus.UPSTREAM
    assert operation_status_from_dates(date(2025, 1, 1), date(2026, 1, 1), today) is OperationStatus.COMPLETED


def test_a_market_awarded_whose_start_has_come_is_running() -> None:
    assert status_on(M.AWARDED, date(2026, 1, 1), date(2026, 1, 1)) is M.IN_PROGRESS
    assert status_on(M.AWARDED, date(2026, 1, 2), date(2026, 1, 1)) is M.AWARDED
    assert status_on(M.SUSPENDED, date(2026, 1, 1), date(2026, 2, 1)) is M.SUSPENDED


@pytest.mark.parametrize(
    ("start", "end", "status", "expected"),
    [
        (date(2025, 6, 1), date(2026, 9, 30), M.RECEIVED, True),
        (date(2024, 1, 1), date(2025, 12, 31), M.RECEIVED, False),
        (date(2024, 1, 1), date(2026, 1, 1), M.CLOSED, True),
        (date(2026, 12, 31), None, M.AWARDED, True),
        (date(2027, 1, 1), None, M.AWARDED, False),
        (date(2026, 1, 1), None, M.PLANNED, False),
        (date(2026, 1, 1), None, M.UNSUCCESSFUL, False),
        (date(2026, 1, 1), None, M.NO_FOLLOW_UP, False),
    ],
)
def test_ind_03_ongoing_in_2026(start: date, end: date | None, status: MarketStatus, expected: bool) -> None:
    assert ongoing(status, start, end, date(2026, 1, 1), date(2026, 12, 31)) is expected


def test_ope_02_transitions() -> None:
    assert M.SUSPENDED in market_steps(M.IN_PROGRESS)
    assert M.IN_PROGRESS in market_steps(M.SUSPENDED)
    assert M.CLOSED not in market_steps(M.IN_PROGRESS)
    assert OperationStatus.ABANDONED in operation_steps(OperationStatus.PROSPECT)
    assert set(MARKET_STEPS) == set(MarketStatus)
    assert set(OPERATION_STEPS) == set(OperationStatus)
