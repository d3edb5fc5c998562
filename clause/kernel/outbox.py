"""Mail leaves in two steps: written here in the transaction that causes it, sent by the worker afterwards."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from clause.config import Settings, SmtpSettings
from clause.kernel import clock
from clause.kernel.db import Addressed, Base

MAX_ATTEMPTS = 12  # with the growing delays: about two days
LONGEST_DELAY = timedelta(hours=6)
LEASE = timedelta(minutes=10)  # how long a sender that took a mail has to say what became of it
SUBJECT_LENGTH = 200
SECRET = re.compile(r"(https?://\S+/)[A-Za-z0-9_-]{40,}")


class OutboxMail(Addressed, Base):
    """One mail to one address; ``sent_at`` is empty while it waits. Once sent, the body is kept without its secret links."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)

    @property
    def given_up(self) -> bool:
        """Refused so often that it is not tried any more."""
        return self.sent_at is None and self.attempts >= MAX_ATTEMPTS


class OutboxReader(Base):
    """A structure that may read a mail in its log; ``text`` is the part of it that concerns it, empty where that is all."""

    __tablename__ = "outbox_reader"
    __table_args__ = (UniqueConstraint("mail_id", "structure_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"))
    structure_id: Mapped[int] = mapped_column(ForeignKey("structure.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")


NO_READERS: Mapping[int, str] = {}


def post(
    session: Session,
    *,
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    company_id: int | None = None,
    readers: Mapping[int, str] = NO_READERS,
) -> OutboxMail:
    """Put a mail in the outbox; it leaves if, and only if, the current unit of work is committed.

    ``company_id`` is the company it is sent to; ``readers`` the structures whose log shows it, each with its part of the
    text (empty: the whole). The subject is put on one line, 200 characters at most: it may carry a name that somebody typed.
    """
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        subject=" ".join(subject.split())[:SUBJECT_LENGTH],
        body=body,
        created_at=clock.now(),
        company_id=company_id,
    )
    session.add(mail)
    if readers:
        session.flush()
        session.add_all(OutboxReader(mail_id=mail.id, structure_id=who, text=text) for who, text in readers.items())
    return mail


@dataclass(frozen=True)
class Taken:
    """A mail that one sender has taken, as it is to leave."""

    id: int
    name: str
    message: EmailMessage


def take(session: Session, sender: str) -> Taken | None:
    """Take the oldest mail that waits, for ``LEASE``; no two senders get the same one. Commit before sending it.

    One that cannot be written as a mail is given up, so that it keeps no other from leaving.
    """
    now = clock.now()
    while (mail := _oldest(session, now)) is not None:
        mail.attempts += 1
        mail.next_try_at = now + LEASE
        try:
            return Taken(mail.id, mail.public_id, message_of(mail, sender))
        except ValueError as error:
            mail.attempts, mail.error = MAX_ATTEMPTS, _said(error)
            session.flush()
    return None


def _oldest(session: Session, now: datetime) -> OutboxMail | None:
    return session.scalars(
        select(OutboxMail)
        .where(
            OutboxMail.sent_at.is_(None),
            OutboxMail.attempts < MAX_ATTEMPTS,
            or_(OutboxMail.next_try_at.is_(None), OutboxMail.next_try_at <= now),
        )
        .order_by(OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def left(session: Session, taken: Taken) -> None:
    """The mail left; its body is kept without its secret links."""
    mail = session.get_one(OutboxMail, taken.id)
    mail.sent_at, mail.error, mail.next_try_at, mail.body = clock.now(), None, None, without_secrets(mail.body)


def refused(session: Session, taken: Taken, error: Exception) -> None:
    """The mail did not leave: why, and when it is tried again, later and later."""
    mail = session.get_one(OutboxMail, taken.id)
    mail.next_try_at = clock.now() + min(timedelta(seconds=15 * 3**mail.attempts), LONGEST_DELAY)
    mail.error = _said(error)


def _said(error: Exception) -> str:
    return type(error).__name__ + ": " + str(error)[:250]


def send_again(session: Session, mail_id: int) -> bool:
    """Put a mail that was given up back among those that wait; False where it was not given up."""
    done = session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.sent_at.is_(None), OutboxMail.attempts >= MAX_ATTEMPTS)
        .values(attempts=0, next_try_at=None)
        .returning(OutboxMail.id)
    ).first()
    return done is not None


def without_secrets(body: str) -> str:
    """The text with the tokens of its links taken out: a copy of the database opens no account."""
    return SECRET.sub(r"\1[lien envoyé]", body)


def delivery(settings: Settings) -> Callable[[EmailMessage, str], None]:
    """How a mail leaves: SMTP where settings name a host, a file in ``data_dir/mail`` otherwise."""
    if settings.smtp.host:
        return lambda message, _name: _by_smtp(message, settings.smtp)
    return lambda message, name: _to_file(message, settings.data_dir / "mail" / f"{name}.eml")


def message_of(mail: OutboxMail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Message-ID"] = f"<{mail.public_id}@clause>"
    message.set_content(mail.body)
    return message


def _by_smtp(message: EmailMessage, smtp: SmtpSettings) -> None:
    with smtplib.SMTP(smtp.host, smtp.port, timeout=20) as server:
        if smtp.starttls:
            server.starttls()
        if smtp.user:
            server.login(smtp.user, smtp.password)
        server.send_message(message)


def _to_file(message: EmailMessage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(message))
