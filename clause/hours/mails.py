"""The short mails between a company and the facilitation: a month sent, sent back, validated. No person's name in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.hours.models import Declaration
from clause.hours.rules.counting import declared_hours
from clause.kernel import outbox
from clause.kernel.values import format_hours, format_month, of_month
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
    verb, then = ("a corrigé", " et les a envoyées de nouveau") if again else ("a envoyé", "")
    body = f"{about.company} {verb} ses heures {about.of_month} sur le marché {about.market}{then} : {about.hours}.\n\nElles vous attendent dans « Heures à valider »."
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


def validated_together(session: Session, declarations: Iterable[Declaration]) -> None:
    """One mail a company for all its months validated in one gesture."""
    by_company: dict[int, list[_About]] = {}
    for declaration in declarations:
        by_company.setdefault(declaration.company_id, []).append(_About(session, declaration))
    for abouts in by_company.values():
        if len(abouts) == 1:
            validated(session, abouts[0].declaration)
            continue
        months = "\n".join(f"- {about.month}, marché {about.market} : {about.hours}" for about in abouts)
        body = f"Ces heures sont validées :\n\n{months}\n\nVous n'avez rien d'autre à faire pour ces mois."
        to = [about.company_addresses() for about in abouts]
        seen_by_all = set.intersection(*(each.structures for each in to))  # nobody reads of another's market
        _post(
            session,
            "hours_validated",
            replace(to[0], structures=seen_by_all),
            f"Heures validées : {len(abouts)} mois",
            body,
        )


def adjusted(session: Session, declaration: Declaration, stated: int, kept: int) -> None:
    about = _About(session, declaration)
    body = (
        f"Votre facilitateur a validé une ligne de vos heures {about.of_month} sur le marché {about.market} avec un autre"
        f" nombre d'heures : {format_hours(stated)} h déclarées, {format_hours(kept)} h retenues.\n\n"
        "Son motif et les deux nombres sont affichés dans « Heures ». Si vous n'êtes pas d'accord, écrivez-lui."
    )
    _post(session, "hours_adjusted", about.company_addresses(), f"Heures {about.of_month} : une ligne ajustée", body)


def reopened(session: Session, declaration: Declaration, reason: str) -> None:
    about = _About(session, declaration)
    body = (
        f"Votre facilitateur rouvre vos heures {about.of_month} sur le marché {about.market}, qui étaient déjà décidées.\n\n"
        f"Ce qu'il vous demande : {reason}\n\nCorrigez-les dans « Heures », puis envoyez-les de nouveau."
    )
    _post(session, "hours_reopened", about.company_addresses(), f"Heures {about.of_month} à corriger", body)


def tell_company(session: Session, declaration: Declaration, kind: str, subject: str, body: str) -> None:
    """A mail to the company; ``{month}`` and ``{market}`` of its texts are those of the declaration."""
    about = _About(session, declaration)
    told = {"month": about.of_month, "market": about.market}
    _post(session, kind, about.company_addresses(), subject.format(**told), body.format(**told))


def tell_structure(session: Session, declaration: Declaration, kind: str, subject: str, body: str) -> None:
    """The same to the facilitators whose people are in the declaration; ``{company}`` is its company."""
    about = _About(session, declaration)
    told = {"month": about.of_month, "market": about.market, "company": about.company}
    _post(session, kind, about.structure_addresses(), subject.format(**told), body.format(**told))


@dataclass(frozen=True)
class _To:
    """To whom a mail goes, and the structures whose log shows it."""

    addresses: list[str]
    structures: set[int]
    company_id: int | None = None


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
        self.of_month, self.month = of_month(declaration.month), format_month(declaration.month)
        total = declared_hours(line for line in declaration.lines if line.standing)
        self.hours = "personne n'a travaillé" if declaration.is_nil else f"{format_hours(total)} h"

    def company_addresses(self) -> _To:
        users = self._users(User.company_id == self.declaration.company_id)
        found = users or ([self.row.email] if self.row.email else [])
        return _To(found, {*self._structures(), self.row.structure_id}, self.declaration.company_id)

    def _structures(self) -> set[int]:
        return {line.structure_id for line in self.declaration.lines if line.standing} or {self.row.structure_id}

    def structure_addresses(self) -> _To:
        """The operation's facilitator for the lead's people, everybody who validates for a partner's."""
        structures = self._structures()
        lead = self._users(User.id == self.row.facilitator_id) if self.row.structure_id in structures else []
        others = structures - ({self.row.structure_id} if lead else set())
        found = [*lead, *self._users(User.structure_id.in_(others) & (User.role == Role.FACILITATOR))]
        contacts = select(Structure.email).where(Structure.id.in_(structures), Structure.email != "")
        return _To(found or list(self.session.scalars(contacts)), structures)

    def _users(self, condition: ColumnElement[bool]) -> list[str]:
        statement = select(User.email).where(condition, User.closed_at.is_(None), User.password_hash.is_not(None))
        return list(self.session.scalars(statement.order_by(User.id)))


def _post(session: Session, kind: str, to: _To, subject: str, body: str) -> None:
    for recipient in to.addresses:
        outbox.post(
            session, kind=kind, recipient=recipient, subject=subject, body=f"Bonjour,\n\n{body}{SIGNATURE}",
            company_id=to.company_id, readers=dict.fromkeys(sorted(to.structures), ""),
        )  # fmt: skip
