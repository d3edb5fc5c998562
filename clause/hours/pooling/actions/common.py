"""What every act on a convention begins with: who may, and the row locked in its present version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clause.access import Viewer
from clause.hours.pooling.models import PoolingConvention
from clause.hours.pooling.visibility import edits
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused

NOT_YOURS = "Cette convention est tenue par une autre structure : vous ne pouvez que la lire."


def hold(session: Session, viewer: Viewer, convention: PoolingConvention, version: int | None) -> None:
    """Read the convention afresh, locked to the end of the unit of work; Refused if it moved since ``version``.

    PostgreSQL locks the row; SQLite has one writer at a time from the first statement of a writing request.
    """
    if not edits(viewer, convention):
        raise Refused(NOT_YOURS)
    session.flush()
    session.scalars(
        select(PoolingConvention)
        .where(PoolingConvention.id == convention.id)
        .with_for_update(of=PoolingConvention)
        .execution_options(populate_existing=True)
    ).one()
    check_version(session, convention, version)


def touch(session: Session, convention: PoolingConvention) -> None:
    """The next version: a page that was opened before is told, and a double click does nothing twice."""
    flag_modified(convention, "notes")
    session.flush()


def refuse(found: tuple[str, str] | None) -> None:
    if found is not None:
        raise Refused(found[1], found[0])
