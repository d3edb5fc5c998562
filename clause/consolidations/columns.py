"""Columns of plain values from the database: rows become arrays, a distinct value is converted once, no object is made.

Hours are int64 hundredths. Codes are their text, "" where missing. Days are ordinals (``date.toordinal``), an open end is
``OPEN``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Executable, Integer, String, bindparam, func, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

OPEN = date.max.toordinal()
EPOCH = 719_163  # the ordinal of 1 January 1970
NOBODY = 0
AT_ONCE = 2000
UNKNOWN_AGE = -1
Frame = pd.DataFrame
Array = Any  # numpy or pandas array of one column

HOURS = {
    "year": "int16", "month": "int8", "market": "int64", "contract": "int64", "person": "int64", "hour_kind": "str",
    "real": "int64", "valued": "int64",
}  # fmt: skip
TRANSFERS: dict[str, str] = {"year": "int16", "month": "int8", "market": "int64", "real": "int64", "valued": "int64"}
MARKETS = {
    "id": "int64", "reference": "str", "title": "str", "operation": "int64", "authority": "int64", "structure": "int64",
    "clause_kind": "str", "nature": "str", "sector": "str", "cpv": "str", "consultation": "object",
    "notification": "object", "starts": "int64", "ends": "int64", "may_run": "bool", "planned": "bool", "lost": "bool",
    "uses_valued": "bool", "initial": "int64", "current": "int64", "due": "int64", "real": "int64", "valued": "int64",
}  # fmt: skip
CONTRACTS = {
    "id": "int64", "person": "int64", "mode": "str", "contract_type": "str", "employer_type": "str", "company": "int64",
    "rome": "str", "job": "str", "starts": "int64", "ends": "int64",
}  # fmt: skip
PEOPLE = {
    "id": "int64", "sex": "str", "age": "int64", "level": "str", "public": "str", "qpv": "str", "commune": "str",
    "prescriber": "str", "publics": "object", "frozen": "bool",
}  # fmt: skip


def frame(rows: Iterable[Sequence[Any]], dtypes: Mapping[str, str]) -> Frame:
    """Rows as a frame with these columns and types, also where there is no row at all."""
    made = pd.DataFrame.from_records(cast(Any, list(rows)), columns=list(dtypes))
    return made.astype(cast(Any, dict(dtypes)))


def number(frame: Frame, row: Any, column: str) -> int:
    """One cell of a frame of integers."""
    return int(cast(Any, frame.at[row, column]))


def fetch(session: Session, statement: Executable) -> list[list[Any]]:
    """The columns of a statement, as the driver gives them: no row object, no conversion of each value.

    Rows are turned into columns by the thousand: a tuple for each of hundreds of thousands, all alive at once, costs the
    memory's caches and the garbage collector more than the reading.
    """
    result = session.connection().execute(statement)
    columns: list[list[Any]] = [[] for _ in range(len(result.keys()))]
    cursor = cast(Any, result).cursor
    while rows := cursor.fetchmany(AT_ONCE):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    result.close()
    return columns


def fetch_integers(session: Session, statement: Executable) -> Array:
    """The same for very many rows of whole numbers, none missing: one array a column."""
    result = session.connection().execute(statement)
    width, cursor = len(result.keys()), cast(Any, result).cursor
    parts = [np.empty((0, width), dtype="int64")]
    while rows := cursor.fetchmany(AT_ONCE):
        parts.append(np.array(rows, dtype="int64"))
    result.close()
    return np.concatenate(parts).T


def among(session: Session, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """That a key is one of very many: one parameter, whatever their number."""
    if session.get_bind().dialect.name == "sqlite":
        return cast("ColumnElement[bool]", column.in_(among_all(session, ids)))
    return cast("ColumnElement[bool]", column == func.any(bindparam(None, list(ids), ARRAY(Integer))))


def among_all(session: Session, ids: Sequence[int]) -> Any:
    """Very many keys as a select of one parameter."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, json.dumps(list(ids)), String)).table_valued("value")
        return select(type_coerce(listed.c.value, Integer))
    return select(func.unnest(bindparam(None, list(ids), ARRAY(Integer))))


def text(column: Any) -> ColumnElement[str]:
    """A code as the database keeps it: no enum member is made for each row."""
    return func.coalesce(type_coerce(column, String), "")


def integers(values: Sequence[Any]) -> Array:
    """None is 0."""
    try:
        return np.array(values, dtype="int64")
    except TypeError:  # some are missing
        return np.fromiter((value or 0 for value in values), dtype="int64", count=len(values))


def flags(values: Sequence[Any]) -> Array:
    return np.fromiter((bool(value) for value in values), dtype="bool", count=len(values))


def texts(values: Sequence[Any]) -> Array:
    """Text that is seldom twice the same."""
    return pd.array(np.array([value or "" for value in values], dtype="object"), dtype="str")


def codes(values: Sequence[Any], of: Callable[[Any], str] = lambda value: value or "") -> Array:
    """Text of few distinct values: each is converted once."""
    places, found = factorized(values)
    return pd.array(np.array([of(value) for value in found] or [""], dtype="object"), dtype="str").take(places)


def days(values: Sequence[Any]) -> Array:
    """Days as ordinals; None is ``OPEN``."""
    return mapped(values, lambda value: OPEN if value is None else as_day(value).toordinal(), "int64")


def paris_days(instants: Sequence[Any]) -> Array:
    """The ordinals of the Paris days of instants; naive ones, as SQLite gives them back, are UTC; none is ``OPEN``."""
    places, found = pd.factorize(np.array([*instants, None], dtype="object")[:-1])
    utc = pd.Series(pd.to_datetime(pd.Series(found, dtype="object"), utc=True, format="ISO8601"))
    local = utc.dt.tz_convert("Europe/Paris").dt.tz_localize(None)
    ordinals = local.to_numpy().astype("datetime64[D]").astype("int64") + EPOCH
    return np.concatenate((ordinals, [OPEN]))[places]


def dates(values: Sequence[Any]) -> Array:
    """Days as ``date`` objects, or None."""
    return mapped(values, lambda value: None if value is None else as_day(value), "object")


def mapped(values: Sequence[Any], of: Callable[[Any], Any], dtype: str) -> Array:
    """A conversion that is done once for each distinct value."""
    places, found = factorized(values)
    converted = np.empty(max(1, len(found)), dtype=dtype)
    for place, value in enumerate(found):
        converted[place] = of(value)
    return converted[places]


def factorized(values: Sequence[Any]) -> tuple[Array, list[Any]]:
    """The place of each value in the list of distinct ones."""
    places, found = pd.factorize(np.array([*values, None], dtype="object")[:-1], use_na_sentinel=False)
    return places, [None if value is pd.NA or value != value else value for value in found]


def as_day(value: Any) -> date:
    """A day as either driver gives it: ISO text or a date."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else cast(date, value)
