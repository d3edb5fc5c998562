"""Mail leaves in two steps: written here in the transaction that causes it, sent by the worker afterwards."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import String, Text, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from clause.config import Settings, SmtpSettings
from clause.kernel import clock
from clause.kernel.db import Addressed, Base

MAX_ATTEMPTS = 12  # with the growing delays: about two days
LONGEST_DELAY = timedelta(hours=6)
SECRET = re.compile(r"(https?://\S+/)[A-Za-z0-9_-]{40,}")


class OutboxMail(Addressed, Base):
    """One mail to one address; ``sent_at`` is empty while it waits. Once sent, the body is kept without its secret links."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))


def post(session: Session, *, kind: str, recipient: str, subject: str, body: str) -> OutboxMail:
    """Put a mail in the outbox; it leaves if, and only if, the current unit of work is committed."""
    mail = OutboxMail(kind=kind, recipient=recipient, subject=subject, body=body, created_at=clock.now())
    session.add(mail)
    return mail


def waiting(session: Session, limit: int = 50) -> list[OutboxMail]:
    """The mails to send, oldest first, locked against a second worker where the engine can."""
    return list(
        session.scalars(
            select(OutboxMail)
            .where(
                OutboxMail.sent_at.is_(None),
                OutboxMail.attempts < MAX_ATTEMPTS,
                or_(OutboxMail.next_try_at.is_(None), OutboxMail.next_try_at <= clock.now()),
            )
            .order_by(OutboxMail.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def send_waiting(session: Session, settings: Settings) -> int:
    """Send what waits; returns how many left. A failure is noted on the mail and tried again later and later."""
    deliver = delivery(settings)
    sent = 0
    for mail in waiting(session):
        mail.attempts += 1
        try:
            deliver(message_of(mail, settings.smtp.sender), mail.public_id)
        except (OSError, smtplib.SMTPException) as error:
            mail.next_try_at = clock.now() + min(timedelta(seconds=15 * 3**mail.attempts), LONGEST_DELAY)
            mail.error = type(error).__name__ + ": " + str(error)[:250]
        else:
            mail.sent_at, mail.error, mail.body = clock.now(), None, without_secrets(mail.body)
            sent += 1
    return sent


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
