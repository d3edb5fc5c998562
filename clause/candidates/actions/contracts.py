"""Employment contracts: announced by a company, registered, confirmed, refused and ended by a facilitator (OPE-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.candidates.actions.common import (
    new_reference,
    person_of,
    person_seen,
    refuse_nir,
    require,
    said,
    setting_of,
)
from clause.candidates.codes import ContractState, ContractType, Mode, PlacementState
from clause.candidates.entries import freeze_entry
from clause.candidates.models import Assignment, EmploymentContract, Participant, Placement, Position
from clause.candidates.rules.contracts import ContractRefusal, dates_refusal
from clause.candidates.visibility import of_company, visible_positions
from clause.candidates.windows import follow_first_contract
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import month_of
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation, OperationPartner
from clause.markets.visibility import visible_markets
from clause.organisations.models import Establishment

MARKET = "Ce marché ne fait pas partie de ceux que vous suivez, ou la structure de la personne n'y participe pas."
EMPLOYER = "Choisissez l'établissement qui emploie, parmi ceux de votre entreprise."
NOT_PROPOSED = "Ce contrat n'attend pas de confirmation."
NOT_CONFIRMED = "Seul un contrat confirmé peut changer de date de fin."
REASON = "Écrivez pourquoi le contrat est refusé : l'entreprise le lira."
DATES_FIELD = "ends_on"


@dataclass(frozen=True)
class ContractData:
    """An employment contract. ``market_ids`` may be empty; ``position_id`` says which post it fills, on one of them.

    ``weekly_hours``: of the contract, in hundredths, where they are known.
    """

    participant_id: int
    establishment_id: int
    mode: Mode
    contract_type: ContractType
    starts_on: date
    ends_on: date | None = None
    job: str = ""
    rome: str = ""
    market_ids: tuple[int, ...] = ()
    position_id: int | None = None
    reference: str = ""
    weekly_hours: int | None = None


def register_contract(session: Session, viewer: Viewer, data: ContractData) -> EmploymentContract:
    """A contract: PROPOSED where a company announces it, CONFIRMED where the structure's team registers it.

    Refused: dates out of order, somebody else's establishment, person or market, a reference used twice, the same contract twice.
    """
    require(viewer, Permission.PROPOSE_CONTRACT)
    refuse_nir(job=data.job, reference=data.reference)
    person = person_seen(session, viewer, data.participant_id)
    _check_employer(session, viewer, data.establishment_id)
    refusal = dates_refusal(data.starts_on, data.ends_on, person.birth_date)
    if refusal:
        raise Refused(refusal, DATES_FIELD if refusal is ContractRefusal.DATES else "starts_on")
    _check_markets(session, viewer, person, data.market_ids)
    _check_same(session, person, data)
    contract = _new_contract(session, viewer, person, data)
    _assign(session, viewer, contract, data)
    if viewer.in_structure:
        _confirmed(session, viewer, contract)
    audit.record(session, viewer, "contrat enregistré" if viewer.in_structure else "contrat annoncé", contract)
    return contract


def _check_employer(session: Session, viewer: Viewer, establishment_id: int) -> None:
    establishment = session.get(Establishment, establishment_id)
    if establishment is None or (viewer.role is Role.COMPANY and establishment.company_id != viewer.company_id):
        raise Refused(EMPLOYER, "employer")


def _check_markets(session: Session, viewer: Viewer, person: Participant, market_ids: Sequence[int]) -> None:
    """Each market is in the viewer's sight, and the person's structure leads or partners its operation."""
    wanted = set(market_ids)
    if not wanted:
        return
    partner = select(OperationPartner.operation_id).where(OperationPartner.structure_id == person.structure_id)
    followed = select(Operation.id).where((Operation.structure_id == person.structure_id) | Operation.id.in_(partner))
    seen = visible_markets(viewer).where(Market.id.in_(wanted), Market.operation_id.in_(followed))
    if {market.id for market in session.scalars(seen)} != wanted:
        raise Refused(MARKET, "market")


def _check_same(session: Session, person: Participant, data: ContractData) -> None:
    # Two at once: the second looks after the first has written (a lock on PostgreSQL; SQLite has one writer).
    session.execute(select(Participant.id).where(Participant.id == person.id).with_for_update(key_share=True))
    if data.reference:
        twin = select(EmploymentContract.id).where(
            EmploymentContract.structure_id == person.structure_id, EmploymentContract.reference == data.reference
        )
        if session.scalar(twin) is not None:
            raise Refused(f"La référence « {data.reference} » est déjà celle d'un autre contrat.", "reference")
    same = select(EmploymentContract.id).where(
        EmploymentContract.participant_id == person.id,
        EmploymentContract.establishment_id == data.establishment_id,
        EmploymentContract.contract_type == data.contract_type,
        EmploymentContract.starts_on == data.starts_on,
        EmploymentContract.state != ContractState.REFUSED,
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused(ContractRefusal.SAME, "starts_on")


def _new_contract(session: Session, viewer: Viewer, person: Participant, data: ContractData) -> EmploymentContract:
    contract = EmploymentContract(
        structure_id=person.structure_id, participant_id=person.id, establishment_id=data.establishment_id,
        reference=data.reference or new_reference("C"), mode=data.mode, contract_type=data.contract_type,
        starts_on=data.starts_on, ends_on=data.ends_on, job=data.job, rome=data.rome, weekly_hours=data.weekly_hours,
        state=ContractState.PROPOSED,
        announced_by_id=viewer.user_id, created_at=clock.now(),
    )  # fmt: skip
    session.add(contract)
    session.flush()
    return contract


def _assign(session: Session, viewer: Viewer, contract: EmploymentContract, data: ContractData) -> None:
    position = _position(session, viewer, data.position_id)
    for market_id in dict.fromkeys(data.market_ids):
        fills = position.id if position is not None and position.market_id == market_id else None
        session.add(Assignment(employment_contract_id=contract.id, market_id=market_id, position_id=fills))
    session.flush()


def _position(session: Session, viewer: Viewer, position_id: int | None) -> Position | None:
    if position_id is None:
        return None
    return session.scalars(visible_positions(viewer).where(Position.id == position_id)).one_or_none()


def confirm_contract(
    session: Session, viewer: Viewer, contract: EmploymentContract, version: int | None = None
) -> EmploymentContract:
    """A facilitator confirms what a company announced; the first contract on a clause market freezes the entry."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    check_version(session, contract, version)
    _own(viewer, contract)
    if contract.state is not ContractState.PROPOSED:
        raise Refused(NOT_PROPOSED)
    _confirmed(session, viewer, contract)
    audit.record(session, viewer, "contrat confirmé", contract)
    return contract


