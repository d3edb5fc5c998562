"""The ledger by itself: each entry has its line, each reversal is the exact opposite of its entry."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from clause.candidates.models import EmploymentContract
from clause.hours.models import DeclarationLine
from clause.hours.proof.finding import Check, Discrepancy, stream
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.models import Market

Reversed = aliased(LedgerEntry)


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    yield from _orphans(session)
    yield from _reversals(session)


def _orphans(session: Session) -> Iterator[Discrepancy]:
    statement = (
        select(LedgerEntry.month, LedgerEntry.hours_real, Market.reference, EmploymentContract.reference)
        .outerjoin(DeclarationLine, DeclarationLine.id == LedgerEntry.declaration_line_id)
        .outerjoin(Market, Market.id == LedgerEntry.market_id)
        .outerjoin(EmploymentContract, EmploymentContract.id == LedgerEntry.employment_contract_id)
        .where(LedgerEntry.kind != EntryKind.TRANSFER, DeclarationLine.id.is_(None))
        .order_by(LedgerEntry.id)
    )
    for month, hours, market, contract in stream(session, statement):
        yield Discrepancy(Check.ORPHAN, market or "", month, contract or "", expected=0, found=hours)


def _reversals(session: Session) -> Iterator[Discrepancy]:
    """Compared field by field; a reversal of nothing, of a reversal or of a transfer is one too, as is one dated before it."""
    kept = ("market_id", "participant_id", "employment_contract_id", "declaration_line_id", "month", "hour_kind")
    differs = [getattr(LedgerEntry, name) != getattr(Reversed, name) for name in kept]
    differs += [LedgerEntry.hours_real != -Reversed.hours_real, LedgerEntry.hours_valued != -Reversed.hours_valued]
    statement = (
        select(LedgerEntry.month, -Reversed.hours_real, LedgerEntry.hours_real, Market.reference, EmploymentContract.reference)
        .outerjoin(Reversed, Reversed.id == LedgerEntry.reverses_id)
        .outerjoin(Market, Market.id == LedgerEntry.market_id)
        .outerjoin(EmploymentContract, EmploymentContract.id == LedgerEntry.employment_contract_id)
        .where(
            LedgerEntry.kind == EntryKind.REVERSAL,
            func.coalesce(or_(*differs, Reversed.kind != EntryKind.POSTING, LedgerEntry.posted_on < Reversed.posted_on), True),
        )
        .order_by(LedgerEntry.id)
    )  # fmt: skip
    for month, expected, found, market, contract in stream(session, statement):
        yield Discrepancy(Check.REVERSAL, market or "", month, contract or "", expected, found)
