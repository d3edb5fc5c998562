"""Months owed: one a market, company and month that is over (OPE-04). Four reads, whatever the number of markets.

Who owes: the contractor of a running clause market, nil if nobody; and whoever employs people of the clause on it. What a
reprise file has declared speaks for the months before too. A structure reads what concerns its own people on the
operations where it is a partner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.hours.rules import deadlines
from clause.hours.rules.deadlines import Age
from clause.kernel.values import month_end
from clause.markets.codes import MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, Establishment, Structure

CHASED = (MarketStatus.IN_PROGRESS, MarketStatus.AWARDED, MarketStatus.RECEIVED)
OPEN = (None, DeclarationState.DRAFT, DeclarationState.RETURNED)

Pair = tuple[int, int]
Span = tuple[date, date | None]


@dataclass(frozen=True)
class OwedMonth:
    """A month that a company still has to send; ``state`` None: nothing begun. ``over`` False: the month is running."""

    market_id: int
    market_public_id: str
    market_reference: str
    market_title: str
    operation_title: str
    structure_name: str
    company_id: int
    company_public_id: str
    company_name: str
    month: date
    due: date
    late_days: int
    age: Age | None
    over: bool
    state: DeclarationState | None
    declaration_public_id: str | None

    @property
    def month_key(self) -> str:
        """The month as an address writes it."""
        return f"{self.month:%Y-%m}"


def months_to_declare(session: Session, viewer: Viewer, today: date) -> list[OwedMonth]:
    """What is still to send, the running month included, market by market, oldest first."""
    found = [owed for owed in _owed(session, viewer, today) if owed.state in OPEN]
    return sorted(found, key=lambda o: (o.market_reference, o.market_id, o.company_name, o.month))


def late_declarations(session: Session, viewer: Viewer, today: date) -> list[OwedMonth]:
    """What should have been sent by now, latest first."""
    late = [owed for owed in months_to_declare(session, viewer, today) if owed.late_days > 0]
    return sorted(late, key=lambda o: (-o.late_days, o.company_name, o.market_reference))


def late_by_age(late: Iterable[OwedMonth]) -> dict[Age, int]:
    """How many late months in each class, every class named."""
    counts = dict.fromkeys(Age, 0)
    for owed in late:
        if owed.age is not None:
            counts[owed.age] += 1
    return counts


def _owed(session: Session, viewer: Viewer, today: date) -> Iterator[OwedMonth]:
    markets = {row.id: row for row in session.execute(_markets(viewer, today))}
    spans, companies = _spans(session, viewer, markets, today)
    declared, imported = _declared(session, viewer)
    for (market_id, company_id), periods in spans.items():
        market = markets[market_id]
        for month in sorted(_months(market, periods, today)):
            state, address = declared.get((market_id, company_id, month), (None, None))
            if state is None and month <= imported.get(market_id, date.min):
                continue
            yield _one(market, companies[company_id], month, today, state, address)


def _markets(viewer: Viewer, today: date) -> Any:
    return (
        select(
            Market.id, Market.public_id, Market.reference, Market.title, Market.starts_on, Market.ends_on, Market.status,
            Market.structure_id, Market.parameters, Operation.title.label("operation_title"),
            Structure.parameters.label("of_structure"), Structure.name.label("structure_name"),
        )
        .join(Operation, Operation.id == Market.operation_id)
        .join(Structure, Structure.id == Market.structure_id)
        .where(
            market_condition(viewer), Market.clause_kind.is_not(None), Market.status.in_(CHASED), Market.starts_on <= today
        )
    )  # fmt: skip


def _spans(
    session: Session, viewer: Viewer, markets: Mapping[int, Row[Any]], today: date
) -> tuple[dict[Pair, list[Span]], dict[int, Row[Any]]]:
    """When each company owes months on each market; and the companies."""
    spans: dict[Pair, list[Span]] = {}
    companies: dict[int, Row[Any]] = {}
    for row in session.execute(_contractors(viewer)):
        market = markets.get(row.market_id)
        if market is not None and _leads(viewer, market):
            spans.setdefault((row.market_id, row.id), []).append((market.starts_on, market.ends_on))
            companies[row.id] = row
    for row in session.execute(_employers(viewer)):
        market = markets.get(row.market_id)
        if market is not None and (_leads(viewer, market) or row.structure_id == viewer.structure_id):
            spans.setdefault((row.market_id, row.id), []).append((row.starts_on, row.ends_on))
            companies[row.id] = row
    return spans, companies


def _leads(viewer: Viewer, market: Row[Any]) -> bool:
    return not viewer.in_structure or market.structure_id == viewer.structure_id


def _contractors(viewer: Viewer) -> Any:
    statement = (
        select(Company.id, Company.public_id, Company.name, MarketParty.market_id)
        .join(MarketParty, MarketParty.company_id == Company.id)
        .join(Market, Market.id == MarketParty.market_id)
        .where(market_condition(viewer), MarketParty.role == PartyRole.CONTRACTOR)
    )
    return statement.where(Company.id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def _employers(viewer: Viewer) -> Any:
    contract = EmploymentContract
    statement = (
        select(
            Company.id, Company.public_id, Company.name, Assignment.market_id, contract.structure_id,
            contract.starts_on, contract.ends_on,
        )
        .join(Establishment, Establishment.company_id == Company.id)
        .join(contract, contract.establishment_id == Establishment.id)
        .join(Assignment, Assignment.employment_contract_id == contract.id)
        .join(Market, Market.id == Assignment.market_id)
        .where(market_condition(viewer), contract.state == ContractState.CONFIRMED)
    )  # fmt: skip
    return statement.where(Company.id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def _declared(
    session: Session, viewer: Viewer
) -> tuple[dict[tuple[int, int, date], tuple[DeclarationState, str]], dict[int, date]]:
    """What is declared by market, company and month; and the last month that a reprise file gave of each market."""
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, Declaration.month,
            Declaration.state, Declaration.public_id, Declaration.origin,
        )
        .join(Market, Market.id == Declaration.market_id)
        .where(market_condition(viewer))
    ).all()  # fmt: skip
    imported: dict[int, date] = {}
    for row in rows:
        if row.origin is Origin.IMPORT:
            imported[row.market_id] = max(row.month, imported.get(row.market_id, date.min))
    return {(r.market_id, r.company_id, r.month): (r.state, r.public_id) for r in rows}, imported


def _months(market: Row[Any], periods: Iterable[Span], today: date) -> set[date]:
    """The months owed, with the running one where the market still runs."""
    last = market.ends_on or (today if market.status is not MarketStatus.RECEIVED else market.starts_on)
    return {
        month
        for first, end in periods
        for month in deadlines.months_begun(max(first, market.starts_on), min(end or last, last), today)
    }


def _one(
    market: Row[Any], company: Row[Any], month: date, today: date, state: DeclarationState | None, address: str | None
) -> OwedMonth:
    due = deadlines.due_on_by(month, market.of_structure, market.parameters)
    late = deadlines.days_late(due, today)
    return OwedMonth(
        market_id=market.id, market_public_id=market.public_id, market_reference=market.reference,
        market_title=market.title, operation_title=market.operation_title, structure_name=market.structure_name,
        company_id=company.id, company_public_id=company.public_id, company_name=company.name,
        month=month, due=due, late_days=late, age=deadlines.age_of(late), over=month_end(month) < today,
        state=state, declaration_public_id=address,
    )  # fmt: skip
