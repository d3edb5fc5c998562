"""Signing in and out, one's own account and password."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from clause.access import Permission
from clause.accounts import demo, link_views, password_changes, sessions
from clause.accounts import sign_in as signing
from clause.accounts.affiliation import organisation_name
from clause.accounts.blueprint import HOME, bp, settings
from clause.accounts.forms import ChangePasswordForm, SignInForm
from clause.accounts.rules.addresses import local_path
from clause.accounts.rules.attempts import wait_in_words
from clause.guard import public, requires, viewer
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up

__all__ = ["bp", "link_views"]


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(_after_sign_in())
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    keys = signing.attempt_keys(form.email.data, request.remote_addr or "", settings().secret_key)
    give_up()  # the attempt is counted in a transaction of its own, which must not wait for this one
    wait = signing.note_attempt(keys)
    if wait is not None:
        return _locked_page(wait_in_words(wait), int(wait.total_seconds()) + 1)
    session = current_session()
    user = signing.user_of(session, form.email.data, form.password.data)
    if user is None:
        form.refuse("", signing.REFUSED)
        return _sign_in_page(form, 422)
    signing.signed_in(session, user, keys)
    sessions.open_for(user)
    return redirect(_after_sign_in())


def _after_sign_in() -> str:
    return local_path(request.args.get("suite")) or HOME


def _sign_in_page(form: SignInForm, status: int) -> tuple[str, int]:
    accounts = demo.accounts(current_session()) if settings().demo else []
    page = render_template(
        "accounts/sign_in.html", form=form, form_has_errors=status == 422, demo_accounts=accounts,
        demo_password=settings().demo_password if accounts else "",
    )  # fmt: skip
    return page, status


def _locked_page(wait: str, seconds: int) -> Response:
    text = (
        f"Trop d'essais de connexion ont échoué. Attendez {wait} avant de réessayer. "
        "Si vous avez oublié votre mot de passe, demandez-en un nouveau depuis la page de connexion."
    )
    page = render_template("layout/error.html", title="Trop d'essais de connexion", text=text, code=429)
    response = current_app.make_response((page, 429))
    response.headers["Retry-After"] = str(seconds)
    return response


@bp.get("/deconnexion")
@public
def sign_out() -> Response:
    """Ends the session. A link or a picture on another site cannot do it (browsers say where a request comes from)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect(HOME)
    sessions.close()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/compte")
@requires(Permission.USE_OWN_ACCOUNT)
def account() -> str:
    organisation = organisation_name(current_session(), current_user)
    return render_template("accounts/account.html", user=current_user, organisation=organisation)


@bp.route("/compte/mot-de-passe", methods=["GET", "POST"])
@requires(Permission.USE_OWN_ACCOUNT)
def change_password() -> Any:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            user = password_changes.change(current_session(), viewer(), form.current.data, form.password.data)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.sentence)
        else:
            sessions.open_for(user)
            flash("Votre mot de passe est changé. Vos autres sessions sont fermées.")
            return redirect(url_for("accounts.account"))
    errors = form.is_submitted()
    return render_template("accounts/password.html", form=form, form_has_errors=errors), 422 if errors else 200
