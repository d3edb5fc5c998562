"""The two ways into the ledger that this version has: a posting, and the reversal of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import clock
from clause.ledger.models import EntryKind, LedgerEntry


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


def _posted(viewer: Viewer) -> dict[str, object]:
    return {
        "posted_on": clock.today(),
        "posted_at": clock.now(),
        "posted_by_id": viewer.user_id,
        "posted_by": viewer.name,
    }
