"""The cells and formats of a workbook that is written, and the bare writing of them by xlsxwriter."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter

Format = tuple[tuple[str, Any], ...]
Sheets = list[tuple[str, list[tuple[int, int, Any, Format]]]]


def cells_of(written: bytes) -> Sheets:
    """Of each sheet: row, column, value, and the properties of its format."""
    book = openpyxl.load_workbook(BytesIO(written))
    return [
        (sheet.title, [(c.row - 1, c.column - 1, c.value, _format(c)) for row in sheet.iter_rows() for c in row if c.value is not None])
        for sheet in book.worksheets
    ]  # fmt: skip


def _format(cell: Any) -> Format:
    found = {"num_format": cell.number_format, "bold": bool(cell.font.b), "font_size": cell.font.sz or 11, "text_wrap": bool(cell.alignment.wrap_text)}  # fmt: skip
    return tuple(sorted(found.items()))


def bare(sheets: Sheets) -> bytes:
    """Nothing but the cells: no width, no filter, no chart."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    formats: dict[Format, Any] = {}
    for name, cells in sheets:
        sheet = book.add_worksheet(name)
        for row, column, value, wanted in cells:
            if wanted not in formats:
                formats[wanted] = book.add_format(dict(wanted))
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, formats[wanted])
            else:
                sheet.write(row, column, value, formats[wanted])
    book.close()
    return out.getvalue()
