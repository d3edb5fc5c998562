"""Just enough of the old .xls: its cells in error, its macros, how far its sheets spread (MS-CFB and MS-XLS)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from clause.kernel.sheet_container import MACROS, NOT_A_WORKBOOK, TRUNCATED, Limits, Unreadable
from clause.kernel.sheet_errors import Errors, Scan

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # sector numbers from here on mean « no more »
ERRORS = {0x00: "#NUL!", 0x07: "#DIV/0!", 0x0F: "#VALEUR!", 0x17: "#REF!", 0x1D: "#NOM?", 0x24: "#NOMBRE!", 0x2A: "#N/A"}  # fmt: skip
BOF, BOUND_SHEET, FILE_PASS, FORMULA, BOOL_ERR = 0x0809, 0x0085, 0x002F, 0x0006, 0x0205
CELLS = frozenset({FORMULA, BOOL_ERR, 0x0203, 0x027E, 0x00FD, 0x0204, 0x00BD, 0x00D6})


def is_compound(head: bytes) -> bool:
    return head.startswith(SIGNATURE)


def scan_xls(path: Path, limits: Limits) -> Scan:
    """Names, errors and extents of the worksheets of an xls. An encrypted xlsx is such a container too."""
    try:
        streams = _Compound(path.read_bytes())
        if "EncryptedPackage" in streams.names:
            raise Unreadable("Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe.")
        if "_VBA_PROJECT_CUR" in streams.names or "Macros" in streams.names:
            raise Unreadable(MACROS)
        return _scan(streams.stream("Workbook") or streams.stream("Book"), limits)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise Unreadable(TRUNCATED) from None


class _Compound:
    """The streams of a compound file, by name."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.shift = struct.unpack_from("<H", content, 30)[0]
        if not 7 <= self.shift <= 16:
            raise Unreadable(TRUNCATED)
        self.table = self._allocation()
        directory = self._chain(struct.unpack_from("<L", content, 48)[0])
        self.names: dict[str, tuple[int, int]] = {}
        for start in range(0, len(directory) - 127, 128):
            length = struct.unpack_from("<H", directory, start + 64)[0]
            name = directory[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le")
            self.names[name] = struct.unpack_from("<LL", directory, start + 116)
        self.mini_table = self._longs(self._chain(struct.unpack_from("<L", content, 60)[0]))
        self.mini_limit = struct.unpack_from("<L", content, 56)[0]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self.shift
        return self.content[start : start + (1 << self.shift)]

    @staticmethod
    def _longs(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4]))

    def _allocation(self) -> list[int]:
        sectors = [s for s in struct.unpack_from("<109L", self.content, 76) if s < END]
        following = struct.unpack_from("<L", self.content, 68)[0]
        seen: set[int] = set()
        while following < END and following not in seen:
            seen.add(following)
            more = self._longs(self._sector(following))
            sectors += [s for s in more[:-1] if s < END]
            following = more[-1]
        return [entry for s in sectors for entry in self._longs(self._sector(s))]

    def _chain(self, number: int) -> bytes:
        parts, seen = [], set()
        while number < END and number not in seen:
            seen.add(number)
            parts.append(self._sector(number))
            number = self.table[number]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        if name not in self.names:
            return b""
        start, size = self.names[name]
        if size >= self.mini_limit:
            return self._chain(start)[:size]
        root = self._chain(self.names["Root Entry"][0])
        parts, seen = [], set()
        while start < END and start not in seen:
            seen.add(start)
            parts.append(root[start * 64 : start * 64 + 64])
            start = self.mini_table[start]
        return b"".join(parts)[:size]


def _records(stream: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _scan(stream: bytes, limits: Limits) -> Scan:
    if not stream:
        raise Unreadable(NOT_A_WORKBOOK)
    scan = Scan()
    for kind, data in _records(stream):
        if kind == FILE_PASS:
            raise Unreadable("Le fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe.")
        if kind == BOUND_SHEET and data[5] == 0:
            name = _name(data)
            scan.names.append(name)
            scan.errors[name] = _scan_sheet(stream, struct.unpack_from("<L", data)[0], name, limits)
        if kind == 0x000A:
            break
    limits.check_sheets(len(scan.names))
    return scan


def _name(data: bytes) -> str:
    length, wide = data[6], data[7] & 1
    return data[8 : 8 + length * 2].decode("utf-16-le") if wide else data[8 : 8 + length].decode("latin-1")


def _scan_sheet(stream: bytes, start: int, name: str, limits: Limits) -> Errors:
    errors: Errors = {}
    rows = columns = 0
    for kind, data in _records(stream, start):
        if kind == 0x000A:
            break
        if kind not in CELLS:
            continue
        row, column = struct.unpack_from("<HH", data)
        rows, columns = max(rows, row + 1), max(columns, column + 1)
        code = _error_code(kind, data)
        if code is not None:
            errors[row, column] = ERRORS.get(code, "#ERREUR")
    limits.check_extent(name, rows, columns)
    return errors


def _error_code(kind: int, data: bytes) -> int | None:
    if kind == BOOL_ERR and data[7] == 1:
        return data[6]
    if kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        return data[8]
    return None
