"""What the page of a market shows of its forecast."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours.forecast.queries.page import market_forecast
from clause.hours.forecast.rules.forecast import Unknown, about
from clause.markets.models import Market
from clause.markets.sections import Section, register


def of_market(session: Session, viewer: Viewer, market: Market, today: date) -> dict[str, Any] | None:
    """A constant number of queries; nothing where the market is not begun, nor to who does not hold it."""
    found = market_forecast(session, viewer, market, today)
    if found is None or found.forecast.unknown is Unknown.NOT_BEGUN:
        return None
    return {"p": found, "about": about}


register(Section("prevision", "Prévision", "hours/forecast/_market.html", Permission.SEE_MARKETS, of_market, order=20))
