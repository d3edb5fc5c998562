"""What a facilitation structure reads of itself: clauses to complete, and the key figures of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.dashboard.queries.progress import running_on
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import worked
from clause.markets.codes import NEVER_ONGOING, OBJECTIVE_EXPECTED, OperationStatus
from clause.markets.models import Market, ObjectiveEvent, Operation
from clause.markets.visibility import market_condition


@dataclass(frozen=True)
class YearFigures:
    """Of the markets with a clause that the structure leads, as its annual consolidation counts them (C01); hundredths.

    ``markets_of_year`` ran on a day of the year by their dates (IND-03); ``markets`` are those started today.
    """

    year: int
    hours: int
    people: int
    markets: int
    markets_of_year: int


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
    """Hours validated in the year, people who worked them, markets that run: one query."""
    own = select(Market.id).where(
        market_condition(viewer), Market.structure_id == viewer.structure_id, Market.clause_kind.is_not(None)
    )
    first = date(today.year, 1, 1)
    entries = (LedgerEntry.market_id.in_(own), LedgerEntry.month.between(first, date(today.year, 12, 1)), worked())
    people_of_year = (
        select(LedgerEntry.participant_id)
        .where(*entries)
        .group_by(LedgerEntry.participant_id)
        .having(func.sum(LedgerEntry.hours_real) > 0)
        .subquery()
    )
    counts = session.execute(
        select(
            select(func.coalesce(func.sum(LedgerEntry.hours_real), 0)).where(*entries).scalar_subquery(),
            select(func.count()).select_from(people_of_year).scalar_subquery(),
            select(func.count()).select_from(own.where(running_on(today)).subquery()).scalar_subquery(),
            select(func.count()).select_from(own.where(*_of_year(today.year)).subquery()).scalar_subquery(),
        )
    ).one()
    return YearFigures(today.year, *(int(count) for count in counts))


def _of_year(year: int) -> tuple[ColumnElement[bool], ...]:
    """IND-03: by dates, lost and planned markets apart, nor those of an abandoned operation."""
    lost = select(Operation.id).where(Operation.status == OperationStatus.ABANDONED)
    return (
        Market.starts_on <= date(year, 12, 31),
        or_(Market.ends_on.is_(None), Market.ends_on >= date(year, 1, 1)),
        Market.status.not_in(NEVER_ONGOING),
        Market.operation_id.not_in(lost),
    )
