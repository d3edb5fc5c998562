"""Reading a block copied from a spreadsheet into the grid of a month. Pure.

A block is lines of cells between tabs (or semicolons). Names may come first, in one or two columns, in any order and
with or without accents; a first line may name the kinds of hours; without it, columns are taken in the grid's order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from clause.hours.codes import HourKind
from clause.kernel.values import BadValue, fold, read_hours

MAX_LINES, MAX_CELLS = 500, 20
HEADINGS = {
    "travail": HourKind.WORK, "heures": HourKind.WORK, "heures travaillees": HourKind.WORK, "heures de travail": HourKind.WORK,
    "formation": HourKind.TRAINING, "heures de formation": HourKind.TRAINING, "absences": HourKind.ABSENCE,
}  # fmt: skip


@dataclass(frozen=True)
class Pasted:
    """``cells`` are texts by position of the person and kind; ``unknown`` the names that nobody here bears."""

    cells: dict[int, dict[HourKind, str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def read_block(text: str) -> list[list[str]]:
    """The cells of a copied block, without empty lines; an unfinished last line is a line."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    separator = "\t" if any("\t" in line for line in lines) else ";"
    return [[cell.strip().strip('"') for cell in line.split(separator)[:MAX_CELLS]] for line in lines[:MAX_LINES]]


def place_block(text: str, names: Sequence[str], kinds: Sequence[HourKind]) -> Pasted:
    """Where each cell goes: by name where the block has names, line by line otherwise."""
    block = read_block(text)
    columns: Sequence[HourKind | None] = kinds
    if block and (headings := _headings(block[0])):
        columns, block = headings, block[1:]
    width = max((_name_width(line) for line in block), default=0)
    columns = columns[width:] if columns is not kinds else kinds
    wanted = _unique(names)
    cells: dict[int, dict[HourKind, str]] = {}
    unknown: list[str] = []
    for number, line in enumerate(block):
        name = " ".join(line[:width]).strip()
        position = wanted.get(_tokens(name)) if name else number if not width and number < len(names) else None
        if position is None:
            unknown.append(name or f"ligne {number + 1}")
        else:
            cells[position] = {kind: cell for kind, cell in zip(columns, line[width:], strict=False) if kind and cell}
    return Pasted(cells, tuple(unknown))


def _unique(names: Sequence[str]) -> dict[frozenset[str], int]:
    """The position of each name that only one line bears: of two people of the same name, none is guessed."""
    tokens = [_tokens(name) for name in names]
    return {found: position for position, found in enumerate(tokens) if tokens.count(found) == 1}


def _headings(line: Sequence[str]) -> list[HourKind | None]:
    """The kinds that a first line names; nothing where it names none."""
    found = [HEADINGS.get(fold(cell)) or HourKind.read(cell) if cell else None for cell in line]
    return found if any(found) else []


def _name_width(line: Sequence[str]) -> int:
    """How many cells of names come first: those that are written and do not read as hours."""
    for position, cell in enumerate(line):
        if not cell or _is_hours(cell):
            return position
    return 0


def _is_hours(cell: str) -> bool:
    try:
        read_hours(cell)
    except BadValue:
        return bool(re.match(r"^[\d-]", cell))
    return True


def _tokens(name: str) -> frozenset[str]:
    return frozenset(fold(name).split())
