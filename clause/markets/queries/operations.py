"""Lists and pages of operations. Constant number of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, column, func, select, table
from sqlalchemy.orm import Session, contains_eager, joinedload

from clause.access import Permission, Viewer
from clause.accounts.models import User
from clause.kernel import audit
from clause.kernel.listing import page_of, sorted_by
from clause.ledger.models import LedgerEntry
from clause.markets.figures import Total, figures, total
from clause.markets.models import Market, Operation, OperationPartner
from clause.markets.queries.filters import OperationFilters, operation_conditions
from clause.markets.queries.markets import MarketRow, with_figures
from clause.markets.visibility import leads, visible_markets, visible_operations
from clause.organisations.models import ContractingAuthority, Structure

SORTS: Mapping[str, Any] = {
    "reference": Operation.reference,
    "intitule": Operation.title,
    "acheteur": ContractingAuthority.name,
    "debut": Operation.starts_on,
    "consultation": Operation.consultation_date,
}


@dataclass(frozen=True)
class OperationRow:
    """An operation of a list, its authority and structure loaded, with the sums of its markets that the viewer sees."""

    operation: Operation
    total: Total


def operation_list(
    session: Session, viewer: Viewer, filters: OperationFilters, sort: str, number: int, day: date
) -> tuple[list[OperationRow], int]:
    """One page of the operations that the viewer sees, and how many there are in all."""
    operations, count = page_of(session, operation_statement(viewer, filters, sort, day), number)
    return _with_totals(session, viewer, operations, day), count


def all_operations(
    session: Session, viewer: Viewer, filters: OperationFilters, sort: str, day: date
) -> list[OperationRow]:
    """Every row of the list, for its export."""
    operations = session.scalars(operation_statement(viewer, filters, sort, day)).all()
    return _with_totals(session, viewer, operations, day)


def operation_statement(viewer: Viewer, filters: OperationFilters, sort: str, day: date) -> Select[Operation]:
    statement = (
        visible_operations(viewer)
        .join(Operation.authority)
        .join(Operation.structure)
        .options(contains_eager(Operation.authority), contains_eager(Operation.structure))
        .where(*operation_conditions(filters, day))
    )
    return sorted_by(statement, SORTS, sort, Operation.id)


def _with_totals(
    session: Session, viewer: Viewer, operations: Sequence[Operation], day: date
) -> list[OperationRow]:  # fmt: skip
    keys = [o.id for o in operations]
    markets = session.scalars(visible_markets(viewer).where(Market.operation_id.in_(keys))).all()
    found = figures(session, markets, day)
    by_operation = {key: [found[m.id] for m in markets if m.operation_id == key] for key in keys}
    return [OperationRow(o, total(by_operation[o.id])) for o in operations]


def operation_by_address(session: Session, viewer: Viewer, public_id: str) -> Operation | None:
    """The operation at this address if the viewer may see it, with its authority and lead structure."""
    return session.scalars(
        visible_operations(viewer)
        .where(Operation.public_id == public_id)
        .options(joinedload(Operation.authority), joinedload(Operation.structure))
    ).one_or_none()


@dataclass(frozen=True)
class StructureHours:
    """What one structure's people did on an operation: a number of people and hundredths of an hour, never a name."""

    structure: str
    people: int
    hours: int


@dataclass(frozen=True)
class OperationPage:
    """What the page of an operation shows to this viewer."""

    operation: Operation
    markets: list[MarketRow]
    total: Total
    partners: Sequence[OperationPartner]
    by_structure: Sequence[StructureHours]
    facilitator: str
    edits: bool
    history: Sequence[audit.AuditEvent]


def operation_page(session: Session, viewer: Viewer, operation: Operation, day: date) -> OperationPage:
    """Everything on the page of an operation found through ``operation_by_address``."""
    markets = session.scalars(
        visible_markets(viewer).where(Market.operation_id == operation.id).order_by(Market.lot, Market.reference)
    ).all()
    rows = with_figures(session, markets, day)
    partners = partners_of(session, operation) if viewer.in_structure else ()
    user = session.get(User, operation.facilitator_id) if operation.facilitator_id else None
    return OperationPage(
        operation=operation,
        markets=rows,
        total=total([row.figures for row in rows]),
        partners=partners,
        by_structure=hours_by_structure(session, operation) if partners else (),
        facilitator=user.name if user else "",
        edits=viewer.may(Permission.EDIT_MARKETS) and leads(viewer, operation.structure_id),
        history=audit.history(session, operation) if viewer.in_structure else (),
    )


def partners_of(session: Session, operation: Operation) -> Sequence[OperationPartner]:
    return session.scalars(
        select(OperationPartner)
        .where(OperationPartner.operation_id == operation.id)
        .options(joinedload(OperationPartner.structure))
        .order_by(OperationPartner.agreed_on, OperationPartner.id)
    ).all()


def hours_by_structure(session: Session, operation: Operation) -> list[StructureHours]:
    """Who follows how many people on a shared operation, as sums; the table's name keeps the slices apart."""
    participant = table("participant", column("id"), column("structure_id"))
    rows = session.execute(
        select(
            Structure.name,
            func.count(LedgerEntry.participant_id.distinct()).label("people"),
            func.sum(LedgerEntry.hours_real).label("hours"),
        )
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(participant, participant.c.id == LedgerEntry.participant_id)
        .join(Structure, Structure.id == participant.c.structure_id)
        .where(Market.operation_id == operation.id)
        .group_by(Structure.id, Structure.name)
        .order_by(Structure.name)
    )
    return [StructureHours(row.name, int(row.people), int(row.hours)) for row in rows]
