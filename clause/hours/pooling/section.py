"""« Globalisation » on the page of a market: what it gives and receives, and its conventions. It proposes nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours.pooling import queries
from clause.markets import sections
from clause.markets.models import Market


def load(session: Session, viewer: Viewer, market: Market, _today: date) -> sections.Data | None:
    """None where nothing moved and no convention joins the market."""
    found = queries.market_pooling(session, viewer, market) if market.clause_kind is not None else None
    return {"pooling": found} if found is not None else None


def register() -> None:
    sections.register(
        sections.Section(
            anchor="globalisation", title="Globalisation", template="hours/pooling/_market.html",
            permission=Permission.SEE_COMMITMENTS, loader=load, order=60,
        )
    )  # fmt: skip
