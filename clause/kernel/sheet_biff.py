"""Just enough of the old .xls: its cells in error, its macros, its cells and texts counted (MS-XLS)."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

from clause.kernel.sheet_compound import Compound
from clause.kernel.sheet_container import MACROS, NOT_A_WORKBOOK, TRUNCATED, Limits, Unreadable
from clause.kernel.sheet_errors import SHORT, Errors, Scan

ERRORS = {0x00: "#NUL!", 0x07: "#DIV/0!", 0x0F: "#VALEUR!", 0x17: "#REF!", 0x1D: "#NOM?", 0x24: "#NOMBRE!", 0x2A: "#N/A"}  # fmt: skip
END_OF, BOUND_SHEET, FILE_PASS, FORMULA, BOOL_ERR = 0x000A, 0x0085, 0x002F, 0x0006, 0x0205
SHARED_TEXTS, CONTINUE, SHARED_TEXT, LABEL, RICH, FORMULA_TEXT, MANY = (
    0x00FC,
    0x003C,
    0x00FD,
    0x0204,
    0x00D6,
    0x0207,
    0x00BD,
)
CELLS = frozenset({FORMULA, BOOL_ERR, 0x0203, 0x027E, SHARED_TEXT, LABEL, MANY, RICH})


def scan_xls(path: Path, limits: Limits) -> Scan:
    """Names, errors, cells and texts of the worksheets of an xls. An encrypted xlsx is such a container too."""
    try:
        streams = Compound(path.read_bytes())
        if "EncryptedPackage" in streams.names:
            raise Unreadable("Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe.")
        if "_VBA_PROJECT_CUR" in streams.names or "Macros" in streams.names:
            raise Unreadable(MACROS)
        return _scan(streams.stream("Workbook") or streams.stream("Book"), limits)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        raise Unreadable(TRUNCATED) from None


def _records(stream: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _scan(stream: bytes, limits: Limits) -> Scan:
    if not stream:
        raise Unreadable(NOT_A_WORKBOOK)
    scan, sheets, shared = Scan(), [], array("I")
    records = _records(stream)
    for kind, data in records:
        if kind == FILE_PASS:
            raise Unreadable("Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe.")
        if kind == BOUND_SHEET and data[5] == 0:
            sheets.append((_name(data), struct.unpack_from("<L", data)[0]))
            limits.check_sheets(len(sheets))
        if kind == SHARED_TEXTS:
            shared = _shared_weights(data, records, limits)
        if kind == END_OF:
            break
    for name, start in sheets:
        _SheetScan(name, scan, shared, limits).read(stream, start)
    return scan


def _name(data: bytes) -> str:
    length, wide = data[6], data[7] & 1
    return data[8 : 8 + length * 2].decode("utf-16-le") if wide else data[8 : 8 + length].decode("latin-1")


# Shared texts


def _shared_weights(first: bytes, records: Iterator[tuple[int, bytes]], limits: Limits) -> array[int]:
    """The weight of each shared text: its announced length, which the records that follow must hold."""
    count = struct.unpack_from("<L", first, 4)[0]
    limits.check_cells(count)
    reading = _Continued(first[8:], records)
    weights, total = array("I"), 0
    for _ in range(count):
        length = reading.text()
        weights.append(0 if length <= SHORT else length * 2)
        total += weights[-1]
        limits.check_texts(total)
    return weights


class _Continued:
    """The bytes of a record and of those that continue it; a text cut by the end of one starts again with a flag."""

    def __init__(self, data: bytes, records: Iterator[tuple[int, bytes]]) -> None:
        self.data, self.at, self.records = data, 0, records

    def _following(self) -> None:
        kind, data = next(self.records, (0, b""))
        if kind != CONTINUE:
            raise Unreadable(TRUNCATED)
        self.data, self.at = data, 0

    def _take(self, layout: str) -> int:
        if self.at >= len(self.data):
            self._following()
        value: int = struct.unpack_from(layout, self.data, self.at)[0]
        self.at += struct.calcsize(layout)
        return value

    def _skip(self, size: int) -> None:
        while size > len(self.data) - self.at:
            size -= len(self.data) - self.at
            self._following()
        self.at += size

    def text(self) -> int:
        """Pass over one text; its number of characters."""
        length, flags = self._take("<H"), self._take("<B")
        runs = self._take("<H") if flags & 8 else 0
        extension = self._take("<L") if flags & 4 else 0
        left = length
        while left:
            size = 2 if flags & 1 else 1
            here = min(left, (len(self.data) - self.at) // size)
            self.at += here * size
            left -= here
            if left:
                self._following()
                flags = self._take("<B")
        self._skip(runs * 4 + extension)
        return length


# One sheet


class _SheetScan:
    def __init__(self, name: str, scan: Scan, shared: array[int], limits: Limits) -> None:
        self.name, self.scan, self.shared, self.limits = name, scan, shared, limits
        self.errors: Errors = {}
        self.rows = self.columns = self.filled = 0

    def read(self, stream: bytes, start: int) -> None:
        for kind, data in _records(stream, start):
            if kind == END_OF:
                break
            if kind == FORMULA_TEXT:
                self.scan.weigh(len(data) * 2, self.limits)
            elif kind in CELLS:
                self._cell(kind, data)
        self.limits.check_extent(self.name, self.rows, self.columns)
        self.scan.add(self.name, self.errors, max(self.rows * self.columns, self.filled), self.limits)

    def _cell(self, kind: int, data: bytes) -> None:
        row, column = struct.unpack_from("<HH", data)
        width = max(1, (len(data) - 6) // 6) if kind == MANY else 1
        self.filled += width
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + width)
        self.limits.check_cells(self.filled)
        self.scan.weigh(self._weight(kind, data), self.limits)
        code = _error_code(kind, data)
        if code is not None:
            self.errors[row, column] = ERRORS.get(code, "#ERREUR")
            self.limits.check_errors(len(self.errors))

    def _weight(self, kind: int, data: bytes) -> int:
        if kind == SHARED_TEXT:
            number = struct.unpack_from("<L", data, 6)[0]
            return self.shared[number] if number < len(self.shared) else 0
        return len(data) * 2 if kind in (LABEL, RICH) and len(data) > 2 * SHORT else 0


def _error_code(kind: int, data: bytes) -> int | None:
    if kind == BOOL_ERR and data[7] == 1:
        return data[6]
    if kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return data[8]
    return None
