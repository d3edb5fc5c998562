"""Months owed: one a market, company and month that is over (OPE-04). Ten reads at most, whatever the number of markets.

Who owes is in ``debtors``; which markets have all their months, in ``covered``. What a reprise file has declared speaks for
the months before too. The obligations of the market say when: the months of a quarter are due together. A month that a
suspension covers whole is not owed, unless something of it was begun (OPE-08).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import Row
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import DeclarationState
from clause.hours.queries.debtors import Spans, chased_markets, companies_by_id, spans_owed
from clause.hours.queries.sent_months import Begun, Pair, Sent, begun_runs, sent_months, still_begun
from clause.hours.reporting.models import ReportingObligation
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
from clause.markets.rules.progress import suspensions_of


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
    found = _owed(session, viewer, today, market_id, today)
    return sorted(found, key=lambda o: (o.market_reference, o.market_id, o.company_name, o.month))


def late_declarations(session: Session, viewer: Viewer, today: date, market_id: int | None = None) -> list[OwedMonth]:
    """What should have been sent by now, latest first. No month is late before it is over: the running one is not looked at."""
    over = today.replace(day=1) - timedelta(days=1)
    late = [owed for owed in _owed(session, viewer, today, market_id, over) if owed.late_days > 0]
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


def _owed(session: Session, viewer: Viewer, today: date, market_id: int | None, until: date) -> list[OwedMonth]:
    """The months owed that have begun by ``until``. Names and settings are read of the markets that owe something only."""
    spans = spans_owed(session, viewer, today, market_id, until)
    owing, begun = _still_owed(session, spans)
    markets = {row.id: row for row in session.execute(chased_markets(viewer, today, {market for market, _ in owing}))}
    companies = {row.id: row for row in session.execute(companies_by_id({company for _, company in owing}))}
    rhythms = rhythms_of_hours(session, ReportingObligation.market_id.in_(markets))
    asks = {id: Asked(market, rhythms.get(id, ()), today) for id, market in markets.items()}
    return [
        _one(asks[market], companies[company], month, known)
        for (market, company), months in owing.items()
        for month in sorted(months)
        if (known := begun.get((market, company), {}).get(month)) or not asks[market].is_suspended(month)
    ]


def _still_owed(session: Session, spans: Mapping[Pair, Spans]) -> tuple[dict[Pair, set[date]], Begun]:
    """Of the months of these spans those that were not sent, and what is begun of them."""
    markets = {market for market, _ in spans}
    runs, begun = begun_runs(session, markets), still_begun(session, markets)
    latest: dict[int, date] = {}
    for (market, _), run in runs.items():
        latest[market] = max(run.last, latest.get(market, run.last))
    owing: dict[Pair, set[date]] = {}
    for pair, span in spans.items():
        known = runs.get(pair)
        whole = known if known is not None and known.whole and pair not in begun else None
        if whole is None or not whole.covers(*span.extent):
            owing[pair] = {month for month in span.months() if whole is None or not whole.has(month)}
    unsure = [pair for pair, months in owing.items() if months and min(months) <= latest.get(pair[0], date.min)]
    sent = sent_months(session, unsure, min((min(owing[pair]) for pair in unsure), default=date.max))
    return {pair: left for pair, months in owing.items() if (left := _left(pair, months, begun, sent))}, begun


def _left(pair: Pair, months: set[date], begun: Begun, sent: Sent) -> set[date]:
    """What a reprise file gave speaks for the months before too, but those that were begun since."""
    spoken = sent.imported.get(pair[0], date.min)
    return {m for m in months - sent.months.get(pair, set()) if m > spoken or m in begun.get(pair, ())}


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
