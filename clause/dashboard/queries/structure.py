"""What a facilitation structure reads of itself: clauses to complete, and the key figures of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.dashboard.queries.progress import running_on
from clause.ledger.models import LedgerEntry
from clause.markets.codes import OBJECTIVE_EXPECTED
from clause.markets.models import Market, ObjectiveEvent
from clause.markets.visibility import market_condition


@dataclass(frozen=True)
class YearFigures:
    """Of the markets with a clause that the structure leads, as its annual consolidation counts them; hundredths."""

    year: int
    hours: int
    people: int
    markets: int


@dataclass(frozen=True)
class Incomplete:
    """A running market whose clause should have an objective, and has none."""

    public_id: str
    reference: str
    title: str


def incomplete_markets(session: Session, viewer: Viewer, today: date) -> list[Incomplete]:
    """Of the markets that the structure leads, those that run without the objective that their clause asks for."""
    has_objective = exists().where(ObjectiveEvent.market_id == Market.id)
    rows = session.execute(
        select(Market.public_id, Market.reference, Market.title)
        .where(
            market_condition(viewer),
            Market.structure_id == viewer.structure_id,
            Market.clause_kind.in_(OBJECTIVE_EXPECTED),
            running_on(today),
            ~has_objective,
        )
        .order_by(Market.reference, Market.id)
    )
    return [Incomplete(r.public_id, r.reference, r.title) for r in rows]


def year_figures(session: Session, viewer: Viewer, today: date) -> YearFigures:
    """Hours validated in the year, people who worked them, markets that run: two queries."""
    own = select(Market.id).where(
        market_condition(viewer), Market.structure_id == viewer.structure_id, Market.clause_kind.is_not(None)
    )
    first = date(today.year, 1, 1)
    entries = (LedgerEntry.market_id.in_(own), LedgerEntry.month.between(first, date(today.year, 12, 1)))
    worked = (
        select(LedgerEntry.participant_id)
        .where(*entries, LedgerEntry.participant_id.is_not(None))
        .group_by(LedgerEntry.participant_id)
        .having(func.sum(LedgerEntry.hours_real) > 0)
        .subquery()
    )
    hours, people = session.execute(
        select(
            select(func.coalesce(func.sum(LedgerEntry.hours_real), 0)).where(*entries).scalar_subquery(),
            select(func.count()).select_from(worked).scalar_subquery(),
        )
    ).one()
    running = select(func.count()).select_from(own.where(running_on(today)).subquery())
    return YearFigures(today.year, int(hours), int(people), session.scalar(running) or 0)
