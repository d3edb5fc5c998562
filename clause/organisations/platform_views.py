"""Structures and their first users, mail and jobs, for the administrator of the platform."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission, Role
from clause.accounts import invitations
from clause.accounts.blueprint import mail_note, settings
from clause.accounts.invitations import NewAccount
from clause.accounts.rules.granting import Affiliation
from clause.guard import requires, viewer
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.organisations import account_acts, actions, platform
from clause.organisations.actions import StructureEntry
from clause.organisations.forms import HouseInviteForm, InviteForm, StructureForm

bp = Blueprint("platform", __name__, url_prefix="/plateforme")


@bp.get("/")
@requires(Permission.MANAGE_PLATFORM)
def index() -> str:
    session = current_session()
    return render_template(
        "organisations/platform.html", structures=platform.structures(session, viewer()),
        accounts=platform.accounts(session, viewer()), me=viewer().user_id, mails=platform.recent_mail(session),
        waiting=platform.waiting_mail(session), jobs=platform.failed_jobs(session), smtp=settings().smtp.host,
        mail=mail_note(),
    )  # fmt: skip


@bp.route("/structures/nouvelle", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def new_structure() -> Any:
    form = StructureForm()
    if form.validate_on_submit():
        try:
            structure = actions.add_structure(current_session(), viewer(), _structure_entry(form))
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"La structure « {structure.name} » est ouverte. Invitez maintenant sa coordination.")
            return redirect(url_for("platform.invite_coordinator", public_id=structure.public_id))
    return _shown("structure_form.html", form)


def _structure_entry(form: StructureForm) -> StructureEntry:
    return StructureEntry(
        siret=form.siret.data, name=form.name.data, kind=form.kind.data, territory=form.territory.data,
        region=form.region.data, email=form.email.data,
    )  # fmt: skip


@bp.route("/structures/<public_id>/inviter", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def invite_coordinator(public_id: str) -> Any:
    structure = platform.structure(current_session(), viewer(), public_id) or abort(404)
    form = InviteForm()
    if form.validate_on_submit() and _invited(form, Role.COORDINATOR, Affiliation(structure_id=structure.id)):
        return redirect(url_for("platform.index"))
    title = f"Inviter la coordination de {structure.name}"
    return _shown("platform_invite.html", form, title=title, role=Role.COORDINATOR)


@bp.route("/administration/inviter", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def invite_administrator() -> Any:
    form = InviteForm()
    if form.validate_on_submit() and _invited(form, Role.ADMINISTRATOR, Affiliation()):
        return redirect(url_for("platform.index"))
    title = "Inviter une personne de l'administration de la plateforme"
    return _shown("platform_invite.html", form, title=title, role=Role.ADMINISTRATOR)


@bp.route("/organisations/inviter", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def invite_house() -> Any:
    """An account for a company or an authority that several structures work with."""
    form = HouseInviteForm()
    if form.validate_on_submit():
        grant = platform.house_of(current_session(), form.siret.data)
        if grant is None:
            form.refuse("siret", "Aucune entreprise et aucun maître d'ouvrage n'est enregistré sous ce SIRET.")
        elif _invited(form, *grant):
            return redirect(url_for("platform.index"))
    title = "Inviter une personne d'une entreprise ou d'un maître d'ouvrage"
    return _shown("platform_invite.html", form, title=title, role=None)


def _invited(form: InviteForm, role: Role, of: Affiliation) -> bool:
    account = NewAccount(form.email.data, form.name.data, role, of)
    try:
        user, _ = invitations.invite(current_session(), viewer(), account, settings().base_url)
    except Refused as refusal:
        form.refuse(refusal.field if refusal.field in form else "", refusal.sentence)
        return False
    flash(account_acts.invited(user))
    return True


def _shown(template: str, form: Any, **values: Any) -> tuple[str, int]:
    refused = request.method == "POST"
    page = render_template(
        f"organisations/{template}", form=form, form_has_errors=refused, mail=mail_note(), **values
    )  # fmt: skip
    return page, 422 if refused else 200


@bp.route("/comptes/<public_id>/fermer", methods=["GET", "POST"])
@requires(Permission.MANAGE_PLATFORM)
def close_account(public_id: str) -> Any:
    return account_acts.close_account(public_id)


@bp.post("/comptes/<public_id>/rouvrir")
@requires(Permission.MANAGE_PLATFORM)
def reopen_account(public_id: str) -> Any:
    return account_acts.reopen_account(public_id)


@bp.post("/comptes/<public_id>/invitation")
@requires(Permission.MANAGE_PLATFORM)
def resend_invitation(public_id: str) -> Any:
    return account_acts.resend_invitation(public_id)
