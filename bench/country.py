"""The databases of the benchmark: France 2016, one year and ten, on each engine; kept from one run to the next."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.measure import Server, Stopwatch, peak
from clause.accounts.passwords import hash_password
from clause.app import create_app
from clause.config import Settings
from clause.consolidations.annual import annual
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
    return f"{base.replace('postgresql://', 'postgresql+psycopg://')}/clause_bench_{years}"


def settings(url: str) -> Settings:
    return Settings(database_url=url, data_dir=FOLDER, secret_key="of-the-benchmark-" * 3, demo_password=PASSWORD)


def application(url: str) -> Any:
    return create_app(settings(url))


def exists(engine: str, years: int) -> bool:
    if engine == "sqlite":
        return (FOLDER / f"france-{years}.db").exists()
    import psycopg

    name = address(engine, years).rsplit("/", 1)[1]
    with psycopg.connect(_server(), autocommit=True) as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


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
        import psycopg

        name = url.rsplit("/", 1)[1]
        with psycopg.connect(_server(), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}"')
    schema.upgrade(settings(url))
    return url


def load(engine: str, years: str) -> dict[str, Any]:
    """Build the country, then ask it its golden figures and the proof of its ledger: the benchmark stops where one is otherwise."""
    url = empty(engine, int(years))
    with application(url).app_context():
        watch = Stopwatch()
        with work() as session:
            france.build(session, int(years), hash_password(PASSWORD))
        took, memory = watch.lap(), peak()
        check(current_session(), int(years))
        checked = watch.lap()
    return {"seconds": round(took, 1), "peak_mb": memory, "checked": round(checked, 1)}


def check(session: Session, years: int) -> None:
    for year in range(YEAR - years + 1, YEAR + 1) if years < 3 else (YEAR - years + 1, YEAR - 1, YEAR):
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
