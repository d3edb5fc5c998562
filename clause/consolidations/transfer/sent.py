"""A transfer file once it is checked: its tables and lists as the consolidation counts them. Pure.

Hours are int hundredths again, euros int cents, rates Decimal: a rate is made from sums, never averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clause.consolidations.figures import Unit
from clause.consolidations.transfer.canonical import Document

Cell = int | Decimal | str | None
Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class SentRow:
    key: str
    label: str
    cells: Cells
    memo: bool = False


@dataclass(frozen=True)
class SentTable:
    rows: tuple[SentRow, ...]
    total: Cells | None
    units: Mapping[str, Unit]


@dataclass(frozen=True)
class Buyer:
    """An authority of a structure's year; hours in hundredths."""

    siren: str
    name: str
    kind: str
    operations: int
    hours: int
    operations_previous: int


@dataclass(frozen=True)
class Firm:
    """A company of a structure's year; hours in hundredths, of the markets it is the contractor of."""

    siren: str
    sector: str
    size: str
    first: bool
    held: int
    markets: int
    hours: int
    held_previous: int
    siae: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """What one structure sent for a year."""

    siret: str
    name: str
    region: str
    year: int
    as_of: date
    rules: str
    tables: Mapping[str, SentTable]
    authorities: tuple[Buyer, ...]
    companies: tuple[Firm, ...]

    def figure(self, key: str, column: str = "value") -> int:
        """A figure of C01, hours in hundredths."""
        row = next((row for row in self.tables["C01"].rows if row.key == key), None)
        value = row.cells.get(column) if row else 0
        return value if isinstance(value, int) else 0


def hundredths(value: float | int) -> int:
    """Hours as the file writes them, exactly."""
    return int((Decimal(str(value)) * 100).to_integral_value())


def read(document: Document) -> Sent:
    """The content of a document that follows the schema."""
    of = document["structure"]
    return Sent(
        siret=of["siret"], name=of["name"], region=of["region"], year=document["year"],
        as_of=date.fromisoformat(document["as_of"]), rules=document["rules"],
        tables={code: _table(data) for code, data in document["tables"].items()},
        authorities=tuple(
            Buyer(a["siren"], a["name"], a["type"], a["operations"], hundredths(a["hours"]), a["operations_previous"])
            for a in document["authorities"]
        ),
        companies=tuple(
            Firm(
                c["siren"], c["sector"], c["size"], c["first"], c["held"], c["markets"], hundredths(c["hours"]), c["held_previous"],
                tuple(c["siae"]),
            )
            for c in document["companies"]
        ),
    )  # fmt: skip


def _table(data: Mapping[str, Any]) -> SentTable:
    units = {column["key"]: Unit(column["unit"]) for column in data["columns"]}
    rows = tuple(
        SentRow(row["key"], row["label"], _cells(row, units, row.get("unit")), row.get("memo", False))
        for row in data["rows"]
    )
    return SentTable(rows, None if data["total"] is None else _cells(data["total"], units, None), units)


def _cells(row: Mapping[str, Any], units: Mapping[str, Unit], own: str | None) -> Cells:
    return {key: _cell(row[key], Unit(own) if own else unit) for key, unit in units.items() if key in row}


def _cell(value: Any, unit: Unit) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if unit in (Unit.RATE, Unit.FTE):
        return Decimal(str(value))
    return hundredths(value) if unit in (Unit.HOURS, Unit.EUROS) else int(value)
