"""The imports of a structure: those under way and those done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.kernel.jobs import Job

KINDS = {"reprise": "Classeur de reprise", "decp": "Contrats publics (DECP)"}
SHOWN = 30


@dataclass(frozen=True)
class Row:
    """An import and who asked for it."""

    job: Job
    who: str

    @property
    def what(self) -> str:
        return KINDS[self.job.kind]


def visible_jobs(viewer: Viewer) -> Select[Job, str]:
    """The imports that the people of one's structure asked for."""
    return (
        select(Job, User.name)
        .join(User, User.id == Job.user_id)
        .where(Job.kind.in_(KINDS), User.structure_id == viewer.structure_id, User.structure_id.is_not(None))
    )


def recent_imports(session: Session, viewer: Viewer) -> Sequence[Row]:
    found = session.execute(visible_jobs(viewer).order_by(Job.id.desc()).limit(SHOWN))
    return [Row(job, who) for job, who in found]


def import_by_address(session: Session, viewer: Viewer, public_id: str) -> Row | None:
    found = session.execute(visible_jobs(viewer).where(Job.public_id == public_id)).one_or_none()
    return Row(found[0], found[1]) if found else None
