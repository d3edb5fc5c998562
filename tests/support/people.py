"""One signed-in person a role, in a structure with one of each organisation."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from clause.access import STRUCTURE_ROLES, Role
from clause.accounts.models import User
from tests.support import factories
from tests.support.client import Client


def one_of_each_role(session: Session) -> dict[Role, User]:
    """An account a role: those of a structure in the same one, committed and readable without a query."""
    of = factories.structure(session)
    prescriber = factories.prescriber(session, of)
    affiliations = {
        Role.ADMINISTRATOR: {},
        Role.COMPANY: {"company_id": factories.establishment(session).company_id},
        Role.AUTHORITY: {"authority_id": factories.authority(session).id},
        Role.PRESCRIBER: {"structure_id": of.id, "prescriber_id": prescriber.id},
        **{role: {"structure_id": of.id} for role in STRUCTURE_ROLES},
    }
    users = {role: factories.user(session, role, **affiliations[role]) for role in Role}
    factories.committed(session, *users.values())
    return users


def signed_in(app: Flask, user: User) -> Client:
    """A browser of this person, with the session that signing in would give: no password to check for each test."""
    client = Client(app)
    with client.session_transaction() as session:
        session["_user_id"] = user.get_id()
        session["_fresh"] = True
    return client
