"""Which people and employment contracts a viewer sees: the root of every query of this slice (GDPR-05).

A structure sees its own people, never another's, shared operation or not. A company sees the people it employs and
those it proposed; a prescriber those it proposed. An authority sees nobody.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, or_, select

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import EmploymentContract, Participant
from clause.organisations.models import Establishment


def participant_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return Participant.structure_id == viewer.structure_id
    if viewer.role is Role.PRESCRIBER:
        return (Participant.structure_id == viewer.structure_id) & (Participant.prescriber_id == viewer.prescriber_id)
    if viewer.role is Role.COMPANY:
        employed = select(EmploymentContract.participant_id).where(contract_condition(viewer))
        return or_(Participant.proposed_by_company_id == viewer.company_id, Participant.id.in_(employed))
    return false()


def contract_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return EmploymentContract.structure_id == viewer.structure_id
    if viewer.role is Role.COMPANY:
        own = select(Establishment.id).where(Establishment.company_id == viewer.company_id)
        return EmploymentContract.establishment_id.in_(own) & (EmploymentContract.state != ContractState.REFUSED)
    return false()


def visible_participants(viewer: Viewer) -> Select[Participant]:
    return select(Participant).where(participant_condition(viewer))


def visible_contracts(viewer: Viewer) -> Select[EmploymentContract]:
    return select(EmploymentContract).where(contract_condition(viewer))
