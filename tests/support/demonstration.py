"""The demonstration, played once for all the processes of a run: each works on a copy of its own."""

from __future__ import annotations

import fcntl
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from clause.app import create_app
from clause.config import Settings
from clause.demo import story
from clause.kernel.db import db
from clause.kernel.unit import work

TODAY = date(2026, 11, 21)


def copied(run: pytest.TempPathFactory, empty: Path, folder: Path) -> Settings:
    """Settings of a copy in ``folder`` (database and data folder); ``empty`` is a migrated SQLite file."""
    shutil.copytree(_played(run, empty), folder, dirs_exist_ok=True)
    return _settings(folder)


def _settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder / 'clause.db'}", data_dir=folder / "var", secret_key="k" * 40)


def _played(run: pytest.TempPathFactory, empty: Path) -> Path:
    """The first process to come plays it, the others wait: workers of one run share the parent of their folders."""
    here = run.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    ready = shared / "demonstration"
    with open(shared / "demonstration.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _play(empty, shared / "demonstration.begun").rename(ready)
    return ready


def _play(empty: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(empty, folder / "clause.db")
    settings = _settings(folder)
    app = create_app(settings)
    with app.app_context():
        with work() as session:
            story.play(session, settings.data_dir, TODAY, "motdepasse-de-demo")
        db.engine.dispose()
    return folder
