"""One application a process, given the settings and the database of each test: its routes and templates are built once.

Building it costs more than most tests. What a test may change of it, its configuration, is as new each time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy
from flask import Flask

from clause.app import configure, create_app
from clause.config import Settings
from clause.kernel import storage
from clause.kernel.db import db, engine_options, prepare


def of(settings: Settings) -> Flask:
    """The application as ``create_app(settings)`` would give it."""
    app, as_built = _built()
    app.config.clear()
    app.config.update(as_built)
    configure(app, settings)
    storage.use(settings)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.url
    with app.app_context():
        db.engine.dispose()
        db.engines[None] = sqlalchemy.create_engine(settings.url, **engine_options(settings.url))
        prepare(db.engine)
    return app


@cache
def _built() -> tuple[Flask, dict[str, Any]]:
    app = create_app(Settings(database_url="sqlite:///:memory:", secret_key="k" * 40))
    return app, dict(app.config)
