"""What a facilitation structure reads of itself: clauses to complete, and the key figures of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.dashboard.queries.progress import running_on
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import worked
from clause.markets.codes import NEVER_ONGOING, OBJECTIVE_EXPECTED, OperationStatus
from clause.markets.models import Market, ObjectiveEvent, Operation


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
    led = (Market.structure_id == viewer.structure_id, Market.clause_kind.is_not(None))
    first, last = date(today.year, 1, 1), date(today.year, 12, 1)
    by_person = (
        select(func.sum(LedgerEntry.hours_real).label("hours"))
        .where(
            LedgerEntry.market_id.in_(select(Market.id).where(*led)), LedgerEntry.month.between(first, last), worked()
        )
        .group_by(LedgerEntry.participant_id)
        .subquery()
    )
    hours, people = session.execute(
        select(func.coalesce(func.sum(by_person.c.hours), 0), _counted(by_person.c.hours > 0))
    ).one()
    running, of_year = session.execute(
        select(_counted(running_on(today)), _counted(and_(*_of_year(today.year)))).where(*led)
    ).one()
    return YearFigures(today.year, int(hours), int(people), int(running), int(of_year))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _of_year(year: int) -> tuple[ColumnElement[bool], ...]:
    """IND-03: by dates, lost and planned markets apart, nor those of an abandoned operation."""
    lost = exists().where(Operation.id == Market.operation_id, Operation.status == OperationStatus.ABANDONED)
    return (
        Market.starts_on <= date(year, 12, 31),
        or_(Market.ends_on.is_(None), Market.ends_on >= date(year, 1, 1)),
        Market.status.not_in(NEVER_ONGOING),
        ~lost,
    )
