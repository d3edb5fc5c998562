"""An answer as a workbook, with a sheet that says its filters and rules, and as a csv for other tools."""

from __future__ import annotations

import csv
from io import StringIO

from clause.consolidations.figures import HIDDEN_TEXT, Hidden, Unit, Value, as_number
from clause.consolidations.report import Report
from clause.consolidations.workbook import Appendix, as_workbook
from clause.kernel.spreadsheet import Column

CSV = "text/csv; charset=utf-8"
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook_of(report: Report) -> bytes:
    """The table, and the sheet « Filtres et règles »."""
    rows = [*report.parameters, *(("Règle", note) for note in report.tables[0].notes)]
    said = Appendix("Filtres et règles", "Filtres et règles de comptage", (Column("Quoi", width=24), Column("Valeur", width=100)), rows)  # fmt: skip
    return as_workbook(report, [said])


def csv_of(report: Report) -> bytes:
    """The table with « ; » and decimal commas, as French spreadsheets open it; text never begins a formula."""
    table, text = report.tables[0], StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(name) for name in (table.about, *(c.label for c in table.columns))])
    for row in table.rows:
        writer.writerow([_safe(row.label), *(_written(c.unit, row.cells[c.key]) for c in table.columns)])
    total = table.total or {}
    writer.writerow([table.total_label, *(_written(c.unit, total.get(c.key)) for c in table.columns)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS_FORMULA) else text


def _written(unit: Unit, value: Value) -> str:
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    number = as_number(unit, value)
    return "" if number is None else str(number).replace(".", ",")
