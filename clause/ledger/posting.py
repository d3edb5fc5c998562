"""The three ways into the ledger: a posting, the reversal of one, and a transfer between two markets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import clock
from clause.ledger.models import EntryKind, LedgerEntry

# The ``hour_kind`` of a transfer: no kind of work, since nobody worked these hours a second time.
TRANSFERRED = "transfer"


@dataclass(frozen=True)
class Hours:
    """Counted hours of one line, in hundredths."""

    market_id: int
    participant_id: int
    employment_contract_id: int
    declaration_line_id: int
    month: date
    hour_kind: str
    real: int
    valued: int


def post(session: Session, viewer: Viewer, hours: Hours) -> LedgerEntry:
    """Post counted hours, dated of today. The caller has validated the line in the same unit of work."""
    entry = LedgerEntry(
        kind=EntryKind.POSTING,
        market_id=hours.market_id,
        participant_id=hours.participant_id,
        employment_contract_id=hours.employment_contract_id,
        declaration_line_id=hours.declaration_line_id,
        month=hours.month,
        hour_kind=hours.hour_kind,
        hours_real=hours.real,
        hours_valued=hours.valued,
        **_posted(viewer),
    )
    session.add(entry)
    return entry


def reverse(session: Session, viewer: Viewer, entry: LedgerEntry) -> LedgerEntry:
    """Take an entry back by its opposite. A second reversal of the same entry is refused by the database."""
    opposite = LedgerEntry(
        kind=EntryKind.REVERSAL,
        market_id=entry.market_id,
        participant_id=entry.participant_id,
        employment_contract_id=entry.employment_contract_id,
        declaration_line_id=entry.declaration_line_id,
        month=entry.month,
        hour_kind=entry.hour_kind,
        hours_real=-entry.hours_real,
        hours_valued=-entry.hours_valued,
        reverses_id=entry.id,
        **_posted(viewer),
    )
    session.add(opposite)
    return opposite


def transfer(
    session: Session, viewer: Viewer, transfer_id: int, giver_id: int, taker_id: int, month: date, hours: int
) -> tuple[LedgerEntry, LedgerEntry]:
    """Move hours (hundredths, above 0) of a month from one market to another: two entries that sum to zero.

    What moves is attainment: both counters of both entries carry the same hours, whichever counter each market reads, so
    that what one loses is what the other gains, and real and valued hours each sum to zero. The database refuses a
    transfer that enters a market a second time.
    """
    moved = tuple(
        LedgerEntry(
            kind=EntryKind.TRANSFER, market_id=market_id, transfer_id=transfer_id, month=month,
            hour_kind=TRANSFERRED, hours_real=sign * hours, hours_valued=sign * hours, **_posted(viewer),
        )
        for market_id, sign in ((giver_id, -1), (taker_id, 1))
    )  # fmt: skip
    session.add_all(moved)
    return moved[0], moved[1]


def _posted(viewer: Viewer) -> dict[str, object]:
    return {
        "posted_on": clock.today(),
        "posted_at": clock.now(),
        "posted_by_id": viewer.user_id,
        "posted_by": viewer.name,
    }
