"""The mails of accounts, in plain French; a link is built on the public address of the platform."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clause.accounts.models import User
from clause.kernel import outbox

SIGNATURE = "\n\nCe message est envoyé par la plateforme Clause. Il est inutile d'y répondre.\n"


def post_invitation(session: Session, user: User, link: str, organisation: str, by: str = "") -> None:
    """``by`` is who invites; empty where the person asked for a new link."""
    intro = f"{by} vous invite" if by else "Vous êtes invité·e"
    house = f"Organisation : {organisation}\n" if organisation else ""
    body = (
        f"Bonjour {user.name},\n\n{intro} à utiliser Clause, la plateforme de suivi des clauses sociales d'insertion.\n\n"
        f"{house}Votre rôle : {user.role.label}\n\n"
        f"Pour choisir votre mot de passe et ouvrir votre compte, suivez ce lien :\n{link}\n\n"
        "Ce lien sert une seule fois et reste valable sept jours. Passé ce délai, sa page vous proposera d'en recevoir un "
        "nouveau. Votre identifiant de connexion est cette adresse e-mail."
    )
    _post(session, user, "invitation", "Votre compte sur Clause", body)


def post_reset(session: Session, user: User, link: str) -> None:
    body = (
        f"Bonjour {user.name},\n\nVous avez demandé un nouveau mot de passe. Pour le choisir, suivez ce lien :\n{link}\n\n"
        "Ce lien sert une seule fois et reste valable une heure. Si vous n'avez rien demandé, ne faites rien : "
        "votre mot de passe actuel reste valable."
    )
    _post(session, user, "password_reset", "Choisir un nouveau mot de passe", body)


def post_password_changed(session: Session, user: User) -> None:
    body = (
        f"Bonjour {user.name},\n\nLe mot de passe de votre compte vient d'être changé, et vos autres sessions ont été "
        "fermées. Si ce n'est pas vous, demandez tout de suite un nouveau mot de passe depuis la page de connexion et "
        "prévenez la coordination de votre structure."
    )
    _post(session, user, "password_changed", "Votre mot de passe a été changé", body)


def _post(session: Session, user: User, kind: str, subject: str, body: str) -> None:
    outbox.post(session, kind=kind, recipient=user.email, subject=subject, body=body + SIGNATURE)
