"""That every folio which is said to be true equals its rows (``clause ledger check``)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from clause.consolidations.folios.models import SIZE, Folio, FolioChange
from clause.consolidations.folios.packing import unpacked
from clause.consolidations.folios.sources import SOURCES
from clause.consolidations.folios.store import rows, same
from clause.hours.proof.finding import Check, Discrepancy


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    """One a folio that is not what the table says; one folio in memory at a time."""
    changed = exists().where(FolioChange.source == Folio.source, FolioChange.number == Folio.number)
    known = session.execute(select(Folio.id, Folio.source, Folio.number, Folio.last_id, Folio.shape).where(~changed).order_by(Folio.source, Folio.number)).all()  # fmt: skip
    for key, name, number, last, shape in known:
        source = SOURCES.get(name)
        if source is None or shape != source.shape:
            continue  # read from the table until it is sealed again
        content = session.scalar(select(Folio.content).where(Folio.id == key)) or b""
        row = source.model.id
        stretch = row.between(number * SIZE, number * SIZE + SIZE - 1) & (row <= last)
        wrong = same(rows(session, source, stretch), unpacked(content))
        if wrong:
            yield Discrepancy(Check.FOLIO, detail=f"{name}, feuillet {number} : {', '.join(wrong)}")
