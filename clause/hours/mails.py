"""The short mails between a company and the facilitation: a month sent, sent back, validated. No person's name in them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.hours.models import Declaration
from clause.kernel import outbox
from clause.kernel.values import format_hours, of_month
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, Structure

SIGNATURE = "\n\nCe message est envoyé par Clause, la plateforme de la clause sociale d'insertion. Merci de ne pas y répondre.\n"


def submitted(session: Session, viewer: Viewer, declaration: Declaration, *, again: bool) -> None:
    """To the facilitators whose people are in it; to the company where a facilitator entered its month."""
    about = _About(session, declaration)
    if viewer.in_structure:
        body = (
            f"{viewer.name} a saisi les heures {about.of_month} de votre entreprise sur le marché {about.market},"
            f" d'après votre relevé signé : {about.hours}.\n\nVous pouvez les relire dans « Heures »."
        )
        _post(session, "hours_submitted", about.company_addresses(), f"Heures {about.of_month} saisies", body)
        return
    verb = "a corrigé et renvoyé" if again else "a envoyé"
    body = f"{about.company} {verb} ses heures {about.of_month} sur le marché {about.market} : {about.hours}.\n\nElles vous attendent dans « Heures à valider »."
    _post(session, "hours_submitted", about.structure_addresses(), f"Heures {about.of_month} à valider", body)


def returned(session: Session, declaration: Declaration, reason: str) -> None:
    about = _About(session, declaration)
    body = (
        f"Votre facilitateur vous renvoie les heures {about.of_month} sur le marché {about.market}.\n\n"
        f"Ce qu'il vous demande : {reason}\n\nCorrigez-les dans « Heures », puis envoyez-les de nouveau."
    )
    _post(session, "hours_returned", about.company_addresses(), f"Heures {about.of_month} à corriger", body)


def validated(session: Session, declaration: Declaration) -> None:
    about = _About(session, declaration)
    body = f"Vos heures {about.of_month} sur le marché {about.market} sont validées : {about.hours}.\n\nVous n'avez rien d'autre à faire pour ce mois."
    _post(session, "hours_validated", about.company_addresses(), f"Heures {about.of_month} validées", body)


class _About:
    """What the mails say of a declaration."""

    def __init__(self, session: Session, declaration: Declaration) -> None:
        self.session, self.declaration = session, declaration
        row = session.execute(
            select(Market.reference, Market.title, Market.structure_id, Operation.facilitator_id, Company.name, Company.email)
            .join(Operation, Operation.id == Market.operation_id)
            .join(Company, Company.id == declaration.company_id)
            .where(Market.id == declaration.market_id)
        ).one()  # fmt: skip
        self.row = row
        self.market = f"{row.reference} ({row.title})"
        self.company = row.name
        self.of_month = of_month(declaration.month)
        total = sum(line.hours for line in declaration.lines if line.standing)
        self.hours = "personne n'a travaillé" if declaration.is_nil else f"{format_hours(total)} h"

    def company_addresses(self) -> list[str]:
        users = self._users(User.company_id == self.declaration.company_id)
        return users or ([self.row.email] if self.row.email else [])

    def structure_addresses(self) -> list[str]:
        """The operation's facilitator for the lead's people, everybody who validates for a partner's."""
        structures = {line.structure_id for line in self.declaration.lines if line.standing} or {self.row.structure_id}
        lead = self._users(User.id == self.row.facilitator_id) if self.row.structure_id in structures else []
        others = structures - ({self.row.structure_id} if lead else set())
        found = [*lead, *self._users(User.structure_id.in_(others) & (User.role == Role.FACILITATOR))]
        return found or [
            e for e in self.session.scalars(select(Structure.email).where(Structure.id.in_(structures))) if e
        ]

    def _users(self, condition: object) -> list[str]:
        statement = select(User.email).where(condition, User.closed_at.is_(None), User.password_hash.is_not(None))  # type: ignore[arg-type]
        return list(self.session.scalars(statement.order_by(User.id)))


def _post(session: Session, kind: str, recipients: Iterable[str], subject: str, body: str) -> None:
    for recipient in recipients:
        outbox.post(session, kind=kind, recipient=recipient, subject=subject, body=f"Bonjour,\n\n{body}{SIGNATURE}")
