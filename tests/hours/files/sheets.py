"""Sheets as companies send them: xlsx by openpyxl, ods by odfpy, xls by xlwt, csv; and the lines of our template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from clause.candidates.models import EmploymentContract, Participant

HEADINGS = (
    "Nom", "Prénom", "Date de naissance", "Identifiant contrat", "Référence marché", "Mois", "Heures travaillées",
    "Heures de formation", "Commentaire",
)  # fmt: skip
Rows = Sequence[Sequence[Any]]


def line(
    contract: EmploymentContract, person: Participant, work: Any, training: Any = None, comment: Any = None
) -> list[Any]:
    """A line of our template, by name and birth date."""
    return [
        person.last_name,
        person.first_name,
        person.birth_date,
        contract.reference,
        None,
        "2026-03",
        work,
        training,
        comment,
    ]


def xlsx(path: Path, rows: Rows, *, title: str = "Heures", formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    book.save(path)
    return path


def csv(path: Path, rows: Rows, *, separator: str = ";", encoding: str = "utf-8") -> Path:
    def said(cell: Any) -> str:
        return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else "" if cell is None else str(cell)

    path.write_bytes("\r\n".join(separator.join(map(said, row)) for row in rows).encode(encoding))
    return path


def xls(path: Path, rows: Rows) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Heures")
    dated = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell is not None:
                sheet.write(y, x, cell, dated) if isinstance(cell, date) else sheet.write(y, x, cell)
    book.save(str(path))
    return path


def ods(path: Path, rows: Rows) -> Path:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Heures")
    for row in rows:
        line = TableRow()
        for cell in row:
            line.addElement(_ods_cell(cell))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_cell(cell: Any) -> TableCell:
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return TableCell(valuetype="time", timevalue=f"PT{seconds // 3600:02d}H{seconds // 60 % 60:02d}M00S")
    if isinstance(cell, date):
        return TableCell(valuetype="date", datevalue=cell.isoformat())
    if isinstance(cell, int | float):
        return TableCell(valuetype="float", value=cell)
    made = TableCell(valuetype="string") if cell is not None else TableCell()
    if cell is not None:
        made.addElement(P(text=str(cell)))
    return made
