"""Changing one's password, and choosing a new one when it is forgotten. Both end the sessions opened before."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts import links, mails
from clause.accounts.invitations import send_invitation
from clause.accounts.models import Invitation, PasswordReset, User
from clause.accounts.passwords import hash_password, matches
from clause.accounts.rules.addresses import normal_email
from clause.accounts.rules.links import QUIET, RESET_LIFETIME, LinkState
from clause.accounts.rules.passwords import fault_of
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused


def change(session: Session, viewer: Viewer, current: str, new: str) -> User:
    """Change one's own password, knowing the current one. Returns the person, whose other sessions are over."""
    user = session.get_one(User, viewer.user_id)
    if not matches(user.password_hash, current):
        raise Refused("Ce n'est pas votre mot de passe actuel.", "current")
    _set(session, user, new)
    audit.record(session, viewer, "mot de passe changé", user)
    return user


def _set(session: Session, user: User, password: str) -> None:
    fault = fault_of(password, user.email)
    if fault is not None:
        raise Refused(fault, "password")
    user.password_hash, user.stamp = hash_password(password), secrets.token_hex(16)
    links.retire(session, PasswordReset, user.id)
    mails.post_password_changed(session, user)
    session.flush()


def ask_reset(session: Session, email: str, base_url: str) -> None:
    """Send a link to choose a new password, where the address has an open account; the caller learns nothing.

    Somebody who never accepted their invitation gets a new one. A link asked again at once is the one already sent.
    """
    user = session.scalars(select(User).where(User.email == normal_email(email))).one_or_none()
    if user is None or user.closed_at is not None:
        return
    waiting = user.password_hash is None
    last = links.latest(session, Invitation, user.id) if waiting else links.latest(session, PasswordReset, user.id)
    if last is not None and clock.now() - last < QUIET:
        return
    if waiting:
        send_invitation(session, user, base_url)
    else:
        token = links.make(session, PasswordReset, user, RESET_LIFETIME)
        mails.post_reset(session, user, f"{base_url}/mot-de-passe/nouveau/{token}")


def reset(session: Session, token: str, password: str) -> User:
    """Choose a new password with the link received; every open session ends."""
    found = links.find(session, PasswordReset, token)
    if found is None or found[2] is not LinkState.USABLE:
        raise Refused("Ce lien n'est plus valable. Demandez-en un nouveau.")
    link, user, _ = found
    fault = fault_of(password, user.email)
    if fault is not None:
        raise Refused(fault, "password")
    if not links.use(session, link):
        raise Refused("Ce lien vient d'être utilisé. Connectez-vous avec le mot de passe choisi.")
    _set(session, user, password)
    audit.record(session, user.viewer(), "mot de passe réinitialisé", user)
    return user
