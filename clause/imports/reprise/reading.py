"""A file → lines of known sheets, their cells read, what cannot be read refused. Nothing of the database here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from clause.candidates.rules.nir import contains_nir
from clause.imports.report import Remark
from clause.imports.reprise.cells import Kind
from clause.imports.reprise.layout import (
    LISTS,
    NOTICE,
    ORDER,
    SHEETS,
    Column,
    SheetLayout,
    columns_of,
    header_key,
    layout_of,
)
from clause.imports.reprise.lines import Fault, Line, Plan
from clause.kernel.sheet_reader import Cell, CellError, Limits, Source, Unreadable, cell_name, cell_text, open_workbook
from clause.kernel.values import BadValue, fold

EXAMPLE = "exemple"
HEADER_WITHIN = 10
MOST_LINES = 100_000  # of all the sheets: what bounds the memory of an import
TOO_MANY = (
    "Le classeur a plus de 100 000 lignes remplies, toutes feuilles comprises : découpez-le, par exemple par année, en gardant"
    " dans chaque fichier les personnes et les contrats de ses heures."
)
NIR = (
    "Cette ligne contient un numéro de sécurité sociale : la loi n'en autorise pas l'usage ici. Retirez-le du fichier ;"
    " il n'est ni enregistré ni recopié dans ce compte rendu."
)
MASKED = "(numéro masqué)"


@dataclass(frozen=True)
class FileMapping:
    """How another tool's sheets and headers are called: by our sheet, its sheet; by our sheet and column, its header."""

    sheets: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_file(path: Path, mapping: FileMapping | None = None, limits: Limits | None = None) -> Plan:
    """Every filled line of the sheets that we know. Unreadable where the file, or all its sheets, are something else.

    A sheet is read row by row: what stays in memory is its lines, and no more than ``MOST_LINES`` of them.
    """
    plan = Plan({name: [] for name in ORDER})
    used: set[str] = set()
    with open_workbook(path, limits or Limits()) as sheets:
        for layout, sheet in _matched(sheets, mapping):
            used.add(sheet.name)
            room = MOST_LINES - sum(len(lines) for lines in plan.lines.values())
            plan.lines[layout.name] += _read_sheet(layout, sheet, mapping, plan.warnings, room)
        _say_unused(sheets, used, plan.warnings)
        if not used:
            raise Unreadable(_no_sheet(sheets))
    return plan


def _matched(sheets: Sequence[Source], mapping: FileMapping | None) -> list[tuple[SheetLayout, Source]]:
    """Two sheets of the file may feed one of ours, and the other way with a mapping."""
    if mapping is not None and mapping.sheets:
        by_title = {fold(sheet.name): sheet for sheet in sheets}
        return [
            (layout, by_title[fold(mapping.sheets[layout.name])])
            for layout in SHEETS
            if fold(mapping.sheets.get(layout.name, "")) in by_title
        ]
    found = [(layout_of(sheet.name), sheet) for sheet in sheets]
    return [(layout, sheet) for layout, sheet in found if layout is not None]


def _say_unused(sheets: Sequence[Source], used: set[str], warnings: list[Remark]) -> None:
    for sheet in sheets:
        if sheet.name in used or fold(sheet.name) in (fold(NOTICE), fold(LISTS)):
            continue
        if not any(map(_filled, sheet.rows())):
            continue
        close = difflib.get_close_matches(fold(sheet.name), [fold(s.label) for s in SHEETS], n=1, cutoff=0.7)
        meant = next((f" Vouliez-vous dire « {s.label} » ?" for s in SHEETS if close and fold(s.label) == close[0]), "")
        warnings.append(Remark(_safe(sheet.name), None, "", "", f"Feuille inconnue : elle n'est pas lue.{meant}"))


def _no_sheet(sheets: Sequence[Source]) -> str:
    expected = ", ".join(s.label for s in SHEETS)
    seen = ", ".join(_safe(s.name) for s in sheets[:10]) or "aucune"
    return (
        f"Aucune feuille du classeur de reprise n'est dans ce fichier. Feuilles attendues : {expected}. Feuilles lues : {seen}."
        " Téléchargez le modèle, ou décrivez les feuilles de votre outil dans une correspondance."
    )


def _safe(text: str) -> str:
    return MASKED if contains_nir(text) else text


# One sheet


@dataclass(frozen=True)
class _Columns:
    places: dict[int, Column]
    headers: Sequence[Cell]


def _filled(row: Sequence[Cell]) -> bool:
    return any(cell is not None for cell in row)


