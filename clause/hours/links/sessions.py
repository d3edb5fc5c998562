"""The session that a link opens: the company's, with the right to see and declare its hours and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session as cookie
from flask_login import login_user

from clause.access import Permission, Role, Viewer
from clause.accounts import sessions as accounts
from clause.hours.links import actions
from clause.hours.links.models import DeclarationLink
from clause.hours.links.rules import LinkState
from clause.kernel.unit import current_session

PREFIX = "lien"
ALLOWED = frozenset({Permission.SEE_DECLARATIONS, Permission.DECLARE_HOURS})


@dataclass(frozen=True)
class LinkUser:
    """What Flask-Login needs of whoever came by a link, as plain values: a rollback of the request changes nothing."""

    public_id: str
    stamp: str
    as_viewer: Viewer
    company_id: int | None
    recipient: str = ""
    role: Role = Role.COMPANY
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def name(self) -> str:
        return self.as_viewer.name

    def get_id(self) -> str:
        return f"{PREFIX}:{self.public_id}.{self.stamp}"

    def viewer(self) -> Viewer:
        return self.as_viewer


def viewer_of(link: DeclarationLink) -> Viewer:
    """On whose behalf a link acts: the company, named by the address that got it."""
    return Viewer(
        role=Role.COMPANY, name=f"Lien envoyé à {link.recipient}"[:200], user_id=link.user_id,
        company_id=link.company_id, only=ALLOWED,
    )  # fmt: skip


def _user_of(link: DeclarationLink) -> LinkUser:
    return LinkUser(link.public_id, link.token_hash[:16], viewer_of(link), link.company_id, link.recipient)


def load(identity: str) -> LinkUser | None:
    """Who has this cookie; None once the link is closed, over, or its account closed."""
    public_id, _, stamp = identity.partition(".")
    session = current_session()
    link = session.query(DeclarationLink).filter_by(public_id=public_id).one_or_none()
    if link is None or link.token_hash[:16] != stamp or actions.state(session, link) is not LinkState.USABLE:
        return None
    return _user_of(link)


def open_for(link: DeclarationLink) -> None:
    """Start the session of a link in place of whatever the browser had."""
    cookie.clear()
    cookie.permanent = True
    login_user(_user_of(link))


accounts.register(PREFIX, load)
