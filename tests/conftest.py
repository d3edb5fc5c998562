"""Databases for tests: SQLite by copy of a migrated file, PostgreSQL by a migrated database that each test leaves empty.

``CLAUSE_TEST_REQUIRE`` names what may not be missing (``postgresql,browser,office``): the run fails instead of doing without.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.config import Settings
from clause.kernel import clock, schema
from clause.kernel.db import db
from clause.kernel.unit import current_session, open_for_writing
from tests.support import names, one_app, postgres
from tests.support.client import Client

REQUIRED = set(filter(None, os.environ.get("CLAUSE_TEST_REQUIRE", "").split(",")))
ENGINES = ["sqlite", "postgresql"] if "postgresql" in REQUIRED or postgres.available() else ["sqlite"]

# The gate plays the same examples each time: what it refuses can be played again. Without it, examples are new each time.
hypothesis.settings.register_profile("gate", derandomize=True)
if REQUIRED:
    hypothesis.settings.load_profile("gate")
names.install()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        params = [pytest.param(e, marks=[pytest.mark.postgresql] if e == "postgresql" else []) for e in ENGINES]
        metafunc.parametrize("engine", params, scope="function", indirect=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "clause.db"
    schema.upgrade(Settings(database_url=f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[postgres.Reused]:
    database = postgres.Reused()
    yield database
    postgres.drop(database.name)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Ask for this fixture to run a test on both engines; a test that does not runs on SQLite."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of the test's own."""
    wanted = request.getfixturevalue("engine") if "engine" in request.fixturenames else "sqlite"
    if wanted == "sqlite":
        path = tmp_path / "clause.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        database = request.getfixturevalue("postgres_database")
        yield postgres.url(database.name)
        database.empty()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url, data_dir=tmp_path / "var", secret_key="test-secret-key-of-forty-characters-long"
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = one_app.of(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = True
    yield app
    clock.move_to(None)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A writing session for tests of queries and actions. Do not use it beside ``client`` without committing first."""
    with app.app_context():
        opened = current_session()
        open_for_writing(opened)
        yield opened
        opened.rollback()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser without a screen that also reads every page it gets as a second reviewer would (tests/support)."""
    return Client(app)
