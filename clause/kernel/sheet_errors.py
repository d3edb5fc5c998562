"""What a reader does not tell before it holds a workbook: cells in error, formulas never calculated, cells and texts counted."""

from __future__ import annotations

import posixpath
import re
from array import array
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from clause.kernel.sheet_container import LINKS, TRUNCATED, Container, Limits, Unreadable
from clause.kernel.sheet_xml import Attributes, stream

NOT_CALCULATED = "formule non calculée"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$", re.ASCII)
SHORT = 24  # characters: a text as short as a number takes no more than its cell
ERROR_LENGTH = 80  # characters kept of a cell in error
Errors = dict[tuple[int, int], str]


@dataclass
class Scan:
    """Names of the sheets of cells, the errors of each by (row, column) from 0; cells and bytes of text of all the sheets.

    A text is counted as often as a cell shows it: readers copy it into each.
    """

    names: list[str] = field(default_factory=list)
    errors: dict[str, Errors] = field(default_factory=dict)
    cells: int = 0
    texts: int = 0

    def add(self, name: str, errors: Errors, cells: int, limits: Limits) -> None:
        """One sheet more. Unreadable where all of them are too large together, or too many cells are in error."""
        self.names.append(name)
        self.errors[name] = errors
        self.cells += cells
        limits.check_cells(self.cells)
        limits.check_sheets(len(self.names))
        limits.check_errors(sum(len(found) for found in self.errors.values()))

    def weigh(self, size: int, limits: Limits) -> None:
        """Count the text of one more cell. Unreadable where texts are too long together."""
        self.texts += size
        limits.check_texts(self.texts)


def weight(text: str) -> int:
    """Bytes that a text takes beyond its cell: a single rare character makes all of them wider."""
    if len(text) <= SHORT:
        return 0
    return len(text) * (1 if text.isascii() else 2 if max(text) <= "\uffff" else 4)


def column_letters(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def position(reference: str) -> tuple[int, int]:
    """(row, column) from 0 of ``C7``."""
    found = _REFERENCE.match(reference)
    if not found:
        raise Unreadable(TRUNCATED)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _parsed(container: Container, name: str) -> Any:
    """A small part of the container, as a tree; the container refuses large ones."""
    if name not in container.names:
        raise Unreadable(TRUNCATED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        with container.open(name) as source:
            return etree.parse(source, parser).getroot()
    except etree.XMLSyntaxError:
        raise Unreadable(TRUNCATED) from None


# xlsx


def scan_xlsx(container: Container, limits: Limits) -> Scan:
    """Names, errors, cells and texts of the worksheets of an xlsx."""
    targets = _relations(container)
    scan, shared = Scan(), _shared_texts(container, limits)
    for sheet in _parsed(container, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        target = targets.get(relation, "")
        if "worksheets/" in target:
            if target not in container.names:
                raise Unreadable(TRUNCATED)
            reading = _SheetScan(sheet.get("name", ""), scan, shared, limits)
            with container.open(target) as source:
                stream(source, reading.start, reading.end, reading.text)
            reading.finish()
    return scan


def _shared_texts(container: Container, limits: Limits) -> array[int]:
    """The weight of each shared text; they are held in memory whole: no more of them than cells, nor longer."""
    weights, parts, total = array("I"), [""], 0
    name = next((n for n in container.names if n.casefold() == "xl/sharedstrings.xml"), None)

    def text(said: str) -> None:
        nonlocal total
        parts.append(said)
        total += len(said)
        limits.check_texts(total - SHORT * (len(weights) + 1))

    def start(element: str, _attributes: Attributes) -> None:
        if element == "si":
            parts.clear()

    def end(element: str) -> None:
        if element == "si":
            weights.append(weight("".join(parts)))
            limits.check_cells(len(weights))
            parts.clear()

    if name is not None:
        with container.open(name) as source:
            stream(source, start, end, text)
    return weights


def _relations(container: Container) -> dict[str, str]:
    found = {}
    for relation in _parsed(container, "xl/_rels/workbook.xml.rels"):
        if str(relation.get("Type", "")).endswith("/externalLink"):
            raise Unreadable(LINKS)
        target = str(relation.get("Target", ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[str(relation.get("Id", ""))] = path
    return found


class _SheetScan:
    """One worksheet as its XML goes by."""

    def __init__(self, title: str, scan: Scan, shared: array[int], limits: Limits) -> None:
        self.title, self.scan, self.shared, self.limits = title, scan, shared, limits
        self.errors: Errors = {}
        self.row = self.column = -1
        self.rows = self.columns = self.filled = 0
        self.said_row: str | None = None
        self.kind: str | None = None
        self.in_cell = self.has_content = self.has_formula = self.in_formula = False
        self.parts: list[str] = []
        self.length = 0

    def start(self, element: str, attributes: Attributes) -> None:
        if element == "c":
            self._move(attributes.get("r"))
            self.kind, self.in_cell = attributes.get("t"), True
            self.has_content = self.has_formula = self.in_formula = False
            self.parts, self.length = [], 0
        elif self.in_cell:
            self.has_content = True
            self.in_formula = element == "f"
            self.has_formula |= self.in_formula
        elif element == "row":
            self.said_row = attributes.get("r")

    def _move(self, reference: str | None) -> None:
        if reference:
            self.row, self.column = position(reference)
            return
        said = self.said_row  # references are optional: a cell follows the one before
        own = int(said) - 1 if said and said.isdecimal() and len(said) < 9 else max(self.row, 0)
        self.row, self.column = own, self.column + 1 if own == self.row else 0

    def text(self, said: str) -> None:
        if self.in_cell and not self.in_formula:
            self.parts.append(said)
            self.length += len(said)
            self.limits.check_texts(self.length)

    def end(self, element: str) -> None:
        if element == "f":
            self.in_formula = False
        elif element == "c":
            self.in_cell = False
            if self.has_content:  # a format without content is left out by readers too
                self._cell("".join(self.parts))

    def _cell(self, text: str) -> None:
        self.filled += 1
        self.rows, self.columns = max(self.rows, self.row + 1), max(self.columns, self.column + 1)
        self.limits.check_extent(self.title, self.rows, self.columns)
        self.limits.check_cells(self.filled)
        self.scan.weigh(self._shared(text) if self.kind == "s" else weight(text), self.limits)
        error = self._error(text.strip())
        if error:
            self.errors[self.row, self.column] = error[:ERROR_LENGTH]
            self.limits.check_errors(len(self.errors))

    def _shared(self, text: str) -> int:
        number = int(text) if text.strip().isdecimal() and len(text) < 20 else len(self.shared)
        return self.shared[number] if number < len(self.shared) else 0

    def _error(self, text: str) -> str:
        if self.kind == "e":
            return text or "#ERREUR"
        return NOT_CALCULATED if self.has_formula and not text and self.kind != "str" else ""

    def finish(self) -> None:
        """A cell written twice is held twice while a sheet is read."""
        self.scan.add(self.title, self.errors, max(self.rows * self.columns, self.filled), self.limits)
