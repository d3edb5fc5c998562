"""Forms of organisations: registration by SIRET, edition, invitations, and the structure's own settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.accounts import invitations
from clause.accounts.blueprint import mail_note, settings
from clause.accounts.invitations import NewAccount
from clause.accounts.rules.granting import may_grant
from clause.guard import requires, viewer
from clause.kernel.forms import Form
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.organisations import account_acts, actions, queries
from clause.organisations.actions import AuthorityEntry, CompanyEntry
from clause.organisations.blueprint import bp
from clause.organisations.codes import EmployerType
from clause.organisations.forms import (
    AuthorityEditForm,
    AuthorityForm,
    CompanyEditForm,
    CompanyForm,
    EstablishmentForm,
    InviteForm,
    PrescriberForm,
    VersionForm,
)
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation
from clause.organisations.reach import works_with
from clause.organisations.roles import account_grant


def submitted(form: Form, act: Callable[[], Any], row: Any = None) -> bool:
    """True where the form was sent, read and accepted by ``act``; a refusal is put on the form.

    ``row`` is the one being edited: its present version is put back in the form, so that saving again is possible.
    """
    if not form.validate_on_submit():
        return False
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.field if refusal.field in form else "", refusal.sentence)
        if row is not None and isinstance(form, VersionForm):
            form.show_version(row.version)
        return False
    return True


def shown(template: str, form: Form, **values: Any) -> tuple[str, int]:
    refused = request.method == "POST"
    page = render_template(f"organisations/{template}", form=form, form_has_errors=refused, **values)
    return page, 422 if refused else 200


# Companies


@bp.route("/entreprises/nouvelle", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def new_company() -> Any:
    form = CompanyForm(kind=EmployerType.COMPANY, siret=request.args.get("siret") or None)
    made: list[tuple[Company, bool]] = []
    if submitted(
        form, lambda: made.append(actions.register_company(current_session(), viewer(), _company_entry(form)))
    ):
        company, known = made[0]
        flash(_registered(company.name, company.siren, known))
        return redirect(url_for("organisations.company", public_id=company.public_id))
    return shown("company_form.html", form)


def _company_entry(form: CompanyForm) -> CompanyEntry:
    return CompanyEntry(
        siret=form.siret.data, name=form.name.data, kind=form.kind.data, email=form.email.data, naf=form.naf.data,
        workforce=form.workforce.data, commune=form.commune.data,
    )  # fmt: skip


def _registered(name: str, siren: str, known: bool) -> str:
    if known:
        return f"« {name} » était déjà enregistré sous le SIREN {siren} : l'établissement lui est rattaché."
    return f"« {name} » est enregistré."


@bp.route("/entreprises/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def edit_company(public_id: str) -> Any:
    session = current_session()
    row = queries.company(session, viewer(), public_id) or abort(404)
    form = CompanyEditForm(obj=row)
    if submitted(
        form,
        lambda: actions.edit_company(session, viewer(), row, form.name.data, form.email.data, form.seen_version()),
        row,
    ):
        flash("La fiche est enregistrée.")
        return redirect(url_for("organisations.company", public_id=public_id))
    return shown("edit_form.html", form, title=f"Modifier {row.name}", up=("organisations.company", row))


@bp.route("/etablissements/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def edit_establishment(public_id: str) -> Any:
    session = current_session()
    row, company = queries.establishment(session, viewer(), public_id) or abort(404)
    form = EstablishmentForm(obj=row)
    values = {name: form[name].data for name in ("name", "kind", "commune", "naf", "workforce")}
    if submitted(
        form, lambda: actions.edit_establishment(session, viewer(), row, values, form.seen_version()), row
    ):  # fmt: skip
        flash("L'établissement est enregistré.")
        return redirect(url_for("organisations.company", public_id=company.public_id))
    return shown(
        "edit_form.html", form, title=f"Modifier l'établissement {row.siret}", up=("organisations.company", company)
    )


@bp.route("/entreprises/<public_id>/inviter", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def invite_company(public_id: str) -> Any:
    row = queries.company(current_session(), viewer(), public_id) or abort(404)
    return _invite(row, "organisations.company")


# Authorities


@bp.route("/maitres-d-ouvrage/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def new_authority() -> Any:
    form = AuthorityForm()
    made: list[tuple[ContractingAuthority, bool]] = []
    if submitted(
        form, lambda: made.append(actions.register_authority(current_session(), viewer(), _authority_entry(form)))
    ):
        authority, known = made[0]
        flash(_registered(authority.name, authority.siren, known))
        return redirect(url_for("organisations.authority", public_id=authority.public_id))
    return shown("authority_form.html", form)


def _authority_entry(form: AuthorityForm) -> AuthorityEntry:
    return AuthorityEntry(form.siret.data, form.name.data, form.kind.data, form.commune.data)


@bp.route("/maitres-d-ouvrage/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def edit_authority(public_id: str) -> Any:
    session = current_session()
    row = queries.authority(session, viewer(), public_id) or abort(404)
    form = AuthorityEditForm(obj=row)
    values = {name: form[name].data for name in ("name", "kind", "commune")}
    if submitted(form, lambda: actions.edit_authority(session, viewer(), row, values, form.seen_version()), row):
        flash("La fiche est enregistrée.")
        return redirect(url_for("organisations.authority", public_id=public_id))
    return shown("edit_form.html", form, title=f"Modifier {row.name}", up=("organisations.authority", row))


@bp.route("/maitres-d-ouvrage/<public_id>/inviter", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def invite_authority(public_id: str) -> Any:
    row = queries.authority(current_session(), viewer(), public_id) or abort(404)
    return _invite(row, "organisations.authority")


# Prescribers


@bp.route("/prescripteurs/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def new_prescriber() -> Any:
    form = PrescriberForm()
    if submitted(
        form, lambda: actions.add_prescriber(current_session(), viewer(), form.name.data, form.kind.data)
    ):  # fmt: skip
        flash(f"« {form.name.data} » est enregistré parmi vos prescripteurs.")
        return redirect(url_for("organisations.prescribers"))
    return shown("edit_form.html", form, title="Nouveau prescripteur", up=("organisations.prescribers", None))


@bp.route("/prescripteurs/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def edit_prescriber(public_id: str) -> Any:
    session = current_session()
    row = queries.prescriber(session, viewer(), public_id) or abort(404)
    form = PrescriberForm(obj=row)
    if submitted(
        form,
        lambda: actions.edit_prescriber(
            session, viewer(), row, form.name.data, form.kind.data, form.seen_version()
        ),
        row,
    ):  # fmt: skip
        flash("La fiche est enregistrée.")
        return redirect(url_for("organisations.prescriber", public_id=public_id))
    return shown("edit_form.html", form, title=f"Modifier {row.name}", up=("organisations.prescriber", row))


@bp.route("/prescripteurs/<public_id>/inviter", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def invite_prescriber(public_id: str) -> Any:
    row = queries.prescriber(current_session(), viewer(), public_id) or abort(404)
    return _invite(row, "organisations.prescriber")


# Accounts


def _invite(row: Company | ContractingAuthority | PrescriberOrganisation, endpoint: str) -> Any:
    """The form that opens an account for an organisation; refused where it works with another structure too."""
    session = current_session()
    structures = frozenset() if isinstance(row, PrescriberOrganisation) else works_with(session, row)
    role, of = account_grant(row)
    denial = may_grant(viewer(), role, of, structures)
    if denial is not None:
        flash(denial, "error")
        return redirect(url_for(endpoint, public_id=row.public_id))
    form = InviteForm()

    def act() -> None:
        account = NewAccount(form.email.data, form.name.data, role, of)
        user, _ = invitations.invite(session, viewer(), account, settings().base_url, structures)
        flash(account_acts.invited(user))

    if submitted(form, act):
        return redirect(url_for(endpoint, public_id=row.public_id))
    return shown("invite_form.html", form, row=row, role=role, up=(endpoint, row), mail=mail_note())


@bp.route("/comptes/<public_id>/fermer", methods=["GET", "POST"])
@requires(Permission.EDIT_ORGANISATIONS)
def close_account(public_id: str) -> Any:
    return account_acts.close_account(public_id)


@bp.post("/comptes/<public_id>/rouvrir")
@requires(Permission.EDIT_ORGANISATIONS)
def reopen_account(public_id: str) -> Any:
    return account_acts.reopen_account(public_id)


@bp.post("/comptes/<public_id>/invitation")
@requires(Permission.EDIT_ORGANISATIONS)
def resend_invitation(public_id: str) -> Any:
    return account_acts.resend_invitation(public_id)
