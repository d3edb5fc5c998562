"""Which months companies sent, and what is begun: three reads, whatever the years there are. Behind ``due``.

Nearly all months were sent long ago: they are counted by the database, in one index. Only what is still open, and the
markets that left something out, are read month by month.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration, unsettled

STILL = [DeclarationState.DRAFT, DeclarationState.RETURNED]
Pair = tuple[int, int]  # a market and a company
Begun = dict[Pair, dict[date, tuple[DeclarationState, str]]]


@dataclass(frozen=True)
class Run:
    """The months that a company began of a market: how many, the first and the last. ``whole``: every month in between."""

    count: int
    first: date
    last: date

    @property
    def whole(self) -> bool:
        return self.count == (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def covers(self, first: date, last: date) -> bool:
        """Whether every month of these days was begun."""
        return self.first <= first and self.last >= last.replace(day=1) and self.whole

    def has(self, month: date) -> bool:
        return self.first <= month <= self.last


def begun_runs(session: Session, market_ids: Collection[int]) -> dict[Pair, Run]:
    """What each company began of each of these markets, sent or not."""
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, func.count(), func.min(Declaration.month),
            func.max(Declaration.month),
        )
        .where(Declaration.market_id.in_(market_ids))
        .group_by(Declaration.market_id, Declaration.company_id)
    )  # fmt: skip
    return {(market, company): Run(count, first, last) for market, company, count, first, last in rows}


def still_begun(session: Session, market_ids: Collection[int]) -> Begun:
    """What is begun and still to send."""
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, Declaration.month, Declaration.state, Declaration.public_id
        ).where(Declaration.market_id.in_(market_ids), unsettled(), Declaration.state.in_(STILL))
    )
    found: Begun = {}
    for market, company, month, state, public_id in rows:
        found.setdefault((market, company), {})[month] = (state, public_id)
    return found


@dataclass(frozen=True)
class Sent:
    """Months sent, one by one, and the last month that a reprise file gave of each market."""

    months: dict[Pair, set[date]] = field(default_factory=dict)
    imported: dict[int, date] = field(default_factory=dict)


def sent_months(session: Session, pairs: Collection[Pair], since: date) -> Sent:
    """What was sent of these pairs since a month, month by month; and what a reprise file gave of their markets since."""
    of_pairs = Declaration.company_id.in_({company for _, company in pairs})
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, Declaration.month, Declaration.state, Declaration.origin
        ).where(
            Declaration.market_id.in_({market for market, _ in pairs}),
            Declaration.month >= since,
            or_(of_pairs, Declaration.origin == Origin.IMPORT),
        )
    )
    found = Sent()
    for market, company, month, state, origin in rows:
        if state not in STILL:
            found.months.setdefault((market, company), set()).add(month)
        if origin is Origin.IMPORT:
            found.imported[market] = max(month, found.imported.get(market, month))
    return found
