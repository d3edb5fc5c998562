"""Whose certificates a viewer reads: a company its own, from every structure; a structure those that it attests itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.models import EmploymentContract
from clause.consolidations.columns import among
from clause.kernel.values import fold
from clause.ledger.models import LedgerEntry
from clause.markets.codes import HOLDERS
from clause.markets.models import Market, MarketParty
from clause.organisations.models import Company, Establishment, Structure


def at_work(structure_id: int | None, year: int | None = None) -> ColumnElement[bool]:
    """On ``Company``: it holds a market of the structure that has hours, or employs people who worked on one."""
    E = LedgerEntry
    statement = select(E.market_id, E.employment_contract_id).where(
        E.market_id.in_(select(Market.id).where(Market.structure_id == structure_id))
    )
    if year is not None:
        statement = statement.where(E.month.between(date(year, 1, 1), date(year, 12, 31)))
    entries = statement.subquery()
    holders = select(MarketParty.company_id).where(
        MarketParty.market_id.in_(select(entries.c.market_id)), MarketParty.role.in_(HOLDERS)
    )
    employers = (
        select(Establishment.company_id)
        .join(EmploymentContract, EmploymentContract.establishment_id == Establishment.id)
        .where(EmploymentContract.id.in_(select(entries.c.employment_contract_id)))
    )
    return or_(Company.id.in_(holders), Company.id.in_(employers))


def company_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.COMPANY:
        return Company.id == viewer.company_id
    return at_work(viewer.structure_id) if viewer.in_structure else false()


def structure_condition(viewer: Viewer) -> ColumnElement[bool]:
    return Structure.id == viewer.structure_id if viewer.in_structure else true()


def visible_pair(session: Session, viewer: Viewer, structure_id: str, company_id: str) -> tuple[Structure, Company] | None:  # fmt: skip
    """The structure and the company of an address, by public id; None outside what the viewer reads."""
    structures = select(Structure).where(Structure.public_id == structure_id, structure_condition(viewer))
    companies = select(Company).where(Company.public_id == company_id, company_condition(viewer))
    structure, company = session.scalars(structures).one_or_none(), session.scalars(companies).one_or_none()
    return (structure, company) if structure is not None and company is not None else None


def companies_of(session: Session, viewer: Viewer, year: int, words: str = "") -> Select[Company]:
    """The companies at work for the viewer's structure in a year, by name. They are found first, in one query of their own."""
    found = (
        session.scalars(select(Company.id).where(at_work(viewer.structure_id, year))).all()
        if viewer.in_structure
        else []
    )
    statement = select(Company).where(among(session, Company.id, found))
    for word in fold(words).split():
        statement = statement.where(Company.search.contains(word, autoescape=True))
    return statement.order_by(Company.search, Company.id)  # folded: É is with E on both engines
