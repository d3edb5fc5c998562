"""Follow-ups to ask for, those of one person, and their qualifications. A constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractState
from clause.candidates.follow_up.codes import Moment, Situation
from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.follow_up.rules import Due, Worked, after_contracts, after_entries, from_pathway
from clause.candidates.models import Assignment, EmploymentContract, Participant, Pathway
from clause.candidates.visibility import contract_condition, pathway_condition
from clause.kernel.values import add_months
from clause.ledger.models import LedgerEntry
from clause.markets.codes import Programme
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, Establishment

ASKED_FOR = 12  # months: what is older is no longer asked for


@dataclass(frozen=True)
class ToAsk:
    """A follow-up of one contract at one moment; ``answer`` None: still to ask. ``known`` is what a PLIE exit already tells."""

    due: Due
    contract: str
    person: str
    person_public_id: str
    phone: str
    employer: str
    ends_on: date | None
    answer: FollowUp | None = None
    advisor: str = ""
    known: Situation | None = None
    known_on: date | None = None


def to_ask(session: Session, viewer: Viewer, today: date) -> list[ToAsk]:
    """What is due by today and not answered, the oldest first; twelve months back."""
    found = [one for one in _all(session, viewer, today) if one.answer is None or one.answer.situation is None]
    return sorted(found, key=lambda one: (one.due.due_on, one.person, one.due.contract_id, one.due.moment.value))


def of_person(session: Session, viewer: Viewer, person: Participant, today: date) -> list[ToAsk]:
    """Those of one person, answered or not, the latest first."""
    found = _all(session, viewer, today, Participant.id == person.id)
    return sorted(found, key=lambda one: (one.due.due_on, one.due.moment.value), reverse=True)


def find(session: Session, viewer: Viewer, contract: str, moment: Moment, today: date) -> ToAsk | None:
    """One follow-up of a contract that the viewer sees; None where it is not due."""
    mine = Participant.id == (
        select(EmploymentContract.participant_id).where(EmploymentContract.public_id == contract).scalar_subquery()
    )
    found = _all(session, viewer, today, mine)
    return next((one for one in found if one.contract == contract and one.due.moment is moment), None)


def _all(session: Session, viewer: Viewer, today: date, *conditions: ColumnElement[bool]) -> list[ToAsk]:
    contracts = _contracts(session, viewer, today, *conditions)
    worked = [Worked(row.id, row.participant_id, row.starts_on, row.ends_on) for row in contracts.values()]
    first: dict[int, Worked] = {}
    for row in sorted(contracts.values(), key=lambda r: (r.starts_on, r.id)):
        if row.anru:
            first.setdefault(row.participant_id, Worked(row.id, row.participant_id, row.starts_on, row.ends_on))
    by_person: dict[int, list[Worked]] = {}
    for contract in worked:
        by_person.setdefault(contract.person_id, []).append(contract)
    dues = [due for mine in by_person.values() for due in after_contracts(mine)] + list(after_entries(first.values()))
    since = add_months(today, -ASKED_FOR)
    known = [due for due in dues if since <= due.due_on <= today]
    answers = _answers(session, [due.person_id for due in known])
    exits = _pathways(session, viewer, [due.person_id for due in known])
    return [_one(due, contracts[due.contract_id], answers, exits) for due in known]


def _contracts(session: Session, viewer: Viewer, today: date, *conditions: ColumnElement[bool]) -> dict[int, Any]:
    """Contracts with counted hours, whatever their end: the whole series of a person is needed to know which one ends it."""
    E, P = EmploymentContract, Participant
    since = add_months(today, -2 * ASKED_FOR)
    recent = select(E.participant_id).where(
        contract_condition(viewer), (E.ends_on.is_(None)) | (E.ends_on >= since) | (E.starts_on >= since)
    )
    anru = (
        select(Assignment.id).join(Market, Market.id == Assignment.market_id).join(Operation, Operation.id == Market.operation_id)
        .where(Assignment.employment_contract_id == E.id, Operation.programme == Programme.ANRU).exists()
    )  # fmt: skip
    rows = session.execute(
        select(
            E.id, E.public_id, E.participant_id, E.starts_on, E.ends_on, P.public_id.label("person"), P.last_name, P.first_name,
            P.phone, Company.name.label("employer"), anru.label("anru"),
        )
        .join(P, P.id == E.participant_id)
        .join(Establishment, Establishment.id == E.establishment_id)
        .join(Company, Company.id == Establishment.company_id)
        .where(
            contract_condition(viewer), E.state == ContractState.CONFIRMED, E.participant_id.in_(recent), *conditions,
            select(LedgerEntry.id).where(LedgerEntry.employment_contract_id == E.id).exists(),
        )
    )  # fmt: skip
    return {row.id: row for row in rows}


def _answers(session: Session, people: Sequence[int]) -> dict[tuple[int, Moment], FollowUp]:
    """By contract and moment; an answer about an entry is kept by person too, for it is asked once in a life."""
    rows = session.scalars(select(FollowUp).where(FollowUp.participant_id.in_(sorted(set(people))))).all()
    found: dict[tuple[int, Moment], FollowUp] = {}
    for row in rows:
        found[row.employment_contract_id, row.moment] = row
        if row.moment in (Moment.ENTRY_SIX, Moment.ENTRY_TWELVE):
            found[-row.participant_id, row.moment] = row
    return found


def _pathways(session: Session, viewer: Viewer, people: Sequence[int]) -> dict[int, Pathway]:
    """The latest pathway of each person: its referent already follows them, its exit may already tell."""
    rows = session.scalars(
        select(Pathway)
        .where(Pathway.participant_id.in_(sorted(set(people))), pathway_condition(viewer))
        .order_by(Pathway.entered_on, Pathway.id)
    )
    return {row.participant_id: row for row in rows}


def _one(due: Due, row: Any, answers: dict[tuple[int, Moment], FollowUp], pathways: dict[int, Pathway]) -> ToAsk:
    answer = answers.get((due.contract_id, due.moment)) or answers.get((-due.person_id, due.moment))
    pathway = pathways.get(due.person_id)
    known = _told(pathway, row.ends_on) if pathway is not None and due.moment is Moment.SIX_MONTHS_AFTER else None
    return ToAsk(
        due, row.public_id, f"{row.last_name} {row.first_name}", row.person, row.phone, row.employer, row.ends_on, answer,
        advisor=pathway.advisor if pathway is not None and pathway.exited_on is None else "",
        known=known, known_on=pathway.exited_on if pathway is not None and known else None,
    )  # fmt: skip


def _told(pathway: Pathway, ended_on: date | None) -> Situation | None:
    """What the exit of a pathway, validated and after the contract, tells of the situation six months after."""
    if pathway.exit_kind is None or pathway.exit_validated_at is None or ended_on is None:
        return None
    if pathway.exited_on is None or pathway.exited_on < ended_on:
        return None
    return from_pathway(pathway.exit_kind, str(pathway.exit_details.get("contract_type") or ""))


def qualifications_of(session: Session, person: Participant) -> Sequence[Qualification]:
    """Of a person already found through ``visible_participants``, the latest first."""
    return session.scalars(
        select(Qualification)
        .where(Qualification.participant_id == person.id)
        .order_by(Qualification.begun_on.desc(), Qualification.id.desc())
    ).all()
