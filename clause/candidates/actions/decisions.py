"""The decision on a person's eligibility: a facilitator's alone (domain.md PUB-02), without sensitive value in the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from clause.access import Permission, Viewer
from clause.candidates.actions.common import person_seen, refuse_nir, require, setting_of, windows_of
from clause.candidates.codes import EligibilityState, PublicKind
from clause.candidates.models import Eligibility, EligibilityCriterion, EligibilityProof, Participant
from clause.candidates.rules import eligibility as rules
from clause.candidates.rules.eligibility import Decision, DecisionRefusal, PersonFacts, Window
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused

S, R = EligibilityState, DecisionRefusal
OUTCOMES = (S.ELIGIBLE, S.NOT_ELIGIBLE, S.INCOMPLETE, S.WITHDRAWN)
_FIELDS = {
    R.NO_CRITERION: "criteria", R.NO_PRIMARY: "primary", R.NO_PROOF: "proofs", R.PROOF_IN_FUTURE: "proofs",
    R.REASON_NEEDED: "late_reason", R.TOO_LATE: "first_day", R.TOO_YOUNG: "first_day", R.OVERLAPS: "first_day",
    R.GAP: "first_day",
}  # fmt: skip


@dataclass(frozen=True)
class ProofData:
    kind: str
    seen_on: date


@dataclass(frozen=True)
class DecisionData:
    """``outcome`` is one of OUTCOMES; ``reason`` is asked of every outcome but ELIGIBLE. ``first_day`` None: not hired yet."""

    outcome: EligibilityState
    criteria: tuple[PublicKind, ...] = ()
    primary: PublicKind | None = None
    proofs: tuple[ProofData, ...] = ()
    first_day: date | None = None
    late_reason: str = ""
    reason: str = ""
    version: int | None = None


def decide(session: Session, viewer: Viewer, assessment: Eligibility, data: DecisionData) -> Eligibility:
    """Record a facilitator's decision. Refused: another role, a file that waits for nothing, what the rules refuse."""
    require(viewer, Permission.DECIDE_ELIGIBILITY)
    person = person_seen(session, viewer, assessment.participant_id)
    check_version(session, assessment, data.version)
    refuse_nir(reason=data.reason, late_reason=data.late_reason, proofs=" ; ".join(p.kind for p in data.proofs))
    if data.outcome not in OUTCOMES or not rules.may_become(assessment.state, data.outcome):
        raise Refused(R.NOT_OPEN)
    _APPLY[data.outcome](session, viewer, person, assessment, data)
    assessment.decided_by_id, assessment.decided_by = viewer.user_id, viewer.name
    assessment.decided_at, assessment.decision_reason = clock.now(), data.reason
    assessment.state = data.outcome
    session.flush()
    audit.record(session, viewer, _sentence(assessment), person)
    return assessment


def _make_eligible(
    session: Session, viewer: Viewer, person: Participant, assessment: Eligibility, data: DecisionData
) -> None:
    decision = Decision(
        data.criteria, data.primary, [p.seen_on for p in data.proofs], clock.today(), data.first_day, data.late_reason
    )
    _check(session, person, assessment, decision)
    months = int(setting_of(session, person.structure_id, "eligibility.duration_months"))
    assessment.eligible_from = decision.since
    assessment.eligible_until = rules.eligible_until(decision.since, months)
    assessment.retroactive_reason = data.late_reason if decision.since < decision.decided_on else ""
    _keep_criteria(session, assessment, data)
    _keep_proofs(session, viewer, assessment, data)


def _check(session: Session, person: Participant, assessment: Eligibility, decision: Decision) -> None:
    facts = PersonFacts(person.birth_date, person.education_level, person.in_qpv)

    def value(name: str) -> int:
        return int(setting_of(session, person.structure_id, name))

    earlier = windows_of(session, person.id, other_than=assessment.id)
    _raise(rules.decision_refusal(decision, facts, grace_days=value("eligibility.retroactive_grace_days")))
    _raise(
        rules.renewal_refusal(
            decision.since, earlier, allowed=bool(value("eligibility.renewal_allowed")),
            gap_months=value("eligibility.renewal_gap_months"),
        )
    )  # fmt: skip
    for kind in decision.criteria:
        refusal = rules.criterion_refusal(
            kind, facts, decision.since, senior_age=value("senior.min_age"),
            justice_enabled=bool(value("criteria.justice_enabled")),
        )  # fmt: skip
        if refusal:
            raise Refused(f"{kind.label} : {refusal}", "criteria")


def _raise(refusal: DecisionRefusal | None) -> None:
    if refusal:
        raise Refused(refusal, _FIELDS.get(refusal, ""))


def _keep_criteria(session: Session, assessment: Eligibility, data: DecisionData) -> None:
    """Those retained by the facilitator; one that a prescriber gave stays known as such, the others are forgotten."""
    known = {
        row.kind: row
        for row in session.scalars(
            select(EligibilityCriterion).where(EligibilityCriterion.eligibility_id == assessment.id)
        )
    }
    for kind, row in known.items():
        if kind not in data.criteria:
            session.delete(row)
    for kind in dict.fromkeys(data.criteria):
        row = known.get(kind) or EligibilityCriterion(eligibility_id=assessment.id, kind=kind)
        row.is_primary = kind is data.primary
        session.add(row)
    session.flush()


def _keep_proofs(session: Session, viewer: Viewer, assessment: Eligibility, data: DecisionData) -> None:
    session.add_all(
        EligibilityProof(
            eligibility_id=assessment.id, kind=proof.kind[:120], seen_on=proof.seen_on, seen_by=viewer.name
        )
        for proof in data.proofs
    )


def _ask_missing(
    session: Session, viewer: Viewer, person: Participant, assessment: Eligibility, data: DecisionData
) -> None:
    if not data.reason.strip():
        raise Refused(R.NO_MISSING, "reason")


def _explain(
    session: Session, viewer: Viewer, person: Participant, assessment: Eligibility, data: DecisionData
) -> None:
    if not data.reason.strip():
        raise Refused(R.NO_EXPLANATION, "reason")


_APPLY: dict[EligibilityState, Callable[[Session, Viewer, Participant, Eligibility, DecisionData], None]] = {
    S.ELIGIBLE: _make_eligible,
    S.NOT_ELIGIBLE: _explain,
    S.INCOMPLETE: _ask_missing,
    S.WITHDRAWN: _explain,
}


def _sentence(assessment: Eligibility) -> str:
    """The decision for the history: its outcome and its dates, never a criterion nor a reason (GDPR-08)."""
    if assessment.state is S.ELIGIBLE and assessment.eligible_from:
        return f"éligible {rules.window_said(Window(assessment.eligible_from, assessment.eligible_until))}"
    return {
        S.NOT_ELIGIBLE: "non éligible",
        S.INCOMPLETE: "dossier renvoyé : à compléter",
        S.WITHDRAWN: "évaluation retirée",
    }[assessment.state]


def assessment_to_decide(session: Session, assessment_id: int) -> Eligibility:
    """An assessment with its criteria and proofs, for commands and tests."""
    return session.scalars(
        select(Eligibility)
        .where(Eligibility.id == assessment_id)
        .options(selectinload(Eligibility.criteria), selectinload(Eligibility.proofs))
    ).one()
