"""What differs between what was published and the same report today: table by table, row by row, cell by cell. Pure.

Both sides are the JSON of a report (consolidations.md § 6), so that a publication is compared as it was kept. Only tables
that both have are compared: one that a newer version of the rules added or dropped is said, not counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clause.consolidations.figures import HIDDEN_TEXT, NOT_APPLICABLE, Unit
from clause.kernel.values import NBSP, format_decimal

TOTAL = "total"
ABSENT = "absent"
SHOWN_AS_ZERO = Decimal("0.05")  # below, one decimal would show nothing where something changed
PLACES = {Unit.HOURS: 2, Unit.COUNT: 0, Unit.RATE: 2, Unit.FTE: 3}
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A value of the JSON: number, text or None; ``hidden``: it may not be told; ``there`` False: the row does not exist."""

    value: Any = None
    hidden: bool = False
    there: bool = True

    @property
    def number(self) -> Decimal | None:
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        return Decimal(str(self.value)) if is_number else None

    def said(self, unit: Unit) -> str:
        """As a page writes it."""
        if not self.there:
            return ABSENT
        if self.hidden:
            return HIDDEN_TEXT
        if self.number is None:
            return str(self.value or (NOT_APPLICABLE if unit is Unit.RATE else "—"))
        return format_decimal(self.number, PLACES.get(unit, 2)) + (NBSP + "%" if unit is Unit.RATE else "")


@dataclass(frozen=True)
class Difference:
    """One cell. ``gap`` and ``growth`` are made from the raw figures of both sides; None where one is not a number."""

    table: str
    row_key: str
    row: str
    column_key: str
    column: str
    unit: Unit
    published: Cell
    today: Cell

    @property
    def gap(self) -> Decimal | None:
        """Today less published, in the unit of the cell (points for a rate). A row that is absent counts zero."""
        before, after = self._number(self.published), self._number(self.today)
        return None if before is None or after is None else after - before

    @property
    def growth(self) -> Decimal | None:
        """The gap over what was published, in percent, not rounded. A rate has none: its gap is in points."""
        before = self.published.number
        if self.gap is None or not before or self.unit is Unit.RATE:
            return None
        return self.gap * 100 / before

    def _number(self, cell: Cell) -> Decimal | None:
        return cell.number if cell.there else Decimal(0)

    @property
    def gap_said(self) -> str:
        if self.gap is None:
            return "—"
        points = f"{NBSP}point{'s' if abs(self.gap) >= 2 else ''}" if self.unit is Unit.RATE else ""
        return _signed(self.gap, PLACES.get(self.unit, 2)) + points

    @property
    def growth_said(self) -> str:
        if self.growth is None:
            return "—"
        if self.growth and abs(self.growth) < SHOWN_AS_ZERO:
            return f"moins de 0,1{NBSP}%"
        return _signed(self.growth, 1) + NBSP + "%"


@dataclass(frozen=True)
class TableDifferences:
    code: str
    title: str
    cells: Sequence[Difference]


@dataclass(frozen=True)
class Comparison:
    """``added`` and ``dropped`` are the tables, by code and title, that only one side has; ``moving`` those left out."""

    tables: Sequence[TableDifferences]
    added: Sequence[tuple[str, str]] = ()
    dropped: Sequence[tuple[str, str]] = ()
    moving: Sequence[tuple[str, str]] = ()

    @property
    def count(self) -> int:
        return sum(len(table.cells) for table in self.tables)

    @property
    def cells(self) -> list[Difference]:
        return [cell for table in self.tables for cell in table.cells]


def compare(published: Data, today: Data, moving: frozenset[str] = frozenset()) -> Comparison:
    """What differs, in the order of the tables as published; ``moving`` tables change with the days alone and are left out."""
    before, after = published["tables"], today["tables"]
    found = [
        TableDifferences(code, after[code]["title"], tuple(_cells(code, before[code], after[code])))
        for code in before
        if code in after and code not in moving
    ]
    left_out = [(code, before[code]["title"]) for code in before if code in moving]
    return Comparison([table for table in found if table.cells], _only(after, before), _only(before, after), left_out)


def _only(these: Data, those: Data) -> list[tuple[str, str]]:
    return [(code, table["title"]) for code, table in these.items() if code not in those]


def _cells(code: str, before: Data, after: Data) -> Iterator[Difference]:
    columns = {**_columns(before), **_columns(after)}
    shared = [key for key in columns if key in _columns(before) and key in _columns(after)]
    rows, rows_after = _rows(before), _rows(after)
    for key in [*rows, *(k for k in rows_after if k not in rows)]:
        yield from _of_row(code, key, [columns[c] for c in shared], rows.get(key), rows_after.get(key), before, after)


def _columns(table: Data) -> dict[str, Data]:
    return {column["key"]: column for column in table["columns"]}


def _rows(table: Data) -> dict[tuple[str, int], Data]:
    """Rows by their key and, where a key comes again, by its rank; the total last."""
    found: dict[tuple[str, int], Data] = {}
    for row in table["rows"]:
        rank = 0
        while (row["key"], rank) in found:
            rank += 1
        found[row["key"], rank] = row
    if table["total"] is not None:
        found[TOTAL, -1] = {"key": TOTAL, "label": "Total", **table["total"]}
    return found


def _of_row(
    code: str, key: tuple[str, int], columns: Sequence[Data], before: Data | None, after: Data | None, was: Data, now: Data
) -> Iterator[Difference]:  # fmt: skip
    said, found = after or before or {}, []
    for column in columns:
        old, new = _cell(was, before, column["key"]), _cell(now, after, column["key"])
        if old != new and not (_is_empty(old) and _is_empty(new)):
            unit = Unit(said.get("unit") or column["unit"])
            found.append(Difference(code, key[0], said["label"], column["key"], column["label"], unit, old, new))
    if before is None or after is None:  # a row that comes or goes: its figures, or one of its words where it has none
        found = [cell for cell in found if cell.unit is not Unit.TEXT] or found[:1]
    yield from found


def _cell(table: Data, row: Data | None, column: str) -> Cell:
    if row is None:
        return Cell(there=False)
    return Cell(row.get(column), hidden=[row["key"], column] in table.get("hidden", []))


def _is_empty(cell: Cell) -> bool:
    """Nothing to say: an absent row against an empty or a zero cell is no difference."""
    return not cell.hidden and not cell.value


def _signed(value: Decimal, places: int) -> str:
    return ("+" if value > 0 else "") + format_decimal(value, places)
