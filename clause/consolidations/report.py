"""The one object that the page, the workbook and the JSON of a consolidation are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clause.consolidations.figures import Unit, Value

# 2: globalisation (REA-06), in attainment and not in statistics; tables B12 to B14. 3: tables C07, C10 to C16, year before.
# 4: what became of people, in the bilan (B09f).
RULES_VERSION = "4"


@dataclass(frozen=True)
class Column:
    """``opens`` is False where there are no lines to show behind a figure of the column."""

    key: str
    label: str
    unit: Unit = Unit.COUNT
    opens: bool = True


@dataclass(frozen=True)
class Row:
    """``unit`` overrides that of the columns (C01); ``memo`` rows are outside the total."""

    key: str
    label: str
    cells: Mapping[str, Value]
    unit: Unit | None = None
    memo: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture of some columns; ``kind`` is column, bar, stacked or line."""

    kind: str
    columns: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Table:
    """``summed`` names the columns whose total is the sum of its rows (memo rows apart); others are counts of their own.

    ``sensitive`` are the measures to hide where a row counts too few people; ``open_list`` says that rows exist only
    where there is somebody, ``overlaps`` that somebody may be in several. ``about`` is the heading of the first column.
    """

    code: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Mapping[str, Value] | None = None
    total_label: str = "Total"
    notes: tuple[str, ...] = ()
    unit: str = ""
    summed: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    open_list: bool = False
    overlaps: bool = False
    guarded: bool = False
    chart: Chart | None = None

    def column(self, key: str) -> Column | None:
        return next((c for c in self.columns if c.key == key), None)

    def row(self, key: str) -> Row | None:
        return next((r for r in self.rows if r.key == key), None)


@dataclass(frozen=True)
class Report:
    """``kind`` is ``annual`` or ``operation``; ``year`` is None for an operation. ``described`` is the perimeter in JSON."""

    kind: str
    title: str
    perimeter: str
    year: int | None
    as_of: date
    tables: tuple[Table, ...]
    described: Mapping[str, str | None] = field(default_factory=dict)
    parameters: tuple[tuple[str, str], ...] = ()
    masked: bool = False

    def table(self, code: str) -> Table | None:
        return next((t for t in self.tables if t.code == code), None)
