"""Sessions that read cannot write, on both engines; a unit of work is committed whole or given up whole."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from clause.kernel.db import open_for_reading
from clause.kernel.unit import aside, current_session, work
from clause.organisations.models import Structure
from tests.support import factories as make


def test_a_reading_session_cannot_write(engine: str, app: Flask) -> None:
    with app.app_context():
        session = current_session()
        open_for_reading(session)
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            make.structure(session)
        session.rollback()


def test_the_same_connection_writes_again_after_a_read(engine: str, app: Flask) -> None:
    with app.app_context():
        open_for_reading(current_session())
        current_session().scalar(select(func.count(Structure.id)))
        with work() as session:
            make.structure(session)
        assert current_session().scalar(select(func.count(Structure.id))) == 1


def test_a_unit_that_fails_leaves_nothing(engine: str, app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError):
            _work_that_fails()
        assert current_session().scalar(select(func.count(Structure.id))) == 0


def test_what_is_written_aside_stays(engine: str, app: Flask) -> None:
    with app.app_context():
        open_for_reading(current_session())
        current_session().scalar(select(func.count(Structure.id)))
        with aside() as session:
            make.structure(session)
        current_session().rollback()
        assert current_session().scalar(select(func.count(Structure.id))) == 1


def _work_that_fails() -> None:
    with work() as session:
        make.structure(session)
        raise RuntimeError
