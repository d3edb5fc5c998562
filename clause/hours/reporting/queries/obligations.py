"""The obligations of markets, as rules and pages read them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clause.hours.reporting.codes import ReportSubject
from clause.hours.reporting.models import ReportingObligation
from clause.hours.reporting.rules.periods import Rhythm
from clause.markets.models import Market


def rhythm_of(row: ReportingObligation) -> Rhythm:
    return Rhythm(
        row.public_id, row.frequency, row.due_day, row.due_day_inclusive, row.from_month, row.until_month
    )  # fmt: skip


def rhythms_of_hours(session: Session, scope: ColumnElement[bool]) -> dict[int, list[Rhythm]]:
    """The obligations of hours of the markets of a scope that the caller may see; one read."""
    rows = session.scalars(
        select(ReportingObligation)
        .join(Market, Market.id == ReportingObligation.market_id)
        .where(scope, ReportingObligation.subject == ReportSubject.HOURS)
    )
    found: dict[int, list[Rhythm]] = {}
    for row in rows:
        found.setdefault(row.market_id, []).append(rhythm_of(row))
    return found


def obligations_of(session: Session, market: Market) -> Sequence[ReportingObligation]:
    """The obligations of a market that the caller sees, the oldest first."""
    return session.scalars(
        select(ReportingObligation).where(ReportingObligation.market_id == market.id).order_by(ReportingObligation.id)
    ).all()
