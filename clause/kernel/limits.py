"""What a column can hold, checked before it is written: SQLite would take anything, PostgreSQL would fail.

Forms say it first, beside the field. This is the net below them: a value that no form measured is refused with a
sentence on both engines, before any statement leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Enum, Integer, String, event, inspect
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from clause.kernel.refusals import Refused

LARGEST_INTEGER = 2**31 - 1
LARGEST_BIG_INTEGER = 2**63 - 1
SHOWN = 40


@cache
def _limits(mapper: Mapper[Any]) -> tuple[tuple[str, int, bool], ...]:
    """(attribute, limit, is it a text) of the columns of a table that have one."""
    found = []
    for attribute in mapper.column_attrs:
        kind = attribute.columns[0].type
        if isinstance(kind, String) and not isinstance(kind, Enum) and kind.length:
            found.append((attribute.key, kind.length, True))
        elif isinstance(kind, Integer):
            found.append(
                (attribute.key, LARGEST_BIG_INTEGER if isinstance(kind, BigInteger) else LARGEST_INTEGER, False)
            )
    return tuple(found)


def check(row: Any) -> None:
    """Refuse a row that holds a text longer than its column, or a number that does not fit. Reads nothing."""
    check_values(type(row), inspect(row).dict)


def check_values(model: type[Any], held: Mapping[str, Any]) -> None:
    """The same for the values of a row, by attribute."""
    check_rows(model, [held])


def check_rows(model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for rows that are written in bulk, all with the same attributes."""
    limits = [found for found in _limits(inspect(model)) if rows and found[0] in rows[0]]
    for row in rows:
        _check_row(row, limits)


def _check_row(row: Mapping[str, Any], limits: Sequence[tuple[str, int, bool]]) -> None:
    for name, limit, is_text in limits:
        value = row[name]
        if is_text and isinstance(value, str) and len(value) > limit:
            raise Refused(f"« {value[:SHOWN]}… » est trop long : {limit} caractères au plus.", name)
        if not is_text and isinstance(value, int) and abs(value) > limit:
            raise Refused("Un nombre est trop grand pour être enregistré. Vérifiez les montants et les durées.", name)


def watch(session_class: type[Session]) -> None:
    """Check every row that these sessions write."""
    event.listen(session_class, "before_flush", _before_flush)
    event.listen(session_class, "after_soft_rollback", _after_rollback)


def _before_flush(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    try:
        for row in (*session.new, *session.dirty):
            check(row)
    except Refused:
        session.autoflush = False  # the page that says so still reads: it must not meet the same refusal again
        raise


def _after_rollback(session: Session, _transaction: Any) -> None:
    session.autoflush = True
