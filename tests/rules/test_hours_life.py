"""Deadlines (OPE-04, T-OPE-1), states (OPE-02) and allocation (REA-04, T-REA-3)."""

from __future__ import annotations

from datetime import date

import pytest

from clause.hours.codes import DeclarationState, LineState
from clause.hours.reporting.rules import periods
from clause.hours.rules import allocation, deadlines, states
from clause.hours.rules.deadlines import Age


def test_t_rea_3_an_hour_counts_for_one_market() -> None:
    assert allocation.allocation_refusal(12000, [8000, 4000]) is None
    refusal = allocation.allocation_refusal(12000, [8000, 5000])
    assert refusal is not None
    assert "130 h" in refusal
    assert allocation.left_to_allocate(12000, [8000]) == 4000
    assert allocation.allocation_refusal(12000, [-100]) is not None


def test_t_ope_1_before_the_fifteenth() -> None:
    due = deadlines.due_on(date(2026, 6, 1))
    assert due == date(2026, 7, 14)
    assert deadlines.first_late_day(due) == date(2026, 7, 15)
    assert deadlines.due_on(date(2026, 6, 1), inclusive=True) == date(2026, 7, 15)
    assert deadlines.due_on(date(2026, 1, 1), 31, inclusive=True) == date(2026, 2, 28)
    own = periods.rhythm_by({"report.due_day": 10}, {"report.due_day_inclusive": True})
    assert periods.period_of(own, date(2026, 6, 1)).due == date(2026, 7, 10)


@pytest.mark.parametrize(
    ("late", "age"),
    [(0, None), (1, Age.UNDER_15), (14, Age.UNDER_15), (15, Age.FROM_15), (41, Age.FROM_15), (42, Age.FROM_42),
     (83, Age.FROM_42), (84, Age.FROM_84), (400, Age.FROM_84)],
)  # fmt: skip
def test_lateness_by_age(late: int, age: Age | None) -> None:
    assert deadlines.age_of(late) is age


def test_late_days_are_counted_from_the_due_day() -> None:
    assert deadlines.days_late(date(2026, 7, 14), date(2026, 7, 14)) == 0
    assert deadlines.days_late(date(2026, 7, 14), date(2026, 7, 29)) == 15


def test_the_months_owed_are_those_that_are_over() -> None:
    today = date(2026, 3, 20)
    assert list(deadlines.months_owed(date(2026, 1, 15), None, today)) == [date(2026, 1, 1), date(2026, 2, 1)]
    assert list(deadlines.months_owed(date(2026, 1, 15), date(2026, 1, 31), today)) == [date(2026, 1, 1)]
    assert list(deadlines.months_owed(date(2026, 3, 1), None, today)) == []


def test_what_may_be_typed_and_what_may_be_decided() -> None:
    state = DeclarationState
    assert [s for s in state if states.edit_refusal(s) is None] == [state.DRAFT, state.RETURNED]
    assert states.decide_refusal(state.DRAFT) is not None
    assert states.decide_refusal(state.SUBMITTED) is None
    assert states.may_become(state.DRAFT, state.SUBMITTED)
    assert not states.may_become(state.DRAFT, state.VALIDATED)
    assert states.may_become(state.VALIDATED, state.RETURNED), "reopened"
    assert not states.may_become(state.VALIDATED, state.SUBMITTED)
    assert [s for s in state if states.may_become(s, state.REJECTED)] == [state.SUBMITTED]


def test_a_line_is_refused_only_after_the_contradictory_stage_and_then_never_changes() -> None:
    line = LineState
    assert [s for s in line if states.line_may_become(s, line.REJECTED)] == [line.CONTESTED]
    assert not any(states.line_may_become(s, other) for s in states.DECIDED_LINES for other in line)
    assert not states.line_may_become(line.CONTESTED, line.DECLARED), "the company answers, it does not edit"


def test_a_declaration_follows_its_lines() -> None:
    line = LineState
    assert states.state_after([line.VALIDATED, line.RETURNED, line.DECLARED]) is DeclarationState.RETURNED
    assert states.state_after([line.VALIDATED, line.DECLARED]) is DeclarationState.SUBMITTED
    assert states.state_after([line.VALIDATED]) is DeclarationState.VALIDATED
    assert states.state_after([]) is DeclarationState.VALIDATED
    assert states.state_after([line.VALIDATED, line.CONTESTED]) is DeclarationState.SUBMITTED
    assert states.state_after([line.VALIDATED, line.REJECTED]) is DeclarationState.VALIDATED
    assert states.state_after([line.REJECTED, line.REJECTED]) is DeclarationState.REJECTED
