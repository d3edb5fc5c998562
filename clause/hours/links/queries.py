"""The links that a viewer may see and close: a company its own, a structure those of the companies of its markets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.hours.links.models import DeclarationLink
from clause.kernel.values import fold
from clause.markets.models import Market, MarketParty
from clause.markets.visibility import market_condition
from clause.organisations.models import Company


def link_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.COMPANY:
        return DeclarationLink.company_id == viewer.company_id
    if viewer.in_structure:
        parties = select(MarketParty.company_id).join(Market, Market.id == MarketParty.market_id)
        return DeclarationLink.company_id.in_(parties.where(market_condition(viewer)))
    return false()


def visible_link(session: Session, viewer: Viewer, public_id: str) -> DeclarationLink | None:
    return session.scalars(
        select(DeclarationLink).where(link_condition(viewer), DeclarationLink.public_id == public_id)
    ).one_or_none()


@dataclass(frozen=True)
class LinkRow:
    """The last link of one address of one company."""

    link: DeclarationLink
    company_name: str
    company_public_id: str

    def is_over(self, today: date) -> bool:
        return self.link.expires_on < today


def links(session: Session, viewer: Viewer, text: str = "") -> Sequence[LinkRow]:
    """The last link of each address, by company; one read."""
    last = (
        select(func.max(DeclarationLink.id).label("id"))
        .where(link_condition(viewer))
        .group_by(DeclarationLink.company_id, DeclarationLink.recipient)
        .subquery()
    )
    statement = (
        select(DeclarationLink, Company.name, Company.public_id)
        .join(last, last.c.id == DeclarationLink.id)
        .join(Company, Company.id == DeclarationLink.company_id)
    )
    if text:
        statement = statement.where(Company.search.contains(fold(text), autoescape=True))
    rows = session.execute(statement.order_by(Company.name, DeclarationLink.recipient))
    return [LinkRow(link, name, public_id) for link, name, public_id in rows]
