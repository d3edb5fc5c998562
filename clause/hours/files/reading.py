"""A company's sheet as lines: who, hours, comment, each cell read exactly or refused with its place and a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clause.candidates.rules.nir import contains_nir
from clause.hours.files.rules.columns import Col, Places, header_of, likely_header
from clause.hours.files.rules.matching import Said
from clause.kernel.sheet_reader import CellError, Limits, Sheet, Unreadable, cell_text, read_workbook
from clause.kernel.values import MONTHS, BadValue, fold, read_date, read_hours, read_month

LIMITS = Limits(file_bytes=8 * 2**20, unfolded_bytes=100 * 2**20, rows=5_000, columns=200, cells=500_000)
MAX_COMMENT = 500
NIR = "Cette case contient un numéro de sécurité sociale : la loi n'en autorise pas l'usage ici. Retirez-le du fichier."
NIR_NAME = "Le nom du fichier contient un numéro de sécurité sociale : renommez-le, puis recommencez."
HIDDEN = "(numéro masqué)"
EMPTY_DAY = datetime(1899, 12, 31)  # noqa: DTZ001 - where Excel begins to count, without a zone


@dataclass
class Line:
    """One row of the sheet. ``hours`` in hundredths by column, None where the cell is empty; ``refusals`` (column, value, reason)."""

    number: int
    said: Said = field(default_factory=Said)
    market: str = ""
    month: date | None = None
    hours: dict[Col, int | None] = field(default_factory=dict)
    comment: str = ""
    refusals: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Somebody, and no hours said: not even zero."""
        return all(hours is None for hours in self.hours.values())


