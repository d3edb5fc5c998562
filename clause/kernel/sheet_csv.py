"""A csv read row by row: its encoding and its separator guessed, its rows, cells and texts counted first."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clause.kernel.sheet_container import NOT_A_WORKBOOK, Limits, Unreadable
from clause.kernel.sheet_errors import weight

CHUNK = 1 << 18
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # « Texte Unicode » of Excel, with tabs
LONGEST_LINE = 1 << 20  # bytes
NOT_COLUMNS = (
    "Ce fichier n'est pas un classeur : .xlsx, .ods, .xls, ou .csv avec des colonnes séparées par « ; » ou « , »."
)
NOT_READ = "Ce fichier .csv ne se lit pas en colonnes : enregistrez-le en .xlsx."


def scan_csv(path: Path, limits: Limits) -> tuple[str, str]:
    """Its encoding and its separator. Unreadable where it is no csv, or larger than the limits."""
    encoding = _encoding(path)
    separator = _separator(path, encoding)
    cells = texts = widest = 0
    for number, row in enumerate(csv_rows(path, encoding, separator), start=1):
        widest = max(widest, len(row))
        cells += len(row)
        texts += sum(weight(cell) for cell in row if cell)
        limits.check_extent("le fichier", number, len(row))
        limits.check_cells(cells)
        limits.check_texts(texts)
    if widest < 2:
        raise Unreadable(NOT_COLUMNS)
    return encoding, separator


def csv_rows(path: Path, encoding: str, separator: str) -> Iterator[list[Any]]:
    """The rows, one in memory at a time; a cell of blanks is nothing."""
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        try:
            for row in csv.reader(lines, delimiter=separator):
                yield [cell if cell.strip() else None for cell in row]
        except csv.Error:
            raise Unreadable(NOT_READ) from None


def _encoding(path: Path) -> str:
    """UTF-16 where it says so, UTF-8 where all of it is, else what Excel writes on Windows in France."""
    with path.open("rb") as content:
        if content.read(2) in UTF_16:
            _check_utf_16(path)
            return "utf-16"
    decoder, encoding, line = codecs.getincrementaldecoder("utf-8")(), "utf-8-sig", 0
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            if b"\x00" in chunk:
                raise Unreadable(NOT_A_WORKBOOK)
            line = _line_length(line, chunk)
            if encoding == "cp1252":
                continue
            try:
                decoder.decode(chunk, final=len(chunk) < CHUNK)
            except UnicodeDecodeError:
                encoding = "cp1252"
    return encoding


def _check_utf_16(path: Path) -> None:
    """Unreadable where the text holds what no text holds, or a line without end."""
    line = 0
    with path.open(encoding="utf-16", errors="replace", newline="") as content:
        while text := content.read(CHUNK):
            if "\x00" in text:
                raise Unreadable(NOT_A_WORKBOOK)
            line = _line_length(line, text.encode())


def _line_length(before: int, chunk: bytes) -> int:
    """How long the last line of a chunk is already; Unreadable where no line ends for a megabyte."""
    lines = chunk.replace(b"\r", b"\n").split(b"\n")
    longest = before + len(lines[0])
    if longest > LONGEST_LINE:
        raise Unreadable(NOT_COLUMNS)
    return longest if len(lines) == 1 else len(lines[-1])


def _separator(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as lines:
        first = next((line for line in lines if line.strip()), "")
    return max(";,\t", key=first.count)
