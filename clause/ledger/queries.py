"""Sums of the ledger. Perimeters are decided by the caller: these take keys already found through ``visible``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from clause.ledger.models import EntryKind, LedgerEntry


@dataclass(frozen=True)
class Sums:
    """Hours in hundredths."""

    real: int = 0
    valued: int = 0


def known(as_of: date | None) -> ColumnElement[bool]:
    """The condition that an entry was posted on or before ``as_of`` (included; None: now)."""
    return LedgerEntry.posted_on <= as_of if as_of else LedgerEntry.id.is_not(None)


def worked() -> ColumnElement[bool]:
    """The condition of every statistic of what was worked: transfers are out, nobody worked them a second time.

    Hours of C01 and of C03 to C17, people and contracts read with it. Attainment (gauge, C02, remaining, surplus, rate)
    reads without it: it sums every entry, and a market keeps what it did, less what it gave, plus what it received.
    """
    return LedgerEntry.kind != EntryKind.TRANSFER


def transferred() -> ColumnElement[bool]:
    """The opposite condition: globalisation alone, negative on the market that gives."""
    return LedgerEntry.kind == EntryKind.TRANSFER


def attained_by_market(session: Session, market_ids: Sequence[int], as_of: date | None = None) -> dict[int, Sums]:
    """ATTAINMENT: what each of these markets keeps, transfers included; markets without entries are left out."""
    return _by_market(session, market_ids, known(as_of))


def worked_by_market(session: Session, market_ids: Sequence[int], as_of: date | None = None) -> dict[int, Sums]:
    """STATISTICS: what was worked on each of these markets, transfers left out."""
    return _by_market(session, market_ids, known(as_of), worked())


def attained_by_month(session: Session, market_id: int, as_of: date | None = None) -> dict[date, Sums]:
    """ATTAINMENT of one market by month of work, transfers included, in order."""
    return _by_month(session, market_id, known(as_of))


def worked_by_month(session: Session, market_id: int, as_of: date | None = None) -> dict[date, Sums]:
    """STATISTICS: what was worked on one market by month of work, transfers left out, in order."""
    return _by_month(session, market_id, known(as_of), worked())


def transferred_by_month(session: Session, market_id: int, as_of: date | None = None) -> dict[date, Sums]:
    """What globalisation brings (or takes, negative) to one market, by month of work."""
    return _by_month(session, market_id, known(as_of), transferred())


_REAL, _VALUED = func.sum(LedgerEntry.hours_real), func.sum(LedgerEntry.hours_valued)


def _by_market(session: Session, market_ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, Sums]:
    rows = session.execute(
        select(LedgerEntry.market_id, _REAL, _VALUED)
        .where(LedgerEntry.market_id.in_(market_ids), *conditions)
        .group_by(LedgerEntry.market_id)
    )
    return {market: Sums(int(real), int(valued)) for market, real, valued in rows}


def _by_month(session: Session, market_id: int, *conditions: ColumnElement[bool]) -> dict[date, Sums]:
    rows = session.execute(
        select(LedgerEntry.month, _REAL, _VALUED)
        .where(LedgerEntry.market_id == market_id, *conditions)
        .group_by(LedgerEntry.month)
        .order_by(LedgerEntry.month)
    )
    return {month: Sums(int(real), int(valued)) for month, real, valued in rows}


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
