"""Spreadsheets that come in: xlsx, ods, xls and csv, read without trusting them.

``read_workbook`` checks limits before parsing (size, entries and unfolded size of the container, extent of the sheets),
refuses macros, links to other files, encrypted and broken files with a French sentence, and gives typed cells. calamine
reads a cell in error as an empty one: errors are found in the file itself (``sheet_errors``, ``sheet_biff``) and kept as
``CellError``, so that no importer takes « #N/A » for nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from clause.kernel.sheet_biff import is_compound, scan_xls
from clause.kernel.sheet_container import Limits, Unreadable, open_container
from clause.kernel.sheet_errors import Scan, column_letters, scan_ods, scan_xlsx

__all__ = ["Cell", "CellError", "Limits", "Sheet", "Unreadable", "cell_name", "read_workbook"]


@dataclass(frozen=True)
class CellError:
    """A cell whose formula failed, or was never calculated; ``text`` is what the spreadsheet shows."""

    text: str


Cell = str | int | float | bool | date | datetime | time | timedelta | CellError | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: ``rows[0]`` is its first row, ``rows[i][j]`` a typed cell, None where it is empty."""

    name: str
    rows: list[list[Cell]]


def cell_name(row: int, column: int) -> str:
    """``C7`` from positions counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def read_workbook(path: Path, limits: Limits = Limits()) -> list[Sheet]:  # noqa: B008 - frozen
    """The sheets of a file, in order. Unreadable says in French why a file is refused and what to do."""
    try:
        size = path.stat().st_size
    except OSError:
        raise Unreadable("Le fichier est introuvable. Vérifiez son nom et son emplacement.") from None
    if size == 0:
        raise Unreadable("Le fichier est vide.")
    if size > limits.file_bytes:
        raise Unreadable(
            f"Le fichier dépasse {limits.file_bytes // 2**20} Mo. Découpez-le, ou retirez les images et les feuilles inutiles."
        )
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK"):
        return _read_container(path, limits)
    if is_compound(head):
        return _limited(_read_cells(path, scan_xls(path, limits)), limits)
    return [_read_csv(path, limits)]


def _read_container(path: Path, limits: Limits) -> list[Sheet]:
    with open_container(path, limits) as container:
        scan = scan_ods(container, limits) if container.is_ods else scan_xlsx(container, limits)
    return _limited(_read_cells(path, scan), limits)


def _read_cells(path: Path, scan: Scan) -> list[Sheet]:
    try:
        with python_calamine.load_workbook(str(path)) as workbook:
            names = list(workbook.sheet_names)
            tables = {name: _typed(workbook, name) for name in names if name in scan.names}
    except python_calamine.PasswordError:
        raise Unreadable(ENCRYPTED) from None
    except Exception:  # calamine's own errors say nothing to a facilitator, and a panic is no better
        raise Unreadable(BROKEN) from None
    return [Sheet(name, _with_errors(tables[name], scan.errors.get(name, {}))) for name in names if name in tables]


ENCRYPTED = "Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis recommencez."
BROKEN = (
    "Le fichier est abîmé ou incomplet : il ne s'ouvre pas comme un classeur. Ouvrez-le dans votre tableur,"
    " enregistrez-le de nouveau en .xlsx, puis recommencez."
)


def _typed(workbook: python_calamine.CalamineWorkbook, name: str) -> list[list[Cell]]:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_cell(value) for value in row] for row in rows]


_DURATION = re.compile(r"^PT(\d{1,5})H(\d{1,2})M(\d{1,2})(?:\.\d+)?S$")


def _cell(value: object) -> Cell:
    """A cell as it is; text of blanks is nothing, and a whole number is not a decimal one."""
    if isinstance(value, str):
        duration = _DURATION.match(value)
        if duration:  # an ods gives a duration as it is written in the file
            return timedelta(hours=int(duration[1]), minutes=int(duration[2]), seconds=int(duration[3]))
        return value if value.strip() else None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value  # type: ignore[return-value]


def _with_errors(rows: list[list[Cell]], errors: dict[tuple[int, int], str]) -> list[list[Cell]]:
    for (row, column), text in errors.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = CellError(text)
    return rows


def _limited(sheets: list[Sheet], limits: Limits) -> list[Sheet]:
    """The extents were checked by the scan; what calamine gave is checked again, for a file that says two things."""
    for sheet in sheets:
        limits.check_extent(sheet.name, len(sheet.rows), max((len(r) for r in sheet.rows), default=0))
    return sheets


# csv


def _read_csv(path: Path, limits: Limits) -> Sheet:
    text = _decoded(path.read_bytes())
    rows = list(_parsed(text, limits))
    if max((len(r) for r in rows), default=0) < 2:
        raise Unreadable(
            "Ce fichier n'est pas un classeur : .xlsx, .ods, .xls, ou .csv avec des colonnes séparées par « ; » ou « , »."
        )
    return Sheet(path.stem, rows)


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise Unreadable("Ce fichier n'est pas un classeur : choisissez un fichier .xlsx, .ods, .xls ou .csv.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _parsed(text: str, limits: Limits) -> Iterable[list[Cell]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            limits.check_extent("le fichier", number, len(row))
            yield [cell if cell.strip() else None for cell in row]
    except csv.Error:
        raise Unreadable("Ce fichier .csv ne se lit pas en colonnes : enregistrez-le en .xlsx.") from None