@dataclass(frozen=True)
class SheetLines:
    """What a file says: the sheet, the headings as written, its lines, what was left out."""

    sheet: str
    headings: Mapping[Col, str]
    lines: tuple[Line, ...]
    left: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A layout that is neither ours nor mapped: the headings to choose from, and the lines under them as an example."""

    sheet: str
    headings: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]


def read_sheet(path: Path, name: str, month: date, mappings: Sequence[Mapping[Col, str]] = ()) -> SheetLines | Unknown:
    """The lines of a file by our headings, else by the first mapping that fits. Unreadable where it is no such file."""
    sheets = _sheets(path, name)
    for mapping in (*mappings, None):
        fitting = [(sheet, found) for sheet in sheets if (found := header_of(_texts(sheet), mapping))]
        if fitting:
            sheet, (header, places) = _chosen(fitting, month)
            return _lines(sheet, header, places)
    return _unknown(sheets[0])


def layout_of(path: Path, name: str) -> Unknown:
    """The headings of a file whatever is known of them, to say again what each column is."""
    return _unknown(_sheets(path, name)[0])


def _sheets(path: Path, name: str) -> list[Sheet]:
    """The sheets that are not empty. Text files have none of their own: theirs is called as the file that was chosen."""
    if contains_nir(name):
        raise Unreadable(NIR_NAME)
    found = [
        replace(sheet, name=name) if sheet.name == path.stem else sheet
        for sheet in read_workbook(path, LIMITS)
        if any(any(cell is not None for cell in row) for row in sheet.rows)
    ]
    if not found:
        raise Unreadable("Le fichier ne contient aucune ligne remplie.")
    return found


def _texts(sheet: Sheet) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in sheet.rows[:60]]


def _chosen(fitting: list[tuple[Sheet, tuple[int, Places]]], month: date) -> tuple[Sheet, tuple[int, Places]]:
    """The only sheet that fits, or of several the one named after the month; never a guess."""
    named = [each for each in fitting if fold(MONTHS[month.month - 1]) in fold(each[0].name).split()]
    dated = [each for each in named if str(month.year) in each[0].name]
    for group in (fitting, named, dated):
        if len(group) == 1:
            return group[0]
    raise Unreadable(
        "Plusieurs feuilles de ce classeur contiennent des heures. Ne gardez que celle du mois, ou donnez-lui son nom"
        f" (« {MONTHS[month.month - 1]} {month.year} »), puis recommencez."
    )


def _unknown(sheet: Sheet) -> Unknown:
    rows = _texts(sheet)
    header = likely_header(rows)
    headings = tuple(rows[header])
    wanted = [row for row in rows[header + 1 :] if any(row)][:3]
    examples = tuple(tuple(HIDDEN if contains_nir(cell) else cell for cell in row) for row in wanted)
    return Unknown(sheet.name, tuple(HIDDEN if contains_nir(h) else h for h in headings), examples)


def _lines(sheet: Sheet, header: int, places: Places) -> SheetLines:
    headings = {col: cell_text(sheet.rows[header][position]) for col, position in places.items()}
    lines: list[Line] = []
    left: list[tuple[int, str]] = []
    for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        cells = {col: row[position] if position < len(row) else None for col, position in places.items()}
        if all(cell is None for cell in cells.values()):
            continue
        if _is_total(cells):
            left.append((number, "Ligne de total : elle n'est pas lue."))
        else:
            lines.append(_line(number, cells, headings))
    return SheetLines(sheet.name, headings, tuple(lines), tuple(left))


def _is_total(cells: Mapping[Col, Any]) -> bool:
    """The sum under a list: « Total » in place of a name, and nobody."""
    names = [cell_text(cells.get(col)) for col in (Col.LAST_NAME, Col.FULL_NAME, Col.CONTRACT, Col.FIRST_NAME)]
    said = [fold(name) for name in names if name]
    return len(said) == 1 and re.match(r"^(sous )?total\b", said[0]) is not None


def _line(number: int, cells: Mapping[Col, Any], headings: Mapping[Col, str]) -> Line:
    line = Line(number)

    def read(col: Col, reader: Callable[[Any], Any], empty: Any) -> Any:
        return _read(line, headings.get(col, ""), cells.get(col), reader, empty)

    texts = {
        col: read(col, _text(120), "")
        for col in (Col.LAST_NAME, Col.FIRST_NAME, Col.FULL_NAME, Col.CONTRACT, Col.MARKET)
    }
    line.said = Said(
        texts[Col.CONTRACT], texts[Col.LAST_NAME], texts[Col.FIRST_NAME], texts[Col.FULL_NAME],
        read(Col.BIRTH_DATE, read_date, None),
    )  # fmt: skip
    line.market, line.month = texts[Col.MARKET], read(Col.MONTH, read_month, None)
    line.hours = {col: read(col, hours_of, None) for col in (Col.WORK, Col.TRAINING) if col in headings}
    line.comment = read(Col.COMMENT, _text(MAX_COMMENT), "")
    return line


def _read(line: Line, heading: str, cell: Any, reader: Callable[[Any], Any], empty: Any) -> Any:
    """The value of a cell, or what stands for an empty one; a refusal noted on the line where it cannot be read."""
    if cell is None:
        return empty
    said = cell_text(cell)
    if contains_nir(said):
        line.refusals.append((heading, HIDDEN, NIR))
        return empty
    try:
        if isinstance(cell, CellError):
            raise BadValue(
                f"La case affiche « {cell.text} » : la formule est en erreur. Corrigez-la, ou écrivez la valeur."
            )
        return reader(cell)
    except BadValue as fault:
        line.refusals.append((heading, said[:80], str(fault)))
        return empty


def _text(length: int) -> Callable[[Any], str]:
    def read(cell: Any) -> str:
        said = " ".join(cell_text(cell).split())
        if len(said) > length:
            raise BadValue(f"Ce texte dépasse {length} caractères : raccourcissez-le.")
        return said

    return read


def hours_of(cell: Any) -> int:
    """Hundredths of hours of a cell: a number, a text as people write it, a time or a duration of the spreadsheet.

    35:30 typed in a cell formatted as a time of day is the day after the one where Excel begins: a duration all the same.
    """
    if isinstance(cell, datetime) and cell.year in (1899, 1900):
        return read_hours(cell - EMPTY_DAY)
    if isinstance(cell, bool | date):
        raise BadValue(f"« {cell_text(cell)} » n'est pas un nombre d'heures. Exemples : 35,5 ou 35h30.")
    return read_hours(cell)