def _confirmed(session: Session, viewer: Viewer, contract: EmploymentContract) -> None:
    contract.state = ContractState.CONFIRMED
    contract.confirmed_by, contract.confirmed_at = viewer.name, clock.now()
    session.flush()
    _fill_positions(session, contract)
    clause_market = (
        select(Market.id)
        .join(Assignment, Assignment.market_id == Market.id)
        .where(Assignment.employment_contract_id == contract.id, Market.clause_kind.is_not(None))
    )
    if session.scalar(clause_market.limit(1)) is not None:
        freeze_entry(session, contract.participant_id, contract.starts_on)
        months = int(setting_of(session, contract.structure_id, "eligibility.duration_months"))
        follow_first_contract(session, viewer, contract, months)


def _fill_positions(session: Session, contract: EmploymentContract) -> None:
    """The placements that led to this contract are hires."""
    filled = select(Assignment.position_id).where(
        Assignment.employment_contract_id == contract.id, Assignment.position_id.is_not(None)
    )
    for placement in session.scalars(
        select(Placement).where(Placement.participant_id == contract.participant_id, Placement.position_id.in_(filled))
    ):
        placement.state = PlacementState.HIRED
        placement.answered_on = placement.answered_on or clock.today()
    session.flush()


def refuse_contract(
    session: Session, viewer: Viewer, contract: EmploymentContract, reason: str, version: int | None = None
) -> None:
    """A facilitator refuses what a company announced; the reason is for the company."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    check_version(session, contract, version)
    _own(viewer, contract)
    if contract.state is not ContractState.PROPOSED:
        raise Refused(NOT_PROPOSED)
    if not reason.strip():
        raise Refused(REASON, "reason")
    refuse_nir(reason=reason)
    contract.state, contract.refusal_reason = ContractState.REFUSED, reason.strip()[:300]
    session.flush()
    audit.record(session, viewer, "contrat refusé", contract)


def set_end(
    session: Session, viewer: Viewer, contract: EmploymentContract, ends_on: date | None, version: int | None = None
) -> None:
    """End a contract early, extend it, or leave it without an end. Refused before its start or before validated hours."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    check_version(session, contract, version)
    _own(viewer, contract)
    _check_end(session, contract, ends_on)
    before, contract.ends_on, contract.asked_end = contract.ends_on, ends_on, None
    session.flush()
    audit.record(session, viewer, "fin du contrat modifiée", contract, {"Fin": [said(before), said(ends_on)]})


def ask_end(
    session: Session, viewer: Viewer, contract: EmploymentContract, ends_on: date, version: int | None = None
) -> None:
    """A company says that the contract ends on another day; a facilitator confirms with ``set_end``."""
    require(viewer, Permission.PROPOSE_CONTRACT)
    check_version(session, contract, version)
    _own(viewer, contract, session)
    _check_end(session, contract, ends_on)
    contract.asked_end = ends_on
    session.flush()
    audit.record(session, viewer, f"fin au {said(ends_on)} demandée", contract)


def _check_end(session: Session, contract: EmploymentContract, ends_on: date | None) -> None:
    if contract.state is not ContractState.CONFIRMED:
        raise Refused(NOT_CONFIRMED)
    birth = person_of(session, contract.participant_id).birth_date
    refusal = dates_refusal(contract.starts_on, ends_on, birth)
    if refusal:
        raise Refused(refusal, DATES_FIELD)
    if ends_on is not None and _hours_after(session, contract, ends_on):
        raise Refused(ContractRefusal.HOURS_AFTER, DATES_FIELD)


def _hours_after(session: Session, contract: EmploymentContract, ends_on: date) -> bool:
    """Whether the ledger still counts hours of a month that begins after the end."""
    return bool(
        session.scalar(
            select(func.coalesce(func.sum(LedgerEntry.hours_real), 0)).where(
                LedgerEntry.employment_contract_id == contract.id, LedgerEntry.month > month_of(ends_on)
            )
        )
    )


def _own(viewer: Viewer, contract: EmploymentContract, session: Session | None = None) -> None:
    """The structure of the contract, or (where a session is given) the company that employs."""
    if viewer.in_structure and viewer.structure_id == contract.structure_id:
        return
    if session is not None and viewer.role is Role.COMPANY:
        own = select(EmploymentContract.id).where(of_company(viewer), EmploymentContract.id == contract.id)
        if session.scalar(own) is not None:
            return
    raise Refused("Ce contrat ne fait pas partie de ceux que vous suivez.")
