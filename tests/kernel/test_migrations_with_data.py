"""A database of the first version, with rows in every table, keeps each of them up to the present and back, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.exc import DBAPIError

from clause.kernel.schema import alembic_config
from tests.conftest import ENGINES
from tests.support import postgres

Rows = dict[str, list[dict[str, Any]]]
FIRST = "0001_spine"
DAY, NOW = date(2026, 3, 1), datetime(2026, 4, 1, 9, 0)
# What the constraints of the first version ask for, and the figures that must survive.
VALUES: dict[tuple[str, int], dict[str, Any]] = {
    ("user", 1): {"role": "facilitator", "structure_id": 1},
    ("user", 2): {"role": "company", "company_id": 2},
    ("ledger_entry", 1): {"kind": "posting", "hours_real": 14000, "hours_valued": 21000, "declaration_line_id": 1, "participant_id": 1, "employment_contract_id": 1},
    ("ledger_entry", 2): {"kind": "reversal", "hours_real": -14000, "hours_valued": -21000, "declaration_line_id": 1, "participant_id": 1, "employment_contract_id": 1, "reverses_id": 1},
    ("ledger_entry", 3): {"kind": "posting", "hours_real": 13700, "hours_valued": 20550, "declaration_line_id": 2, "participant_id": 1, "employment_contract_id": 1},
    ("declaration_line", 1): {"hours": 14000, "standing": False, "state": "validated", "hour_kind": "work", "corrected_by_id": 2, "correction_reason": "Relevé corrigé"},
    ("declaration_line", 2): {"hours": 13700, "standing": True, "state": "validated", "hour_kind": "work"},
    ("declaration", 1): {"state": "validated", "origin": "company"},
    ("market", 1): {"parameters": {"coefficients.cdi": "1.5"}, "clause_kind": "execution_condition"},
}  # fmt: skip


@pytest.fixture(params=ENGINES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database at the first version, with two or three rows in each table."""
    name = "" if request.param == "sqlite" else postgres.create_empty()
    url = postgres.url(name) if name else f"sqlite:///{tmp_path / 'old.db'}"
    command.upgrade(alembic_config(url), FIRST)
    fill(url)
    yield url
    if name:
        postgres.drop(name)


def fill(url: str) -> None:
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(
                sa.text("SET session_replication_role = replica")
            )  # keys in any order; checks still hold
        for table in metadata.tables.values():
            if table.name != "alembic_version":
                for number in (1, 2, 3) if table.name == "ledger_entry" else (1, 2):
                    connection.execute(table.insert().values(row(table, number)))
        if engine.dialect.name == "sqlite":
            assert connection.execute(sa.text("PRAGMA foreign_key_check")).fetchall() == []
    engine.dispose()


def row(table: sa.Table, number: int) -> dict[str, Any]:
    given = VALUES.get((table.name, number), {})
    needed = {c.name: value(c, number) for c in table.columns if c.primary_key or not c.nullable}
    return {**needed, **{name: x for name, x in given.items() if name in table.columns}}


def value(column: sa.Column[Any], number: int) -> Any:
    """Something of the right type; a key points at the row of the same number."""
    kind = column.type
    if column.primary_key and isinstance(kind, sa.Integer):
        return number
    if column.foreign_keys:
        return min(number, 2)
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, sa.DateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return DAY
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.Integer | sa.Numeric):
        return number
    if isinstance(kind, sa.LargeBinary):
        return b"\x01" * number
    return f"{column.name}-é-{number}"[: getattr(kind, "length", None) or 30]


def rows(url: str, columns: dict[str, list[str]] | None = None) -> tuple[Rows, dict[str, list[str]]]:
    """Every row of every table, in order; ``columns`` keeps to those that another reading had."""
    engine = sa.create_engine(url)
    metadata = sa.MetaData()
    metadata.reflect(engine)
    wanted = columns or {t.name: [c.name for c in t.columns] for t in metadata.tables.values() if t.name != "alembic_version"}  # fmt: skip
    found: Rows = {}
    with engine.connect() as connection:
        for name, names in wanted.items():
            table = metadata.tables[name]
            statement = sa.select(*(table.c[n] for n in names)).order_by(*table.primary_key.columns)
            found[name] = [dict(r._mapping) for r in connection.execute(statement)]
    engine.dispose()
    return found, wanted


def refuses_to_change(url: str) -> bool:
    engine = sa.create_engine(url)
    refused = 0
    for statement in ("UPDATE ledger_entry SET hours_real = 1", "DELETE FROM ledger_entry"):
        with pytest.raises(DBAPIError, match="append only"), engine.begin() as connection:
            connection.execute(sa.text(statement))
        refused += 1
    engine.dispose()
    return refused == 2


def test_each_row_is_kept_up_and_down(old: str) -> None:
    config = alembic_config(old)
    before, columns = rows(old)
    assert all(before.values()), "a table without a row proves nothing"
    command.upgrade(config, "head")
    assert rows(old, columns)[0] == before
    assert refuses_to_change(old)
    command.downgrade(config, FIRST)
    assert rows(old, columns)[0] == before
    assert rows(old)[1] == columns
    assert refuses_to_change(old)
    command.upgrade(config, "head")
    assert rows(old, columns)[0] == before
    command.check(config)
