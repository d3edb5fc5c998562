"""Which people, contracts, positions and pathways a viewer sees: the root of every query of this slice (GDPR-05).

A structure sees its own people, never another's, shared operation or not. A company sees the people it employs, those it
proposed and those presented to it; a prescriber those its organisation proposed. An authority sees nobody.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, or_, select, union

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState, PlacementState
from clause.candidates.models import EmploymentContract, Participant, Pathway, Placement, Position
from clause.markets.models import Market, Operation, OperationPartner
from clause.markets.visibility import market_condition
from clause.organisations.models import Establishment

PRESENTED = (PlacementState.PRESENTED, PlacementState.HIRED)


def participant_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return Participant.structure_id == viewer.structure_id
    if viewer.role is Role.PRESCRIBER:
        return (Participant.structure_id == viewer.structure_id) & (Participant.prescriber_id == viewer.prescriber_id)
    if viewer.role is Role.COMPANY:
        employed = select(EmploymentContract.participant_id).where(contract_condition(viewer))
        return or_(
            Participant.proposed_by_company_id == viewer.company_id,
            Participant.id.in_(employed),
            Participant.id.in_(_presented_to(viewer)),
        )
    return false()


def contract_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return EmploymentContract.structure_id == viewer.structure_id
    if viewer.role is Role.COMPANY:
        return of_company(viewer) & (EmploymentContract.state != ContractState.REFUSED)
    return false()


def of_company(viewer: Viewer) -> ColumnElement[bool]:
    """Contracts of a company in any state: it reads why one that it announced was refused."""
    own = select(Establishment.id).where(Establishment.company_id == viewer.company_id)
    return EmploymentContract.establishment_id.in_(own)


def position_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Posts on the markets that a structure sees; a company sees its own posts only."""
    if viewer.in_structure:
        return Position.market_id.in_(select(Market.id).where(market_condition(viewer)))
    if viewer.role is Role.COMPANY:
        own = select(Establishment.id).where(Establishment.company_id == viewer.company_id)
        return Position.establishment_id.in_(own)
    return false()


def pathway_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Pathways of the people that the structure's team or a PLIE referent sees; companies see none."""
    if viewer.in_structure or viewer.role is Role.PRESCRIBER:
        return Pathway.participant_id.in_(select(Participant.id).where(participant_condition(viewer)))
    return false()


def placement_condition(viewer: Viewer) -> ColumnElement[bool]:
    """A structure and a prescriber see those of their people, a company those presented to it."""
    if viewer.role is Role.COMPANY:
        own = select(Position.id).where(position_condition(viewer))
        return Placement.position_id.in_(own) & (Placement.state != PlacementState.PROPOSED)
    return Placement.participant_id.in_(select(Participant.id).where(participant_condition(viewer)))


def visible_participants(viewer: Viewer) -> Select[Participant]:
    return select(Participant).where(participant_condition(viewer))


def visible_contracts(viewer: Viewer) -> Select[EmploymentContract]:
    return select(EmploymentContract).where(contract_condition(viewer))


def visible_positions(viewer: Viewer) -> Select[Position]:
    return select(Position).where(position_condition(viewer))


def visible_placements(viewer: Viewer) -> Select[Placement]:
    return select(Placement).where(placement_condition(viewer))


def visible_pathways(viewer: Viewer) -> Select[Pathway]:
    return select(Pathway).where(pathway_condition(viewer))


def company_structures(viewer: Viewer) -> Select[int]:
    """The structures that lead or partner the operations of a company's markets: those it may propose people to."""
    operations = select(Market.operation_id).where(market_condition(viewer))
    leads = select(Operation.structure_id.label("structure_id")).where(Operation.id.in_(operations))
    partners = select(OperationPartner.structure_id).where(OperationPartner.operation_id.in_(operations))
    both = union(leads, partners).subquery()
    return select(both.c.structure_id)


def _presented_to(viewer: Viewer) -> Select[int]:
    own = select(Establishment.id).where(Establishment.company_id == viewer.company_id)
    return (
        select(Placement.participant_id)
        .join(Position, Position.id == Placement.position_id)
        .where(Position.establishment_id.in_(own), Placement.state.in_(PRESENTED))
    )
