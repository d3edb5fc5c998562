"""Columns of folios, as arrays: looked up by id, summed by key, turned into what frames hold. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from clause.consolidations.columns import OPEN, Array
from clause.consolidations.folios import Words

QPV = {-1: "unknown", 0: "not_qpv", 1: "qpv"}


def rows_of(ids: Array, wanted: Array) -> Array:
    """The row of each wanted id, -1 where there is none. Ids are row numbers: a table as long as the largest is short."""
    table = np.full(int(max(ids.max(initial=0), wanted.max(initial=0))) + 1, -1, dtype="int32")
    table[ids] = np.arange(len(ids), dtype="int32")
    return table[wanted]


def flagged(ids: Array, length: int) -> Array:
    """Flags by id: which are there."""
    there = np.zeros(max(length, int(ids.max(initial=0)) + 1), dtype="bool")
    there[ids] = True
    return there


def int64(values: Array) -> Array:
    return values.astype("int64")


def year_and_month(months: Array) -> dict[str, Array]:
    return {"year": (months // 12).astype("int16"), "month": (months % 12 + 1).astype("int8")}


def dates(days: Array) -> Array:
    """Days as ``date`` objects, or None; each distinct one is made once."""
    places, found = pd.factorize(days)
    made = np.empty(max(1, len(found)), dtype="object")
    made[: len(found)] = [None if day == OPEN else date.fromordinal(int(day)) for day in found]
    return made[places]


def sums(keys: Array, values: Array, ids: Array) -> Array:
    """Sums by key, of these ids. They pass through doubles, exact up to 2**53."""
    length = int(max(keys.max(initial=0), ids.max(initial=0))) + 1
    return np.rint(np.bincount(keys, weights=values, minlength=length)).astype("int64")[ids]


def with_hours(place: Array, who: Array, real: Array, count: int) -> Array:
    """How many people or contracts keep hours in each year; 0 is nobody."""
    span = int(who.max(initial=0)) + 1
    sums = np.bincount(place * span + who, weights=real, minlength=count * span).reshape(count, span)
    return (sums[:, 1:] > 0).sum(axis=1)


def qpv(flags: Array) -> Any:
    return Words(flags.astype("int8") + 1, tuple(QPV.values())).texts()
