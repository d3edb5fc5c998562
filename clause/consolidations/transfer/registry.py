"""Keeping the registry: lines of a file, and one structure by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.models import RegisteredStructure
from clause.consolidations.transfer.registry_file import Line, read_registry
from clause.consolidations.transfer.visibility import visible_registered
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.report import Remark, Report
from clause.kernel.values import fold

TAKEN = "Une autre structure du registre a déjà ce SIRET : « {} »."
LABELS = {"name": "Nom", "siret": "SIRET", "region": "Région", "employs_facilitators": "Emploie des facilitateurs", "facilitators": "Facilitateurs"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What the registry says of a structure."""

    name: str
    siret: str | None
    region: str
    employs_facilitators: bool
    facilitators: int | None


def import_registry(session: Session, viewer: Viewer, path: Path) -> Report:
    """Add or complete the structures of a file, by SIRET, else by name. Lines in error are refused, the others written."""
    lines, refused = read_registry(path)
    report = Report(read=len(lines) + len(refused), refused=refused)
    known = _Known(session.scalars(visible_registered(viewer)).all())
    for line in lines:
        _take(session, viewer, known, line, report)
    return report


class _Known:
    """The registry in memory, by SIRET and by name."""

    def __init__(self, rows: Sequence[RegisteredStructure]) -> None:
        self.by_siret = {row.siret: row for row in rows if row.siret}
        self.by_name: dict[str, list[RegisteredStructure]] = {}
        for row in rows:
            self.by_name.setdefault(fold(row.name), []).append(row)

    def find(self, line: Line) -> RegisteredStructure | None:
        """By SIRET; by name where either has no SIRET. Refuses a name that several structures bear."""
        if line.siret and line.siret in self.by_siret:
            return self.by_siret[line.siret]
        same = [r for r in self.by_name.get(fold(line.name), []) if not (line.siret and r.siret)]
        if len(same) > 1:
            raise Refused("Plusieurs structures du registre ont ce nom : donnez le SIRET.")
        return same[0] if same else None

    def add(self, row: RegisteredStructure) -> None:
        if row.siret:
            self.by_siret[row.siret] = row
        same = self.by_name.setdefault(fold(row.name), [])
        if row not in same:
            same.append(row)


def _take(session: Session, viewer: Viewer, known: _Known, line: Line, report: Report) -> None:
    try:
        found = known.find(line)
    except Refused as refusal:
        report.refused.append(Remark(line.where, line.number, "Nom", line.name, refusal.sentence))
        return
    values = _said(line)
    if found is None:
        found = _added(session, viewer, Entry(**{"region": "", "employs_facilitators": True, "facilitators": None, "siret": None, **values}))  # fmt: skip
        report.written += 1
    elif _changed(session, viewer, found, values):
        report.written += 1
    else:
        report.known += 1
    known.add(found)


def _said(line: Line) -> dict[str, Any]:
    said = {"name": line.name, "siret": line.siret, "region": line.region, "employs_facilitators": line.employs, "facilitators": line.facilitators}  # fmt: skip
    return {key: value for key, value in said.items() if value is not None}


def add(session: Session, viewer: Viewer, entry: Entry) -> RegisteredStructure:
    """Register a structure by hand. Refuses a SIRET that another one has."""
    _refuse_taken(session, viewer, entry.siret, None)
    return _added(session, viewer, entry)


def change(session: Session, viewer: Viewer, row: RegisteredStructure, entry: Entry) -> bool:
    """Correct or complete a structure; whether anything changed."""
    _refuse_taken(session, viewer, entry.siret, row.id)
    return _changed(session, viewer, row, vars(entry))


def _refuse_taken(session: Session, viewer: Viewer, siret: str | None, own: int | None) -> None:
    if siret is None:
        return
    other = session.scalars(visible_registered(viewer).where(RegisteredStructure.siret == siret)).one_or_none()
    if other is not None and other.id != own:
        raise Refused(TAKEN.format(other.name), "siret")


def _added(session: Session, viewer: Viewer, entry: Entry) -> RegisteredStructure:
    row = RegisteredStructure(**vars(entry), created_at=clock.now())
    session.add(row)
    audit.record(session, viewer, "structure ajoutée au registre", row)
    return row


def _changed(session: Session, viewer: Viewer, row: RegisteredStructure, values: dict[str, Any]) -> bool:
    before = {LABELS[key]: _written(getattr(row, key)) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    changes = audit.differences(before, {LABELS[key]: _written(value) for key, value in values.items()})
    if changes:
        audit.record(session, viewer, "registre : structure modifiée", row, changes)
    return bool(changes)


def _written(value: Any) -> str:
    return ("oui" if value else "non") if isinstance(value, bool) else str(value if value is not None else "")
