"""The database: base class, engines, sessions that read or write, and their isolation on both engines.

A session is opened for reading or for writing (``session.info["writes"]``). A reading session cannot write: SQLite is
put in ``query_only``, PostgreSQL in a read-only transaction. A writing session on SQLite begins with BEGIN IMMEDIATE,
so that two writers queue instead of failing at the first upgrade of a read lock.
"""

from __future__ import annotations

import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from clause.kernel import limits

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 60_000


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table of Clause."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant()}


class Addressed:
    """A row that a page addresses: ``public_id`` is random, so an address can be neither guessed nor counted."""

    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=lambda: secrets.token_hex(10))


class ClauseSession(FlaskSession):
    """The session of a request, a command or a job: reads unless told that it writes."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        bind = super().get_bind(*args, **kwargs)
        return _for_mode(bind, writes=bool(self.info.get("writes"))) if isinstance(bind, Engine) else bind


limits.watch(ClauseSession)


# The same object each time: a session opens one connection for each engine object that it meets.
_modes: WeakKeyDictionary[Engine, dict[bool, Engine]] = WeakKeyDictionary()


def _for_mode(engine: Engine, *, writes: bool) -> Engine:
    modes = _modes.setdefault(engine, {})
    if writes not in modes:
        modes[writes] = _with_options(engine, writes=writes)
    return modes[writes]


def _with_options(engine: Engine, *, writes: bool) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine.execution_options(clause_begin="IMMEDIATE" if writes else "DEFERRED")
    return engine.execution_options(postgresql_readonly=not writes)


db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"class_": ClauseSession, "autoflush": True},
    disable_autonaming=True,
)


def init_app(app: Flask, url: str) -> None:
    """Bind the application to its database; a SQLite file gets its folder."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def engine_options(url: str) -> dict[str, Any]:
    """How to open this database. Parameters are hidden in errors: they would carry people's data to the logs."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def prepare(engine: Engine) -> None:
    """Give an engine the pragmas and the transaction starts of this house."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # otherwise INSERT OR REPLACE would pass the ledger's triggers
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("clause_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if mode == 'IMMEDIATE' else 'ON'}")
    connection.exec_driver_sql(f"BEGIN {mode}")


def open_for_writing(session: Session) -> None:
    """Let this session write, before its first query: a read lock cannot be turned into a write lock safely."""
    session.rollback()
    session.info["writes"] = True


def open_for_reading(session: Session) -> None:
    session.rollback()
    session.info["writes"] = False
