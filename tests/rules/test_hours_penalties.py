"""OPE-06: the amount of a penalty, from the contract alone; the stages of a case and what each refuses."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.rules import (
    NEXT,
    Facts,
    PenaltyRefusal,
    Terms,
    announced_in_time,
    answer_refusal,
    compute,
    decision_refusal,
    late_days,
    may_become,
    opening_refusal,
    proposal_refusal,
    terms_of,
)

R, S = PenaltyRefusal, PenaltyState
REAL = Terms(20_000, 7_500, None, notice_first=True, hours_without_notice=True)
NOTICE = date(2026, 6, 1)
LATE = {"late_since": date(2026, 5, 14), "late_until": date(2026, 6, 13)}


def test_t_ope_2_150_hours_short_and_12_late_days() -> None:
    found = compute(REAL, Facts(due=60_000, done=45_000, notice_on=NOTICE, **LATE))
    assert found is not None
    assert (found.shortfall, found.late_days) == (15_000, 12)
    assert (found.hours_cents, found.days_cents, found.amount_cents) == (3_000_000, 90_000, 3_090_000)


def test_a_contract_without_amounts_has_no_penalty() -> None:
    assert compute(Terms(), Facts(due=60_000, done=0)) is None
    assert opening_refusal(None) is R.NO_TERMS


def test_amounts_come_from_the_market_alone() -> None:
    assert not terms_of({}).any
    terms = terms_of({"penalty.hour_amount": 4_000, "penalty.requires_formal_notice": False})
    assert terms == Terms(4_000, None, None, notice_first=False)


@pytest.mark.parametrize(
    ("terms", "notice", "shortfall"),
    [
        (Terms(100, None, None), None, 0),
        (Terms(100, None, None), NOTICE, 1_000),
        (Terms(100, None, None, hours_without_notice=True), None, 1_000),
        (Terms(100, None, None, notice_first=False), None, 1_000),
        (Terms(None, 100, None, notice_first=False), NOTICE, 0),
    ],
)
def test_hours_wait_for_the_formal_notice_unless_the_contract_does_without(
    terms: Terms, notice: date | None, shortfall: int
) -> None:
    found = compute(terms, Facts(due=2_000, done=1_000, notice_on=notice))
    assert found is not None
    assert found.shortfall == shortfall


@pytest.mark.parametrize(
    ("notice_first", "notice", "days"), [(True, None, 0), (True, NOTICE, 12), (False, None, 30), (False, NOTICE, 30)]
)
def test_late_days_run_from_the_notice_where_the_contract_requires_one(
    notice_first: bool, notice: date | None, days: int
) -> None:
    terms = Terms(None, 100, None, notice_first=notice_first)
    assert late_days(terms, Facts(notice_on=notice, **LATE)) == days


def test_nothing_counts_before_a_notice_is_said_so() -> None:
    found = compute(Terms(100, 100, None), Facts(due=1_000, done=0, **LATE))
    assert opening_refusal(found) is R.NOTICE_FIRST
    assert opening_refusal(compute(Terms(100, 100, None), Facts(due=1_000, done=1_000))) is R.NOTHING


def test_the_cap_is_a_share_of_the_amount_of_the_market() -> None:
    terms = Terms(20_000, None, 500, notice_first=False)
    found = compute(terms, Facts(due=60_000, done=45_000, market_amount_cents=20_000_000))
    assert found is not None
    assert (found.cap_cents, found.amount_cents, found.capped) == (1_000_000, 1_000_000, True)
    free = compute(terms, Facts(due=60_000, done=45_000))
    assert free is not None
    assert free.amount_cents == 3_000_000  # a cap of an unknown amount caps nothing


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**5), st.integers(0, 10_000))
def test_more_hours_never_cost_more(due: int, done: int, price: int, more: int) -> None:
    def amount(worked: int) -> int:
        found = compute(Terms(price, None, None, notice_first=False), Facts(due=due, done=worked))
        assert found is not None
        return found.amount_cents

    assert 0 <= amount(done + more) <= amount(done)


def test_stages_follow_ope_02() -> None:
    order = [S.DETECTED, S.CONTRADICTORY, S.PROPOSED, S.APPLIED, S.CLOSED]
    assert all(may_become(a, b) for a, b in pairwise(order))
    assert may_become(S.PROPOSED, S.WAIVED)
    assert may_become(S.WAIVED, S.CLOSED)
    assert not may_become(S.DETECTED, S.PROPOSED)
    assert not may_become(S.CONTRADICTORY, S.CLOSED)  # once the company answered, the authority decides
    assert set(NEXT) == set(S)


def test_the_company_has_time_to_answer() -> None:
    assert answer_refusal(NOTICE, date(2026, 6, 8)) is R.ANSWER_TOO_SOON
    assert answer_refusal(NOTICE, date(2026, 6, 9)) is None


PROPOSAL: dict[str, Any] = {
    "amount": 100, "computed": 100, "reason": "", "motive": False, "answered": True, "answer_before": NOTICE, "today": NOTICE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"answered": False}, R.WAIT_FOR_ANSWER),
        ({"answered": False, "today": date(2026, 6, 2)}, None),
        ({"amount": 101}, R.ABOVE),
        ({"amount": 99}, R.WHY_LOWER),
        ({"amount": 99, "reason": "Chantier retardé"}, None),
        ({"amount": 0, "reason": "Chantier retardé"}, R.MOTIVE),
        ({"amount": 0, "reason": "Chantier retardé", "motive": True}, None),
    ],
)
def test_a_proposal_is_never_above_and_is_explained_below(
    changes: dict[str, Any], refusal: PenaltyRefusal | None
) -> None:
    assert proposal_refusal(**{**PROPOSAL, **changes}) is refusal


DECISION: dict[str, Any] = {"applied": True, "amount": 100, "computed": 100, "motive": False, "reason": ""}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"amount": 0}, R.AMOUNT),
        ({"amount": None}, R.AMOUNT),
        ({"amount": 101}, R.ABOVE),
        ({"amount": 50}, R.EXPLAIN),
        ({"applied": False}, R.MOTIVE),
        ({"applied": False, "motive": True}, R.EXPLAIN),
        ({"applied": False, "motive": True, "reason": "Force majeure"}, None),
    ],
)
def test_a_decision_is_explained(changes: dict[str, Any], refusal: PenaltyRefusal | None) -> None:
    assert decision_refusal(**{**DECISION, **changes}) is refusal


def test_a_difficulty_is_in_time_before_the_end_and_before_the_notice() -> None:
    end = date(2026, 12, 31)
    assert announced_in_time(date(2026, 5, 1), end, NOTICE)
    assert announced_in_time(NOTICE, end, NOTICE)
    assert not announced_in_time(date(2026, 6, 2), end, NOTICE)
    assert not announced_in_time(date(2027, 1, 1), end, None)
    assert announced_in_time(date(2027, 1, 1), None, None)
