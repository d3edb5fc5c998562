"""The unit of work: the one place that commits.

A request commits once, when its response is below 400; a command or a job commits at the end of ``work()``. What must
stay even where the rest is given up (a failed sign-in, a read of a person's page) goes through ``aside()``, a short
transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Response, abort, request
from sqlalchemy.orm import Session

from clause.kernel.db import ClauseSession, db, open_for_reading, open_for_writing
from clause.kernel.requests import ClauseRequest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def current_session() -> Session:
    """The session of the current application context."""
    return cast(Session, db.session())


@contextmanager
def work() -> Iterator[Session]:
    """A writing unit for commands and jobs: committed at the end, given up whole on any error."""
    session = current_session()
    open_for_writing(session)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writes"] = False


@contextmanager
def aside() -> Iterator[Session]:
    """A short transaction of its own, committed whatever becomes of the request.

    On SQLite there is one writer at a time, so it must not be opened while the request itself holds a write: call it
    from a read, or after ``give_up()``.
    """
    session = ClauseSession(db, info={"writes": True})
    try:
        yield session
        session.commit()
    finally:
        session.close()


def give_up() -> None:
    """Drop what the request has changed so far: its response will be an error."""
    current_session().rollback()


def open_request() -> None:
    """Before each request: a safe method reads, any other may write."""
    if not cast(ClauseRequest, request).has_clean_path:
        abort(404)
    session = current_session()
    if request.method in SAFE_METHODS:
        open_for_reading(session)
    else:
        open_for_writing(session)


def close_request(response: Response) -> None:
    """After the view: commit what an accepted request changed, drop what a refused one did."""
    session = current_session()
    if session.info.get("writes") and response.status_code < 400:
        session.commit()
    else:
        session.rollback()
