"""The accounts of one's structure and of its prescribers, and its settings, for the coordinator."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission, Role
from clause.accounts import invitations
from clause.accounts.blueprint import mail_note, settings
from clause.accounts.invitations import NewAccount
from clause.accounts.rules.granting import GRANTS, Affiliation
from clause.guard import requires, viewer
from clause.kernel import audit
from clause.kernel.forms import select_choices
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.organisations import account_acts, actions, queries
from clause.organisations.edit_views import shown, submitted
from clause.organisations.forms import SettingsForm, TeamInviteForm
from clause.organisations.models import PrescriberOrganisation
from clause.organisations.rulebook import groups_of_structure
from clause.organisations.rulebook_form import form_class
from clause.organisations.visibility import visible_prescribers

bp = Blueprint("team", __name__, url_prefix="/equipe")
StructureRulesForm = form_class(groups_of_structure())
TEAM_ROLES = (Role.FACILITATOR, Role.COORDINATOR, Role.PLIE_MANAGER, Role.PRESCRIBER)


@bp.get("/")
@requires(Permission.MANAGE_STRUCTURE_USERS)
def index() -> str:
    rows = queries.team(current_session(), viewer())
    structure = queries.own_structure(current_session(), viewer())
    return render_template(
        "organisations/team.html", structure=structure, me=viewer().user_id,
        team=[r for r in rows if r.user.role is not Role.PRESCRIBER],
        prescribers=[r for r in rows if r.user.role is Role.PRESCRIBER],
    )  # fmt: skip


@bp.route("/inviter", methods=["GET", "POST"])
@requires(Permission.MANAGE_STRUCTURE_USERS)
def invite() -> Any:
    form = TeamInviteForm()
    prescribers = current_session().scalars(visible_prescribers(viewer()).order_by(PrescriberOrganisation.name)).all()
    form.role.choices = select_choices((r.value, r.label) for r in TEAM_ROLES if r in GRANTS[viewer().role])
    form.prescriber.choices = select_choices([("", "Aucun"), *((p.public_id, p.name) for p in prescribers)])
    if form.validate_on_submit():
        try:
            account = _account(form, {p.public_id: p for p in prescribers})
            user, _ = invitations.invite(current_session(), viewer(), account, settings().base_url)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(account_acts.invited(user))
            return redirect(url_for("team.index"))
    refused = request.method == "POST"
    page = render_template("organisations/team_invite.html", form=form, form_has_errors=refused, mail=mail_note())
    return page, 422 if refused else 200


def _account(form: TeamInviteForm, prescribers: dict[str, PrescriberOrganisation]) -> NewAccount:
    """The account asked for, in the viewer's structure; a prescriber's belongs to one of its organisations."""
    role = next((r for r in TEAM_ROLES if r.value == form.role.data), None)
    if role is None:
        raise Refused("Choisissez un rôle de la liste.", "role")
    prescriber = prescribers.get(form.prescriber.data or "")
    if role is Role.PRESCRIBER and prescriber is None:
        raise Refused("Choisissez l'organisme de ce prescripteur.", "prescriber")
    of = Affiliation(
        structure_id=viewer().structure_id,
        prescriber_id=prescriber.id if prescriber is not None and role is Role.PRESCRIBER else None,
    )
    return NewAccount(form.email.data, form.name.data, role, of)


@bp.route("/structure", methods=["GET", "POST"])
@requires(Permission.MANAGE_STRUCTURE_USERS)
def structure() -> Any:
    session = current_session()
    row = queries.own_structure(session, viewer()) or abort(404)
    form = SettingsForm(obj=row)
    if request.method == "GET":
        form.show_settings(row)
    values = {name: form[name].data for name in ("territory", "region", "email", "phone")}
    if submitted(
        form, lambda: actions.edit_structure(session, viewer(), row, values, form.typed(), form.seen_version()), row
    ):  # fmt: skip
        flash("Les réglages de la structure sont enregistrés.")
        return redirect(url_for("team.structure"))
    return shown("structure.html", form, structure=row, events=audit.history(session, row))


@bp.route("/structure/regles", methods=["GET", "POST"])
@requires(Permission.MANAGE_STRUCTURE_USERS)
def rules() -> Any:
    session, form = current_session(), StructureRulesForm()
    row = queries.own_structure(session, viewer()) or abort(404)
    if request.method == "GET":
        form.show(row.parameters, row.version)
    elif form.validate():
        try:
            changed = actions.change_rules(session, viewer(), row, form.typed(), form.seen_version())
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
            form.renew(row.version)
        else:
            flash("Les règles de la structure sont enregistrées." if changed else "Rien n'a changé.")
            return redirect(url_for("team.structure"))
    form.inherit("la plateforme")
    refused = request.method == "POST"
    events = audit.history(session, row)
    page = render_template("organisations/structure_rules.html", form=form, structure=row, events=events, form_has_errors=refused)  # fmt: skip
    return page, 422 if refused else 200
