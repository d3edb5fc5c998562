"""Which operations and markets a viewer sees: the root of every query of this slice.

A structure sees the operations it leads and those it is partner of by agreement; an authority those it buys; a company
the markets it holds, or on which it employs people of the clause. Nobody else sees any.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, CompoundSelect, Select, column, false, or_, select, table, union_all
from sqlalchemy.orm import aliased

from clause.access import Role, Viewer
from clause.markets.models import Market, MarketParty, Operation, OperationPartner

Led = aliased(Operation)  # made once: an alias costs as much as a query


def operation_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return Operation.id.in_(_of_structure(viewer))
    if viewer.role is Role.AUTHORITY:
        return Operation.authority_id == viewer.authority_id
    if viewer.role is Role.COMPANY:
        return Operation.id.in_(select(Market.operation_id).where(Market.id.in_(_of_company(viewer))))
    return false()


def market_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.COMPANY:
        return Market.id.in_(_of_company(viewer))
    if viewer.in_structure:
        return Market.operation_id.in_(_of_structure(viewer))
    return Market.operation_id.in_(select(Operation.id).where(operation_condition(viewer)))


def visible_operations(viewer: Viewer) -> Select[Operation]:
    return select(Operation).where(operation_condition(viewer))


def visible_markets(viewer: Viewer) -> Select[Market]:
    return select(Market).where(market_condition(viewer))


def leads(viewer: Viewer, structure_id: int) -> bool:
    """True where the viewer's structure leads: a partner sees the operation and follows its people, the lead edits."""
    return viewer.in_structure and viewer.structure_id == structure_id


def _of_structure(viewer: Viewer) -> CompoundSelect[int]:
    """Operations led, then those shared: two searches in an index. With « or » PostgreSQL would read every operation."""
    own = select(Led.id).where(Led.structure_id == viewer.structure_id)
    shared = select(OperationPartner.operation_id).where(OperationPartner.structure_id == viewer.structure_id)
    return union_all(own, shared)


def _of_company(viewer: Viewer) -> Select[int]:
    """Markets held, or served by an employment contract of the company; the table names keep the slices apart."""
    assignment = table("assignment", column("market_id"), column("employment_contract_id"))
    contract = table("employment_contract", column("id"), column("establishment_id"), column("state"))
    establishment = table("establishment", column("id"), column("company_id"))
    employs = (
        select(assignment.c.market_id)
        .join(contract, contract.c.id == assignment.c.employment_contract_id)
        .join(establishment, establishment.c.id == contract.c.establishment_id)
        .where(establishment.c.company_id == viewer.company_id, contract.c.state == "confirmed")
    )
    holds = select(MarketParty.market_id).where(MarketParty.company_id == viewer.company_id)
    return select(Market.id).where(or_(Market.id.in_(holds), Market.id.in_(employs)))
