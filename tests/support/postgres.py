"""Databases of one's own on the PostgreSQL server of the tests, and nothing left behind."""

from __future__ import annotations

import os
import secrets

import psycopg

from clause.config import Settings
from clause.kernel import schema

SERVER = os.environ.get("CLAUSE_TEST_POSTGRES", "postgresql:///postgres")


def available() -> bool:
    try:
        with psycopg.connect(SERVER, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _run(*statements: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def url(name: str) -> str:
    base, _, query = SERVER.partition("?")
    return (
        base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
        + f"/{name}"
        + (f"?{query}" if query else "")
    )


def create_empty() -> str:
    name = f"clause_test_{os.getpid()}_{secrets.token_hex(4)}"
    _run(f'CREATE DATABASE "{name}"')
    return name


def create_template() -> str:
    name = create_empty()
    # What a test writes needs not outlive a power cut.
    _run(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    schema.upgrade(Settings(database_url=url(name)))
    return name


def drop(name: str) -> None:
    _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Reused:
    """A migrated database, emptied after each test: making one takes a second, emptying it some hundredths."""

    def __init__(self) -> None:
        self._make()

    def _make(self) -> None:
        self.name = create_template()
        with psycopg.connect(_plain(self.name)) as connection:
            self._shape = _shape(connection)
            rows = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")  # fmt: skip
            tables = sorted(name for (name,) in rows if name != "alembic_version")
        self._filled = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM \"{t}\")" for t in tables)

    def empty(self) -> None:
        """As migrated: no row, numbers from 1, nobody connected. Made anew where a test changed its tables or triggers."""
        try:
            with psycopg.connect(_plain(self.name)) as connection:
                if self._emptied(connection):
                    return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
            pass
        drop(self.name)
        self._make()

    def _emptied(self, connection: psycopg.Connection) -> bool:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        connection.execute("SET lock_timeout = '10s'")
        # The triggers that protect the ledger, and foreign keys, sleep for this connection only.
        connection.execute("SET session_replication_role = replica")
        for (table,) in connection.execute(self._filled).fetchall():
            connection.execute(f'DELETE FROM "{table}"')
        connection.execute("SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL")  # fmt: skip
        return _shape(connection) == self._shape


def _plain(name: str) -> str:
    return url(name).replace("postgresql+psycopg://", "postgresql://")


def _shape(connection: psycopg.Connection) -> object:
    """What a test may have changed besides rows: tables, indexes, triggers and whether they are on."""
    return connection.execute(
        "SELECT (SELECT md5(string_agg(oid::text || relname, ',' ORDER BY oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace),"
        " (SELECT md5(string_agg(tgname || tgenabled::text, ',' ORDER BY oid)) FROM pg_trigger)"
    ).fetchone()
