"""What the administrator reads: structures with the number of their accounts, mail by state, jobs that failed.

Nothing here shows a market or a person of the clause; a mail's text is not read, only its address and its fate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.accounts.rules.granting import Affiliation
from clause.accounts.visibility import visible_accounts
from clause.kernel.jobs import Job, JobState
from clause.kernel.outbox import MAX_ATTEMPTS, OutboxMail
from clause.organisations.models import AuthorityEstablishment, Establishment, Structure
from clause.organisations.queries import AccountRow, with_invitation
from clause.organisations.visibility import visible_structures

MAIL_KINDS = {
    "invitation": "Invitation", "password_reset": "Nouveau mot de passe", "password_changed": "Mot de passe changé",
}  # fmt: skip
SHOWN = 20


@dataclass(frozen=True)
class StructureRow:
    structure: Structure
    accounts: int


def structures(session: Session, viewer: Viewer) -> list[StructureRow]:
    """Every structure, with how many open accounts it has (its prescribers' included)."""
    opened = (
        select(func.count(User.id))
        .where(User.structure_id == Structure.id, User.closed_at.is_(None), User.password_hash.is_not(None))
        .correlate(Structure)
        .scalar_subquery()
    )
    statement = visible_structures(viewer).add_columns(opened).order_by(Structure.name, Structure.id)
    return [StructureRow(structure, count) for structure, count in session.execute(statement)]


def structure(session: Session, viewer: Viewer, public_id: str) -> Structure | None:
    return session.scalars(visible_structures(viewer).where(Structure.public_id == public_id)).one_or_none()


def accounts(session: Session, viewer: Viewer) -> list[AccountRow]:
    """Administrators, then the coordinators of each structure."""
    statement = with_invitation(visible_accounts(viewer)).add_columns(Structure.name)
    statement = statement.outerjoin(Structure, Structure.id == User.structure_id)
    rows = session.execute(statement.order_by(User.role, Structure.name, User.name, User.id))
    return [AccountRow(user, until, name or "Plateforme") for user, until, name in rows]


@dataclass(frozen=True)
class MailRow:
    kind: str
    recipient: str
    created_at: datetime
    sent_at: datetime | None
    state: str
    tone: str


def recent_mail(session: Session) -> list[MailRow]:
    """The last mails, latest first, without their text: it may carry a link."""
    rows = session.execute(
        select(
            OutboxMail.kind, OutboxMail.subject, OutboxMail.recipient, OutboxMail.created_at, OutboxMail.sent_at,
            OutboxMail.attempts, OutboxMail.error,
        ).order_by(OutboxMail.id.desc()).limit(SHOWN)
    )  # fmt: skip
    return [
        MailRow(MAIL_KINDS.get(r.kind, r.subject), r.recipient, r.created_at, r.sent_at, *_fate(r.sent_at, r.attempts))
        for r in rows
    ]


def _fate(sent_at: datetime | None, attempts: int) -> tuple[str, str]:
    if sent_at is not None:
        return "Parti", "ok"
    if attempts >= MAX_ATTEMPTS:
        return "Abandonné après plusieurs échecs", "bad"
    return ("Échec, sera retenté", "warn") if attempts else ("En attente", "info")


def waiting_mail(session: Session) -> int:
    return session.scalar(select(func.count(OutboxMail.id)).where(OutboxMail.sent_at.is_(None))) or 0


def failed_jobs(session: Session) -> Sequence[Job]:
    return session.scalars(select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(SHOWN)).all()


def house_of(session: Session, siret: str) -> tuple[Role, Affiliation] | None:
    """The role and affiliation that an account of this SIRET's organisation has; an authority before a company."""
    authority = session.scalar(select(AuthorityEstablishment.authority_id).where(AuthorityEstablishment.siret == siret))
    if authority is not None:
        return Role.AUTHORITY, Affiliation(authority_id=authority)
    company = session.scalar(select(Establishment.company_id).where(Establishment.siret == siret))
    return (Role.COMPANY, Affiliation(company_id=company)) if company is not None else None
