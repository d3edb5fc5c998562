"""Opening accounts: invited by somebody who may, accepted by the person with a first password."""

from __future__ import annotations

import secrets
from collections.abc import Set
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts import links, mails
from clause.accounts.affiliation import organisation_name
from clause.accounts.models import Invitation, User
from clause.accounts.passwords import hash_password
from clause.accounts.rules.addresses import normal_email
from clause.accounts.rules.granting import Affiliation, may_grant
from clause.accounts.rules.links import INVITATION_LIFETIME, QUIET, LinkState
from clause.accounts.rules.passwords import fault_of
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused

NOBODY: frozenset[int] = frozenset()
ON_ITS_OWN = Affiliation()


@dataclass(frozen=True)
class NewAccount:
    """Who is invited, as what, for whom."""

    email: str
    name: str
    role: Role
    of: Affiliation = ON_ITS_OWN


def invite(
    session: Session, viewer: Viewer, account: NewAccount, base_url: str, works_with: Set[int] = NOBODY
) -> tuple[User, str]:
    """Open an account that waits for its first password, and post its invitation. Returns the person and the link.

    ``works_with``: the structures that work with the company or authority (``rules.granting.may_grant``).
    """
    denial = may_grant(viewer, account.role, account.of, works_with)
    if denial is not None:
        raise Refused(denial, "role")
    user = _new_user(session, account)
    audit.record(session, viewer, "compte ouvert", user, {"Rôle": ["", user.role.label]})
    return user, send_invitation(session, user, base_url, by=viewer.name)


def _new_user(session: Session, account: NewAccount) -> User:
    user = User(
        email=checked_email(account.email), name=account.name.strip(), role=account.role, created_at=clock.now(),
        structure_id=account.of.structure_id, company_id=account.of.company_id, authority_id=account.of.authority_id,
        prescriber_id=account.of.prescriber_id,
    )  # fmt: skip
    taken = "Cette adresse e-mail a déjà un compte sur la plateforme. Chaque personne y a le sien, avec un seul rôle."
    if session.scalar(select(User.id).where(User.email == user.email)) is not None:
        raise Refused(taken, "email")
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise Refused(taken, "email") from None
    return user


def checked_email(text: str) -> str:
    try:
        found = validate_email(normal_email(text), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        sentence = f"« {text.strip()} » n'est pas une adresse e-mail. Exemple : prenom.nom@exemple.fr."
        raise Refused(sentence, "email") from None
    return found.normalized.casefold()


def send_invitation(session: Session, user: User, base_url: str, by: str = "") -> str:
    """Make a new link and post it; the earlier ones stop working. Returns the link."""
    token = links.make(session, Invitation, user, INVITATION_LIFETIME)
    link = f"{base_url}/invitation/{token}"
    mails.post_invitation(session, user, link, organisation_name(session, user), by)
    return link


def resend(session: Session, viewer: Viewer, user: User, base_url: str, works_with: Set[int] = NOBODY) -> str:
    """Send a new invitation to somebody who has not accepted the first. ``user`` is one the viewer sees."""
    refuse_unless_granted(viewer, user, works_with)
    if user.password_hash is not None:
        raise Refused(f"{user.name} a déjà choisi son mot de passe : une nouvelle invitation n'a pas d'objet.")
    if user.closed_at is not None:
        raise Refused("Ce compte est fermé. Rouvrez-le d'abord.")
    audit.record(session, viewer, "invitation renvoyée", user)
    return send_invitation(session, user, base_url, by=viewer.name)


def refuse_unless_granted(viewer: Viewer, user: User, works_with: Set[int]) -> None:
    denial = may_grant(viewer, user.role, affiliation_of(user), works_with)
    if denial is not None:
        raise Refused(denial)


def affiliation_of(user: User) -> Affiliation:
    return Affiliation(user.structure_id, user.company_id, user.authority_id, user.prescriber_id)


def renew(session: Session, token: str, base_url: str) -> bool:
    """The invited person asks for a new link with an old one: it goes to the same address. False if none is due."""
    found = links.find(session, Invitation, token)
    if found is None or found[2] is not LinkState.EXPIRED:
        return False
    _, user, _ = found
    last = links.latest(session, Invitation, user.id)
    if user.password_hash is not None or (last is not None and clock.now() - last < QUIET):
        return user.password_hash is None
    send_invitation(session, user, base_url)
    return True


def accept(session: Session, token: str, password: str) -> User:
    """Choose one's first password; the link stops working."""
    found = links.find(session, Invitation, token)
    if found is None or found[2] is not LinkState.USABLE:
        raise Refused("Ce lien d'invitation n'est plus valable. Demandez-en un nouveau.")
    link, user, _ = found
    fault = fault_of(password, user.email)
    if fault is not None:
        raise Refused(fault, "password")
    if not links.use(session, link):
        raise Refused("Ce lien d'invitation vient d'être utilisé. Connectez-vous avec le mot de passe choisi.")
    user.password_hash, user.stamp, user.last_seen_at = hash_password(password), secrets.token_hex(16), clock.now()
    audit.record(session, user.viewer(), "invitation acceptée", user)
    return user
