"""The report of an import as a workbook: one line a remark, with what became of the line."""

from __future__ import annotations

from datetime import datetime

from clause.kernel import clock
from clause.kernel.report import Report
from clause.kernel.spreadsheet import Column, Kind, write_list

COLUMNS = (
    Column("Suite donnée", width=14), Column("Feuille", width=20), Column("Ligne", Kind.INTEGER, 8),
    Column("Colonne", width=24), Column("Valeur", width=34), Column("Explication", width=70),
)  # fmt: skip


def report_workbook(report: Report, name: str, asked_at: datetime) -> bytes:
    """Refused lines first, then the different ones, then what is to be checked."""
    groups = (("Refusée", report.refused), ("Différente", report.different), ("À vérifier", report.warnings))
    rows = [
        (fate, r.where, r.line, r.column, r.value, r.reason)
        for fate, remarks in groups
        for r in remarks
    ]  # fmt: skip
    return write_list("Compte rendu d'import", f"{name}. {report.summary()}", COLUMNS, rows, dated=clock.day_of(asked_at))  # fmt: skip
