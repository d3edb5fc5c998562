"""The accounts that the sign-in page shows in demonstration mode, and only there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.accounts.models import User

EMAILS = (
    "facilitateur@demo.example",
    "coordination@demo.example",
    "entreprise@demo.example",
    "interim@demo.example",
    "acheteur@demo.example",
    "referent@demo.example",
    "plie@demo.example",
    "admin@demo.example",
)


def accounts(session: Session) -> Sequence[User]:
    """Those that exist and may sign in, in the order of the list."""
    found = session.scalars(select(User).where(User.email.in_(EMAILS))).all()
    return sorted((u for u in found if u.is_active), key=lambda u: EMAILS.index(u.email))
