"""What an address of this room means: a month, and the company whose month it is."""

from __future__ import annotations

from datetime import date

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.people import employs_on
from clause.kernel.values import BadValue, read_month
from clause.markets.models import MarketParty
from clause.organisations.models import Company


def month_addressed(text: str) -> date | None:
    """The month of an address, written AAAA-MM; None where the text is none."""
    try:
        return read_month(text) if len(text) == 7 else None
    except BadValue:
        return None


def month_or_404(text: str) -> date:
    """The same; 404 where the text is no month."""
    return month_addressed(text) or abort(404)


def company_or_404(session: Session, viewer: Viewer, market_id: int, public_id: str | None) -> Company:
    """Whose month it is: the viewer's company where none is said, else one with something to declare on the market."""
    if public_id is None:
        return session.get_one(Company, viewer.company_id)
    found = session.scalars(select(Company).where(Company.public_id == public_id)).one_or_none()
    if found is None or not _concerned(session, viewer, market_id, found.id):
        abort(404)
    return found


def _concerned(session: Session, viewer: Viewer, market_id: int, company_id: int) -> bool:
    """The company holds the market or employs on it somebody whom the viewer follows."""
    party = select(MarketParty.id).where(MarketParty.market_id == market_id, MarketParty.company_id == company_id)
    return bool(session.scalar(select(party.exists()))) or employs_on(session, viewer, market_id, company_id)
