"""Many postings at once, for an import of thousands of lines: the entries of ``posting.post``, without an object for each."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import bulk, clock
from clause.ledger.models import EntryKind, LedgerEntry
from clause.ledger.posting import Hours


def post_all(session: Session, viewer: Viewer, hours: Iterable[Hours]) -> None:
    """Post counted hours, dated of today. The caller has validated the lines in the same unit of work."""
    posted = {
        "kind": EntryKind.POSTING, "posted_on": clock.today(), "posted_at": clock.now(), "posted_by_id": viewer.user_id,
        "posted_by": viewer.name,
    }  # fmt: skip
    bulk.write(session, LedgerEntry, ({**posted, **_columns(entry)} for entry in hours))


def _columns(hours: Hours) -> bulk.Values:
    return {
        "market_id": hours.market_id, "participant_id": hours.participant_id,
        "employment_contract_id": hours.employment_contract_id, "declaration_line_id": hours.declaration_line_id,
        "month": hours.month, "hour_kind": hours.hour_kind, "hours_real": hours.real, "hours_valued": hours.valued,
    }  # fmt: skip
