"""Lines of the workbook on their way: read, checked, then written, known, held or refused. One line, one fate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clause.imports.report import Remark
from clause.imports.reprise.cells import show_as
from clause.imports.reprise.layout import SheetLayout
from clause.kernel.sheet_reader import cell_text

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Fault:
    """Why a line is refused: the column concerned, what was read, a sentence."""

    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Existing:
    """A row already in the database, in the words of the sheet: its id and its values by column key.

    ``version``: the one that was read, where the row counts its versions.
    """

    id: int
    values: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)
    version: int | None = None


@dataclass(slots=True)
class Line:
    """A line of a sheet. ``values`` are the cells that are filled and readable, ``cells`` all that are filled, as they came."""

    sheet: SheetLayout
    where: str
    number: int
    values: dict[str, Any]
    cells: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Remark, ...] = ()
    existing: Existing | None = None
    repeats: Line | None = None
    made: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def raw(self, key: str) -> str:
        """What a cell showed."""
        return cell_text(self.cells.get(key))

    @property
    def key(self) -> Key:
        return tuple(self.values.get(k) for k in self.sheet.key)

    @property
    def refused(self) -> bool:
        return bool(self.faults)

    @property
    def is_known(self) -> bool:
        return not self.refused and (self.existing is not None or self.repeats is not None)

    @property
    def is_new(self) -> bool:
        return not self.refused and self.existing is None and self.repeats is None

    @property
    def differences(self) -> dict[str, tuple[Any, Any]]:
        """What this line says otherwise than the database: (old, new) by column. An empty cell says nothing."""
        if self.existing is None or self.refused:
            return {}
        known = self.existing.values
        return {k: (known.get(k), v) for k, v in self.values.items() if k in known and known[k] != v}

    def refuse(self, key: str, reason: str) -> None:
        column = self.sheet.label_of(key) if key else ""
        self.faults += (Fault(column, self.raw(key), reason),)

    def warn(self, key: str, reason: str, *, quoted: bool = True) -> None:
        """Say something of a line that is written; a sensitive value is not quoted."""
        value = self.raw(key) if quoted else ""
        self.warnings += (Remark(self.where, self.number, self.sheet.label_of(key), value, reason),)

    def refusal(self) -> Remark:
        """The one remark of a refused line, all its faults said."""
        columns = ", ".join(dict.fromkeys(f.column for f in self.faults if f.column))
        reasons = " ".join(dict.fromkeys(f.reason for f in self.faults))
        return Remark(self.where, self.number, columns, self.faults[0].value, reasons)

    def changes(self) -> dict[str, list[str]]:
        """The differences as history writes them: ``{label: [old, new]}``."""
        found = {}
        for key, (old, new) in self.differences.items():
            kind = self.sheet.column(key).kind
            found[self.sheet.label_of(key)] = [show_as(kind, old), show_as(kind, new)]
        return found

    def difference(self, said: str) -> Remark:
        """The one remark of a line whose content differs: both values of each column."""
        changes = self.changes()
        said_values = " ; ".join(f"{label} : {old} → {new}" for label, (old, new) in changes.items())
        return Remark(self.where, self.number, ", ".join(changes), said_values, said)


@dataclass
class Plan:
    """All the lines by sheet, and what is to be said of the file as a whole."""

    lines: dict[str, list[Line]]
    warnings: list[Remark] = field(default_factory=list)

    def of(self, sheet: str) -> list[Line]:
        return self.lines.get(sheet, [])

    def all(self) -> Iterable[Line]:
        for lines in self.lines.values():
            yield from lines
