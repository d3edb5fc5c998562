"""Pages behind the links of mails: the first password of an invitation, a new one for whoever forgot theirs.

They belong to the blueprint of accounts; ``views`` imports this module.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from clause.accounts import invitations, links, password_changes, sessions
from clause.accounts.blueprint import HOME, bp, mail_note, settings
from clause.accounts.forms import ForgottenForm, NewPasswordForm
from clause.accounts.models import Invitation, PasswordReset
from clause.accounts.rules.links import LinkState
from clause.accounts.sign_in import attempt_keys, forget_attempt
from clause.guard import public
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session

ASKED = (
    "Si cette adresse a un compte, un message vient de lui être envoyé avec un lien pour choisir un nouveau mot de passe. "
    "Le lien reste valable une heure."
)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Any:
    found = links.find(current_session(), Invitation, token) or abort(404)
    _, user, state = found
    if state is not LinkState.USABLE:
        page = render_template("accounts/link_over.html", state=state.value, token=token, user=user, mail=mail_note())
        return page, 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            user = invitations.accept(current_session(), token, form.password.data)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            sessions.open_for(user)
            flash("Votre compte est ouvert. Bienvenue sur Clause.")
            return redirect(HOME)
    errors = form.is_submitted()
    page = render_template("accounts/invitation.html", form=form, user=user, form_has_errors=errors)
    return page, 422 if errors else 200


@bp.post("/invitation/<token>/renouveler")
@public
def renew_invitation(token: str) -> Any:
    links.find(current_session(), Invitation, token) or abort(404)
    if invitations.renew(current_session(), token, settings().base_url):
        flash("Un nouveau lien vient d'être envoyé à votre adresse e-mail." + " " + mail_note())
        return redirect(url_for("accounts.sign_in"))
    flash("Cette invitation a déjà été acceptée : connectez-vous.", "warning")
    return redirect(url_for("accounts.sign_in"))


@bp.route("/mot-de-passe/oublie", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    form = ForgottenForm()
    if form.validate_on_submit():
        password_changes.ask_reset(current_session(), form.email.data, settings().base_url)
        flash(ASKED + " " + mail_note())
        return redirect(url_for("accounts.sign_in"))
    errors = form.is_submitted()
    page = render_template("accounts/forgotten.html", form=form, form_has_errors=errors, mail=mail_note())
    return page, 422 if errors else 200


@bp.route("/mot-de-passe/nouveau/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Any:
    found = links.find(current_session(), PasswordReset, token) or abort(404)
    if found[2] is not LinkState.USABLE:
        return render_template("accounts/reset_over.html"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            user = password_changes.reset(current_session(), token, form.password.data)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            forget_attempt(current_session(), attempt_keys(user.email, "", settings().secret_key))
            sessions.close()
            flash("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
            return redirect(url_for("accounts.sign_in"))
    errors = form.is_submitted()
    page = render_template("accounts/reset.html", form=form, user=found[1], form_has_errors=errors)
    return page, 422 if errors else 200
