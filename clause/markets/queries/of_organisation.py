"""What the pages of companies and authorities show of markets: those the viewer sees, latest first."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import clock, presentation
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.rules.status import status_on
from clause.markets.visibility import visible_markets, visible_operations
from clause.organisations.models import Company, ContractingAuthority
from clause.organisations.related import Related, RelatedRow

SHOWN = 50


def markets_or_operations(session: Session, viewer: Viewer, house: Company | ContractingAuthority) -> Related:
    """The markets of a company, or the operations of an authority."""
    if isinstance(house, Company):
        return markets_of_company(session, viewer, house)
    return operations_of_authority(session, viewer, house)


def markets_of_company(session: Session, viewer: Viewer, company: Company) -> Related:
    """One row a market, with the company's part in it."""
    statement = (
        visible_markets(viewer)
        .join(MarketParty, MarketParty.market_id == Market.id)
        .where(MarketParty.company_id == company.id)
        .add_columns(MarketParty.role)
    )
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    day = clock.today()
    rows = [
        RelatedRow(
            label=f"{market.reference} · {market.title}",
            url=url_for("markets.detail", public_id=market.public_id),
            detail=f"{role.label}, à partir du {presentation.day(market.starts_on)}",
            state=status_on(market.status, market.starts_on, day).label,
        )
        for market, role in session.execute(statement.order_by(Market.starts_on.desc(), Market.id).limit(SHOWN))
    ]
    return Related(_title("Marchés", total), rows, "Aucun de vos marchés n'est tenu par cette entreprise.")


def operations_of_authority(session: Session, viewer: Viewer, authority: ContractingAuthority) -> Related:
    statement = visible_operations(viewer).where(Operation.authority_id == authority.id)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = [
        RelatedRow(
            label=f"{operation.reference} · {operation.title}",
            url=url_for("operations.detail", public_id=operation.public_id),
            detail=operation.commune,
            state=operation.status.label,
        )
        for operation in session.scalars(statement.order_by(Operation.created_at.desc(), Operation.id).limit(SHOWN))
    ]
    return Related(_title("Opérations", total), rows, "Aucune de vos opérations n'est de ce maître d'ouvrage.")


def _title(what: str, total: int) -> str:
    return f"{what} ({SHOWN} premiers sur {total})" if total > SHOWN else what
