"""Months owed: one a market, company and month that is over (OPE-04). Six reads, whatever the number of markets.

Who owes: the contractor of a running clause market, nil if nobody; and whoever employs people of the clause on it. What a
reprise file has declared speaks for the months before too. A structure reads what concerns its own people on the
operations where it is a partner. The obligations of the market say when: the months of a quarter are due together. A
month that a suspension covers whole is not owed, unless something of it was begun (OPE-08).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.codes import DeclarationState
from clause.hours.queries.sent_months import Pair, begun_months, sent_runs
from clause.hours.reporting.queries.obligations import rhythms_of_hours
from clause.hours.reporting.rules.periods import (
    Period,
    Rhythm,
    period_of_hours,
    rhythm_by,
    suspended_all_through,
    suspended_on,
)
from clause.hours.rules import deadlines
from clause.hours.rules.deadlines import Age
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_month, month_end
from clause.markets.codes import MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.rules.progress import suspensions_of
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, Establishment, Structure

CHASED = (MarketStatus.IN_PROGRESS, MarketStatus.AWARDED, MarketStatus.RECEIVED)

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
    structure_id: int
    facilitator_id: int | None
    subject_key: str
    period: Period
    paused: bool
    reminder_days: tuple[int, ...]
    notice_day: int

    @property
    def label(self) -> str:
        """What is owed, as a list of late accounts says it."""
        return f"Heures, {format_month(self.month)}"

    @property
    def month_key(self) -> str:
        """The month as an address writes it."""
        return f"{self.month:%Y-%m}"


def months_to_declare(session: Session, viewer: Viewer, today: date, market_id: int | None = None) -> list[OwedMonth]:
    """What is still to send, the running month included, market by market, oldest first; of one market where it is given."""
    found = _owed(session, viewer, today, market_id)
    return sorted(found, key=lambda o: (o.market_reference, o.market_id, o.company_name, o.month))


def late_declarations(session: Session, viewer: Viewer, today: date, market_id: int | None = None) -> list[OwedMonth]:
    """What should have been sent by now, latest first."""
    late = [owed for owed in months_to_declare(session, viewer, today, market_id) if owed.late_days > 0]
    return sorted(late, key=lambda o: (-o.late_days, o.company_name, o.market_reference))


class Aged(Protocol):
    """What has a class of lateness."""

    @property
    def age(self) -> Age | None: ...


def late_by_age(late: Iterable[Aged]) -> dict[Age, int]:
    """How many late months and accounts in each class, every class named."""
    counts = dict.fromkeys(Age, 0)
    for owed in late:
        if owed.age is not None:
            counts[owed.age] += 1
    return counts


def scope(viewer: Viewer, market_id: int | None) -> ColumnElement[bool]:
    """The markets that a read is about: those the viewer sees, or one of them."""
    seen = market_condition(viewer)
    return seen if market_id is None else and_(seen, Market.id == market_id)


def _owed(session: Session, viewer: Viewer, today: date, market_id: int | None) -> Iterator[OwedMonth]:
    markets = {row.id: row for row in session.execute(chased_markets(viewer, today, market_id))}
    spans, companies = _spans(session, viewer, markets, market_id)
    sent, imported = sent_runs(session, scope(viewer, market_id))
    begun, holes = begun_months(
        session, scope(viewer, market_id), {pair for pair, run in sent.items() if not run.whole}
    )
    rhythms = rhythms_of_hours(session, scope(viewer, market_id))
    for (market_id, company_id), periods in spans.items():
        market, run = markets[market_id], sent.get((market_id, company_id))
        if run is not None and run.covers(*_extent(market, today)):
            continue
        asked = Asked(market, rhythms.get(market_id, ()), today)
        for month in sorted(_months(market, periods, today) - holes.get((market_id, company_id), set())):
            known = begun.get((market_id, company_id, month))
            if run is not None and run.has(month):
                continue
            if known is None and (month <= imported.get(market_id, date.min) or asked.is_suspended(month)):
                continue
            yield _one(asked, companies[company_id], month, known)


def chased_markets(viewer: Viewer, today: date, market_id: int | None = None) -> Any:
    return (
        select(
            Market.id, Market.public_id, Market.reference, Market.title, Market.starts_on, Market.ends_on, Market.status,
            Market.structure_id, Market.parameters, Operation.title.label("operation_title"),
            Structure.parameters.label("of_structure"), Structure.name.label("structure_name"), Operation.facilitator_id,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .join(Structure, Structure.id == Market.structure_id)
        .where(
            scope(viewer, market_id), Market.clause_kind.is_not(None), Market.status.in_(CHASED), Market.starts_on <= today
        )
    )  # fmt: skip


def _spans(
    session: Session, viewer: Viewer, markets: Mapping[int, Row[Any]], market_id: int | None
) -> tuple[dict[Pair, list[Span]], dict[int, Row[Any]]]:
    """When each company owes months on each market; and the companies."""
    spans: dict[Pair, list[Span]] = {}
    companies: dict[int, Row[Any]] = {}
    for row in session.execute(contractors(viewer, market_id)):
        market = markets.get(row.market_id)
        if market is not None and leads_chase(viewer, market):
            spans.setdefault((row.market_id, row.id), []).append((market.starts_on, market.ends_on))
            companies[row.id] = row
    for row in session.execute(_employers(viewer, market_id)):
        market = markets.get(row.market_id)
        if market is not None and (leads_chase(viewer, market) or row.structure_id == viewer.structure_id):
            spans.setdefault((row.market_id, row.id), []).append((row.starts_on, row.ends_on))
            companies[row.id] = row
    return spans, companies


def leads_chase(viewer: Viewer, market: Row[Any]) -> bool:
    return not viewer.in_structure or market.structure_id == viewer.structure_id


def contractors(viewer: Viewer, market_id: int | None = None) -> Any:
    statement = (
        select(Company.id, Company.public_id, Company.name, MarketParty.market_id)
        .join(MarketParty, MarketParty.company_id == Company.id)
        .join(Market, Market.id == MarketParty.market_id)
        .where(scope(viewer, market_id), MarketParty.role == PartyRole.CONTRACTOR)
    )
    return statement.where(Company.id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def _employers(viewer: Viewer, market_id: int | None) -> Any:
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
        .where(scope(viewer, market_id), contract.state == ContractState.CONFIRMED)
    )  # fmt: skip
    return statement.where(Company.id == viewer.company_id) if viewer.role is Role.COMPANY else statement


def _extent(market: Row[Any], today: date) -> tuple[date, date]:
    """The first day of the market's first month, and the last day of which something may be owed."""
    last = market.ends_on or (today if market.status is not MarketStatus.RECEIVED else market.starts_on)
    return market.starts_on.replace(day=1), min(last, today)


