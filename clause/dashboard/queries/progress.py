"""Where the markets that a viewer sees stand today: their gauges and alerts (OPE-07), and those of its operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.orm import Session, aliased

from clause.access import Viewer
from clause.markets.codes import HOLDERS, MarketStatus, OperationStatus, PartyRole
from clause.markets.figures import Figures, Total, figures, total
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.rules.progress import Alert
from clause.markets.visibility import market_condition, operation_condition
from clause.organisations.models import Company

RUNNING = (MarketStatus.IN_PROGRESS, MarketStatus.SUSPENDED)
HELD = (*RUNNING, MarketStatus.AWARDED, MarketStatus.RECEIVED, MarketStatus.CLOSED, MarketStatus.TERMINATED)
Own = aliased(MarketParty)
SHOWN = (OperationStatus.IN_PROGRESS, OperationStatus.COMPLETED, OperationStatus.CONSULTATION)


@dataclass(frozen=True)
class MarketRow:
    """A market with a clause and its figures (hundredths of an hour). ``held``: the viewer's company owes its hours."""

    public_id: str
    reference: str
    title: str
    operation_public_id: str
    operation: str
    contractor: str
    figures: Figures
    held: bool = False


@dataclass(frozen=True)
class OperationRow:
    """An operation and the sums of its markets with a clause."""

    public_id: str
    reference: str
    title: str
    commune: str
    status: OperationStatus
    total: Total


def running_on(today: date) -> ColumnElement[bool]:
    """Markets that run: started or suspended, or awarded and their first day has come."""
    begun = or_(Market.status != MarketStatus.AWARDED, Market.starts_on <= today)
    return and_(Market.status.in_((*RUNNING, MarketStatus.AWARDED)), begun)


def running_markets(session: Session, viewer: Viewer, today: date) -> list[MarketRow]:
    """The running markets with a clause that the viewer sees, by reference: four queries."""
    rows = session.execute(_markets(viewer).where(running_on(today)).order_by(Market.reference, Market.id)).all()
    found = figures(session, rows, today)
    return [
        MarketRow(r.public_id, r.reference, r.title, r.operation_public_id, r.operation, r.contractor or "", found[r.id], bool(r.held))
        for r in rows
    ]  # fmt: skip


def drifting(markets: Iterable[MarketRow]) -> list[MarketRow]:
    """Those with an alert, the worst first: very late, then late, each by hours missing on this day."""
    late = [m for m in markets if m.figures.alert in (Alert.RED, Alert.ORANGE)]
    return sorted(
        late, key=lambda m: (m.figures.alert is not Alert.RED, m.figures.done - (m.figures.expected or 0), m.reference)
    )


def still_due(markets: Iterable[MarketRow]) -> list[MarketRow]:
    """Those whose objective is not reached, the most hours first."""
    return sorted((m for m in markets if m.figures.remaining), key=lambda m: (-(m.figures.remaining or 0), m.reference))


def operations(session: Session, viewer: Viewer, today: date) -> list[OperationRow]:
    """The operations of the viewer in consultation, running or completed, running ones first: five queries."""
    rows = session.execute(_markets(viewer).where(Market.status.in_(HELD))).all()
    found = figures(session, rows, today)
    by_operation: dict[int, list[Figures]] = {}
    for row in rows:
        by_operation.setdefault(row.operation_id, []).append(found[row.id])
    shown = session.execute(
        select(Operation.id, Operation.public_id, Operation.reference, Operation.title, Operation.commune, Operation.status)
        .where(operation_condition(viewer), Operation.status.in_(SHOWN))
        .order_by(Operation.reference, Operation.id)
    )  # fmt: skip
    made = [
        OperationRow(o.public_id, o.reference, o.title, o.commune, o.status, total(by_operation.get(o.id, [])))
        for o in shown
    ]
    return sorted(made, key=lambda o: o.status is not OperationStatus.IN_PROGRESS)


def _markets(viewer: Viewer) -> Select[Any]:
    """One light row a market with a clause: what its figures need, and what says which it is."""
    contracts = and_(MarketParty.market_id == Market.id, MarketParty.role == PartyRole.CONTRACTOR)
    return (
        select(
            Market.id, Market.structure_id, Market.starts_on, Market.ends_on, Market.status, Market.parameters,
            Market.public_id, Market.reference, Market.title, Market.operation_id,
            Operation.public_id.label("operation_public_id"), Operation.title.label("operation"),
            Company.name.label("contractor"), _held(viewer).label("held"),
        )
        .join(Operation, Operation.id == Market.operation_id)
        .outerjoin(MarketParty, contracts)
        .outerjoin(Company, Company.id == MarketParty.company_id)
        .where(market_condition(viewer), Market.clause_kind.is_not(None))
    )  # fmt: skip


def _held(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.company_id is None:
        return literal(False)
    return Market.id.in_(select(Own.market_id).where(Own.company_id == viewer.company_id, Own.role.in_(HOLDERS)))
