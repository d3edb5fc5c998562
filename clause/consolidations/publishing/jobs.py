"""A publication that would keep a request waiting: asked of the worker, once, and done by the same action."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.config import Settings
from clause.consolidations.publishing.actions import Wish, publish, refuse
from clause.consolidations.publishing.subjects import Subject, of_led, of_year
from clause.kernel import clock, jobs
from clause.kernel.jobs import Job, JobState
from clause.kernel.locking import alone
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation

KIND = "publication"
LONG = 40_000  # ledger entries: some five seconds of work
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


def is_long(session: Session, subject: Subject) -> bool:
    """Whether the perimeter has so many entries that a request should not wait for them."""
    markets = select(Market.id).where(*subject.perimeter.conditions())
    some = select(LedgerEntry.id).where(LedgerEntry.market_id.in_(markets)).limit(LONG + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > LONG


def ask(session: Session, viewer: Viewer, subject: Subject, wish: Wish) -> Job:
    """Put it in the queue; a second click gets the job of the first."""
    refuse(viewer, subject, wish.as_of or clock.today(), wish.comment)
    alone(session, f"publish {subject.structure.id} {subject.key}")
    payload = _payload(subject, wish)
    under_way = session.scalars(select(Job).where(Job.kind == KIND, Job.state.in_(UNDER_WAY))).all()
    for job in under_way:
        if (job.payload["structure"], job.payload["subject"]) == (payload["structure"], payload["subject"]):
            return job
    return jobs.ask(session, KIND, payload, viewer.user_id or 0)


def _payload(subject: Subject, wish: Wish) -> dict[str, Any]:
    return {
        "name": subject.name, "structure": subject.structure.id, "subject": subject.key, "year": subject.year,
        "operation": subject.operation.id if subject.operation else None, "comment": wish.comment, "number": wish.number,
        "as_of": (wish.as_of or clock.today()).isoformat(),
    }  # fmt: skip


def run(session: Session, job: Job, _settings: Settings) -> None:
    """What the worker does: the address of the publication is the report of the job, a refusal its sentence."""
    told = job.payload
    if told["operation"] is None:
        subject = of_year(session, told["structure"], told["year"])
    else:
        subject = of_led(session, session.get_one(Operation, told["operation"]))
    wish = Wish(date.fromisoformat(told["as_of"]), told["comment"], told["number"])
    try:
        made = publish(session, session.get_one(User, job.user_id).viewer(), subject, wish)
    except Refused as refusal:
        job.error = refusal.sentence
    else:
        job.report = {"publication": made.publication.public_id}


def find(session: Session, viewer: Viewer, public_id: str) -> Job | None:
    """A job of the viewer's structure."""
    statement = (
        select(Job)
        .join(User, User.id == Job.user_id)
        .where(Job.public_id == public_id, Job.kind == KIND, User.structure_id == viewer.structure_id)
    )
    return session.scalars(statement).one_or_none() if viewer.in_structure else None
