"""The companies of a market, as a penalty or a difficulty names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.markets.models import MarketParty
from clause.organisations.models import Company, Establishment


@dataclass(frozen=True)
class CompanyChoice:
    id: int
    public_id: str
    name: str


def companies_of(session: Session, market_id: int) -> Sequence[CompanyChoice]:
    """Those that hold the market or employ people of the clause on it, by name."""
    parties = select(MarketParty.company_id).where(MarketParty.market_id == market_id)
    employers = (
        select(Establishment.company_id)
        .join(EmploymentContract, EmploymentContract.establishment_id == Establishment.id)
        .join(Assignment, Assignment.employment_contract_id == EmploymentContract.id)
        .where(Assignment.market_id == market_id, EmploymentContract.state == ContractState.CONFIRMED)
    )
    rows = session.execute(
        select(Company.id, Company.public_id, Company.name)
        .where(Company.id.in_(parties) | Company.id.in_(employers))
        .order_by(Company.name, Company.id)
    )
    return [CompanyChoice(*row) for row in rows]
