"""What makes the ledger append only, on both engines.

Alembic's batch migrations on SQLite rebuild a table and silently drop its triggers: a migration that touches
``ledger_entry`` must call ``install`` again. ``recursive_triggers`` (kernel.db) closes INSERT OR REPLACE on SQLite;
TRUNCATE on PostgreSQL has a trigger of its own.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

MESSAGE = "ledger_entry is append only"

SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS ledger_entry_no_update BEFORE UPDATE ON ledger_entry"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER IF NOT EXISTS ledger_entry_no_delete BEFORE DELETE ON ledger_entry"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
)
POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
    "CREATE OR REPLACE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry"
    " FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()",
    "CREATE OR REPLACE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_refuse()",
)


def install(connection: Connection) -> None:
    """Create the triggers that are missing; can be run again."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.execute(text(statement))
