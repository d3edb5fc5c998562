"""The databases of the benchmark: France 2016, one year and ten, on each engine; kept from one run to the next."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.measure import Server, Stopwatch, peak
from clause.accounts.passwords import hash_password
from clause.app import create_app
from clause.config import Settings
from clause.consolidations.annual import annual
from clause.consolidations.folios import seal
from clause.consolidations.perimeter import every_structure
from clause.consolidations.report import Table
from clause.demo import france
from clause.hours import proof
from clause.kernel import schema
from clause.kernel.unit import current_session, work

FOLDER = Path(os.environ.get("CLAUSE_BENCH_DIR", "var/bench"))
PASSWORD = "banc-d-essai-2016"  # noqa: S105 - of made-up accounts
YEAR, AS_OF = 2016, date(2017, 1, 25)


def address(engine: str, years: int) -> str:
    """PostgreSQL databases are made beside the one that ``CLAUSE_TEST_POSTGRES`` names."""
    if engine == "sqlite":
        return f"sqlite:///{(FOLDER / f'france-{years}.db').resolve()}"
    base = os.environ.get("CLAUSE_TEST_POSTGRES", "postgresql:///postgres").rsplit("/", 1)[0]
    return f"{base.replace('postgresql://', 'postgresql+psycopg://')}/{_name(years)}"


def settings(url: str) -> Settings:
    return Settings(database_url=url, data_dir=FOLDER, secret_key="of-the-benchmark-" * 3, demo_password=PASSWORD)


def application(url: str) -> Any:
    return create_app(settings(url))


# Said in the database itself once it is loaded and checked: one that was stopped half-way is loaded again.
WHOLE = 2016


def ready(engine: str, years: int) -> bool:
    """Whether a whole country is there; brought to the current schema, if so."""
    whole = _sqlite_is_whole(years) if engine == "sqlite" else _postgresql_is_whole(years)
    if whole:
        schema.upgrade(settings(address(engine, years)))
    return whole


def _sqlite_is_whole(years: int) -> bool:
    path = FOLDER / f"france-{years}.db"
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as base:
        return bool(base.execute("PRAGMA user_version").fetchone()[0] == WHOLE)


def _postgresql_is_whole(years: int) -> bool:
    said = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with psycopg.connect(_server(), autocommit=True) as server:
        found = server.execute(said, (_name(years),)).fetchone()
    return found is not None and found[0] == f"{WHOLE}"


def mark_whole(engine: str, years: int) -> None:
    if engine == "sqlite":
        with closing(sqlite3.connect(FOLDER / f"france-{years}.db")) as base:
            base.execute(f"PRAGMA user_version = {WHOLE}")
        return
    with psycopg.connect(_server(), autocommit=True) as server:
        server.execute(f"COMMENT ON DATABASE \"{_name(years)}\" IS '{WHOLE}'")


def _name(years: int) -> str:
    return f"clause_bench_{years}"


def _server() -> str:
    return os.environ.get("CLAUSE_TEST_POSTGRES", "postgresql:///postgres")


def empty(engine: str, years: int) -> str:
    """An empty database at the current schema, in place of the one there was."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    url = address(engine, years)
    if engine == "sqlite":
        for found in FOLDER.glob(f"france-{years}.db*"):
            found.unlink()
    else:
        name = _name(years)
        with psycopg.connect(_server(), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}"')
    schema.upgrade(settings(url))
    return url


def load(engine: str, years: str) -> dict[str, Any]:
    """Build the country, then ask it its golden figures and the proof of its ledger: the benchmark stops where one is otherwise."""
    url = empty(engine, int(years))
    with application(url).app_context():
        with work() as session:
            watch = Stopwatch(server(session))
            france.build(session, int(years), hash_password(PASSWORD))
            took, memory = watch.lap(), peak()
            seal(session)
            sealed = watch.lap()
        settle(engine, int(years))
        began = time.monotonic()
        check(current_session(), int(years))
        checked = time.monotonic() - began
    mark_whole(engine, int(years))
    return {"seconds": round(took, 1), "sealed": round(sealed, 1), "peak_mb": memory, "checked": round(checked, 1)}


def settle(engine: str, years: int) -> None:
    """What PostgreSQL does by itself some time after so many rows came in; SQLite does nothing of the kind."""
    if engine == "postgresql":
        with psycopg.connect(address("postgresql", years).replace("+psycopg", ""), autocommit=True) as base:
            base.execute("VACUUM ANALYZE")


def check(session: Session, years: int) -> None:
    for year in range(YEAR - years + 1, YEAR + 1):
        assert_golden(annual(session, every_structure(), year, AS_OF).tables[0])
    found = next(proof.discrepancies(session), None)
    if found is not None:
        raise SystemExit(f"Le registre ne concorde pas : {found}")


def assert_golden(key_figures: Table) -> None:
    """Refuses (SystemExit) a table C01 that does not say the golden figures."""
    rows = {row.key: row.cells["value"] for row in key_figures.rows}
    wanted = france.FRANCE_2016.key_figures
    found = {key: rows[key] for key in wanted}
    if found != wanted:
        raise SystemExit(f"Les chiffres de référence ne sont pas redonnés : {found} au lieu de {wanted}.")


def server(session: Session) -> Server:
    """The process of PostgreSQL that answers this session, kept alone; None for SQLite, which works inside ours."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    session.execute(text("SET max_parallel_workers_per_gather = 0"))  # their time would not be seen
    return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
