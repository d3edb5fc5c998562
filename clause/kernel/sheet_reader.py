"""Spreadsheets that come in: xlsx, ods, xls and csv, read without trusting them.

``read_workbook`` checks limits before parsing (size, entries and unfolded size of the container, extent of the sheets),
refuses macros, links to other files, encrypted and broken files with a French sentence, and gives typed cells. calamine
reads a cell in error as an empty one: errors are found in the file itself (``sheet_errors``, ``sheet_biff``) and kept as
``CellError``, so that no importer takes « #N/A » for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import python_calamine

from clause.kernel.sheet_biff import scan_xls
from clause.kernel.sheet_compound import is_compound
from clause.kernel.sheet_container import Limits, Unreadable, open_container
from clause.kernel.sheet_csv import csv_rows, scan_csv
from clause.kernel.sheet_errors import column_letters, scan_xlsx
from clause.kernel.sheet_ods import scan_ods
from clause.kernel.values import format_date

__all__ = [
    "Cell",
    "CellError",
    "Limits",
    "Sheet",
    "Source",
    "Unreadable",
    "cell_name",
    "cell_text",
    "open_workbook",
    "read_workbook",
]


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


def cell_text(cell: object) -> str:
    """What a cell shows, as a person would type it."""
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime | date):
        return format_date(cell)
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell).strip()


def cell_name(row: int, column: int) -> str:
    """``C7`` from positions counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def read_workbook(path: Path, limits: Limits = Limits()) -> list[Sheet]:  # noqa: B008 - frozen
    """The sheets of a file, in order. Unreadable says in French why a file is refused and what to do."""
    with open_workbook(path, limits) as sources:
        return [Sheet(source.name, list(source.rows())) for source in sources]


@dataclass(frozen=True)
class Source:
    """A sheet of an open file: ``rows()`` reads it from its first row, one row in memory at a time."""

    name: str
    rows: Callable[[], Iterator[list[Cell]]]


@contextmanager
def open_workbook(path: Path, limits: Limits = Limits()) -> Iterator[list[Source]]:  # noqa: B008 - frozen
    """The sheets of a file, to be read row by row while it is open. Unreadable as for ``read_workbook``."""
    head = _head(path, limits)
    if head.startswith(b"PK"):
        with open_container(path, limits) as container:
            scan = scan_ods(container, limits) if container.is_ods else scan_xlsx(container, limits)
    elif is_compound(head):
        scan = scan_xls(path, limits)
    else:
        encoding, separator = scan_csv(path, limits)
        yield [Source(path.stem, partial(csv_rows, path, encoding, separator))]
        return
    with _calamine(path) as workbook:
        names = [name for name in workbook.sheet_names if name in scan.names]
        yield [Source(name, partial(_rows, workbook, name, scan.errors.get(name, {}), limits)) for name in names]


def _head(path: Path, limits: Limits) -> bytes:
    """The first bytes of a file whose size is acceptable."""
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
        return stream.read(8)


@contextmanager
def _calamine(path: Path) -> Iterator[python_calamine.CalamineWorkbook]:
    try:
        workbook = python_calamine.load_workbook(str(path))
    except python_calamine.PasswordError:
        raise Unreadable(ENCRYPTED) from None
    except Exception:  # calamine's own errors say nothing to a facilitator
        raise Unreadable(BROKEN) from None
    with workbook:
        yield workbook


ENCRYPTED = "Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, puis recommencez."
BROKEN = (
    "Le fichier est abîmé ou incomplet : il ne s'ouvre pas comme un classeur. Ouvrez-le dans votre tableur,"
    " enregistrez-le de nouveau en .xlsx, puis recommencez."
)


def _rows(
    workbook: python_calamine.CalamineWorkbook, name: str, errors: dict[tuple[int, int], str], limits: Limits
) -> Iterator[list[Cell]]:
    """The rows of a sheet with its cells in error; what calamine gives is measured again, for a file that says two things."""
    try:
        sheet = workbook.get_sheet_by_name(name)
        left = [None] * (sheet.start[1] if sheet.start else 0)
        found: Iterable[Any] = sheet.iter_rows()
    except Exception:
        raise Unreadable(BROKEN) from None
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    limits.check_extent(name, height, width)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        by_row.setdefault(row, {})[column] = text
    read = 0
    for read, row in enumerate(found, start=1):
        cells: list[Cell] = [*left, *(_cell(value) for value in row)]
        yield _with_errors(cells, by_row.pop(read - 1, {}))
    for number in range(read, max(by_row, default=-1) + 1):
        yield _with_errors([], by_row.get(number, {}))


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
    return value  # type: ignore[return-value]  # a cell of calamine, which has no types


def _with_errors(row: list[Cell], errors: dict[int, str]) -> list[Cell]:
    for column, text in errors.items():
        row.extend([None] * (column + 1 - len(row)))
        row[column] = CellError(text)
    return row
