"""Accounts other than hours that contractors owe: one an obligation, company and period that has begun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.queries.debtors import chased_markets, contractors, leads_chase, scope
from clause.hours.queries.due import Asked, OwedMonth, late_declarations
from clause.hours.reporting.codes import ReportSubject
from clause.hours.reporting.models import ReportingObligation, ReportReceipt
from clause.hours.reporting.queries.obligations import rhythm_of
from clause.hours.reporting.rules.periods import Period, periods_begun, suspended_all_through
from clause.hours.rules.deadlines import Age, age_of, days_late
from clause.markets.models import Market


@dataclass(frozen=True)
class OwedReport:
    """An account of one period that a company still has to give. Named as ``OwedMonth`` where they say the same."""

    market_id: int
    market_public_id: str
    market_reference: str
    market_title: str
    structure_name: str
    company_id: int
    company_public_id: str
    company_name: str
    obligation_public_id: str
    title: str
    period: Period
    due: date
    late_days: int
    age: Age | None
    over: bool
    structure_id: int
    facilitator_id: int | None
    paused: bool
    reminder_days: tuple[int, ...]
    notice_day: int

    @property
    def subject_key(self) -> str:
        return f"report.{self.obligation_public_id}"

    @property
    def label(self) -> str:
        return f"{self.title}, {self.period.label}"

    @property
    def period_key(self) -> str:
        """The period as an address writes it: its first month."""
        return f"{self.period.first:%Y-%m}"


def title_of(obligation: ReportingObligation) -> str:
    return obligation.label or "Point de suivi"


def owed_reports(session: Session, viewer: Viewer, today: date, market_id: int | None = None) -> list[OwedReport]:
    """What is still to give, by last day; four reads. A partner structure does not chase them."""
    obligations = _obligations(session, scope(viewer, market_id))
    if not obligations:
        return []
    chased = chased_markets(viewer, today, {obligation.market_id for obligation in obligations})
    markets = {row.id: row for row in session.execute(chased) if leads_chase(viewer, row)}
    companies: dict[int, list[Row[Any]]] = {}
    for row in session.execute(contractors(viewer, markets)):
        companies.setdefault(row.market_id, []).append(row)
    received = {tuple(row) for row in session.execute(_received(scope(viewer, market_id)))}
    found = [
        owed
        for obligation in obligations
        if obligation.market_id in markets
        for owed in _of(obligation, Asked(markets[obligation.market_id], (), today), companies)
        if (obligation.id, owed.company_id, owed.period.first) not in received
    ]
    return sorted(found, key=lambda o: (o.due, o.market_reference, o.company_name))


def _obligations(session: Session, markets: ColumnElement[bool]) -> Sequence[ReportingObligation]:
    return session.scalars(
        select(ReportingObligation)
        .join(Market, Market.id == ReportingObligation.market_id)
        .where(markets, ReportingObligation.subject == ReportSubject.FOLLOW_UP)
    ).all()


def _received(markets: ColumnElement[bool]) -> Any:
    return (
        select(ReportReceipt.obligation_id, ReportReceipt.company_id, ReportReceipt.period_start)
        .join(ReportingObligation, ReportingObligation.id == ReportReceipt.obligation_id)
        .join(Market, Market.id == ReportingObligation.market_id)
        .where(markets)
    )


def _of(obligation: ReportingObligation, asked: Asked, companies: dict[int, list[Row[Any]]]) -> Iterator[OwedReport]:
    market = asked.market
    for period in periods_begun(rhythm_of(obligation), market.starts_on, market.ends_on, asked.today):
        if suspended_all_through(period.first, period.ends_on, asked.suspensions):
            continue
        late = days_late(period.due, asked.today)
        for company in companies.get(market.id, ()):
            yield OwedReport(
                market_id=market.id, market_public_id=market.public_id, market_reference=market.reference,
                market_title=market.title, structure_name=market.structure_name, company_id=company.id,
                company_public_id=company.public_id, company_name=company.name,
                obligation_public_id=obligation.public_id, title=title_of(obligation), period=period, due=period.due,
                late_days=late, age=age_of(late), over=period.ends_on < asked.today, structure_id=market.structure_id,
                facilitator_id=market.facilitator_id, paused=asked.paused, reminder_days=asked.reminder_days,
                notice_day=asked.notice_day,
            )  # fmt: skip


Owed = OwedMonth | OwedReport


def late_accounts(session: Session, viewer: Viewer, today: date, market_id: int | None = None) -> list[Owed]:
    """Months and other accounts that should have come by now, latest first."""
    reports = [report for report in owed_reports(session, viewer, today, market_id) if report.late_days > 0]
    return sorted(
        [*late_declarations(session, viewer, today, market_id), *reports],
        key=lambda o: (-o.late_days, o.company_name, o.market_reference),
    )
