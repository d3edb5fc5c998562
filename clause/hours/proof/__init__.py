"""Proves that the ledger, the declarations and the transfers agree, and says where they do not (``clause ledger check``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours.pooling.models import HourTransfer
from clause.hours.proof import entries, lines, transfers
from clause.hours.proof.finding import Discrepancy
from clause.ledger.models import LedgerEntry

# What other rooms keep beside the ledger, and prove with it.
FURTHER: list[Callable[[Session], Iterator[Discrepancy]]] = []


@dataclass(frozen=True)
class Extent:
    """What was checked. Hours in hundredths, transfers included: they sum to zero."""

    entries: int
    lines: int
    transfers: int
    hours: int


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    """Everything that does not agree, one at a time: nothing is kept in memory. Empty where all is well."""
    yield from lines.discrepancies(session)
    yield from entries.discrepancies(session)
    yield from transfers.discrepancies(session)
    for further in FURTHER:
        yield from further(session)


def extent(session: Session) -> Extent:
    """Three counts."""
    count, hours = session.execute(
        select(func.count(), func.sum(LedgerEntry.hours_real)).select_from(LedgerEntry)
    ).one()
    moved = session.scalar(select(func.count()).select_from(HourTransfer)) or 0
    return Extent(int(count), lines.counted_lines(session), moved, int(hours or 0))


__all__ = ["Discrepancy", "Extent", "discrepancies", "extent"]
