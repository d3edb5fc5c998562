"""One person's page: each part is masked here for who may not read it (GDPR-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from clause.access import Permission, Role, Viewer
from clause.accounts.models import User
from clause.candidates.codes import ContractState, EligibilityState, PublicKind
from clause.candidates.models import (
    Assignment,
    ClauseEntry,
    Eligibility,
    EligibilityProof,
    EmploymentContract,
    Participant,
    Pathway,
    Placement,
    Position,
)
from clause.candidates.rules.eligibility import OPEN_STATES, Alert, Window, end_alert, is_unused, state_on
from clause.candidates.visibility import (
    contract_condition,
    pathway_condition,
    placement_condition,
    visible_participants,
)
from clause.kernel.values import fold
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market
from clause.organisations.models import Company, Establishment, Structure


@dataclass(frozen=True)
class Assessment:
    """An assessment as the viewer may read it: a company reads neither criteria, proofs, nor reasons."""

    public_id: str
    version: int
    state: EligibilityState
    since: date | None
    until: date | None
    proposed_by: str
    proposed_at: Any
    decided_by: str
    decided_at: Any
    motive: str = ""
    reason: str = ""
    late_reason: str = ""
    market: str = ""
    criteria: Sequence[tuple[PublicKind, bool]] = ()
    proofs: Sequence[EligibilityProof] = ()
    mine: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


@dataclass(frozen=True)
class HoursRow:
    """Counted hours of one month on one market with one employer, in hundredths."""

    month: date
    market: str
    market_id: str
    employer: str
    hours: int


@dataclass(frozen=True)
class PersonPage:
    person: Participant
    structure: str
    proposed_by_company: str
    assessments: Sequence[Assessment]
    current: Assessment | None
    alerts: Sequence[Alert]
    contracts: Sequence[EmploymentContract]
    placements: Sequence[Placement]
    pathways: Sequence[Pathway]
    entry: ClauseEntry | None
    hours: Sequence[HoursRow] = field(default_factory=tuple)
    shows_hours: bool = False

    @property
    def total_hours(self) -> int:
        return sum(row.hours for row in self.hours)

    @property
    def waiting(self) -> Assessment | None:
        return next((a for a in self.assessments if a.is_open), None)


def find_person(session: Session, viewer: Viewer, public_id: str) -> Participant | None:
    """The person at this address, or None where the viewer does not see them."""
    return session.scalars(
        visible_participants(viewer)
        .where(Participant.public_id == public_id)
        .options(joinedload(Participant.prescriber))
    ).one_or_none()


def person_page(session: Session, viewer: Viewer, person: Participant, today: date) -> PersonPage:
    """Everything on a person's page, in a constant number of queries."""
    assessments = _assessments(session, viewer, person, today)
    contracts = contracts_of(session, viewer, person)
    current = current_of(assessments, today)
    sees_hours = viewer.in_structure or viewer.role is Role.COMPANY
    return PersonPage(
        person, session.get_one(Structure, person.structure_id).name, _company_name(session, person), assessments, current,
        _alerts(current, contracts, today), contracts, _placements(session, viewer, person), _pathways(session, viewer, person),
        frozen_entry(session, viewer, person), _hours(session, viewer, person) if sees_hours else (), sees_hours,
    )  # fmt: skip


def current_of(assessments: Sequence[Assessment], today: date) -> Assessment | None:
    """The window that holds today, else the latest assessment."""
    holding = (a for a in assessments if a.state is EligibilityState.ELIGIBLE and a.since and Window(a.since, a.until).holds(today))  # fmt: skip
    return next(holding, assessments[0] if assessments else None)


def _company_name(session: Session, person: Participant) -> str:
    if person.proposed_by_company_id is None:
        return ""
    return session.get_one(Company, person.proposed_by_company_id).name


def _colleagues(viewer: Viewer) -> Select[int]:
    return select(User.id).where(User.company_id == viewer.company_id)


def _assessments(session: Session, viewer: Viewer, person: Participant, today: date) -> list[Assessment]:
    """Latest first."""
    statement = (
        select(Eligibility, Market.title)
        .outerjoin(Market, Market.id == Eligibility.market_id)
        .where(Eligibility.participant_id == person.id)
        .order_by(Eligibility.id.desc())
    )
    if viewer.may(Permission.SEE_CRITERIA) or viewer.role is Role.PRESCRIBER:
        statement = statement.options(selectinload(Eligibility.criteria), selectinload(Eligibility.proofs))
    mine = {viewer.user_id} if viewer.role is not Role.COMPANY else set(session.scalars(_colleagues(viewer)))
    return [
        _assessment(viewer, row, market or "", row.proposed_by_id in mine - {None}, today)
        for row, market in session.execute(statement)
    ]


