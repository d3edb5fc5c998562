"""What writing needs at hand: the session, on whose behalf, and the ids of what exists or has just been made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.imports.reprise.known import Known
from clause.imports.reprise.lines import Line, Plan
from clause.kernel import audit

IMPORTED = "repris d'un classeur"
UPDATED = "modifié par une reprise"


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

    def add(self, rows: Iterable[Any], *, audited: bool = True) -> None:
        """Insert rows in bulk, with one line of history each."""
        rows = list(rows)
        self.session.add_all(rows)
        self.session.flush()
        if audited:
            for row in rows:
                audit.record(self.session, self.viewer, IMPORTED, row)

    def set(self, row: Any, values: dict[str, Any], changes: dict[str, list[str]]) -> None:
        """Change a row and say in its history what changed."""
        for name, value in values.items():
            setattr(row, name, value)
        audit.record(self.session, self.viewer, UPDATED, row, changes)
