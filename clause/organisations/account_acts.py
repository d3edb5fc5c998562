"""Acts on an account that structures and the administrator share: found, closed, reopened, invited again."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.accounts import closing, invitations
from clause.accounts.affiliation import organisation_name
from clause.accounts.blueprint import mail_note, settings
from clause.accounts.models import User
from clause.accounts.rules.granting import may_grant
from clause.accounts.visibility import visible_accounts
from clause.guard import viewer
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation
from clause.organisations.reach import sees_accounts, works_with_house_of

SHARED_ROLES = (Role.COMPANY, Role.AUTHORITY)


def account_for(session: Session, viewer: Viewer, public_id: str) -> tuple[User, frozenset[int]] | None:
    """An account the viewer sees, with the structures that work with its organisation; None outside what they see."""
    user = session.scalars(visible_accounts(viewer).where(User.public_id == public_id)).one_or_none()
    if user is not None:
        return user, frozenset()
    shared = select(User).where(User.public_id == public_id, User.role.in_(SHARED_ROLES))
    user = session.scalars(shared).one_or_none()
    if user is None:
        return None
    structures = works_with_house_of(session, user)
    seen = viewer.role is Role.ADMINISTRATOR or sees_accounts(viewer, structures)
    return (user, structures) if seen else None


def found(public_id: str) -> tuple[User, frozenset[int]]:
    account = account_for(current_session(), viewer(), public_id)
    if account is None:
        abort(404)
    if may_grant(viewer(), account[0].role, invitations.affiliation_of(account[0]), account[1]) is not None:
        abort(403)
    return account


def close_account(public_id: str) -> Any:
    """A page that says what will happen (GET), then the act (POST)."""
    user, structures = found(public_id)
    if request.method == "GET":
        house = organisation_name(current_session(), user)
        return render_template("organisations/close_account.html", user=user, house=house, back=page_of(user))
    try:
        closing.close(current_session(), viewer(), user, structures)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(f"Le compte de {user.name} est fermé.")
    return redirect(page_of(user))


def reopen_account(public_id: str) -> Any:
    user, structures = found(public_id)
    closing.reopen(current_session(), viewer(), user, structures)
    flash(f"Le compte de {user.name} est rouvert, avec le mot de passe qu'il avait.")
    return redirect(page_of(user))


def resend_invitation(public_id: str) -> Any:
    user, structures = found(public_id)
    try:
        invitations.resend(current_session(), viewer(), user, settings().base_url, structures)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(f"Une nouvelle invitation est envoyée à {user.email}. {mail_note()}".strip())
    return redirect(page_of(user))


def page_of(user: User) -> str:
    """The page where the viewer manages this account."""
    session = current_session()
    if viewer().role is Role.ADMINISTRATOR:
        return url_for("platform.index")
    if user.company_id is not None:
        return url_for("organisations.company", public_id=_address(session, Company, user.company_id))
    if user.authority_id is not None:
        return url_for("organisations.authority", public_id=_address(session, ContractingAuthority, user.authority_id))
    if viewer().may(Permission.MANAGE_STRUCTURE_USERS):
        return url_for("team.index")
    return url_for("organisations.prescriber", public_id=_address(session, PrescriberOrganisation, user.prescriber_id))


def _address(
    session: Session, kind: type[Company | ContractingAuthority | PrescriberOrganisation], key: int | None
) -> str:
    return session.scalars(select(kind.public_id).where(kind.id == key)).one()


def invited(user: User) -> str:
    """The sentence after an invitation, with the place of the mail where there is no server to send it."""
    return f"Une invitation est envoyée à {user.email}, valable sept jours. {mail_note()}".strip()
