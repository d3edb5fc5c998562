"""What the administrator of the platform reads: counts only, no person and no market."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from clause.accounts.models import User
from clause.kernel.jobs import Job, JobState
from clause.kernel.outbox import MAX_ATTEMPTS, OutboxMail
from clause.organisations.models import Structure


@dataclass(frozen=True)
class PlatformState:
    """``mails_failed`` are those that will not be tried again; ``mails_retried`` failed at least once."""

    structures: int
    users_open: int
    users_invited: int
    mails_waiting: int
    mails_retried: int
    mails_failed: int
    jobs_waiting: int
    jobs_failed: int


def platform_state(session: Session) -> PlatformState:
    """Four counts of tables: four queries."""
    structures = session.scalar(select(func.count()).select_from(Structure)) or 0
    opened, invited = session.execute(
        select(
            _counted(User.closed_at.is_(None) & User.password_hash.is_not(None)),
            _counted(User.closed_at.is_(None) & User.password_hash.is_(None)),
        )
    ).one()
    waiting, retried, failed = session.execute(
        select(
            _counted(OutboxMail.attempts < MAX_ATTEMPTS),
            _counted((OutboxMail.attempts < MAX_ATTEMPTS) & (OutboxMail.attempts > 0)),
            _counted(OutboxMail.attempts >= MAX_ATTEMPTS),
        ).where(OutboxMail.sent_at.is_(None))
    ).one()
    jobs_waiting, jobs_failed = session.execute(
        select(_counted(Job.state == JobState.WAITING), _counted(Job.state == JobState.FAILED))
    ).one()
    counts = (structures, opened, invited, waiting, retried, failed, jobs_waiting, jobs_failed)
    return PlatformState(*(int(n) for n in counts))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
