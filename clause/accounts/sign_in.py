"""Signing in: the password, and the attempts counted so that nobody guesses it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from clause.accounts import passwords
from clause.accounts.models import FailedSignIn, User
from clause.accounts.rules.addresses import normal_email
from clause.accounts.rules.attempts import BY_ADDRESS, BY_MACHINE, WINDOW, wait_after
from clause.kernel import clock
from clause.kernel.unit import aside

REFUSED = "Adresse e-mail ou mot de passe incorrect. Vérifiez les deux, ou demandez un nouveau mot de passe."


def attempt_keys(email: str, machine: str, secret: str) -> tuple[str, str]:
    """The keys under which an attempt is counted: neither the address nor the machine can be read from them."""

    def key(text: str) -> str:
        return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()

    return key("address " + normal_email(email)), key("machine " + machine)


def note_attempt(keys: tuple[str, str]) -> timedelta | None:
    """Count one attempt before its password is looked at, so that attempts made together count too.

    Returns how long to wait where there were too many already; nothing is counted then. A transaction of its own: the
    request must not have written yet.
    """
    now = clock.now()
    with aside() as session:
        session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - 2 * WINDOW))
        waits = [
            wait_after(_attempts(session, key), now, limit)
            for key, limit in zip(keys, (BY_ADDRESS, BY_MACHINE), strict=True)
        ]
        longest = max((w for w in waits if w is not None), default=None)
        if longest is None:
            session.add_all(FailedSignIn(key=key, at=now) for key in keys)
        return longest


def _attempts(session: Session, key: str) -> Sequence[datetime]:
    return session.scalars(select(FailedSignIn.at).where(FailedSignIn.key == key)).all()


def forget_attempt(session: Session, keys: tuple[str, str]) -> None:
    """The attempt succeeded: those on this address are forgotten, and one of the machine's."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.key == keys[0]))
    latest = select(FailedSignIn.id).where(FailedSignIn.key == keys[1]).order_by(FailedSignIn.id.desc()).limit(1)
    session.execute(delete(FailedSignIn).where(FailedSignIn.id.in_(latest)))


def user_of(session: Session, email: str, password: str) -> User | None:
    """The open account with this address and password; an unknown address costs the same time as a wrong password."""
    user = session.scalars(select(User).where(User.email == normal_email(email))).one_or_none()
    if user is not None:
        session.expunge(user)
    session.rollback()  # the password takes a moment to check: nobody waits for this session meanwhile
    right = passwords.matches(user.password_hash if user else None, password)
    return user if user is not None and right and user.is_active else None


def signed_in(session: Session, user: User, keys: tuple[str, str]) -> None:
    """Write the visit; the attempts are forgotten."""
    session.execute(update(User).where(User.id == user.id).values(last_seen_at=clock.now()))
    forget_attempt(session, keys)
