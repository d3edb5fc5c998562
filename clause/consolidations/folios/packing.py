"""Columns of numbers and of words, as bytes and back. Pure.

Numbers take the smallest integer type that holds them; words are places in the list of the distinct ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

Integers = Any  # a numpy array of whole numbers
HEADER = 4  # bytes that say how long the header is


@dataclass(frozen=True)
class Words:
    """Text as ``places`` in the list of ``names``; « » where there is none."""

    places: Integers
    names: Sequence[str]

    def mapped(self, of: Callable[[str], Any], dtype: str) -> Any:
        """A conversion done once for each name."""
        converted = np.empty(max(1, len(self.names)), dtype=dtype)
        for place, name in enumerate(self.names):
            converted[place] = of(name)
        return converted[self.places]

    def texts(self, of: Callable[[str], str] = str) -> Any:
        """A pandas array of text."""
        return pd.array(np.array([of(name) for name in self.names] or [""], dtype="object"), dtype="str").take(
            self.places
        )

    def among(self, names: frozenset[str] | tuple[str, ...]) -> Any:
        return self.mapped(lambda name: name in names, "bool")


Column = Any  # Integers | Words
Columns = Mapping[str, Column]


def words(values: Sequence[str | None]) -> Words:
    places, names = pd.factorize(np.array([value or "" for value in values], dtype="object"))
    return Words(_small(places), tuple(str(name) for name in names))


def only(columns: Columns, kept: Any) -> dict[str, Column]:
    """The rows that are kept (flags or places)."""
    return {name: Words(c.places[kept], c.names) if isinstance(c, Words) else c[kept] for name, c in columns.items()}


def packed(columns: Columns) -> bytes:
    """Raises ValueError where columns are not equally long."""
    arrays = {name: _small(c.places if isinstance(c, Words) else c) for name, c in columns.items()}
    if len({len(array) for array in arrays.values()}) > 1:
        raise ValueError("columns of one folio have as many rows")
    said = [
        [name, array.dtype.str, list(column.names) if isinstance(column, Words) else None]
        for (name, array), column in zip(arrays.items(), columns.values(), strict=True)
    ]
    header = json.dumps([len(next(iter(arrays.values()))), said], ensure_ascii=False).encode()
    return len(header).to_bytes(HEADER, "little") + header + b"".join(array.tobytes() for array in arrays.values())


def unpacked(content: bytes) -> dict[str, Column]:
    at = HEADER + int.from_bytes(content[:HEADER], "little")
    rows, said = json.loads(content[HEADER:at])
    found: dict[str, Column] = {}
    for name, dtype, names in said:
        array = np.frombuffer(content, dtype=dtype, count=rows, offset=at)
        at += array.nbytes
        found[name] = array if names is None else Words(array, names)
    return found


def joined(parts: Sequence[Columns]) -> dict[str, Column]:
    """The rows of several folios, in turn; there is at least one."""
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(parts: Sequence[Column]) -> Column:
    if not isinstance(parts[0], Words):
        return np.concatenate(parts)
    ranks: dict[str, int] = {}
    places = []
    for part in cast(Sequence[Words], parts):
        rank = np.array([ranks.setdefault(name, len(ranks)) for name in part.names] or [0], dtype="int32")
        places.append(rank[part.places])
    return Words(np.concatenate(places), tuple(ranks))


def _small(values: Integers) -> Integers:
    """The same numbers in the smallest signed type that holds them."""
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    for dtype in (np.int8, np.int16, np.int32):
        bounds = np.iinfo(dtype)
        if bounds.min <= least and most <= bounds.max:
            return values.astype(dtype)
    return values.astype(np.int64)
