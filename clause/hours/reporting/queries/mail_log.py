"""The mails that a structure's work has sent, with what became of them. A structure reads its own part of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.reporting.codes import MailOutcome
from clause.kernel.listing import Page, page_of, sorted_by
from clause.kernel.outbox import MAX_ATTEMPTS, OutboxMail, OutboxReader, without_secrets
from clause.kernel.values import fold
from clause.organisations.models import Company

SORTS: dict[str, Any] = {
    "date": OutboxMail.created_at,
    "destinataire": OutboxMail.recipient,
    "objet": OutboxMail.subject,
}


@dataclass(frozen=True)
class MailFilters:
    """``to_team``: with the mails to the team itself; those to companies alone otherwise."""

    outcome: MailOutcome | None = None
    text: str = ""
    to_team: bool = False

    def said(self) -> list[str]:
        return [
            *([f"état : {self.outcome.label.lower()}"] if self.outcome else []),
            *([f"contient « {self.text} »"] if self.text else []),
            *(["avec les messages à l'équipe"] if self.to_team else []),
        ]


@dataclass(frozen=True)
class MailRow:
    """A mail and its company, where it went to one. ``text`` is the structure's part, without its secret links."""

    mail: OutboxMail
    company_name: str | None
    company_public_id: str | None
    part: str

    @property
    def outcome(self) -> MailOutcome:
        return outcome_of(self.mail)

    @property
    def text(self) -> str:
        return without_secrets(self.part or self.mail.body)

    @property
    def is_part(self) -> bool:
        return bool(self.part)


def outcome_of(mail: OutboxMail) -> MailOutcome:
    if mail.sent_at is not None:
        return MailOutcome.SENT
    if mail.given_up:
        return MailOutcome.FAILED
    return MailOutcome.RETRIED if mail.error else MailOutcome.WAITING


OUTCOMES: dict[MailOutcome, list[ColumnElement[bool]]] = {
    MailOutcome.SENT: [OutboxMail.sent_at.is_not(None)],
    MailOutcome.WAITING: [OutboxMail.sent_at.is_(None), OutboxMail.error.is_(None)],
    MailOutcome.RETRIED: [
        OutboxMail.sent_at.is_(None), OutboxMail.error.is_not(None), OutboxMail.attempts < MAX_ATTEMPTS
    ],
    MailOutcome.FAILED: [OutboxMail.sent_at.is_(None), OutboxMail.attempts >= MAX_ATTEMPTS],
}  # fmt: skip


def _visible(viewer: Viewer) -> Any:
    """Nobody but the team of a structure reads a log; what was not written for it is not in it."""
    return (
        select(OutboxMail, Company.name, Company.public_id, OutboxReader.text)
        .join(OutboxReader, OutboxReader.mail_id == OutboxMail.id)
        .outerjoin(Company, Company.id == OutboxMail.company_id)
        .where(OutboxReader.structure_id == (viewer.structure_id if viewer.in_structure else None))
    )


def mails(
    session: Session, viewer: Viewer, filters: MailFilters, *, sort: str = "-date", page: int = 1
) -> Page[MailRow]:
    """A page of the log; two reads."""
    statement = _visible(viewer)
    if not filters.to_team:
        statement = statement.where(OutboxMail.company_id.is_not(None))
    for condition in OUTCOMES[filters.outcome] if filters.outcome else ():
        statement = statement.where(condition)
    if filters.text:
        company = Company.search.contains(fold(filters.text), autoescape=True)
        statement = statement.where(
            or_(company, func.lower(OutboxMail.recipient).contains(filters.text.lower(), autoescape=True))
        )
    rows, total = page_of(session, sorted_by(statement, SORTS, sort, OutboxMail.id.desc()), page)
    return Page([MailRow(*row) for row in rows], total, page, sort=sort, filters=filters.said())


def mail(session: Session, viewer: Viewer, public_id: str) -> MailRow | None:
    row = session.execute(_visible(viewer).where(OutboxMail.public_id == public_id)).one_or_none()
    return MailRow(*row) if row is not None else None


def failures(session: Session, viewer: Viewer) -> int:
    """How many mails of the structure were given up."""
    statement = _visible(viewer)
    for condition in OUTCOMES[MailOutcome.FAILED]:
        statement = statement.where(condition)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0
