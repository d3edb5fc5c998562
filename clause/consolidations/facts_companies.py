"""The companies of the markets, with their establishment there (C10). One query."""

from __future__ import annotations

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations.facts import Facts, Frame, frame
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.tables.company_keys import NO_WORKFORCE, PLACES
from clause.markets.models import Market, MarketParty
from clause.organisations.models import Establishment


def places(session: Session, perimeter: Perimeter, _facts: Facts) -> Frame:
    """Contractors, co-contractors and subcontractors: market, company, role, kind, naf, workforce (-1: not known)."""
    E = Establishment
    rows = session.execute(
        select(
            MarketParty.market_id, MarketParty.company_id, type_coerce(MarketParty.role, String),
            type_coerce(E.kind, String), E.naf, func.coalesce(E.workforce, NO_WORKFORCE),
        )
        .join(E, E.id == MarketParty.establishment_id)
        .join(Market, Market.id == MarketParty.market_id)
        .where(*perimeter.conditions())
    )  # fmt: skip
    return frame([tuple(row) for row in rows], PLACES)
