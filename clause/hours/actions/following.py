"""What a month that is sent moves besides its own hours."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.models import Declaration
from clause.markets.actions import declared_total
from clause.markets.models import Market


def follow_total(session: Session, viewer: Viewer, declaration: Declaration) -> None:
    """The hours due follow the total sent, where the objective is a share of it (OBJ-06)."""
    total = declaration.total_hours_worked
    if total is not None:
        market = session.get_one(Market, declaration.market_id)
        declared_total(session, viewer, market, declaration.company_id, declaration.month, total)
