"""Which months companies sent, and what is begun: two reads, whatever the years there are. Behind ``due``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.markets.models import Market

STILL = [DeclarationState.DRAFT, DeclarationState.RETURNED]
Pair = tuple[int, int]  # a market and a company


@dataclass(frozen=True)
class Run:
    """The months that a company sent of a market: how many, the first and the last. ``whole``: every month in between."""

    count: int
    first: date
    last: date

    @property
    def whole(self) -> bool:
        return self.count == (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def covers(self, first: date, last: date) -> bool:
        """Whether every month of these days was sent."""
        return self.whole and self.first <= first and self.last >= last.replace(day=1)

    def has(self, month: date) -> bool:
        """False too where the months are not whole: they are then known one by one."""
        return self.whole and self.first <= month <= self.last


def sent_runs(session: Session, of: ColumnElement[bool]) -> tuple[dict[Pair, Run], dict[int, date]]:
    """What each company sent of each market, and the last month that a reprise file gave of each market.

    Summed by the database: in years of markets nearly all months were sent long ago, and are not read one by one.
    """
    closed = case((Declaration.state.not_in(STILL), Declaration.month))
    given = case((Declaration.origin == Origin.IMPORT, Declaration.month))
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, func.count(closed), func.min(closed), func.max(closed), func.max(given)
        )
        .join(Market, Market.id == Declaration.market_id)
        .where(of)
        .group_by(Declaration.market_id, Declaration.company_id)
    ).all()  # fmt: skip
    imported: dict[int, date] = {}
    for market, _company, _count, _first, _last, last in rows:
        if last is not None:
            imported[market] = max(last, imported.get(market, date.min))
    return {(market, company): Run(count, first, last) for market, company, count, first, last, _i in rows if count}, imported  # fmt: skip


Begun = dict[tuple[int, int, date], tuple[DeclarationState, str]]


def begun_months(session: Session, of: ColumnElement[bool], holed: set[Pair]) -> tuple[Begun, dict[Pair, set[date]]]:
    """What is begun and still to send, by market, company and month; and the months sent of the pairs that left some out."""
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, Declaration.month, Declaration.state, Declaration.public_id
        )
        .join(Market, Market.id == Declaration.market_id)
        .where(
            of,
            Declaration.state.in_(STILL) | Declaration.market_id.in_(sorted({market for market, _company in holed})),
        )
    ).all()
    sent: dict[Pair, set[date]] = {}
    for row in rows:
        if row.state not in STILL and (row.market_id, row.company_id) in holed:
            sent.setdefault((row.market_id, row.company_id), set()).add(row.month)
    return {(r.market_id, r.company_id, r.month): (r.state, r.public_id) for r in rows if r.state in STILL}, sent
