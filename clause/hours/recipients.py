"""To whom the mails of a company go: the people who sign in for it, or its address of contact where nobody does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.organisations.models import Company


@dataclass(frozen=True)
class Recipient:
    """One address of a company; ``user_id`` where it is an account's."""

    company_id: int
    address: str
    user_id: int | None = None


def recipients_of(session: Session, companies: Collection[int]) -> dict[int, list[Recipient]]:
    """The recipients of each company that has one; two reads."""
    found: dict[int, list[Recipient]] = {}
    users = select(User.company_id, User.email, User.id).where(
        User.role == Role.COMPANY,
        User.company_id.in_(companies),
        User.closed_at.is_(None),
        User.password_hash.is_not(None),
    )
    for company, address, user in session.execute(users.order_by(User.id)):
        assert company is not None
        found.setdefault(company, []).append(Recipient(company, address, user))
    contacts = select(Company.id, Company.email).where(Company.id.in_(companies), Company.email != "")
    for company, address in session.execute(contacts):
        found.setdefault(company, [Recipient(company, address)])
    return found


def is_recipient(session: Session, who: Recipient) -> bool:
    """Whether the address is still one of the company's: a closed account or a changed contact is no more."""
    if who.user_id is not None:
        user = session.get(User, who.user_id)
        return user is not None and user.is_active and user.company_id == who.company_id
    return any(r.address == who.address for r in recipients_of(session, [who.company_id]).get(who.company_id, []))
