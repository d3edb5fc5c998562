"""PUB-01 to PUB-04, PUB-07: criteria, states, windows, alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clause.candidates.codes import EducationLevel, EligibilityState, PublicKind
from clause.candidates.rules import eligibility as rules
from clause.candidates.rules.eligibility import Alert, CriterionRefusal, Decision, DecisionRefusal, PersonFacts, Window

K, S = PublicKind, EligibilityState
DAY = date(2026, 11, 20)
PERSON = PersonFacts(birth_date=date(1974, 5, 1), level=EducationLevel.L3, in_qpv=True)
YOUNG = PersonFacts(birth_date=date(2000, 11, 21), level=EducationLevel.L2, in_qpv=False)
DECISION = Decision(
    criteria=(K.LONG_TERM_JOBSEEKER, K.SENIOR_JOBSEEKER, K.QPV_RESIDENT),
    primary=K.LONG_TERM_JOBSEEKER,
    proof_days=(DAY,),
    decided_on=DAY,
)


def test_t_pub_0_three_criteria_one_primary_chosen_by_the_facilitator() -> None:
    assert all(rules.criterion_refusal(kind, PERSON, DAY) is None for kind in DECISION.criteria)
    for primary in DECISION.criteria:
        assert rules.decision_refusal(replace(DECISION, primary=primary), PERSON) is None


def test_one_criterion_is_enough() -> None:
    assert rules.decision_refusal(replace(DECISION, criteria=(K.RSA,), primary=K.RSA), PERSON) is None


def test_t_pub_1_and_2_the_window_is_24_months_less_a_day() -> None:
    assert rules.eligible_until(date(2025, 3, 10)) == date(2027, 3, 9)
    assert rules.eligible_until(date(2024, 2, 29)) == date(2026, 2, 27)


def test_t_pub_3_a_youth_criterion_stops_on_the_26th_birthday() -> None:
    assert rules.criterion_refusal(K.YOUTH_LOW_QUALIFIED, YOUNG, DAY) is None
    late = rules.criterion_refusal(K.YOUTH_LOW_QUALIFIED, YOUNG, DAY + timedelta(days=1))
    assert late is CriterionRefusal.NOT_YOUTH


def test_t_pub_4_a_window_never_follows_a_later_change_of_territory() -> None:
    window = Window(date(2023, 12, 15), rules.eligible_until(date(2023, 12, 15)))
    assert window.holds(date(2024, 1, 1))  # the quarter left the list that day: nothing is recomputed
    assert window.holds(date(2025, 12, 14))
    assert not window.holds(date(2025, 12, 15))


@pytest.mark.parametrize(
    ("kind", "person", "refusal"),
    [
        (K.SENIOR_JOBSEEKER, YOUNG, CriterionRefusal.NOT_SENIOR),
        (K.QPV_RESIDENT, YOUNG, CriterionRefusal.NOT_IN_QPV),
        (K.QPV_RESIDENT, replace(PERSON, in_qpv=None), CriterionRefusal.NOT_IN_QPV),
        (K.YOUTH_LOW_QUALIFIED, replace(YOUNG, level=EducationLevel.L3), CriterionRefusal.LEVEL_TOO_HIGH),
        (K.YOUTH_LOW_QUALIFIED, replace(YOUNG, level=EducationLevel.UNKNOWN), CriterionRefusal.LEVEL_UNKNOWN),
        (K.JUSTICE_INVOLVED, PERSON, CriterionRefusal.JUSTICE_DISABLED),
        (K.RQTH_BOETH, PERSON, None),
    ],
)
def test_criteria_that_cannot_stand(kind: PublicKind, person: PersonFacts, refusal: CriterionRefusal | None) -> None:
    assert rules.criterion_refusal(kind, person, DAY) is refusal


def test_the_justice_criterion_is_offered_only_where_the_structure_may() -> None:
    assert K.JUSTICE_INVOLVED not in rules.open_criteria(justice_enabled=False)
    assert K.JUSTICE_INVOLVED in rules.open_criteria(justice_enabled=True)
    assert rules.criterion_refusal(K.JUSTICE_INVOLVED, PERSON, DAY, justice_enabled=True) is None


def test_every_criterion_says_its_usual_proof() -> None:
    assert set(rules.NEEDS) == set(PublicKind)
    assert all(needs.proof for needs in rules.NEEDS.values())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"criteria": ()}, DecisionRefusal.NO_CRITERION),
        ({"primary": None}, DecisionRefusal.NO_PRIMARY),
        ({"primary": K.RSA}, DecisionRefusal.NO_PRIMARY),
        ({"proof_days": ()}, DecisionRefusal.NO_PROOF),
        ({"proof_days": (DAY, DAY + timedelta(days=1))}, DecisionRefusal.PROOF_IN_FUTURE),
        ({"first_day": DAY - timedelta(days=1)}, DecisionRefusal.REASON_NEEDED),
        ({"first_day": DAY - timedelta(days=30)}, DecisionRefusal.REASON_NEEDED),
        ({"first_day": DAY - timedelta(days=30), "late_reason": "Dossier reçu tard"}, None),
        ({"first_day": DAY - timedelta(days=31), "late_reason": "Dossier reçu tard"}, DecisionRefusal.TOO_LATE),
        ({"first_day": DAY + timedelta(days=10)}, None),
    ],
)
def test_pub_03_a_decision_follows_the_first_day_by_30_days_at_most(
    change: dict[str, object], refusal: DecisionRefusal | None
) -> None:
    assert rules.decision_refusal(replace(DECISION, **change), PERSON) is refusal  # type: ignore[arg-type]


def test_a_child_is_refused() -> None:
    child = replace(PERSON, birth_date=date(2012, 1, 1))
    assert rules.decision_refusal(DECISION, child) is DecisionRefusal.TOO_YOUNG


def test_the_window_begins_on_the_first_day_of_work_or_on_the_decision() -> None:
    assert DECISION.since == DAY
    assert replace(DECISION, first_day=date(2026, 11, 2)).since == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (S.DRAFT, S.SUBMITTED, True), (S.SUBMITTED, S.ELIGIBLE, True), (S.SUBMITTED, S.INCOMPLETE, True),
        (S.INCOMPLETE, S.SUBMITTED, True), (S.INCOMPLETE, S.ELIGIBLE, False), (S.NOT_ELIGIBLE, S.ELIGIBLE, False),
        (S.ELIGIBLE, S.EXPIRED, True), (S.WITHDRAWN, S.SUBMITTED, False), (S.DRAFT, S.ELIGIBLE, False),
    ],
)  # fmt: skip
def test_pub_02_states(before: EligibilityState, after: EligibilityState, allowed: bool) -> None:
    assert rules.may_become(before, after) is allowed


def test_an_ended_window_reads_expired_without_waiting_for_a_job() -> None:
    assert rules.state_on(S.ELIGIBLE, DAY, DAY) is S.ELIGIBLE
    assert rules.state_on(S.ELIGIBLE, DAY, DAY + timedelta(days=1)) is S.EXPIRED
    assert rules.state_on(S.ELIGIBLE, None, DAY) is S.ELIGIBLE
    assert rules.state_on(S.SUBMITTED, None, DAY) is S.SUBMITTED


@pytest.mark.parametrize(
    ("left", "alert"),
    [(61, None), (60, Alert.ENDS_60), (31, Alert.ENDS_60), (30, Alert.ENDS_30), (0, Alert.ENDS_30), (-1, Alert.ENDED)],
)
def test_pub_04_alerts_at_60_and_30_days(left: int, alert: Alert | None) -> None:
    assert rules.end_alert(DAY + timedelta(days=left), DAY) is alert


def test_an_open_window_has_no_alert() -> None:
    assert rules.end_alert(None, DAY) is None


def test_pub_03_validated_and_not_hired_within_six_months() -> None:
    since = date(2026, 5, 20)
    assert rules.is_unused(since, None, date(2026, 11, 20))
    assert not rules.is_unused(since, None, date(2026, 11, 19))
    assert not rules.is_unused(since, date(2026, 6, 1), date(2026, 11, 20))


def test_pub_04_renewal_begins_after_the_earlier_window() -> None:
    earlier = [Window(date(2024, 1, 1), date(2025, 12, 31))]
    assert rules.renewal_refusal(date(2025, 12, 31), earlier) is DecisionRefusal.OVERLAPS
    assert rules.renewal_refusal(date(2026, 1, 1), earlier) is None
    assert rules.renewal_refusal(date(2026, 1, 1), earlier, allowed=False) is DecisionRefusal.RENEWAL_CLOSED
    assert rules.renewal_refusal(date(2026, 6, 1), earlier, gap_months=6) is DecisionRefusal.GAP
    assert rules.renewal_refusal(date(2026, 7, 1), earlier, gap_months=6) is None
    assert rules.renewal_refusal(date(2026, 1, 1), [Window(date(2020, 1, 1), None)]) is DecisionRefusal.OVERLAPS


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_a_window_holds_its_ends_and_nothing_beside(start: date, months: int) -> None:
    window = Window(start, rules.eligible_until(start, months))
    assert window.until is not None
    assert window.holds(start)
    assert window.holds(window.until)
    assert not window.holds(start - timedelta(days=1))
    assert not window.holds(window.until + timedelta(days=1))
