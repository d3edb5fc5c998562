"""Registering and changing operations; the structures that share them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import fold, format_date, siren_of
from clause.markets.actions.common import (
    checked_siret,
    in_words,
    refuse_first,
    require_free,
    require_lead,
    unique_reference,
)
from clause.markets.actions.data import OperationData
from clause.markets.codes import OperationStatus
from clause.markets.models import Market, Operation, OperationPartner
from clause.markets.rules.checks import Refusal, date_refusals
from clause.markets.rules.status import operation_status_from_dates, operation_steps
from clause.organisations.codes import BuyerType
from clause.organisations.models import ContractingAuthority, Structure
from clause.organisations.register import authority_by_siret

LABELS = {
    "reference": "référence",
    "title": "intitulé",
    "programme": "programme",
    "commune": "commune",
    "place": "position",
    "consultation_date": "date de consultation",
    "starts_on": "début",
    "ends_on": "fin",
    "notes": "notes",
}


def register_operation(session: Session, viewer: Viewer, data: OperationData) -> Operation:
    """A new operation led by the viewer's structure. Refuses missing texts, dates out of order, a reference already used."""
    if viewer.structure_id is None:
        raise Refused(Refusal.NOT_LEAD)
    require_lead(viewer, viewer.structure_id)
    operation = Operation(structure_id=viewer.structure_id, created_at=clock.now())
    _check(session, operation, data)
    authority = _authority(session, data)
    operation.status = data.status or operation_status_from_dates(data.starts_on, data.ends_on, clock.today())
    operation.facilitator_id = _facilitator(session, viewer, data.facilitator_id or viewer.user_id)
    _fill(operation, data, authority)
    with unique_reference(session, operation.reference):
        session.add(operation)
        session.flush()
    audit.record(session, viewer, "opération créée", operation)
    return operation


def change_operation(
    session: Session, viewer: Viewer, operation: Operation, data: OperationData, version: int | None = None
) -> Operation:
    """Change what an operation says. Its state has an act of its own (``change_operation_status``)."""
    require_lead(viewer, operation.structure_id)
    check_version(session, operation, version)
    _check(session, operation, data)
    before = describe_operation(session, operation)
    operation.facilitator_id = _facilitator(session, viewer, data.facilitator_id)
    _fill(operation, data, _authority(session, data))
    with unique_reference(session, operation.reference):
        session.flush()
    changes = audit.differences(before, describe_operation(session, operation))
    if changes:
        audit.record(session, viewer, "opération modifiée", operation, changes)
    return operation


def change_operation_status(
    session: Session, viewer: Viewer, operation: Operation, status: OperationStatus, reason: str = "", version: int | None = None
) -> Operation:  # fmt: skip
    """OPE-02: move an operation to one of the states that may follow; to abandon it takes a reason."""
    require_lead(viewer, operation.structure_id)
    check_version(session, operation, version)
    if status not in operation_steps(operation.status):
        raise Refused(Refusal.STEP_FORBIDDEN, "status")
    if status is OperationStatus.ABANDONED and not reason:
        raise Refused(Refusal.REASON_MISSING, "reason")
    changes = {"état": [operation.status.label, status.label]} | ({"motif": ["", reason]} if reason else {})
    operation.status = status
    session.flush()
    audit.record(session, viewer, "état changé", operation, changes)
    return operation


def describe_operation(session: Session, operation: Operation) -> dict[str, str]:
    """The operation in French words, for its history."""
    words = {label: in_words(getattr(operation, name)) for name, label in LABELS.items()}
    authority = session.get_one(ContractingAuthority, operation.authority_id)
    user = session.get(User, operation.facilitator_id) if operation.facilitator_id else None
    return {**words, "maître d'ouvrage": authority.name, "facilitateur": user.name if user else ""}


def _check(session: Session, operation: Operation, data: OperationData) -> None:
    if not data.reference:
        raise Refused(Refusal.REFERENCE_MISSING, "reference")
    if not data.title:
        raise Refused(Refusal.TITLE_MISSING, "title")
    refuse_first(date_refusals(data.starts_on, data.ends_on, consultation=data.consultation_date))
    with session.no_autoflush:
        require_free(session, Operation, operation, data.reference)


