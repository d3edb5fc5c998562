"""Which declarations must give the total of hours worked on the market (OBJ-06 ``percent_of_hours``, LEG-07 ANRU)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.markets.codes import HOLDERS, ObjectiveMode, Programme
from clause.markets.models import Market, MarketParty, Operation


def total_matters(market: Market) -> bool:
    """True where the objective is a share of all the hours worked, or the operation is ANRU; ``operation`` is loaded."""
    return market.objective_mode is ObjectiveMode.PERCENT_OF_HOURS or market.operation.programme is Programme.ANRU


def needs_total(session: Session, market_id: int, company_id: int) -> bool:
    """True where this company must give it: it holds the market. An employer that lends people does not know it."""
    row = session.execute(
        select(Market.objective_mode, Operation.programme)
        .join(Operation, Operation.id == Market.operation_id)
        .where(Market.id == market_id)
    ).one()
    if row.objective_mode is not ObjectiveMode.PERCENT_OF_HOURS and row.programme is not Programme.ANRU:
        return False
    return holds(session, market_id, company_id)


def holds(session: Session, market_id: int, company_id: int) -> bool:
    """True where the company is contractor or co-contractor of the market."""
    party = select(MarketParty.id).where(
        MarketParty.market_id == market_id, MarketParty.company_id == company_id, MarketParty.role.in_(HOLDERS)
    )
    return session.scalar(select(party.exists())) or False
