"""Folios read and sealed: what is kept where it is still true, the table itself for the rest.

Nothing depends on a folio being there: without any, all is read from the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, case, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from clause.consolidations.columns import fetch
from clause.consolidations.folios.models import SIZE, Folio, FolioChange
from clause.consolidations.folios.packing import Columns, Words, joined, only, packed, unpacked
from clause.consolidations.folios.sources import SOURCES, Source
from clause.kernel.locking import alone

MANY = 200  # stretches looked for one by one; beyond, the table is read whole


class Kept:
    """The tables of a consolidation of the whole base, as columns, each read when first asked for. Two queries a table.

    ``since`` is the first month of those that are read by month.
    """

    def __init__(self, session: Session, since: date) -> None:
        self.session = session
        self.since = since
        self._read: dict[str, Columns] = {}

    def of(self, model: type[Any]) -> Columns:
        """The columns of a table that ``sources`` names; rows are in no order."""
        name = model.__tablename__
        if name not in self._read:
            self._read[name] = self._of(SOURCES[name])
        return self._read[name]

    def forget(self, model: type[Any]) -> None:
        """Give back the memory of a table that is read no more."""
        self._read.pop(model.__tablename__, None)

    def _of(self, source: Source) -> Columns:
        if source.within is None:
            parts, live = _folios(self.session, source)
            return joined([*parts, rows(self.session, source, live)])
        least = self.since.year * 12 + self.since.month - 1
        parts, live = _folios(self.session, source, least)
        recent = source.columns[source.within][0] >= self.since
        found = joined([*parts, rows(self.session, source, recent if live is None else live & recent)])
        return only(found, found[source.within] >= least)


def _folios(
    session: Session, source: Source, least: int | None = None
) -> tuple[list[Columns], ColumnElement[bool] | None]:
    """The folios that are still true and wanted; and which rows are to be read from the table (None: all). One statement."""
    changed = exists().where(FolioChange.source == Folio.source, FolioChange.number == Folio.number)
    true = ~changed & (Folio.shape == source.shape)
    wanted = true if least is None else true & (Folio.latest >= least)
    found = session.execute(
        select(Folio.number, Folio.last_id, true, case((wanted, Folio.content)))
        .where(Folio.source == source.name).order_by(Folio.number)
    ).all()  # fmt: skip
    parts: list[Columns] = [unpacked(content) for _number, _last, _true, content in found if content is not None]
    key = source.model.id
    stretches = [number for number, _last, is_true, _content in found if not is_true]
    if not found or len(stretches) > MANY:
        return ([], None)
    after = key > max(last for _number, last, _true, _content in found)
    return parts, or_(after, *(key.between(number * SIZE, number * SIZE + SIZE - 1) for number in stretches))


def rows(session: Session, source: Source, where: ColumnElement[bool] | None = None) -> Columns:
    """Rows of the table itself, in the order of their ids."""
    statement = select(*(sql.label(name) for name, (sql, _read) in source.columns.items())).order_by(source.model.id)
    read = fetch(session, statement if where is None else statement.where(where))
    return {name: how(values) for (name, (_sql, how)), values in zip(source.columns.items(), read, strict=True)}


def seal(session: Session) -> int:
    """Pack what was written since the last time and what has changed; the number of folios made. In a writing unit.

    What has changed is taken out first and rows are read afterwards: a change that is not in the rows is still marked.
    """
    alone(session, "folios")
    return sum(_seal(session, source) for source in SOURCES.values())


def _seal(session: Session, source: Source) -> int:
    numbers = _to_seal(session, source)
    for number in numbers:
        _seal_one(session, source, number)
    return len(numbers)


def _to_seal(session: Session, source: Source) -> list[int]:
    """The numbers of folios that are changed, of another shape, or to be begun."""
    C = FolioChange
    changed = set(session.scalars(select(C.number).where(C.source == source.name).distinct()))
    session.execute(delete(C).where(C.source == source.name))
    known = session.execute(select(Folio.number, Folio.last_id, Folio.shape).where(Folio.source == source.name)).all()
    last = max((last for _number, last, _shape in known), default=0)
    greatest = session.scalar(select(func.max(source.model.id))) or 0
    begun = range(last // SIZE, greatest // SIZE + 1) if greatest > last else ()
    old = {number for number, _last, shape in known if shape != source.shape}
    there = {number for number, _last, _shape in known}
    return sorted((changed & there) | old | set(begun))


def _seal_one(session: Session, source: Source, number: int) -> None:
    session.execute(delete(Folio).where(Folio.source == source.name, Folio.number == number))
    key = source.model.id
    stretch = key.between(number * SIZE, number * SIZE + SIZE - 1)
    last = session.scalar(select(func.max(key)).where(stretch))
    if last is None:
        return
    columns = rows(session, source, stretch & (key <= last))
    values: dict[str, Any] = {"source": source.name, "number": number, "last_id": last, "shape": source.shape}
    latest = int(np.max(columns[source.within])) if source.within else 0
    session.execute(insert(Folio).values(**values, latest=latest, content=packed(columns)))


def same(ones: Columns, others: Columns) -> Sequence[str]:
    """The names of the columns that do not hold the same."""
    return [name for name in ones if not _equal(ones[name], others[name])]


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, Words):
        return bool(np.array_equal(np.array(one.texts()), np.array(other.texts())))
    return bool(np.array_equal(one, other))
