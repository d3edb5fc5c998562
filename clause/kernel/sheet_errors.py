"""What calamine does not tell of an xlsx or an ods: cells in error, formulas never calculated, how far a sheet spreads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from clause.kernel.sheet_container import LINKS, TRUNCATED, Container, Limits, Unreadable

NOT_CALCULATED = "formule non calculée"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
Errors = dict[tuple[int, int], str]


@dataclass
class Scan:
    """Names of the sheets of cells, and the errors of each by (row, column) from 0."""

    names: list[str] = field(default_factory=list)
    errors: dict[str, Errors] = field(default_factory=dict)


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


def _elements(stream: IO[bytes], *tags: str) -> Iterator[Any]:
    """The elements of these local names, one at a time; entities and the network are off."""
    try:
        wanted = [f"{{*}}{tag}" for tag in tags]
        for _event, element in etree.iterparse(
            stream, tag=wanted, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        ):
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        raise Unreadable(TRUNCATED) from None


def _parsed(container: Container, name: str) -> Any:
    if name not in container.names:
        raise Unreadable(TRUNCATED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        with container.open(name) as stream:
            return etree.parse(stream, parser).getroot()
    except etree.XMLSyntaxError:
        raise Unreadable(TRUNCATED) from None


# xlsx


def scan_xlsx(container: Container, limits: Limits) -> Scan:
    """Names, errors and extents of the worksheets of an xlsx."""
    targets = _relations(container)
    scan = Scan()
    for sheet in _parsed(container, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        target = targets.get(relation, "")
        if "worksheets/" in target:
            scan.names.append(sheet.get("name", ""))
            scan.errors[scan.names[-1]] = _scan_sheet(container, target, scan.names[-1], limits)
    limits.check_sheets(len(scan.names))
    return scan


def _relations(container: Container) -> dict[str, str]:
    found = {}
    for relation in _parsed(container, "xl/_rels/workbook.xml.rels"):
        if str(relation.get("Type", "")).endswith("/externalLink"):
            raise Unreadable(LINKS)
        target = str(relation.get("Target", ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[str(relation.get("Id", ""))] = path
    return found


def _scan_sheet(container: Container, name: str, title: str, limits: Limits) -> Errors:
    if name not in container.names:
        raise Unreadable(TRUNCATED)
    errors: Errors = {}
    row, column, rows, columns = -1, -1, 0, 0
    with container.open(name) as stream:
        for cell in _elements(stream, "c"):
            reference = cell.get("r")
            if reference:
                row, column = position(reference)
            else:  # references are optional: a cell follows the one before
                row, column = _next(cell, row, column)
            if len(cell) == 0:
                continue  # a format without content: calamine leaves it out too
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            limits.check_extent(title, rows, columns)
            text = _error_of(cell)
            if text:
                errors[row, column] = text
    return errors


def _next(cell: Any, row: int, column: int) -> tuple[int, int]:
    number = cell.getparent().get("r")
    own = int(number) - 1 if number and number.isdigit() else max(row, 0)
    return (own, column + 1) if own == row else (own, 0)


def _error_of(cell: Any) -> str:
    value, formula = cell.find("{*}v"), cell.find("{*}f")
    text = (value.text or "") if value is not None else ""
    if cell.get("t") == "e":
        return text or "#ERREUR"
    return NOT_CALCULATED if formula is not None and not text and cell.get("t") != "str" else ""


# ods

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def scan_ods(container: Container, limits: Limits) -> Scan:
    """Names, errors and extents of the tables of an ods; a repeated filled cell counts as often as it repeats."""
    scan = Scan()
    with container.open("content.xml") as stream:
        row = 0
        errors: Errors = {}
        rows = columns = 0
        for element in _elements(stream, "table-row", "table", "table-source"):
            if element.tag == f"{_TABLE}table-source":
                raise Unreadable(LINKS)
            if element.tag == f"{_TABLE}table":
                name = element.get(f"{_TABLE}name", "")
                scan.names.append(name)
                scan.errors[name] = errors
                row, errors, rows, columns = 0, {}, 0, 0
                limits.check_sheets(len(scan.names))
            elif element.tag == f"{_TABLE}table-row":
                repeated = _repeat(element, "rows")
                width = _scan_row(element, row, errors)
                if width:
                    rows, columns = row + repeated, max(columns, width)
                    limits.check_extent("du classeur", rows, columns)
                row += repeated
    return scan


def _repeat(element: Any, what: str) -> int:
    text = str(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    return int(text) if text.isdigit() and len(text) < 9 else 1


def _scan_row(row_element: Any, row: int, errors: Errors) -> int:
    """The width of the filled part of a row, its errors noted."""
    column = width = 0
    for cell in row_element:
        repeated = _repeat(cell, "columns")
        filled = len(cell) > 0 or cell.get(f"{_OFFICE}value-type") is not None
        if filled:
            width = column + repeated
        text = _ods_error(cell)
        if text:
            errors[row, column] = text
        column += repeated
    return width


def _ods_error(cell: Any) -> str:
    text = "".join(cell.itertext()).strip()
    if cell.get(f"{_CALCEXT}value-type") == "error":
        return text or "#ERREUR"
    formula = cell.get(f"{_TABLE}formula")
    return text if formula and (text.startswith("#") or re.match(r"^(Err|Erreur) ?:", text)) else ""
