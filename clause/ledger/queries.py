"""Sums of the ledger. Perimeters are decided by the caller: these take keys already found through ``visible``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from clause.ledger.models import LedgerEntry


@dataclass(frozen=True)
class Sums:
    """Hours in hundredths."""

    real: int = 0
    valued: int = 0


def known(as_of: date | None) -> ColumnElement[bool]:
    """The condition that an entry was posted on or before ``as_of`` (included; None: now)."""
    return LedgerEntry.posted_on <= as_of if as_of else LedgerEntry.id.is_not(None)


def hours_of_market() -> Select[int, int, int]:
    """One row a market: market_id, real, valued; a subquery for lists and gauges."""
    return select(
        LedgerEntry.market_id,
        func.sum(LedgerEntry.hours_real).label("real"),
        func.sum(LedgerEntry.hours_valued).label("valued"),
    ).group_by(LedgerEntry.market_id)


def hours_by_market(session: Session, market_ids: Sequence[int], as_of: date | None = None) -> dict[int, Sums]:
    """Cumulative hours of each of these markets."""
    rows = session.execute(hours_of_market().where(LedgerEntry.market_id.in_(market_ids), known(as_of)))
    return {row.market_id: Sums(int(row.real), int(row.valued)) for row in rows}


def hours_by_month(session: Session, market_id: int, as_of: date | None = None) -> dict[date, Sums]:
    """Hours of one market by month of work, in order."""
    rows = session.execute(
        select(
            LedgerEntry.month,
            func.sum(LedgerEntry.hours_real).label("real"),
            func.sum(LedgerEntry.hours_valued).label("valued"),
        )
        .where(LedgerEntry.market_id == market_id, known(as_of))
        .group_by(LedgerEntry.month)
        .order_by(LedgerEntry.month)
    )
    return {row.month: Sums(int(row.real), int(row.valued)) for row in rows}


def standing_entry(session: Session, declaration_line_id: int) -> LedgerEntry | None:
    """The posting of a line that no reversal has taken back."""
    reversed_ids = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.is_not(None))
    return session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.declaration_line_id == declaration_line_id,
            LedgerEntry.reverses_id.is_(None),
            LedgerEntry.id.not_in(reversed_ids),
        )
    ).one_or_none()