def _read_sheet(
    layout: SheetLayout, sheet: Source, mapping: FileMapping | None, warnings: list[Remark], room: int
) -> list[Line]:
    filled = ((number, row) for number, row in enumerate(sheet.rows(), start=1) if _filled(row))
    first = list(islice(filled, HEADER_WITHIN))
    if not first:
        return []
    start = _header_row(layout, [row for _number, row in first], mapping)
    columns = _Columns(_places(layout, first[start][1], mapping), first[start][1])
    if mapping is None or not mapping.columns.get(
        layout.name
    ):  # a mapping chose its columns: the others are left on purpose
        _say_unknown(sheet, columns, warnings)
    body = (pair for pair in chain(first[start + 1 :], filled) if not _is_example(layout, columns, pair[1]))
    lines = [_line(layout, sheet.name, columns, number, row) for number, row in islice(body, room + 1)]
    if len(lines) > room:
        raise Unreadable(TOO_MANY)
    if lines:
        _say_missing(layout, sheet, columns, warnings)
    return lines


def _places(layout: SheetLayout, headers: Sequence[Cell], mapping: FileMapping | None) -> dict[int, Column]:
    said = (mapping.columns.get(layout.name) or {}) if mapping else {}
    if not said:
        return columns_of(layout, headers)
    keys = [fold(cell_text(h)) for h in headers]
    return {
        keys.index(fold(title)): column
        for column in layout.columns
        if (title := said.get(column.key)) and fold(title) in keys
    }


def _header_row(layout: SheetLayout, filled: Sequence[Sequence[Cell]], mapping: FileMapping | None) -> int:
    """The row with most known headers among the first filled ones."""
    return max(range(len(filled)), key=lambda i: (len(_places(layout, filled[i], mapping)), -i))


def _say_unknown(sheet: Source, columns: _Columns, warnings: list[Remark]) -> None:
    for place, header in enumerate(columns.headers):
        if header is not None and place not in columns.places:
            warnings.append(Remark(sheet.name, None, _safe(cell_text(header)), "", "Colonne inconnue : elle n'est pas lue."))  # fmt: skip


def _say_missing(layout: SheetLayout, sheet: Source, columns: _Columns, warnings: list[Remark]) -> None:
    for column in layout.columns:
        if column.required and column not in columns.places.values():
            text = f"La colonne « {column.label} » manque : ajoutez-la, elle est obligatoire."
            warnings.append(Remark(sheet.name, None, column.label, "", text))


def _is_example(layout: SheetLayout, columns: _Columns, row: Sequence[Cell]) -> bool:
    """A line is an example where a cell of its key (or its first cell) begins with the word."""
    places = {place for place, column in columns.places.items() if column.key in layout.key} | {0}
    for place in places:
        cell = row[place] if place < len(row) else None
        if isinstance(cell, str) and fold(cell).split(" ")[0].rstrip(":") == EXAMPLE:
            return True
    return False


def _line(layout: SheetLayout, where: str, columns: _Columns, number: int, row: Sequence[Cell]) -> Line:
    line = Line(layout, where, number, {})
    hidden = _nir_place(columns, row)
    if hidden is not None:
        header = _safe(cell_text(columns.headers[hidden]) if hidden < len(columns.headers) else "")
        line.faults = (Fault(header, MASKED, NIR),)
        return line
    for place, column in columns.places.items():
        _read_cell(line, column, row[place] if place < len(row) else None, cell_name(number - 1, place))
    _require(line, columns)
    return line


def _nir_place(columns: _Columns, row: Sequence[Cell]) -> int | None:
    for place, cell in enumerate(row):
        if not isinstance(cell, str | int) or isinstance(cell, bool):
            continue
        column = columns.places.get(place)
        said = str(cell)
        if column is not None and column.kind is Kind.SIRET and len(header_key(said)) <= 14:
            continue  # 13 digits here are a SIRET that lost its zero
        if contains_nir(said):
            return place
    return None


def _read_cell(line: Line, column: Column, cell: Cell, name: str) -> None:
    if cell is None:
        return
    line.cells[column.key] = cell
    if isinstance(cell, CellError):
        line.refuse(column.key, f"La cellule {name} est en erreur ({cell.text}) : corrigez la formule ou tapez la valeur.")  # fmt: skip
        return
    try:
        value: Any = column.read(cell)
    except BadValue as fault:
        line.refuse(column.key, str(fault))
    else:
        line.values[column.key] = value


def _require(line: Line, columns: _Columns) -> None:
    """Every required column filled; a column that is not there is said once for the sheet, and refuses each line."""
    present = set(columns.places.values())
    for column in line.sheet.columns:
        if not column.required or line.values.get(column.key) not in (None, "", ()):
            continue
        if column not in present:
            line.refuse(column.key, f"La colonne « {column.label} » manque dans la feuille « {line.sheet.label} ».")
        elif not line.raw(column.key):
            line.refuse(column.key, f"« {column.label} » est vide : c'est une information obligatoire.")
