"""Many rows at once, for imports: plain values in, no object kept, the same net as sessions (``kernel.limits``).

An id is known before its row is written, so that what refers to it can be prepared first. The caller holds a writing
transaction; on SQLite it is the only writer, which makes the next ids its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, inspect, text
from sqlalchemy.orm import Session

from clause.kernel import limits
from clause.kernel.bulk_copy import copy

CHUNK = 1000
Values = dict[str, Any]
T = TypeVar("T")


def reserve(session: Session, model: type[Any], count: int) -> list[int]:
    """This many free ids of a table, in ascending order, nobody else's."""
    table = model.__tablename__
    session.flush()
    if not count:
        return []
    if session.get_bind(model).dialect.name == "sqlite":
        last = session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}"))  # noqa: S608 - a table of ours
        return list(range(int(last or 0) + 1, int(last or 0) + 1 + count))
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return sorted(session.scalars(sequence, {"name": f'"{table}"', "count": count}))


def write(session: Session, model: type[Any], rows: Iterable[Values]) -> None:
    """Insert rows given by column; the columns left out take their defaults. All the rows have the same columns."""
    version = inspect(model).version_id_col
    session.flush()
    connection = session.connection({"mapper": inspect(model)})
    for chunk in chunks(rows):
        limits.check_rows(model, chunk)
        if version is not None:
            for row in chunk:
                row[version.key] = 1
        _insert(connection, model.__table__, chunk)


def _insert(connection: Connection, table: Any, rows: list[Values]) -> None:
    if connection.dialect.name == "postgresql":
        copy(connection, table, rows)
    else:
        connection.execute(insert(table), rows)


def measure(session: Session) -> None:
    """Let PostgreSQL look at tables that were filled in this transaction, whose plans know nothing of it until then.

    SQLite, which keeps no such figures, has nothing to do.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))


def chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows by lists of a thousand, read as they are needed."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk
