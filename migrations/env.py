"""Alembic: one connection, foreign keys off before any transaction on SQLite (batch rebuilds would delete child rows)."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from clause.consolidations.folios import triggers as folios
from clause.kernel.db import engine_options
from clause.models import metadata


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        compare_type=True,
        transaction_per_migration=True,
    )
    before = context.get_context().get_current_heads()
    with context.begin_transaction():
        context.run_migrations()
    if context.get_context().get_current_heads() != before:
        folios.begin_again(connection)
    if sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


url = context.config.attributes["url"]
engine = create_engine(url, poolclass=pool.NullPool, **engine_options(url))
with engine.connect() as opened:
    run(opened)
    opened.commit()