def _months(market: Row[Any], periods: Iterable[Span], today: date) -> set[date]:
    """The months owed, with the running one where the market still runs."""
    last = market.ends_on or (today if market.status is not MarketStatus.RECEIVED else market.starts_on)
    return {
        month
        for first, end in periods
        for month in deadlines.months_begun(max(first, market.starts_on), min(end or last, last), today)
    }


class Asked:
    """What a market asks of its companies on a day: the last day of each month, the reminders, the suspensions."""

    def __init__(self, market: Row[Any], rhythms: Sequence[Rhythm], today: date) -> None:
        overrides = market.of_structure, market.parameters
        self.market, self.rhythms, self.today = market, rhythms, today
        self.settings = rhythm_by(*overrides)
        self.suspensions = suspensions_of(market.parameters)
        self.paused = suspended_on(today, self.suspensions)
        self.reminder_days = tuple(int(day) for day in setting("report.reminders_days", *overrides))
        self.notice_day = int(setting("report.formal_notice_day", *overrides))

    def is_suspended(self, month: date) -> bool:
        return suspended_all_through(month, month_end(month), self.suspensions)

    def period(self, month: date) -> tuple[str, Period]:
        return period_of_hours(self.rhythms, self.settings, month)


def _one(asked: Asked, company: Row[Any], month: date, known: tuple[DeclarationState, str] | None) -> OwedMonth:
    market, (subject_key, period) = asked.market, asked.period(month)
    late = deadlines.days_late(period.due, asked.today)
    state, address = known or (None, None)
    return OwedMonth(
        market_id=market.id, market_public_id=market.public_id, market_reference=market.reference,
        market_title=market.title, operation_title=market.operation_title, structure_name=market.structure_name,
        company_id=company.id, company_public_id=company.public_id, company_name=company.name,
        month=month, due=period.due, late_days=late, age=deadlines.age_of(late), over=month_end(month) < asked.today,
        state=state, declaration_public_id=address, structure_id=market.structure_id,
        facilitator_id=market.facilitator_id, subject_key=subject_key, period=period, paused=asked.paused,
        reminder_days=asked.reminder_days, notice_day=asked.notice_day,
    )  # fmt: skip
