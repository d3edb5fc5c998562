"""What must I do today, for each role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user

from clause.access import Permission, Role
from clause.accounts.affiliation import organisation_name
from clause.accounts.blueprint import settings
from clause.dashboard import boards
from clause.guard import public, viewer
from clause.kernel import clock
from clause.kernel.unit import current_session

bp = Blueprint("dashboard", __name__, url_prefix="")


@bp.get("/")
@public
def home() -> Any:
    """The sign-in page for a visitor; for everybody else, the page of their role."""
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.sign_in"))
    if not viewer().may(Permission.USE_OWN_ACCOUNT):  # came by a link in a mail: there is no account, only months
        return redirect(url_for("declarations.index"))
    template, board = PAGES[viewer().role]
    return render_template(f"dashboard/{template}.html", organisation=_organisation(), **board())


def _organisation() -> str:
    return organisation_name(current_session(), current_user)


def _structure() -> dict[str, Any]:
    found = boards.structure(current_session(), viewer(), clock.today())
    actions = [{"url": url_for("markets.new"), "label": "Créer un marché", "primary": False}]
    return {**found, "actions": actions if viewer().may(Permission.EDIT_MARKETS) else []}


def _plie() -> dict[str, Any]:
    return boards.plie(current_session(), viewer(), clock.today())


def _company() -> dict[str, Any]:
    actions = [{"url": url_for("contracts.new"), "label": "Annoncer un contrat de travail", "primary": False}]
    return {**boards.company(current_session(), viewer(), clock.today()), "actions": actions}


def _authority() -> dict[str, Any]:
    return boards.authority(current_session(), viewer(), clock.today())


def _prescriber() -> dict[str, Any]:
    actions = [{"url": url_for("participants.new"), "label": "Proposer une personne", "primary": True}]
    return {**boards.prescriber(current_session(), viewer(), clock.today()), "actions": actions}


def _platform() -> dict[str, Any]:
    smtp = settings().smtp
    mail_by = f"par le serveur {smtp.host}" if smtp.host else f"dans le dossier {settings().data_dir}/mail/ du serveur"
    return {**boards.platform(current_session()), "mail_by": mail_by, "sender": smtp.sender}


PAGES: dict[Role, tuple[str, Callable[[], dict[str, Any]]]] = {
    Role.ADMINISTRATOR: ("platform", _platform),
    Role.COORDINATOR: ("structure", _structure),
    Role.FACILITATOR: ("structure", _structure),
    Role.PLIE_MANAGER: ("plie", _plie),
    Role.COMPANY: ("company", _company),
    Role.AUTHORITY: ("authority", _authority),
    Role.PRESCRIBER: ("prescriber", _prescriber),
}
