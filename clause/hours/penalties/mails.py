"""Mails of penalty cases and difficulties. No person's name in them, and no amount: the page says it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.hours.mails import SIGNATURE
from clause.hours.penalties.models import Difficulty, PenaltyCase
from clause.kernel import outbox
from clause.kernel.values import format_date
from clause.markets.models import Market, Operation
from clause.organisations.models import Company, Structure


def observations_asked(session: Session, case: PenaltyCase) -> None:
    about = _About(session, case.market_id, case.company_id)
    assert case.answer_before is not None
    body = (
        f"Un dossier de pénalité est ouvert sur le marché {about.market}. Rien n'est décidé.\n\n"
        f"Vos observations sont attendues jusqu'au {format_date(case.answer_before)} inclus. Le calcul, les pièces et la"
        " réponse à remplir sont dans « Pénalités », sur la page de ce marché."
    )
    _post(about, "penalty_observations", about.company(), f"Vos observations sont attendues : {about.reference}", body)


def answered(session: Session, case: PenaltyCase) -> None:
    about = _About(session, case.market_id, case.company_id)
    body = f"{about.company_name} a répondu dans le dossier de pénalité du marché {about.market}.\n\nSa réponse est dans « Pénalités »."
    _post(about, "penalty_answered", about.facilitators(), f"Observations reçues : {about.reference}", body)


def proposed(session: Session, case: PenaltyCase) -> None:
    about = _About(session, case.market_id, case.company_id)
    body = (
        f"Un dossier de pénalité vous est proposé sur le marché {about.market}, titulaire {about.company_name}.\n\n"
        "Vous seul décidez de l'appliquer ou non. Toutes les pièces sont dans « Pénalités »."
    )
    _post(about, "penalty_proposed", about.authority(), f"Pénalité : votre décision est attendue, {about.reference}", body)  # fmt: skip


def decided(session: Session, case: PenaltyCase) -> None:
    about = _About(session, case.market_id, case.company_id)
    what = "une décision" if case.decided_cents else "la décision de ne pas appliquer de pénalité"
    body = (
        f"Le maître d'ouvrage a pris {what} sur le marché {about.market}.\n\nElle est dans « Pénalités », avec son motif."
        " Les heures qui manquent restent dues."
    )
    recipients = [*about.company(), *about.facilitators()]
    _post(about, "penalty_decided", recipients, f"Décision du maître d'ouvrage : {about.reference}", body)


def difficulty_announced(session: Session, difficulty: Difficulty, *, by_company: bool) -> None:
    """To who facilitates and who buys; to the company where a facilitator recorded what it said."""
    about = _About(session, difficulty.market_id, difficulty.company_id)
    body = (
        f"{about.company_name} signale une difficulté sur le marché {about.market} :"
        f" {difficulty.kind.label.lower()}.\n\nLe détail est dans « Difficultés », sur la page de ce marché."
    )
    recipients = [*(about.facilitators() if by_company else about.company()), *about.authority()]
    _post(about, "difficulty_announced", recipients, f"Difficulté signalée : {about.reference}", body)


class _About:
    """What the mails say of a market and a company, and to whom they go."""

    def __init__(self, session: Session, market_id: int, company_id: int) -> None:
        self.session, self.company_id = session, company_id
        self.row = session.execute(
            select(
                Market.reference, Market.title, Market.structure_id, Operation.facilitator_id, Operation.authority_id,
                Company.name, Company.email,
            )
            .join(Operation, Operation.id == Market.operation_id)
            .join(Company, Company.id == company_id)
            .where(Market.id == market_id)
        ).one()  # fmt: skip
        self.reference, self.company_name = self.row.reference, self.row.name
        self.market = f"{self.row.reference} ({self.row.title})"

    def company(self) -> list[str]:
        return self._users(User.company_id == self.company_id) or [e for e in (self.row.email,) if e]

    def authority(self) -> list[str]:
        return self._users((User.authority_id == self.row.authority_id) & (User.role == Role.AUTHORITY))

    def facilitators(self) -> list[str]:
        """The operation's own, else everybody who facilitates in the structure, else its address."""
        lead = self._users(User.id == self.row.facilitator_id) if self.row.facilitator_id else []
        team = (User.structure_id == self.row.structure_id) & (User.role == Role.FACILITATOR)
        return lead or self._users(team) or [e for e in (self._structure_email(),) if e]

    def _structure_email(self) -> str | None:
        return self.session.scalar(select(Structure.email).where(Structure.id == self.row.structure_id))

    def _users(self, condition: ColumnElement[bool]) -> list[str]:
        statement = select(User.email).where(condition, User.closed_at.is_(None), User.password_hash.is_not(None))
        return list(self.session.scalars(statement.order_by(User.id)))


def _post(about: _About, kind: str, recipients: Iterable[str], subject: str, body: str) -> None:
    """One mail an address; those of the company are in its log, and all in that of the structure."""
    own = set(about.company())
    for recipient in dict.fromkeys(recipients):
        outbox.post(
            about.session, kind=kind, recipient=recipient, subject=subject[:200], body=f"Bonjour,\n\n{body}{SIGNATURE}",
            company_id=about.company_id if recipient in own else None, readers={about.row.structure_id: ""},
        )  # fmt: skip
