"""Counting the SQL of a page: the same with one row and with thirty, or there is a query a row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from clause.kernel.db import db


@contextmanager
def count_queries(app: Flask) -> Iterator[list[str]]:
    """The statements run meanwhile, without the starts of transactions and pragmas."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
