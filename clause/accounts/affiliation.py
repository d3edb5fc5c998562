"""The organisation of an account, by name. Its tables belong to a room above this one: read by their names."""

from __future__ import annotations

from sqlalchemy import Select, column, select, table
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User

HOUSES = {
    Role.COORDINATOR: ("structure", User.structure_id),
    Role.FACILITATOR: ("structure", User.structure_id),
    Role.PLIE_MANAGER: ("structure", User.structure_id),
    Role.COMPANY: ("company", User.company_id),
    Role.AUTHORITY: ("contracting_authority", User.authority_id),
    Role.PRESCRIBER: ("prescriber_organisation", User.prescriber_id),
}


def organisation_name(session: Session, user: User) -> str:
    """« PLIE du Val », or nothing for the platform's administrator."""
    statement = _name_of(user)
    return (session.scalar(statement) or "") if statement is not None else ""


def _name_of(user: User) -> Select[str] | None:
    if user.role not in HOUSES:
        return None
    name, key = HOUSES[user.role]
    house = table(name, column("id"), column("name"))
    return select(house.c.name).where(house.c.id == getattr(user, key.key))
