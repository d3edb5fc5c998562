"""Two workers started at once send each reminder once, over a simulated year, on both engines.

They are two processes that walk through the same days at the same instant, on one database and one mail server. The
days expected are written by hand from the rules: -7, 0, 7 and 15 days around the last day, then Mondays, and the next
working day where one of them is off.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from clause.access import Role
from clause.config import Settings
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.hours.reporting.codes import Frequency, ReportSubject
from clause.hours.reporting.models import Reminder, ReminderMail, ReportingObligation
from clause.kernel import clock
from clause.kernel.outbox import OutboxMail
from clause.kernel.unit import current_session, work
from clause.markets.models import Market
from clause.organisations.models import Company
from tests.support import factories as make
from tests.support.smtp import listening

FIRST, DAYS = date(2026, 2, 2), 365
ASLEEP = (date(2026, 9, 12), date(2026, 9, 23))  # no worker at all on these days
MARCH, JUNE, AUGUST = date(2026, 3, 1), date(2026, 6, 1), date(2026, 8, 1)


@dataclass(frozen=True)
class Scene:
    monthly: int
    quarterly: int
    suspended: int
    facilitator: str


def scene(app: Flask) -> Scene:
    """A company that signs in and one with an address alone; a quarterly market with a half-yearly account; a suspended one."""
    with app.app_context(), work() as session:
        house = make.structure(session)
        operation = make.operation(session, house, facilitator_id=None)
        signs_in, has_contact = make.establishment(session), make.establishment(session, "Coup de main")
        make.user(session, Role.COMPANY, company_id=signs_in.company_id)
        session.get_one(Company, has_contact.company_id).email = "contact@coup.test"
        facilitator = make.facilitator(session, house)
        ends = date(2026, 12, 31)
        monthly = make.market(session, operation, signs_in, ends_on=ends)
        quarterly = make.market(session, operation, has_contact, ends_on=ends)
        suspended = make.market(session, operation, signs_in, starts_on=JUNE, ends_on=ends, parameters={"suspensions": [["2026-06-01", None]]})  # fmt: skip
        session.add_all([_obligation(quarterly, ReportSubject.HOURS, Frequency.QUARTERLY), _obligation(quarterly, ReportSubject.FOLLOW_UP, Frequency.HALF_YEARLY)])  # fmt: skip
        return Scene(monthly.id, quarterly.id, suspended.id, facilitator.email)


def _obligation(market: Market, subject: ReportSubject, frequency: Frequency) -> ReportingObligation:
    return ReportingObligation(
        market_id=market.id, subject=subject, frequency=frequency, due_day=15, entered_by="Test", created_at=clock.now()
    )


def declare(app: Flask, market_id: int, month: date) -> None:
    with app.app_context(), work() as session:
        company = session.scalar(select(Company.id).order_by(Company.id).limit(1))
        session.add(
            Declaration(
                market_id=market_id, company_id=company, month=month, state=DeclarationState.SUBMITTED,
                origin=Origin.COMPANY, is_nil=True, entered_by="Test", created_at=clock.now(),
            )
        )  # fmt: skip


@contextmanager
def walker(settings: Settings, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ, "CLAUSE_DATABASE_URL": settings.database_url, "CLAUSE_DATA_DIR": str(settings.data_dir),
        "CLAUSE_SECRET_KEY": settings.secret_key, "CLAUSE_SMTP_HOST": "127.0.0.1", "CLAUSE_SMTP_PORT": str(port),
        "CLAUSE_SMTP_STARTTLS": "0",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.hours.reporting.walking"]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:
        try:
            assert _line(process) == "ready"
            yield process
        finally:
            process.kill()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline().strip()


def together(walkers: list[subprocess.Popen[str]], at: datetime) -> None:
    """Both at the same instant, then wait for both."""
    for process in walkers:
        assert process.stdin is not None
        process.stdin.write(at.isoformat() + "\n")
        process.stdin.flush()
    assert [_line(process) for process in walkers] == ["done"] * len(walkers)


def days_of(app: Flask, market: int, start: date, subject: str) -> list[date]:
    with app.app_context():
        statement = select(Reminder.sent_on).where(
            Reminder.market_id == market, Reminder.period_start == start, Reminder.subject_key.startswith(subject)
        )
        return sorted(current_session().scalars(statement))


def test_a_year_of_two_workers(engine: str, app: Flask, settings: Settings) -> None:
    clock.move_to(datetime(2026, 2, 2, 7))
    made = scene(app)
    acts = {date(2026, 3, 3): [date(2026, 2, 1)], date(2026, 5, 20): [MARCH], date(2026, 7, 15): [JUNE]}
    with listening() as server, ExitStack() as stack:
        walkers = [stack.enter_context(walker(settings, server.port)) for _ in range(2)]
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            for month in acts.get(day, ()):
                declare(app, made.monthly, month)
            if not ASLEEP[0] <= day <= ASLEEP[1]:
                together(walkers, datetime(day.year, day.month, day.day, 8, 5))
        received = list(server.received)
    _each_mail_once(app, received)
    _days(app, made)


def _each_mail_once(app: Flask, received: list[Any]) -> None:
    arrived = Counter(message["Message-ID"] for message in received)
    with app.app_context():
        session = current_session()
        mails = session.scalars(select(OutboxMail)).all()
        assert {f"<{mail.public_id}@clause>" for mail in mails} == set(arrived)
        assert set(arrived.values()) == {1}
        assert len(mails) > 80
        by_day = Counter((m.recipient, clock.day_of(m.created_at)) for m in mails if m.kind == "reminder")
        assert set(by_day.values()) == {1}  # a digest: one mail a day and address, however much is owed
        weeks = Counter(clock.day_of(m.created_at).isocalendar()[:2] for m in mails if m.kind == "facilitator_digest")
        assert set(weeks.values()) == {1}
        assert len(weeks) > 45
        carried = set(session.scalars(select(ReminderMail.reminder_id)))
        assert carried == set(session.scalars(select(Reminder.id)))


def _days(app: Flask, made: Scene) -> None:
    def d(*texts: str) -> list[date]:
        return [datetime.strptime(f"{text}/2026", "%d/%m/%Y").date() for text in texts]

    # February, sent on 3 March: before its first reminder. March, sent on 20 May: nothing after.
    assert days_of(app, made.monthly, date(2026, 2, 1), "hours") == []
    assert days_of(app, made.monthly, MARCH, "hours") == d(
        "07/04", "14/04", "21/04", "29/04", "04/05", "11/05", "18/05"
    )
    # June: 14 July is a day off, and the company sends its month on the 15th, before the workers' round.
    assert days_of(app, made.monthly, JUNE, "hours") == d("07/07")
    # August: the last day falls while no worker runs; the first day back sends one, for the latest step.
    assert days_of(app, made.monthly, AUGUST, "hours")[:3] == d("07/09", "24/09", "29/09")
    # The second quarter: due 14 July, a day off.
    assert days_of(app, made.quarterly, date(2026, 4, 1), "hours")[:5] == d("07/07", "15/07", "21/07", "29/07", "03/08")
    assert days_of(app, made.quarterly, date(2026, 5, 1), "hours") == []
    # The half-yearly account, with the quarter in the same mail.
    assert days_of(app, made.quarterly, date(2026, 1, 1), "report")[:2] == d("07/07", "15/07")
    # A suspended market is left alone.
    with app.app_context():
        statement = select(Reminder.id).where(Reminder.market_id == made.suspended)
        assert current_session().scalars(statement).all() == []


@pytest.mark.parametrize("hour", [6, 9])
def test_nothing_leaves_before_eight(app: Flask, hour: int) -> None:
    from clause import worker

    clock.move_to(datetime(2026, 4, 7, 7))
    scene(app)
    clock.move_to(datetime(2026, 4, 7, hour))
    worker.round_once(app)
    with app.app_context():
        assert bool(current_session().scalars(select(Reminder.id)).all()) is (hour == 9)
