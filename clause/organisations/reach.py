"""Which structures work with a company or an authority: what an account of it would see.

The tables of markets and employment contracts belong to rooms above this one: read by their names.
"""

from __future__ import annotations

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.organisations.models import Company, ContractingAuthority, Establishment

_market = table("market", column("id"), column("structure_id"))
_party = table("market_party", column("market_id"), column("company_id"))
_contract = table("employment_contract", column("structure_id"), column("establishment_id"))
_operation = table("operation", column("structure_id"), column("authority_id"))


def structures_of_company(session: Session, company_id: int) -> frozenset[int]:
    """Those that lead a market of the company, or follow people it employs."""
    led = (
        select(_market.c.structure_id)
        .join(_party, _party.c.market_id == _market.c.id)
        .where(_party.c.company_id == company_id)
    )
    followed = (
        select(_contract.c.structure_id)
        .join(Establishment, Establishment.id == _contract.c.establishment_id)
        .where(Establishment.company_id == company_id)
    )
    return frozenset(session.scalars(led.union(followed)))


def structures_of_authority(session: Session, authority_id: int) -> frozenset[int]:
    """Those that lead an operation of the authority."""
    return frozenset(
        session.scalars(select(_operation.c.structure_id).where(_operation.c.authority_id == authority_id))
    )


def works_with(session: Session, house: Company | ContractingAuthority) -> frozenset[int]:
    if isinstance(house, Company):
        return structures_of_company(session, house.id)
    return structures_of_authority(session, house.id)


def works_with_house_of(session: Session, user: User) -> frozenset[int]:
    """The same for the organisation of an account; nothing for the accounts of structures."""
    if user.role is Role.COMPANY and user.company_id is not None:
        return structures_of_company(session, user.company_id)
    if user.role is Role.AUTHORITY and user.authority_id is not None:
        return structures_of_authority(session, user.authority_id)
    return frozenset()


def sees_accounts(viewer: Viewer, structures: frozenset[int]) -> bool:
    """Whoever works with an organisation knows who may open its accounts; one that nobody works with yet is open."""
    return viewer.in_structure and (not structures or viewer.structure_id in structures)
