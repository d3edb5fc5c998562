"""What writing needs at hand: the session, on whose behalf, and the ids of what exists or has just been made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.imports.reprise.known import Known
from clause.imports.reprise.lines import Line, Plan
from clause.kernel import audit, bulk
from clause.kernel.refusals import Refused

IMPORTED = "repris d'un classeur"
UPDATED = "modifié par une reprise"
MEANWHILE = "Quelqu'un a enregistré en même temps une fiche de ce fichier : rien n'est importé. Recommencez : elle sera reconnue."
T = TypeVar("T")


@dataclass
class Ground:
    """``ids[sheet][key]`` is the numeric id of a thing, by the first column of its business key."""

    session: Session
    viewer: Viewer
    structure_id: int
    known: Known
    plan: Plan
    update: bool
    ids: dict[str, dict[Any, int]] = field(default_factory=dict)
    company_of: dict[str, int] = field(default_factory=dict)

    def new(self, sheet: str) -> list[Line]:
        return [line for line in self.plan.of(sheet) if line.is_new]

    def changed(self, sheet: str) -> list[Line]:
        """Known lines whose differences are to be applied."""
        return [line for line in self.plan.of(sheet) if self.update and line.differences]

    def id_of(self, sheet: str, key: Any) -> int:
        return self.ids[sheet][key]

    def start(self, sheet: str) -> dict[Any, int]:
        """The ids already known for a sheet; writing adds to it."""
        self.ids[sheet] = {key[0]: row.id for key, row in self.known.of(sheet).items()}
        return self.ids[sheet]

    def row(self, model: type[T], line: Line) -> T:
        """The row of a known line, locked until the end of the unit of work; Refused where somebody changed it since it was read."""
        assert line.existing is not None
        found = self.session.get_one(model, line.existing.id, with_for_update=True, populate_existing=True)
        if line.existing.version not in (None, getattr(found, "version", None)):
            raise Refused(MEANWHILE)
        return found

    def add(self, rows: Iterable[Any], *, audited: bool = True) -> None:
        """Insert a few objects, with one line of history each."""
        rows = list(rows)
        self.session.add_all(rows)
        self.session.flush()
        if audited and rows:
            audit.record_all(self.session, self.viewer, IMPORTED, type(rows[0]), [row.id for row in rows])

    def insert(self, model: type[Any], rows: list[bulk.Values], *, audited: bool = True) -> list[int]:
        """Insert many rows given by column, with one line of history each; their ids, in the same order."""
        ids = bulk.reserve(self.session, model, len(rows))
        bulk.write(self.session, model, ({"id": id, **row} for id, row in zip(ids, rows, strict=True)))
        if audited:
            audit.record_all(self.session, self.viewer, IMPORTED, model, ids)
        return ids

    def set(self, row: Any, values: dict[str, Any], changes: dict[str, list[str]]) -> None:
        """Change a row and say in its history what changed."""
        for name, value in values.items():
            setattr(row, name, value)
        audit.record(self.session, self.viewer, UPDATED, row, changes)
