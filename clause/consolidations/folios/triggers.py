"""What tells folios that their rows have changed, on both engines, whoever writes and by whatever way.

SQLite has one writer at a time and gives growing ids: only changes of folios that exist matter, and once. On PostgreSQL a
row with a smaller id may appear after the sealing of greater ones, so that insertions are told too, once a statement.
Alembic's batch migrations on SQLite drop the triggers of the tables they rebuild: ``migrations/env.py``
calls ``begin_again``.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from clause.consolidations.folios.models import SIZE
from clause.consolidations.folios.sources import SOURCES

FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION folio_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608 - names of ours
    f" INSERT INTO folio_change (source, number) SELECT DISTINCT TG_TABLE_NAME, id / {SIZE} FROM touched;"
    " RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION folio_drop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " DELETE FROM folio WHERE source = TG_TABLE_NAME; RETURN NULL; END $$",
)


def install(connection: Connection) -> None:
    """Create the triggers that are missing; can be run again."""
    for statement in _sqlite() if connection.dialect.name == "sqlite" else _postgresql():
        connection.execute(text(statement))


def remove(connection: Connection) -> None:
    """Take the triggers out: before the tables of folios are."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS folio_mark, folio_drop CASCADE"))
        return
    for name in SOURCES:
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS folio_{name}_{act}"))


def begin_again(connection: Connection) -> None:
    """After a migration: what was kept of tables that may have changed is given up, and the triggers are put back."""
    if inspect(connection).has_table("folio"):
        connection.execute(text("DELETE FROM folio"))
        connection.execute(text("DELETE FROM folio_change"))
        install(connection)


def _sqlite() -> Iterator[str]:
    for name in SOURCES:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS folio_{name}_{act.lower()} AFTER {act} ON {name}"  # noqa: S608 - names of ours
                f" WHEN EXISTS (SELECT 1 FROM folio WHERE source = '{name}' AND number = OLD.id / {SIZE})"
                f" AND NOT EXISTS (SELECT 1 FROM folio_change WHERE source = '{name}' AND number = OLD.id / {SIZE})"
                f" BEGIN INSERT INTO folio_change (source, number) VALUES ('{name}', OLD.id / {SIZE}); END"
            )


def _postgresql() -> Iterator[str]:
    yield from FUNCTIONS
    for name in SOURCES:
        for act, rows in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield (
                f"CREATE OR REPLACE TRIGGER folio_{name}_{act.lower()} AFTER {act} ON {name} REFERENCING {rows} TABLE AS touched"
                " FOR EACH STATEMENT EXECUTE FUNCTION folio_mark()"
            )
        yield (
            f"CREATE OR REPLACE TRIGGER folio_{name}_truncate AFTER TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION folio_drop()"
        )
