"""Who owes months, of which markets, from which day to which. Behind ``due``.

The contractor of a running clause market, nil if nobody; and whoever employs people of the clause on it. A structure
reads what concerns its own people on the operations where it is a partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.queries.covered import unsure_among
from clause.hours.queries.sent_months import Pair
from clause.kernel.values import months_between
from clause.markets.codes import MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, Establishment, Structure

CHASED = (MarketStatus.IN_PROGRESS, MarketStatus.AWARDED, MarketStatus.RECEIVED)


def scope(viewer: Viewer, market_id: int | None) -> ColumnElement[bool]:
    """The markets that a read is about: those the viewer sees, or one of them."""
    seen = market_condition(viewer)
    return seen if market_id is None else and_(seen, Market.id == market_id)


def chased(viewer: Viewer, today: date, market_id: int | None) -> ColumnElement[bool]:
    """Markets with a clause that run or ended lately."""
    return and_(
        scope(viewer, market_id), Market.clause_kind.is_not(None), Market.status.in_(CHASED), Market.starts_on <= today
    )


def chased_markets(viewer: Viewer, today: date, market_ids: Collection[int]) -> Any:
    """Of these markets those that are chased, with all that is said of them."""
    return (
        select(
            Market.id, Market.public_id, Market.reference, Market.title, Market.starts_on, Market.ends_on, Market.status,
            Market.structure_id, Market.parameters, Operation.title.label("operation_title"),
            Structure.parameters.label("of_structure"), Structure.name.label("structure_name"), Operation.facilitator_id,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .join(Structure, Structure.id == Market.structure_id)
        .where(chased(viewer, today, None), Market.id.in_(market_ids))
    )  # fmt: skip


@dataclass(frozen=True)
class Extent:
    """When a market may owe months: its first day, and its last one that has come. ``led`` by the viewer's structure."""

    first: date
    last: date
    led: bool


def _extents(session: Session, viewer: Viewer, today: date, market_id: int | None, until: date) -> dict[int, Extent]:
    wanted = chased(viewer, today, market_id)
    if until < today:  # the months that are over were nearly all sent: the markets that have them all are not read
        wanted = Market.id.in_(session.scalars(unsure_among(wanted, until, viewer.company_id)).all())
    rows = session.execute(
        select(Market.id, Market.structure_id, Market.starts_on, Market.ends_on, Market.status).where(wanted)
    )
    return {row.id: Extent(row.starts_on, _last_day(row, until), leads_chase(viewer, row)) for row in rows}


def _last_day(market: Any, until: date) -> date:
    """The last day of which a market may owe something by ``until``."""
    ends_on: date = market.ends_on or (market.starts_on if market.status is MarketStatus.RECEIVED else until)
    return min(ends_on, until)


class Spans:
    """The days of which a company owes the months of a market, in several periods."""

    def __init__(self) -> None:
        self.periods: list[tuple[date, date]] = []

    def add(self, first: date, last: date) -> None:
        self.periods.append((first, last))

    @property
    def extent(self) -> tuple[date, date]:
        """The first month and the last day."""
        return min(first for first, _ in self.periods).replace(day=1), max(last for _, last in self.periods)

    def months(self) -> set[date]:
        return {month for first, last in self.periods for month in months_between(first, last)}


def spans_owed(session: Session, viewer: Viewer, today: date, market_id: int | None, until: date) -> dict[Pair, Spans]:
    """When each company owes months on each market, by ``until``: as its contractor, and as an employer on it."""
    extents = _extents(session, viewer, today, market_id, until)
    spans: dict[Pair, Spans] = defaultdict(Spans)
    for market_id, company in session.execute(_contractors(viewer, extents)):
        if extents[market_id].led:
            spans[market_id, company].add(extents[market_id].first, extents[market_id].last)
    for market_id, company, structure, first, last in session.execute(_employers(viewer, extents)):
        extent = extents[market_id]
        if extent.led or structure == viewer.structure_id:
            spans[market_id, company].add(max(first, extent.first), min(last or extent.last, extent.last))
    return spans


def leads_chase(viewer: Viewer, market: Any) -> bool:
    return not viewer.in_structure or market.structure_id == viewer.structure_id


def _contractors(viewer: Viewer, market_ids: Collection[int]) -> Any:
    found = select(MarketParty.market_id, MarketParty.company_id).where(
        MarketParty.market_id.in_(market_ids), MarketParty.role == PartyRole.CONTRACTOR
    )
    return found.where(MarketParty.company_id == viewer.company_id) if viewer.role is Role.COMPANY else found


def contractors(viewer: Viewer, market_ids: Collection[int]) -> Any:
    """The contractors of markets that ``chased_markets`` found, by name; for a company, itself alone."""
    statement = (
        select(Company.id, Company.public_id, Company.name, MarketParty.market_id)
        .join(MarketParty, MarketParty.company_id == Company.id)
        .where(MarketParty.market_id.in_(market_ids), MarketParty.role == PartyRole.CONTRACTOR)
    )
    return statement.where(Company.id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def _employers(viewer: Viewer, market_ids: Collection[int]) -> Any:
    contract = EmploymentContract
    statement = (
        select(
            Assignment.market_id, Establishment.company_id, contract.structure_id, contract.starts_on, contract.ends_on
        )
        .join(contract, contract.id == Assignment.employment_contract_id)
        .join(Establishment, Establishment.id == contract.establishment_id)
        .where(Assignment.market_id.in_(market_ids), contract.state == ContractState.CONFIRMED)
    )
    return statement.where(Establishment.company_id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def companies_by_id(company_ids: Collection[int]) -> Any:
    return select(Company.id, Company.public_id, Company.name).where(Company.id.in_(company_ids))
