"""Work that lasts longer than a request, and work that comes back: two small tables that the worker empties.

``Job`` is one long task asked by somebody (an import, a publication), with its progress and its report. ``JobRun`` is
the claim of one periodic task for one business period: its unique row is inserted before the task runs, so that two
workers never do it twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from clause.kernel import clock
from clause.kernel.db import Addressed, Base


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Addressed, Base):
    """A long task. ``payload`` is what to do, ``report`` what came of it; ``error`` is a French sentence."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(500))
    worker: Mapped[str | None] = mapped_column(String(120))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JobRun(Base):
    """The claim of one task for one period (« reminders », « 2026-11-21 »)."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(40))
    claimed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


Progress = Callable[[int, int], None]


def ask(session: Session, kind: str, payload: dict[str, Any], user_id: int) -> Job:
    """Put a task in the queue; the worker takes it once the current unit of work is committed."""
    job = Job(kind=kind, payload=payload, user_id=user_id, created_at=clock.now())
    session.add(job)
    session.flush()
    return job


def take(session: Session) -> Job | None:
    """Take the oldest waiting task, marked as running; no two workers get the same one."""
    job = session.scalars(
        select(Job).where(Job.state == JobState.WAITING).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    ).first()
    if job is not None:
        job.state, job.started_at = JobState.RUNNING, clock.now()
        session.flush()
    return job


def claimed(session: Session, name: str, period: str) -> bool:
    """Whether somebody has run this task for this period."""
    return session.scalar(select(JobRun.id).where(JobRun.name == name, JobRun.period == period)) is not None


def claim(session: Session, name: str, period: str) -> bool:
    """True for the one caller that may run this task for this period; False for every other, for ever."""
    try:
        with session.begin_nested():
            session.add(JobRun(name=name, period=period, claimed_at=clock.now()))
    except IntegrityError:
        return False
    return True
