"""The demonstration, played through the actions themselves: eighteen months on a territory, ending last month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.accounts.passwords import hash_password
from clause.demo import (
    declaring,
    following,
    opening,
    pathways,
    penalties,
    pooling,
    publishing,
    recruiting,
    reporting,
    reviewing,
    suppliers,
    works,
)
from clause.demo.recruiting import Crew
from clause.demo.stage import Stage
from clause.demo.territory import MONTHS
from clause.kernel import clock
from clause.kernel.outbox import OutboxMail
from clause.organisations.models import Structure

FIRST = -7


def is_empty(session: Session) -> bool:
    return session.scalar(select(Structure.id).limit(1)) is None


def play(
    session: Session, data_dir: Path, today: date, password: str, progress: Callable[[int, int], None] = lambda *_: None
) -> None:
    """Fill an empty database. The clock is moved while it plays and runs again afterwards."""
    stage = Stage(session=session, data_dir=data_dir, today=today, password_hash=hash_password(password))
    crew = Crew()
    held = clock.fixed()
    try:
        opening.play(stage)
        for index in range(FIRST, MONTHS):
            _month(stage, crew, index)
            progress(index - FIRST + 1, MONTHS - FIRST)
        pathways.play(stage, crew)
        recruiting.candidates(stage, crew)
        recruiting.company_announces(stage, crew)
        reviewing.play(stage)
        suppliers.play(stage)
        penalties.play(stage)
        _mail_left(session)
        reporting.play(stage)
        following.play(stage)
        publishing.play(stage)
    finally:
        clock.move_to(held)


def _month(stage: Stage, crew: Crew, index: int) -> None:
    works.register(stage, index)
    recruiting.hire(stage, crew, index)
    works.happen(stage, index)
    if index >= 0:
        declaring.declare(stage, crew, index)
        pooling.happen(stage, index)


def _mail_left(session: Session) -> None:
    """Mails of the past are kept as sent: nobody is to receive eighteen months of them at once."""
    for mail in session.scalars(select(OutboxMail).where(OutboxMail.sent_at.is_(None))):
        mail.sent_at = mail.created_at