def _assessment(viewer: Viewer, row: Eligibility, market: str, mine: bool, today: date) -> Assessment:
    full, own = viewer.may(Permission.SEE_CRITERIA), viewer.role is Role.PRESCRIBER
    incomplete = row.state is EligibilityState.INCOMPLETE
    criteria = [(c.kind, c.is_primary and full) for c in row.criteria if full or c.proposed] if full or own else []
    return Assessment(
        row.public_id, row.version, state_on(row.state, row.eligible_until, today), row.eligible_from, row.eligible_until,
        row.proposed_by, row.proposed_at, row.decided_by, row.decided_at,
        motive=row.motive if full or own or mine else "",
        # What is missing goes back to who proposed; a refusal's reason to the prescriber, never to a company.
        reason=row.decision_reason if full or own or (mine and incomplete) else "",
        late_reason=row.retroactive_reason if full else "", market=market if full or own or mine else "",
        criteria=sorted(criteria, key=lambda pair: not pair[1]), proofs=row.proofs if full else (), mine=mine,
    )  # fmt: skip


def _alerts(current: Assessment | None, contracts: Sequence[EmploymentContract], today: date) -> list[Alert]:
    if current is None or current.state is not EligibilityState.ELIGIBLE or current.since is None:
        return []
    started = [c.starts_on for c in contracts if c.state is ContractState.CONFIRMED and c.starts_on >= current.since]
    alerts = [end_alert(current.until, today)]
    if is_unused(current.since, min(started, default=None), today):
        alerts.append(Alert.UNUSED)
    return [a for a in alerts if a]


def contracts_of(session: Session, viewer: Viewer, person: Participant) -> Sequence[EmploymentContract]:
    """The person's contracts: all for the structure, its own for a company; a prescriber learns of those confirmed."""
    return session.scalars(
        select(EmploymentContract)
        .where(EmploymentContract.participant_id == person.id, _contracts_seen(viewer))
        .order_by(EmploymentContract.starts_on.desc(), EmploymentContract.id.desc())
        .options(
            joinedload(EmploymentContract.establishment).joinedload(Establishment.company),
            selectinload(EmploymentContract.assignments).joinedload(Assignment.market),
        )
    ).all()


def _contracts_seen(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.PRESCRIBER:  # the person was already found among those of its organisation
        return EmploymentContract.state == ContractState.CONFIRMED
    return contract_condition(viewer)


def _placements(session: Session, viewer: Viewer, person: Participant) -> Sequence[Placement]:
    return session.scalars(
        select(Placement)
        .where(Placement.participant_id == person.id, placement_condition(viewer))
        .order_by(Placement.proposed_on.desc(), Placement.id.desc())
        .options(joinedload(Placement.position).joinedload(Position.market))
    ).all()


def _pathways(session: Session, viewer: Viewer, person: Participant) -> Sequence[Pathway]:
    return session.scalars(
        select(Pathway)
        .where(Pathway.participant_id == person.id, pathway_condition(viewer))
        .order_by(Pathway.entered_on.desc())
    ).all()


def frozen_entry(session: Session, viewer: Viewer, person: Participant) -> ClauseEntry | None:
    """The frozen entry, for the team only."""
    if not viewer.in_structure:
        return None
    return session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == person.id)).one_or_none()


def _hours(session: Session, viewer: Viewer, person: Participant) -> list[HoursRow]:
    """Counted hours by month, market and employer, from the ledger, latest first; months whose sum is nil are left out."""
    total = func.sum(LedgerEntry.hours_real)
    rows = session.execute(
        select(LedgerEntry.month, Market.title, Market.public_id, Company.name, total.label("hours"))
        .join(EmploymentContract, EmploymentContract.id == LedgerEntry.employment_contract_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .join(Company, Company.id == Establishment.company_id)
        .join(Market, Market.id == LedgerEntry.market_id)
        .where(and_(LedgerEntry.participant_id == person.id, contract_condition(viewer)))
        .group_by(LedgerEntry.month, Market.id, Market.title, Market.public_id, Company.id, Company.name)
        .having(total != 0)
        .order_by(LedgerEntry.month.desc(), Market.id, Company.id)
    )
    return [HoursRow(r.month, r.title, r.public_id, r.name, int(r.hours)) for r in rows]


def find_assessment(session: Session, viewer: Viewer, public_id: str) -> Eligibility | None:
    """The assessment at this address with its person, criteria and proofs, among the viewer's people; a company finds
    those that it proposed."""
    seen = visible_participants(viewer).with_only_columns(Participant.id)
    statement = select(Eligibility).where(Eligibility.public_id == public_id, Eligibility.participant_id.in_(seen))
    if viewer.role is Role.COMPANY:
        statement = statement.where(Eligibility.proposed_by_id.in_(_colleagues(viewer)))
    return session.scalars(
        statement.options(
            joinedload(Eligibility.participant).joinedload(Participant.prescriber),
            selectinload(Eligibility.criteria),
            selectinload(Eligibility.proofs),
        )
    ).one_or_none()


def twins_of(session: Session, viewer: Viewer, person: Participant) -> Sequence[Participant]:
    """Other people of the same name and birth date in the viewer's sight: probably the same one."""
    name = fold(f"{person.last_name} {person.first_name}")
    return session.scalars(
        visible_participants(viewer)
        .where(
            Participant.birth_date == person.birth_date,
            Participant.search.startswith(f"{name} ", autoescape=True),
            Participant.id != person.id,
        )
        .order_by(Participant.id)
    ).all()


def missing_said(viewer: Viewer, assessment: Eligibility) -> str:
    """What a facilitator asked for, for whoever proposed."""
    return assessment.decision_reason if assessment.state is EligibilityState.INCOMPLETE else ""
