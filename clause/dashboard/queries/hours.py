"""Declarations that wait: for the facilitation, and sent back to a company. What is owed is read by ``hours.queries``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.dashboard.queries.people import Waiting
from clause.hours.codes import DeclarationState
from clause.hours.models import Declaration
from clause.hours.queries.queue import waiting_condition
from clause.hours.visibility import declaration_condition
from clause.markets.models import Market


@dataclass(frozen=True)
class Returned:
    """A month that the facilitation sent back to the company, and why."""

    public_id: str
    month: date
    market_reference: str
    market_title: str
    reason: str


def to_validate(session: Session, viewer: Viewer) -> Waiting:
    """Declarations with something for the viewer's structure to decide: the queue of the validation page."""
    count, since = session.execute(
        select(func.count(), func.min(Declaration.submitted_at)).where(
            declaration_condition(viewer), waiting_condition(viewer)
        )
    ).one()
    return Waiting(int(count), since)


def returned(session: Session, viewer: Viewer) -> list[Returned]:
    """The months sent back to the viewer's company, oldest first."""
    rows = session.execute(
        select(Declaration.public_id, Declaration.month, Market.reference, Market.title, Declaration.return_reason)
        .join(Market, Market.id == Declaration.market_id)
        .where(declaration_condition(viewer), Declaration.state == DeclarationState.RETURNED)
        .order_by(Declaration.month, Market.reference, Declaration.id)
    )
    return [Returned(*row) for row in rows]
