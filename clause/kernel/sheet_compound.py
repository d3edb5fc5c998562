"""The container of an old .xls (MS-CFB): its streams by name, never more in memory than the file itself."""

from __future__ import annotations

import struct
from array import array

from clause.kernel.sheet_container import TRUNCATED, Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # sector numbers from here on mean « no more »


def is_compound(head: bytes) -> bool:
    return head.startswith(SIGNATURE)


class Compound:
    """The streams of a compound file; a table or a chain that comes back on itself is Unreadable."""

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
        self.mini_table = _longs(self._chain(struct.unpack_from("<L", content, 60)[0]))
        self.mini_limit = struct.unpack_from("<L", content, 56)[0]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self.shift
        return self.content[start : start + (1 << self.shift)]

    def _allocation(self) -> array[int]:
        """The table of sectors: each of its own sectors once, so that it is never larger than the file."""
        sectors = dict.fromkeys(s for s in struct.unpack_from("<109L", self.content, 76) if s < END)
        following = struct.unpack_from("<L", self.content, 68)[0]
        seen: set[int] = set()
        while following < END:
            more = _longs(self._sector(following))
            if following in seen or not more:
                raise Unreadable(TRUNCATED)
            seen.add(following)
            sectors |= dict.fromkeys(s for s in more[:-1] if s < END)
            following = more[-1]
        table = array("I")
        for sector in sectors:
            table.frombytes(_whole(self._sector(sector)))
        return table

    def _chain(self, number: int) -> bytes:
        parts, seen = [], bytearray(len(self.table))
        while number < END:
            part = self._sector(number)
            if not part or seen[number]:
                raise Unreadable(TRUNCATED)
            seen[number] = 1
            parts.append(part)
            number = self.table[number]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        if name not in self.names:
            return b""
        start, size = self.names[name]
        if size >= self.mini_limit:
            return self._chain(start)[:size]
        root = self._chain(self.names["Root Entry"][0])
        parts, seen = [], bytearray(len(self.mini_table))
        while start < END:
            if seen[start]:
                raise Unreadable(TRUNCATED)
            seen[start] = 1
            parts.append(root[start * 64 : start * 64 + 64])
            start = self.mini_table[start]
        return b"".join(parts)[:size]


def _whole(data: bytes) -> bytes:
    return data[: len(data) // 4 * 4]


def _longs(data: bytes) -> array[int]:
    return array("I", _whole(data))
