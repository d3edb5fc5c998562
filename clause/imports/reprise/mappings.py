"""Kept mappings: how a structure's other tool calls its sheets and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.rules.nir import contains_nir
from clause.imports.reprise.layout import SHEETS
from clause.imports.reprise.models import ImportMapping
from clause.imports.reprise.reading import FileMapping
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import fold

NAME_MISSING = "Donnez un nom à cette correspondance, par exemple celui de l'autre outil."
NO_SHEET = "Indiquez au moins une feuille de votre fichier."
NIR = "Un nom de feuille ou de colonne contient un numéro de sécurité sociale : retirez-le."


def visible_mappings(viewer: Viewer) -> Select[ImportMapping]:
    """Those of one's own structure."""
    return select(ImportMapping).where(ImportMapping.structure_id == viewer.structure_id).order_by(ImportMapping.name)


def mappings(session: Session, viewer: Viewer) -> Sequence[ImportMapping]:
    return session.scalars(visible_mappings(viewer)).all()


def as_file_mapping(row: ImportMapping) -> FileMapping:
    return FileMapping(row.content.get("sheets", {}), row.content.get("columns", {}))


def mapping_named(session: Session, structure_id: int | None, name: str) -> FileMapping:
    """The mapping of this name in a structure, whatever its accents and capitals. Refused where there is none."""
    rows = session.scalars(select(ImportMapping).where(ImportMapping.structure_id == structure_id)).all()
    found = next((row for row in rows if fold(row.name) == fold(name)), None)
    if found is None:
        names = ", ".join(f"« {row.name} »" for row in rows) or "aucune"
        raise Refused(f"La correspondance « {name} » n'existe pas. Correspondances enregistrées : {names}.")
    return as_file_mapping(found)


def keep_mapping(
    session: Session, viewer: Viewer, name: str, said: Mapping[str, str], row: ImportMapping | None = None
) -> ImportMapping:
    """Keep what was typed: ``said`` is ``{sheet: title, "sheet.column": header}``. Refused: no name, no sheet, a name taken."""
    name = name.strip()
    if not name:
        raise Refused(NAME_MISSING, "name")
    if any(contains_nir(text) for text in (name, *said.values())):
        raise Refused(NIR)
    content = _content(said)
    if not content["sheets"]:
        raise Refused(NO_SHEET)
    taken = [m for m in mappings(session, viewer) if fold(m.name) == fold(name) and m is not row]
    if taken:
        raise Refused("Ce nom est déjà celui d'une autre correspondance.", "name")
    if row is None:
        row = ImportMapping(structure_id=viewer.structure_id, created_at=clock.now())
        session.add(row)
    row.name, row.content = name, content
    session.flush()
    audit.record(session, viewer, "correspondance de fichier enregistrée", row)
    return row


def _content(said: Mapping[str, str]) -> dict[str, dict[str, object]]:
    sheets = {s.name: said[s.name].strip() for s in SHEETS if said.get(s.name, "").strip()}
    columns = {
        s.name: {c.key: said[key].strip() for c in s.columns if said.get(key := f"{s.name}.{c.key}", "").strip()}
        for s in SHEETS
        if s.name in sheets
    }
    return {"sheets": dict(sheets), "columns": {name: found for name, found in columns.items() if found}}


def forget_mapping(session: Session, viewer: Viewer, row: ImportMapping) -> None:
    audit.record(session, viewer, "correspondance de fichier supprimée", row)
    session.delete(row)
