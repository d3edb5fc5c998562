"""A market or a contract that somebody changes between the reading and the writing of an import: never overwritten unseen.

PostgreSQL lets the other person through, and the import gives up whole; SQLite has one writer, and the other one waits.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import OperationalError

from clause.candidates.models import EmploymentContract
from clause.imports.reprise import running
from clause.kernel.unit import current_session
from clause.markets.models import Market
from tests.imports.reprise.workbooks import changed, ind1, save

PATIENCE = 20  # seconds: above it the test fails instead of hanging


def _hasty(url):
    """An engine that waits a third of a second for a lock, no more."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def limit(connection, _record):
        postgresql = engine.dialect.name == "postgresql"
        connection.execute("SET lock_timeout = '300ms'" if postgresql else "PRAGMA busy_timeout = 300")

    return engine


def _change(url, table, column):
    """What somebody else does, in a connection of their own: True where it went through at once."""
    engine = _hasty(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE {table} SET {column} = 'autrement', version = version + 1"))
        return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


CASES = (
    ("market", "title", ("Marchés", 2, "Objet", "Gros œuvre du lot A"), Market.title),
    ("market", "title", ("Marchés", 2, "Objectif heures", 1100), Market.title),
    ("employment_contract", "job", ("Contrats", 2, "Poste", "Peintre"), EmploymentContract.job),
)


@pytest.mark.parametrize(("table", "column", "change", "read"), CASES, ids=["market", "objective", "contract"])
def test_a_change_between_reading_and_writing_is_never_lost(
    engine, app, run, import_book, tmp_path, monkeypatch, table, column, change, read
):
    import_book(ind1())
    with app.app_context():
        url = current_session().get_bind().engine.url
        before = set(current_session().scalars(select(read)))
    through = []
    write = running.write

    def interrupted(ground, step):
        with ThreadPoolExecutor(1) as pool:
            through.append(pool.submit(_change, url, table, column).result(PATIENCE))
        write(ground, step)

    monkeypatch.setattr(running, "write", interrupted)
    result = run("import", "workbook", str(_saved(changed(ind1(), *change), tmp_path)), "--update")
    with app.app_context():
        after = set(current_session().scalars(select(read)))
    assert through == [engine == "postgresql"]
    if through[0]:
        assert result.exit_code != 0
        assert "rien n'est importé" in result.output
        assert after == {"autrement"}
    else:
        assert result.exit_code == 0
        assert after != {"autrement"}
        assert (after != before) is (change[2] != "Objectif heures")


def _saved(book, tmp_path):
    return save(book, tmp_path / "change.xlsx")


def test_whoever_comes_while_it_writes_waits(engine, app, run, import_book, tmp_path, monkeypatch):
    """The row that the import changes is locked from the moment that its version was checked."""
    import_book(ind1())
    with app.app_context():
        url = current_session().get_bind().engine.url
    through = []
    write = running.write

    def watched(ground, step):
        write(ground, step)
        with ThreadPoolExecutor(1) as pool:
            through.append(pool.submit(_change, url, "market", "title").result(PATIENCE))

    monkeypatch.setattr(running, "write", watched)
    book = changed(ind1(), "Marchés", 2, "Fin", date(2026, 12, 30))
    assert run("import", "workbook", str(_saved(book, tmp_path)), "--update").exit_code == 0
    assert through == [False]
