"""An ods before a reader holds it: its cells in error, its tables with every repetition counted, its texts."""

from __future__ import annotations

import re

from clause.kernel.sheet_container import LINKS, TRUNCATED, Container, Limits, Unreadable
from clause.kernel.sheet_errors import ERROR_LENGTH, Errors, Scan, weight
from clause.kernel.sheet_xml import Attributes, local, stream

CELL = frozenset({"table-cell", "covered-table-cell"})
FILLING = ("office:", "calcext:")  # attributes that give a cell a value
FAILED = re.compile(r"^(Err|Erreur) ?:")


def scan_ods(container: Container, limits: Limits) -> Scan:
    """Names, errors, cells and texts of the tables of an ods; what is repeated counts as often as it repeats."""
    reading = _Tables(limits)
    with container.open("content.xml") as source:
        stream(source, reading.start, reading.end, reading.text)
    return reading.scan


def _repeat(attributes: Attributes, what: str) -> int:
    """How often a row or a cell stands, whatever the prefix that the file gave to the name."""
    said = [value for name, value in attributes.items() if local(name) == f"number-{what}-repeated"]
    if not said:
        return 1
    if not all(re.fullmatch(r"[0-9]{1,8}", value) for value in said):
        raise Unreadable(TRUNCATED)
    return max(1, *map(int, said))


class _Tables:
    """The tables as the XML goes by: the cells of a row are counted, then multiplied by its repetition."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.scan = limits, Scan()
        self.in_cell = False
        self._table("")

    def _table(self, name: str) -> None:
        self.name = name
        self.errors: Errors = {}
        self.row = self.rows = self.columns = self.cells = 0
        self._row({})

    def _row(self, attributes: Attributes) -> None:
        self.repeated = _repeat(attributes, "rows")
        self.column = self.width = self.row_texts = 0

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "table-source":
            raise Unreadable(LINKS)
        if element == "table":
            self._table(next((v for k, v in attributes.items() if local(k) == "name"), ""))
        elif element == "table-row":
            self._row(attributes)
        elif element in CELL:
            self._start_cell(attributes)
        elif self.in_cell:
            self.filled = True
            self.size += _spaces(attributes) if element == "s" else 0

    def _start_cell(self, attributes: Attributes) -> None:
        self.in_cell, self.times = True, _repeat(attributes, "columns")
        self.formula = next((v for k, v in attributes.items() if local(k) == "formula"), "")
        self.filled = bool(self.formula) or any(name.startswith(FILLING) for name in attributes)
        self.failed = attributes.get("calcext:value-type") == "error"
        self.size = sum(weight(value) for value in attributes.values())
        self.parts: list[str] = []

    def text(self, said: str) -> None:
        if self.in_cell:
            self.parts.append(said)
            self.size += len(said)
            self.limits.check_texts(self.scan.texts + self.size)

    def end(self, element: str) -> None:
        if element in CELL:
            self._end_cell()
        elif element == "table-row":
            self._end_row()
        elif element == "table":
            self.scan.add(self.name, self.errors, max(self.rows * self.columns, self.cells), self.limits)

    def _end_cell(self) -> None:
        self.in_cell = False
        text = "".join(self.parts)
        self.filled |= bool(text.strip())
        if self.filled:
            self.width = self.column + self.times
            self.row_texts += (self.size - len(text) + weight(text)) * self.times
            self.limits.check_extent(self.name, 1, self.width)
        error = self._error(text.strip())
        if error:
            self.errors[self.row, self.column] = error[:ERROR_LENGTH]
            self.limits.check_errors(len(self.errors))
        self.column += self.times

    def _error(self, text: str) -> str:
        if self.failed:
            return text or "#ERREUR"
        return text if self.formula and (text.startswith("#") or FAILED.match(text)) else ""

    def _end_row(self) -> None:
        if self.width:
            self.rows, self.columns = self.row + self.repeated, max(self.columns, self.width)
            self.cells += self.width * self.repeated
            self.limits.check_extent(self.name, self.rows, self.columns)
            self.scan.weigh(self.row_texts * self.repeated, self.limits)
        self.row += self.repeated


def _spaces(attributes: Attributes) -> int:
    """The blanks that ``<text:s text:c="40"/>`` stands for."""
    said = max((v for k, v in attributes.items() if local(k) == "c"), key=len, default="1")
    if not re.fullmatch(r"[0-9]{1,6}", said):
        raise Unreadable(TRUNCATED)
    return int(said)
