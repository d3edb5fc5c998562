"""Secret links: the address carries the token, the database its hash only."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clause.accounts.models import Invitation, PasswordReset, User
from clause.accounts.rules.links import LinkState, state_of
from clause.kernel import clock

Link = TypeVar("Link", Invitation, PasswordReset)


def make(session: Session, kind: type[Link], user: User, lifetime: timedelta) -> str:
    """A new link for this person; returns its token, which is kept nowhere. Earlier ones of the kind stop working."""
    retire(session, kind, user.id)
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(kind(user_id=user.id, token_hash=hashed(token), created_at=now, expires_at=now + lifetime))
    session.flush()
    return token


def find(session: Session, kind: type[Link], token: str) -> tuple[Link, User, LinkState] | None:
    """The link of this token, its person and whether it may be used; None for a token that was never given."""
    row = session.execute(
        select(kind, User).join(User, User.id == kind.user_id).where(kind.token_hash == hashed(token))
    ).one_or_none()
    if row is None:
        return None
    link, user = row
    state = state_of(link.expires_at, link.used_at, clock.now())
    return link, user, state if user.closed_at is None else LinkState.USED


def use(session: Session, link: Link) -> bool:
    """Use the link; False for the second of two people who use it at the same time."""
    kind = type(link)
    done = session.execute(
        update(kind).where(kind.id == link.id, kind.used_at.is_(None)).values(used_at=clock.now()).returning(kind.id)
    ).first()
    return done is not None


def retire(session: Session, kind: type[Link], user_id: int) -> None:
    """The links of this person that still wait are over: set to expire now, so that their page offers a new one."""
    now = clock.now()
    session.execute(
        update(kind)
        .where(kind.user_id == user_id, kind.used_at.is_(None), kind.expires_at > now)
        .values(expires_at=now)
    )


def latest(session: Session, kind: type[Link], user_id: int) -> datetime | None:
    """When the last link of the kind was made for this person."""
    return session.scalar(
        select(kind.created_at).where(kind.user_id == user_id).order_by(kind.created_at.desc()).limit(1)
    )


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
