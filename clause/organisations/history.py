"""History of what every structure shares: acts of the people of another structure are shown without their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.kernel import clock
from clause.kernel.audit import AuditEvent, Subject
from clause.kernel.refusals import Refused

ELSEWHERE = "Une autre structure"


@dataclass(frozen=True)
class SharedEvent:
    at: datetime
    actor: str
    action: str
    changes: dict[str, Any]


def shared_history(
    session: Session, viewer: Viewer, subjects: Sequence[Subject], limit: int = 100
) -> list[SharedEvent]:
    """The acts on these objects of one kind, latest first."""
    if not subjects:
        return []
    ids = [subject.id for subject in subjects]
    rows = session.execute(
        select(AuditEvent, User.structure_id)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.subject_type == subjects[0].__tablename__, AuditEvent.subject_id.in_(ids))
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    )
    return [_shown(viewer, event, structure_id) for event, structure_id in rows]


def _shown(viewer: Viewer, event: AuditEvent, structure_id: int | None) -> SharedEvent:
    elsewhere = structure_id is not None and structure_id != viewer.structure_id
    return SharedEvent(event.at, ELSEWHERE if elsewhere else event.actor, event.action, event.changes)


def check_shared_version(session: Session, viewer: Viewer, subject: Any, version: int | None) -> None:
    """``kernel.locking.check_version`` for what structures share."""
    if version is None or subject.version == version:
        return
    events = shared_history(session, viewer, [subject], limit=1)
    who = (
        f"{events[0].actor} a modifié cette fiche le {clock.paris_time(events[0].at):%d/%m/%Y à %H h %M}"
        if events
        else ""
    )
    said = _changes(events[0].changes) if events else ""
    raise Refused(
        f"{who or 'Cette fiche a changé pendant que vous la remplissiez'}{said}."
        " Votre saisie est gardée : vérifiez-la, puis enregistrez à nouveau."
    )


def _changes(changes: dict[str, Any]) -> str:
    said = [f"{label} : {pair[0] or 'vide'} → {pair[1] or 'vide'}" for label, pair in changes.items()]
    return f" ({' ; '.join(said)})" if said else ""