def _authority(session: Session, data: OperationData) -> ContractingAuthority:
    if data.authority_id is not None:
        return session.get_one(ContractingAuthority, data.authority_id)
    if not data.authority_siret:
        raise Refused(Refusal.AUTHORITY_MISSING, "authority")
    siret = checked_siret(data.authority_siret, "authority_siret")
    known = session.scalar(select(ContractingAuthority.id).where(ContractingAuthority.siren == siren_of(siret)))
    if known is None and not data.authority_name:
        raise Refused(Refusal.AUTHORITY_NAME_MISSING, "authority_name")
    kind = data.authority_kind or BuyerType.PUBLIC_BODY
    return authority_by_siret(session, siret, name=data.authority_name, kind=kind, commune=data.commune)


def _facilitator(session: Session, viewer: Viewer, user_id: int | None) -> int | None:
    """The account of somebody of the structure, or none."""
    wanted = select(User.id).where(User.id == user_id, User.structure_id == viewer.structure_id)
    return session.scalar(wanted) if user_id else None


def _fill(operation: Operation, data: OperationData, authority: ContractingAuthority) -> None:
    for name in LABELS:
        setattr(operation, name, getattr(data, name))
    operation.authority_id = authority.id
    operation.search = fold(f"{data.reference} {data.title} {data.commune} {authority.name} {authority.siren}")[:600]


# Partners


def add_partner(
    session: Session, viewer: Viewer, operation: Operation, structure: Structure, agreed_on: date, agreement: str = ""
) -> OperationPartner:
    """Share an operation by agreement: the partner sees it and follows its own people there."""
    require_lead(viewer, operation.structure_id)
    if structure.id == operation.structure_id:
        raise Refused(Refusal.PARTNER_IS_LEAD, "structure")
    if _partner(session, operation, structure.id) is not None:
        raise Refused(Refusal.PARTNER_TWICE, "structure")
    partner = OperationPartner(
        operation_id=operation.id, structure_id=structure.id, agreed_on=agreed_on, agreement=agreement
    )
    session.add(partner)
    session.flush()
    said = f"convention du {format_date(agreed_on)}" + (f" ({agreement})" if agreement else "")
    audit.record(session, viewer, "structure partenaire ajoutée", operation, {structure.name: ["", said]})
    return partner


def remove_partner(session: Session, viewer: Viewer, operation: Operation, structure: Structure) -> None:
    """End a sharing. Refused while the partner follows people there: they would lose sight of their own hours."""
    require_lead(viewer, operation.structure_id)
    partner = _partner(session, operation, structure.id)
    people = partner_people(session, operation, structure.id)
    if people:
        raise Refused(
            f"{structure.name} suit {people} {'personnes' if people > 1 else 'personne'} sur cette opération :"
            " le partage ne peut pas prendre fin."
        )
    if partner is not None:
        session.delete(partner)
        audit.record(session, viewer, "structure partenaire retirée", operation, {structure.name: ["partenaire", ""]})


def partner_people(session: Session, operation: Operation, structure_id: int) -> int:
    """How many people of a structure have an employment contract on the operation; table names keep the slices apart."""
    assignment = table("assignment", column("market_id"), column("employment_contract_id"))
    contract = table("employment_contract", column("id"), column("structure_id"), column("participant_id"))
    markets = select(Market.id).where(Market.operation_id == operation.id)
    return (
        session.scalar(
            select(func.count(contract.c.participant_id.distinct()))
            .select_from(assignment.join(contract, contract.c.id == assignment.c.employment_contract_id))
            .where(assignment.c.market_id.in_(markets), contract.c.structure_id == structure_id)
        )
        or 0
    )


def _partner(session: Session, operation: Operation, structure_id: int) -> OperationPartner | None:
    return session.scalars(
        select(OperationPartner).where(
            OperationPartner.operation_id == operation.id, OperationPartner.structure_id == structure_id
        )
    ).one_or_none()
