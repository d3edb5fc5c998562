"""People who wait for an act: candidates, contracts to confirm, eligibilities that end, pathways, proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractState, EligibilityState
from clause.candidates.models import Eligibility, EmploymentContract, Participant, Pathway, is_eligible, unconfirmed
from clause.candidates.queries import states
from clause.candidates.visibility import contract_condition, participant_condition, pathway_condition
from clause.kernel.codes import by_value
from clause.organisations.models import Establishment

SOON, SOONER = 60, 30


@dataclass(frozen=True)
class Waiting:
    """How many wait, and since when the oldest does (None where nobody waits)."""

    count: int
    since: datetime | None


@dataclass(frozen=True)
class Ending:
    """The eligibility of a person ends on ``until`` and nothing follows it."""

    public_id: str
    name: str
    until: date
    at_work: bool


@dataclass(frozen=True)
class Pathways:
    """PLIE pathways of the structure."""

    entries: int
    exits: int
    open: int


@dataclass(frozen=True)
class Employee:
    """A person under a confirmed employment contract today.

    ``eligible`` says whether the clause applies to them on this day; ``eligible_until`` None: no known end.
    """

    participant_public_id: str
    contract_public_id: str
    name: str
    job: str
    establishment: str
    ends_on: date | None
    eligible: bool
    eligible_until: date | None


@dataclass(frozen=True)
class Proposal:
    """A person whom a prescriber proposed, and where the latest assessment stands."""

    public_id: str
    name: str
    state: EligibilityState
    proposed_at: datetime | None
    reason: str
    eligible_until: date | None
    at_work: bool


def candidates(session: Session, viewer: Viewer) -> Waiting:
    """People who wait for a decision, first or renewed."""
    return _waiting(
        session,
        select(func.count(Participant.id.distinct()), func.min(Eligibility.proposed_at))
        .join(Participant, Participant.id == Eligibility.participant_id)
        .where(participant_condition(viewer), is_eligible(yes=False), Eligibility.state == EligibilityState.SUBMITTED),
    )


def contracts_to_confirm(session: Session, viewer: Viewer) -> Waiting:
    """Employment contracts announced by a company."""
    return _waiting(
        session,
        select(func.count(), func.min(EmploymentContract.created_at)).where(
            contract_condition(viewer), unconfirmed(), EmploymentContract.state == ContractState.PROPOSED
        ),
    )


def ends_asked(session: Session, viewer: Viewer) -> Waiting:
    """Employment contracts of which a company asks to change the end."""
    asked = EmploymentContract.asked_end
    return _waiting(
        session,
        # The range says nothing more: it is what the index of the ends asked is entered by.
        select(func.count(), null()).where(contract_condition(viewer), asked.is_not(None), asked >= date.min),
    )


def _waiting(session: Session, statement: Select[Any, Any]) -> Waiting:
    count, since = session.execute(statement).one()
    return Waiting(int(count), since)


def ending_eligibilities(session: Session, viewer: Viewer, today: date) -> list[Ending]:
    """Eligibilities in force that end within 60 days, the first first, where the person has no later one; two queries."""
    own = select(Participant.id).where(participant_condition(viewer))
    rows = session.execute(
        select(
            Eligibility.id, Participant.id.label("person"), Participant.public_id, Participant.last_name,
            Participant.first_name, Eligibility.eligible_until, _at_work(today).label("at_work"),
        )
        .join(Participant, Participant.id == Eligibility.participant_id)
        .where(
            is_eligible(),
            Eligibility.eligible_until.between(today, today + timedelta(days=SOON)),
            Eligibility.participant_id.in_(own),
        )
        .order_by(Eligibility.eligible_until, Participant.last_name, Participant.first_name, Eligibility.id)
    ).all()  # fmt: skip
    last = _last_until(session, {r.person for r in rows})
    return [
        Ending(r.public_id, f"{r.last_name} {r.first_name}", r.eligible_until, r.at_work)
        for r in rows
        if not any(id != r.id and until > r.eligible_until for id, until in last[r.person])
    ]


def _last_until(session: Session, people: set[int]) -> dict[int, list[tuple[int, date]]]:
    """By person, the assessments that hold or are asked for, and their last days (``date.max`` where none is known)."""
    rows = session.execute(
        select(Eligibility.participant_id, Eligibility.id, Eligibility.eligible_until, Eligibility.state).where(
            Eligibility.participant_id.in_(people)
        )  # their few assessments: the state is looked at here
    )
    found: dict[int, list[tuple[int, date]]] = {}
    for person, id, until, state in rows:
        if state in (EligibilityState.ELIGIBLE, EligibilityState.SUBMITTED):
            found.setdefault(person, []).append((id, until or date.max))
    return found


def _at_work(today: date) -> ColumnElement[bool]:
    return exists().where(EmploymentContract.participant_id == Participant.id, working_on(today))


def working_on(today: date) -> ColumnElement[bool]:
    """Confirmed employment contracts that run on this day."""
    return and_(
        EmploymentContract.state == ContractState.CONFIRMED,
        EmploymentContract.starts_on <= today,
        or_(EmploymentContract.ends_on.is_(None), EmploymentContract.ends_on >= today),
    )


def pathways(session: Session, viewer: Viewer) -> Pathways:
    """Entries and exits to validate, and pathways without an exit: one query."""

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    row = session.execute(
        select(
            counted(Pathway.entry_validated_at.is_(None)),
            counted(Pathway.exited_on.is_not(None) & Pathway.exit_validated_at.is_(None)),
            counted(Pathway.exited_on.is_(None)),
        ).where(pathway_condition(viewer))
    ).one()
    return Pathways(*(int(n) for n in row))


def employees(session: Session, viewer: Viewer, today: date) -> list[Employee]:
    """The people whom a company employs today, by name, and until when the clause applies to them: one query."""
    at_work = select(EmploymentContract.participant_id).where(contract_condition(viewer), working_on(today))
    until = (
        select(
            Eligibility.participant_id,
            func.max(func.coalesce(Eligibility.eligible_until, date.max)).label("until"),
        )
        .where(
            Eligibility.state == EligibilityState.ELIGIBLE,
            Eligibility.eligible_from <= today,
            or_(Eligibility.eligible_until.is_(None), Eligibility.eligible_until >= today),
            Eligibility.participant_id.in_(at_work),
        )
        .group_by(Eligibility.participant_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Participant.public_id, Participant.last_name, Participant.first_name, EmploymentContract.job,
            EmploymentContract.public_id.label("contract"), EmploymentContract.ends_on,
            Establishment.name.label("establishment"), until.c.until,
        )
        .join(EmploymentContract, EmploymentContract.participant_id == Participant.id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .outerjoin(until, until.c.participant_id == Participant.id)
        .where(contract_condition(viewer), working_on(today))
        .order_by(Participant.last_name, Participant.first_name, EmploymentContract.starts_on, EmploymentContract.id)
    )  # fmt: skip
    return [
        Employee(
            r.public_id, r.contract, f"{r.last_name} {r.first_name}", r.job, r.establishment, r.ends_on,
            r.until is not None, None if r.until == date.max else r.until,
        )
        for r in rows
    ]  # fmt: skip


def proposals(session: Session, viewer: Viewer, today: date) -> list[Proposal]:
    """The people proposed by the viewer's organisation with the assessment that speaks today, the latest first: one query."""
    current = states.Current
    rows = session.execute(
        select(
            Participant.public_id, Participant.last_name, Participant.first_name,
            states.state_today(today).label("state"), current.proposed_at, current.decision_reason,
            current.eligible_until, _at_work(today).label("at_work"),
        )
        .outerjoin(current, states.current_is(today))
        .where(participant_condition(viewer))
        .order_by(current.proposed_at.desc().nulls_last(), Participant.last_name, Participant.id)
    )  # fmt: skip
    return [
        Proposal(
            r.public_id, f"{r.last_name} {r.first_name}", _state(r.state), r.proposed_at,
            r.decision_reason or "", r.eligible_until, bool(r.at_work),
        )
        for r in rows
    ]  # fmt: skip


def _state(code: str) -> EligibilityState:
    state = by_value(EligibilityState, code)
    assert isinstance(state, EligibilityState)
    return state
