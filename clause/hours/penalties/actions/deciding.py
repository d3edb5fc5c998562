"""The answer of the company, the proposal of the facilitator, the decision of the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.penalties import mails
from clause.hours.penalties.actions.common import (
    NOT_YOURS,
    Attachment,
    attach,
    clean,
    held,
    leading,
    ready,
    refuse,
    require,
)
from clause.hours.penalties.codes import PenaltyState, WaiverMotive
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.rules import PenaltyRefusal, decision_refusal, proposal_refusal, with_addition
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import format_euros
from clause.markets.models import Market, Operation
from clause.organisations.models import ContractingAuthority

NO_ANSWER = "Écrivez vos observations."
ANOTHER_FILE = (
    "Une pièce est déjà jointe à ces observations, et elle reste au dossier. Écrivez ici ce que l'autre contient, ou"
    " remettez-la au facilitateur ou à l'entreprise par un autre moyen."
)
FUTURE = "Cette date est à venir."
TOO_EARLY = "Le maître d'ouvrage ne peut pas avoir décidé avant que le dossier lui soit proposé."


@dataclass(frozen=True)
class DecisionData:
    """``applied`` with an amount in cents, or not, with a motive of the list; the text is read by the company."""

    applied: bool
    amount_cents: int | None = None
    motive: WaiverMotive | None = None
    text: str = ""


def answer(
    session: Session, viewer: Viewer, case: PenaltyCase, text: str, attachment: Attachment | None = None,
    on: date | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """The observations of the company, its own or recorded by a facilitator with the day they came.

    What comes after is added to the first text, which stays with its day, its author and its file. Refused: a second file.
    """
    require(viewer, Permission.ANNOUNCE_DIFFICULTY)
    _answers(session, viewer, case)
    case = held(session, case, version)
    if case.state is not PenaltyState.CONTRADICTORY:
        raise Refused(PenaltyRefusal.STATE)
    if not text.strip():
        raise Refused(NO_ANSWER, "text")
    today = clock.today()
    came = on if viewer.in_structure and on else today
    if came > today:
        raise Refused(FUTURE, "on")
    clean(text=text)
    if attachment is not None and case.answer_file_id is not None:
        raise Refused(ANOTHER_FILE, "file")
    case.answer_file_id = attach(session, viewer, attachment, "file") or case.answer_file_id
    case.answer = with_addition(case.answer, text, came, viewer.name)
    if case.answered_on is None:
        case.answered_on, case.answered_by = came, viewer.name
    session.flush()
    audit.record(session, viewer, "observations de l'entreprise", case)
    if not viewer.in_structure:
        mails.answered(session, case)


def _answers(session: Session, viewer: Viewer, case: PenaltyCase) -> None:
    if viewer.in_structure:
        leading(session, viewer, case.market_id)
    elif viewer.role is not Role.COMPANY or viewer.company_id != case.company_id:
        raise Refused(NOT_YOURS)


def propose(
    session: Session, viewer: Viewer, case: PenaltyCase, amount_cents: int, text: str,
    motive: WaiverMotive | None = None, version: int | None = None,
) -> None:  # fmt: skip
    """What the facilitator proposes to the authority: the amount computed, less with a reason, or nothing with a motive."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, case.market_id)
    case = held(session, case, version)
    refusal = proposal_refusal(
        amount=amount_cents, computed=case.amount_cents, reason=text, motive=motive is not None,
        answered=case.answered_on is not None, answer_before=case.answer_before, today=clock.today(),
    )  # fmt: skip
    ready(case, PenaltyState.PROPOSED)
    refuse(refusal, _field(refusal))
    clean(text=text)
    case.state = PenaltyState.PROPOSED
    case.proposed_cents, case.proposal = amount_cents, text.strip()
    case.proposed_motive = motive if amount_cents == 0 else None
    case.proposed_on, case.proposed_by = clock.today(), viewer.name
    session.flush()
    audit.record(session, viewer, "proposition au maître d'ouvrage", case, {"Montant proposé": ["", format_euros(amount_cents)]})  # fmt: skip
    mails.proposed(session, case)


def _field(refusal: PenaltyRefusal | None) -> str:
    of = PenaltyRefusal
    return {of.ABOVE: "amount", of.MOTIVE: "motive", of.WHY_LOWER: "text", of.AMOUNT: "amount", of.EXPLAIN: "text"}.get(
        refusal or of.STATE, ""
    )


def decide(session: Session, viewer: Viewer, case: PenaltyCase, data: DecisionData, version: int | None = None) -> None:
    """The authority applies the penalty or waives it. Nobody else does, and nothing does it for them."""
    require(viewer, Permission.DECIDE_PENALTY)
    if _authority_of(session, case).id != viewer.authority_id:
        raise Refused(NOT_YOURS)
    case = held(session, case, version)
    _decided(session, viewer, case, data, clock.today(), viewer.name)
    audit.record(session, viewer, _said(data), case, _change(case))
    mails.decided(session, case)


def record_decision(
    session: Session, viewer: Viewer, case: PenaltyCase, data: DecisionData, decided_on: date,
    attachment: Attachment | None, version: int | None = None,
) -> None:  # fmt: skip
    """A decision that the authority took on paper, recorded as such by the facilitator with the document."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, case.market_id)
    case = held(session, case, version)
    if decided_on > clock.today():
        raise Refused(FUTURE, "decided_on")
    if case.proposed_on and decided_on < case.proposed_on:
        raise Refused(TOO_EARLY, "decided_on")
    if attachment is None:
        raise Refused(PenaltyRefusal.DOCUMENT, "file")
    authority = _authority_of(session, case).name
    _decided(session, viewer, case, data, decided_on, f"{authority} (décision écrite, enregistrée par {viewer.name})")
    case.decision_file_id = attach(session, viewer, attachment, "file")
    session.flush()
    audit.record(
        session, viewer, f"décision écrite du maître d'ouvrage enregistrée : {_said(data)}", case, _change(case)
    )
    mails.decided(session, case)


def _decided(session: Session, viewer: Viewer, case: PenaltyCase, data: DecisionData, on: date, by: str) -> None:
    refusal = decision_refusal(
        applied=data.applied, amount=data.amount_cents, computed=case.amount_cents, motive=data.motive is not None,
        reason=data.text,
    )  # fmt: skip
    wanted = PenaltyState.APPLIED if data.applied else PenaltyState.WAIVED
    ready(case, wanted)
    refuse(refusal, _field(refusal))
    clean(text=data.text)
    case.state = wanted
    case.decided_cents = data.amount_cents if data.applied else 0
    case.waiver_motive = None if data.applied else data.motive
    case.decision, case.decided_on = data.text.strip(), on
    case.decided_by_id, case.decided_by = viewer.user_id, by[:200]
    session.flush()


def _said(data: DecisionData) -> str:
    return "pénalité appliquée" if data.applied else "pénalité non appliquée"


def _change(case: PenaltyCase) -> dict[str, list[str]]:
    return {"Montant décidé": ["", format_euros(case.decided_cents or 0)]}


def _authority_of(session: Session, case: PenaltyCase) -> ContractingAuthority:
    return session.scalars(
        select(ContractingAuthority)
        .join(Operation, Operation.authority_id == ContractingAuthority.id)
        .join(Market, Market.operation_id == Operation.id)
        .where(Market.id == case.market_id)
    ).one()
