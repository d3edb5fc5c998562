"""A report as JSON (consolidations.md § 6): numbers in their shortest form, flat rows by column key."""

from __future__ import annotations

import json
from typing import Any

from clause.consolidations.figures import Hidden, Unit, as_number
from clause.consolidations.report import RULES_VERSION, Report, Row, Table


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain values. ``hidden`` lists the cells that may not be told, as [row, column] pairs."""
    head: dict[str, Any] = {"kind": report.kind}
    if report.year is not None:
        head["year"] = report.year
    return {
        **head,
        "title": report.title,
        "as_of": report.as_of.isoformat(),
        "perimeter": {"label": report.perimeter, **report.described},
        "rules": RULES_VERSION,
        "masked": report.masked,
        "tables": {table.code: table_data(table) for table in report.tables},
    }


def table_data(table: Table) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": table.title,
        "columns": [{"key": c.key, "label": c.label, "unit": c.unit.value} for c in table.columns],
        "rows": [_row(table, row) for row in table.rows],
        "total": None
        if table.total is None
        else {c.key: as_number(c.unit, table.total[c.key]) for c in table.columns if c.key in table.total},
        "notes": list(table.notes),
    }
    hidden = [[row.key, key] for row in table.rows for key, value in row.cells.items() if isinstance(value, Hidden)]
    return {**data, "hidden": hidden} if hidden else data


def _row(table: Table, row: Row) -> dict[str, Any]:
    cells = {c.key: as_number(row.unit or c.unit, row.cells.get(c.key)) for c in table.columns}
    return {"key": row.key, "label": row.label, **cells, **({"unit": row.unit.value} if row.unit else {})}


def as_json(report: Report) -> bytes:
    """The same report gives the same bytes."""
    return (json.dumps(as_data(report), ensure_ascii=False, indent=2) + "\n").encode()


__all__ = ["Unit", "as_data", "as_json", "table_data"]
