"""The daily run: what is owed, what is to be reminded today, the mails. Each piece once, whoever runs it.

The run claims its day in the database before it plans, in the transaction of its own mails and rows: of two workers one
waits for the other and finds the day taken, and a run that fails leaves its day to be taken again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from clause.config import Settings
from clause.hours.links.actions import address_for
from clause.hours.recipients import Recipient, recipients_of
from clause.hours.reporting import mails
from clause.hours.reporting.accounts import Account, accounts, last_steps
from clause.hours.reporting.models import Reminder, ReminderMail
from clause.hours.reporting.rules.steps import Step, plan
from clause.hours.reporting.rules.working_days import is_working
from clause.kernel import clock, jobs, outbox
from clause.kernel.outbox import OutboxMail

NAME = "reminders"
KIND = "reminder"


@dataclass(frozen=True)
class Digest:
    """What one company is sent today: the steps that are due, and all that it owes and should have sent."""

    company_id: int
    company_name: str
    steps: tuple[Step, ...]
    accounts: tuple[Account, ...]
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Outcome:
    """``ran`` False: the day was taken already, or nothing leaves on it."""

    ran: bool
    digests: Sequence[Digest] = field(default_factory=tuple)

    @property
    def unreachable(self) -> list[Digest]:
        return [digest for digest in self.digests if not digest.recipients]


def daily(session: Session, settings: Settings) -> Outcome:
    """Send the reminders of this day, once. Nothing leaves on a day off: the next working day takes its steps."""
    today = clock.today()
    if not is_working(today) or not jobs.claim(session, NAME, today.isoformat()):
        return Outcome(False)
    digests = planned(session, today)
    for digest in digests:
        _send(session, digest, settings, today)
    return Outcome(True, digests)


def planned(session: Session, today: date) -> list[Digest]:
    """What ``daily`` would send; reads only."""
    owed = accounts(session, today)
    by_key = {account.item.key: account for account in owed}
    sent = last_steps(session, {account.company_id for account in owed})
    steps: dict[int, list[Step]] = {}
    for step in plan((account.item for account in owed), sent, today):
        steps.setdefault(step.item.key[1], []).append(step)
    addresses = recipients_of(session, list(steps))
    return [
        _digest(company, due, [by_key[step.item.key] for step in due], owed, addresses.get(company, ()), today)
        for company, due in sorted(steps.items())
    ]


def _digest(
    company: int, steps: list[Step], reminded: list[Account], owed: Iterable[Account], to: Iterable[Recipient], today: date
) -> Digest:  # fmt: skip
    """With what is late besides: a company reads once what it has to do."""
    late = [a for a in owed if a.company_id == company and a.due < today and not a.item.paused and a not in reminded]
    return Digest(company, reminded[0].company_name, tuple(steps), (*reminded, *late), tuple(to))


def _send(session: Session, digest: Digest, settings: Settings, today: date) -> None:
    if not digest.recipients:
        return  # reminded the day it has an address; the facilitator's digest says that it has none
    sent = [_mail(session, digest, who, settings, today) for who in digest.recipients]
    rows = [_row(step, today) for step in digest.steps]
    session.add_all(rows)
    session.flush()
    session.add_all(ReminderMail(reminder_id=row.id, mail_id=mail.id) for row in rows for mail in sent)


def _mail(session: Session, digest: Digest, who: Recipient, settings: Settings, today: date) -> OutboxMail:
    sections = mails.parts(digest.accounts, today)
    text = mails.body(digest.accounts, sections.values(), address_for(session, who, settings), settings.base_url)
    readers = sections if len(sections) > 1 else dict.fromkeys(sections, "")
    return outbox.post(
        session, kind=KIND, recipient=who.address, subject=mails.subject(digest.accounts, today), body=text,
        company_id=digest.company_id, readers=readers,
    )  # fmt: skip


def _row(step: Step, today: date) -> Reminder:
    market, company, subject, start = step.item.key
    return Reminder(
        market_id=market, company_id=company, subject_key=subject, period_start=start, due_on=step.item.due,
        step=step.step, sent_on=today, created_at=clock.now(),
    )  # fmt: skip
