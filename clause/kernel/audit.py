"""History of objects: who did what, when. Written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from clause.kernel import bulk, clock
from clause.kernel.db import Base


class AuditEvent(Base):
    """One act on one object. ``changes`` is ``{label: [before, after]}`` in French writing, with no sensitive value."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(200))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Actor(Protocol):
    """What the audit needs of a viewer."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


class Subject(Protocol):
    __tablename__: str
    id: Any


def record(
    session: Session, actor: Actor, action: str, subject: Subject, changes: dict[str, Any] | None = None
) -> AuditEvent:
    """Write that ``actor`` did ``action`` (a French past participle: « marché créé ») on ``subject``, which is flushed."""
    if subject.id is None:
        session.flush()
    event = AuditEvent(
        at=clock.now(),
        user_id=actor.user_id,
        actor=actor.name,
        action=action,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        changes=changes or {},
    )
    session.add(event)
    return event


def record_all(session: Session, actor: Actor, action: str, model: type[Any], ids: Iterable[int]) -> None:
    """The same act on many objects of one table, by their ids, without an object for each line of history."""
    at, table = clock.now(), model.__tablename__
    who = {"user_id": actor.user_id, "actor": actor.name, "action": action, "subject_type": table}
    bulk.write(session, AuditEvent, ({"at": at, **who, "subject_id": id, "changes": {}} for id in ids))


def history(session: Session, subject: Subject, limit: int = 200) -> Sequence[AuditEvent]:
    """The acts on an object, latest first. The caller has already found the object through its ``visible`` query."""
    return session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == subject.__tablename__, AuditEvent.subject_id == subject.id)
        .order_by(AuditEvent.id.desc())
        .limit(limit)
    ).all()


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What changed between two French descriptions of an object: ``{label: [before, after]}``."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
