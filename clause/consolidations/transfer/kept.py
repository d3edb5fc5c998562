"""A report as JSON and back, exactly: rates keep all their decimals, hidden figures stay hidden. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from clause.consolidations.figures import HIDDEN, Hidden, Unit, Value
from clause.consolidations.report import Chart, Column, Report, Row, Table

FORMAT = 1  # what is kept under another one is made again


def as_kept(report: Report) -> dict[str, Any]:
    """The report as plain values of JSON."""
    plain = {f.name: getattr(report, f.name) for f in fields(Report) if f.name not in ("tables", "as_of", "described", "parameters")}  # fmt: skip
    return {
        **plain, "as_of": report.as_of.isoformat(), "described": dict(report.described), "parameters": [list(p) for p in report.parameters],
        "tables": [table_as_kept(table) for table in report.tables],
    }  # fmt: skip


def from_kept(data: Mapping[str, Any]) -> Report:
    """The same report. KeyError or TypeError where another version of the software kept it."""
    return Report(
        **{
            **data, "as_of": date.fromisoformat(data["as_of"]), "parameters": tuple((name, text) for name, text in data["parameters"]),
            "tables": tuple(_read_table(table) for table in data["tables"]),
        }
    )  # fmt: skip


def table_as_kept(table: Table) -> dict[str, Any]:
    plain = {f.name: getattr(table, f.name) for f in fields(Table)}
    return {
        **plain,
        "columns": [[c.key, c.label, c.unit.value, c.opens] for c in table.columns],
        "rows": [[r.key, r.label, _cells(r.cells), r.unit.value if r.unit else None, r.memo] for r in table.rows],
        "total": None if table.total is None else _cells(table.total),
        "notes": list(table.notes), "summed": sorted(table.summed), "sensitive": sorted(table.sensitive),
        "chart": [table.chart.kind, list(table.chart.columns), table.chart.title] if table.chart else None,
    }  # fmt: skip


def _read_table(data: Mapping[str, Any]) -> Table:
    chart = data["chart"]
    return Table(
        **{
            **data,
            "columns": tuple(Column(key, label, Unit(unit), opens) for key, label, unit, opens in data["columns"]),
            "rows": tuple(Row(key, label, _read_cells(cells), Unit(unit) if unit else None, memo) for key, label, cells, unit, memo in data["rows"]),
            "total": None if data["total"] is None else _read_cells(data["total"]),
            "notes": tuple(data["notes"]), "summed": frozenset(data["summed"]), "sensitive": frozenset(data["sensitive"]),
            "chart": Chart(chart[0], tuple(chart[1]), chart[2]) if chart else None,
        }
    )  # fmt: skip


def _cells(cells: Mapping[str, Value]) -> dict[str, Any]:
    return {key: _cell(value) for key, value in cells.items()}


def _cell(value: Value) -> Any:
    if isinstance(value, Hidden):
        return []
    return [str(value)] if isinstance(value, Decimal) else value


def _read_cells(cells: Mapping[str, Any]) -> dict[str, Value]:
    return {key: _read_cell(value) for key, value in cells.items()}


def _read_cell(value: Any) -> Value:
    if isinstance(value, list):
        return Decimal(value[0]) if value else HIDDEN
    return value  # type: ignore[no-any-return]  # JSON that we wrote
