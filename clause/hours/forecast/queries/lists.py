"""The list of markets by what will be missing, and the same by company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session, aliased

from clause.access import Role, Viewer
from clause.hours.forecast.queries.facts import BEFORE, OVER, Projection, projections
from clause.hours.forecast.rules.forecast import Unknown
from clause.kernel.values import fold
from clause.markets.codes import HOLDERS, PartyRole
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, ContractingAuthority

Own = aliased(MarketParty)


@dataclass(frozen=True)
class Filters:
    """``lacking``: only markets that will lack hours; ``ended``: those that are over too."""

    text: str = ""
    authority: str = ""
    lacking: bool = False
    ended: bool = False

    def said(self, authorities: Mapping[str, str]) -> list[str]:
        words = [f"« {self.text} »"] if self.text else []
        words += [f"maître d'ouvrage : {authorities[self.authority]}"] if self.authority in authorities else []
        words += ["avec un manque prévu"] if self.lacking else []
        return words + (["avec les marchés terminés"] if self.ended else [])


@dataclass(frozen=True)
class ForecastRow:
    """A market of the list, its contractor and its projection."""

    market: Row[Any]
    projection: Projection

    @property
    def shortfall(self) -> int | None:
        return self.projection.forecast.likely_shortfall


SORTS: Mapping[str, Callable[[ForecastRow], Any]] = {
    "manque": lambda row: row.shortfall,
    "reference": lambda row: row.market.reference,
    "titulaire": lambda row: row.market.contractor,
    "fin": lambda row: row.market.ends_on,
    "objectif": lambda row: row.projection.forecast.facts.target,
    "prevu": lambda row: row.projection.forecast.likely,
}


def held_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Markets whose forecast the viewer reads: those it sees, and for a company those that it holds."""
    if viewer.role is not Role.COMPANY:
        return market_condition(viewer)
    held = select(Own.market_id).where(Own.company_id == viewer.company_id, Own.role.in_(HOLDERS))
    return market_condition(viewer) & Market.id.in_(held)


def forecast_rows(session: Session, viewer: Viewer, filters: Filters, today: date) -> list[ForecastRow]:
    """Every market that answers the filters, with its projection: a constant number of queries."""
    markets = session.execute(_markets(viewer, filters)).all()
    if not filters.ended:
        markets = [m for m in markets if m.ends_on is None or m.ends_on >= today]
    found = projections(session, markets, today)
    rows = [ForecastRow(market, found[market.id]) for market in markets]
    return [row for row in rows if not filters.lacking or row.shortfall]


def sorted_rows(rows: Iterable[ForecastRow], sort: str) -> list[ForecastRow]:
    """In the order asked, empty values last, the reference making it total."""
    key = SORTS[sort.lstrip("-")]
    rows = sorted(rows, key=lambda row: (row.market.reference, row.market.id))
    full = [row for row in rows if key(row) is not None]
    full.sort(key=key, reverse=sort.startswith("-"))
    return full + [row for row in rows if key(row) is None]


def _markets(viewer: Viewer, filters: Filters) -> Any:
    contracts = and_(MarketParty.market_id == Market.id, MarketParty.role == PartyRole.CONTRACTOR)
    hidden = BEFORE if filters.ended else (*BEFORE, *OVER)
    statement: Any = (
        select(
            Market.id, Market.structure_id, Market.starts_on, Market.ends_on, Market.status, Market.parameters,
            Market.uses_valued_hours, Market.public_id, Market.reference, Market.title,
            ContractingAuthority.name.label("authority"), Company.name.label("contractor"),
            Company.public_id.label("contractor_public_id"),
        )
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .outerjoin(MarketParty, contracts)
        .outerjoin(Company, Company.id == MarketParty.company_id)
        .where(held_condition(viewer), Market.clause_kind.is_not(None), Market.status.not_in(hidden))
    )  # fmt: skip
    if filters.authority:
        statement = statement.where(ContractingAuthority.public_id == filters.authority)
    if filters.text:
        words = f"%{fold(filters.text)}%"
        statement = statement.where(or_(Market.search.like(words), Company.name.ilike(f"%{filters.text}%")))
    return statement


@dataclass(frozen=True)
class CompanyRow:
    """What a company will have done on the markets it is contractor of: sums of those that have an objective and a range."""

    name: str
    public_id: str
    markets: int
    target: int
    done: int
    low: int
    likely: int
    high: int
    shortfall: int
    apart: int


def by_company(rows: Sequence[ForecastRow]) -> list[CompanyRow]:
    """By contractor, the most hours missing first; a surplus on one market fills no other one."""
    groups: dict[str, list[ForecastRow]] = {}
    for row in rows:
        if row.market.contractor_public_id:
            groups.setdefault(row.market.contractor_public_id, []).append(row)
    return sorted((_company(group) for group in groups.values()), key=lambda c: (-c.shortfall, c.name))


def _company(group: Sequence[ForecastRow]) -> CompanyRow:
    summed = [
        row for row in group if row.shortfall is not None and row.projection.forecast.unknown in (None, Unknown.OVER)
    ]
    found = [row.projection.forecast for row in summed]
    return CompanyRow(
        name=group[0].market.contractor, public_id=group[0].market.contractor_public_id, markets=len(group),
        target=sum(f.facts.target or 0 for f in found), done=sum(f.facts.done for f in found),
        low=sum(f.low for f in found), likely=sum(f.likely for f in found), high=sum(f.high for f in found),
        shortfall=sum(f.likely_shortfall or 0 for f in found), apart=len(group) - len(summed),
    )  # fmt: skip


def authorities(session: Session, viewer: Viewer) -> dict[str, str]:
    """The buyers of the markets that the viewer reads, by name."""
    rows = session.execute(
        select(ContractingAuthority.public_id, ContractingAuthority.name)
        .join(Operation, Operation.authority_id == ContractingAuthority.id)
        .join(Market, Market.operation_id == Operation.id)
        .where(held_condition(viewer))
        .distinct()
        .order_by(ContractingAuthority.name)
    )
    return {row.public_id: row.name for row in rows}
