"""Signing in and out, invitations, passwords, one's own account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from clause.access import Permission
from clause.accounts import demo, sessions
from clause.accounts import sign_in as signing
from clause.accounts.forms import SignInForm
from clause.accounts.rules.addresses import local_path
from clause.accounts.rules.attempts import wait_in_words
from clause.config import Settings
from clause.guard import public, requires
from clause.kernel.unit import current_session, give_up

bp = Blueprint("accounts", __name__, url_prefix="")
HOME = "/"


def settings() -> Settings:
    found: Settings = current_app.config["CLAUSE"]
    return found


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
    return render_template("accounts/account.html")
