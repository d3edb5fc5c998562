"""Two people on one declaration: the second is told what the first did, and nothing is done twice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from clause.hours.models import Declaration
from clause.kernel import audit
from clause.kernel.presentation import moment
from clause.kernel.refusals import Refused

CONFLICT_FIELD = "version"


def hold(session: Session, declaration: Declaration, version: int | None) -> None:
    """Read the declaration and its lines afresh, locked until the end of the unit of work; Refused if it moved since ``version``.

    PostgreSQL locks the row; SQLite has one writer at a time from the first statement of a writing request.
    """
    session.flush()
    session.scalars(
        select(Declaration)
        .where(Declaration.id == declaration.id)
        .options(selectinload(Declaration.lines))
        .with_for_update(of=Declaration)
        .execution_options(populate_existing=True)
    ).one()
    if version is not None and declaration.version != version:
        raise Refused(moved(session, declaration), CONFLICT_FIELD)


def moved(session: Session, declaration: Declaration) -> str:
    """Who changed a declaration last, and what is to be done about it."""
    last = next(iter(audit.history(session, declaration, limit=1)), None)
    who = f"{last.actor} l'a modifiée le {moment(last.at)} ({last.action})" if last else "quelqu'un l'a modifiée"
    return (
        f"Cette déclaration a changé pendant que vous l'aviez sous les yeux : {who}."
        " Vérifiez ce qui est affiché, puis recommencez si c'est encore nécessaire."
    )


def touch(session: Session, declaration: Declaration) -> None:
    """Give the declaration its next version although its lines alone changed."""
    flag_modified(declaration, "comment")
    session.flush()
