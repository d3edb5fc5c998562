"""The weekly mail of facilitators: what is late by age, what waits for them. Once a week, on its first working day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.config import Settings
from clause.hours.queries.due import late_by_age
from clause.hours.queries.queue import to_validate_count
from clause.hours.reporting import mails
from clause.hours.reporting.accounts import notices_sent
from clause.hours.reporting.queries.follow_ups import Owed, late_accounts
from clause.hours.reporting.rules.notices import is_suggested
from clause.hours.reporting.rules.working_days import is_working
from clause.kernel import clock, jobs, outbox
from clause.kernel.values import format_decimal

NAME = "facilitator_digest"
KIND = "facilitator_digest"
SHOWN = 10


def week_of(day: date) -> str:
    """The week of a day as its claim is written: « 2026-W47 »."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def weekly(session: Session, settings: Settings) -> int:
    """Send this week's mails, once; returns how many. A worker stopped on Monday sends them when it starts again."""
    today = clock.today()
    if not is_working(today) or not jobs.claim(session, NAME, week_of(today)):
        return 0
    sent = 0
    for structure_id, team in _teams(session).items():
        sent += _to_team(session, structure_id, team, settings, today)
    return sent


def _teams(session: Session) -> dict[int, list[User]]:
    """Facilitators and coordinators who sign in, by structure."""
    people = session.scalars(
        select(User)
        .where(User.role.in_([Role.FACILITATOR, Role.COORDINATOR]), User.closed_at.is_(None), User.password_hash.is_not(None))
        .order_by(User.id)
    )  # fmt: skip
    teams: dict[int, list[User]] = {}
    for user in people:
        assert user.structure_id is not None
        teams.setdefault(user.structure_id, []).append(user)
    return teams


def _to_team(session: Session, structure_id: int, team: Sequence[User], settings: Settings, today: date) -> int:
    viewer: Viewer = team[0].viewer()
    late = late_accounts(session, viewer, today)
    waiting = to_validate_count(session, viewer)
    noticed = notices_sent(session)
    known = {user.id for user in team}
    sent = 0
    for user in team:
        own = [o for o in late if o.facilitator_id == user.id or o.facilitator_id not in known]
        tasks = waiting if user.role is Role.FACILITATOR else 0
        if own or tasks:
            suggested = sum(
                is_suggested(o.late_days, o.notice_day, o.due, noticed.get((o.market_id, o.company_id))) for o in own
            )
            body = mails.facilitator_digest(user.name, _oldest(own), _ages(own), tasks, suggested, settings.base_url)
            outbox.post(
                session, kind=KIND, recipient=user.email, subject="Clause sociale : votre semaine", body=body,
                readers={structure_id: ""},
            )  # fmt: skip
            sent += 1
    return sent


def _ages(late: Sequence[Owed]) -> list[str]:
    return [f"{age.label} : {format_decimal(count)}" for age, count in reversed(late_by_age(late).items()) if count]


def _oldest(late: Sequence[Owed]) -> list[str]:
    shown = [f"- {o.company_name}, {o.market_reference}, {o.label} : {o.late_days} jours" for o in late[:SHOWN]]
    left = len(late) - SHOWN
    return [*shown, *([f"- et {left} autres"] if left > 0 else [])]
