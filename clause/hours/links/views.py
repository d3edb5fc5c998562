"""The pages behind a declaration link, and the list where a company or the facilitation closes one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from clause.access import Permission, Role, Viewer
from clause.accounts.blueprint import mail_note
from clause.accounts.rules.attempts import wait_in_words
from clause.config import Settings
from clause.guard import public, requires, viewer
from clause.hours import queries
from clause.hours.addressed import month_addressed
from clause.hours.links import actions, attempts, sessions
from clause.hours.links.models import DeclarationLink
from clause.hours.links.queries import links, visible_link
from clause.hours.links.rules import LinkState, masked
from clause.hours.links.sessions import LinkUser, viewer_of
from clause.hours.queries.due import OwedMonth
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.markets.queries import market_by_address
from clause.organisations.models import Company

bp = Blueprint("links", __name__, url_prefix="/heures")


def _settings() -> Settings:
    found: Settings = current_app.config["CLAUSE"]
    return found


@bp.get("/lien/<token>")
@bp.get("/lien/<token>/<market>/<month>")
@public
def landing(token: str, market: str = "", month: str = "") -> Any:
    """What the link opens, and the button that opens it. Writes nothing: a mail scanner that comes here opens nothing."""
    link = _found(token)
    session = current_session()
    state = actions.state(session, link)
    company = session.get_one(Company, link.company_id)
    page = {"company": company, "token": token, "address": masked(link.recipient), "mail": mail_note()}
    if state is not LinkState.USABLE:
        return _quiet(render_template("hours/links/over.html", state=state.value, **page), 410)
    owed = _owed(viewer_of(link))
    return _quiet(
        render_template("hours/links/landing.html", owed=owed, until=link.expires_on, market=market, month=month, other=_other(link), **page)
    )  # fmt: skip


@bp.post("/lien/<token>")
@bp.post("/lien/<token>/<market>/<month>")
@public
def enter(token: str, market: str = "", month: str = "") -> Any:
    link = _found(token)
    if actions.state(current_session(), link) is not LinkState.USABLE:
        return redirect(url_for("links.landing", token=token))
    actions.used(link)
    address = _address(viewer_of(link), market, month)
    if not _same_company(link):
        sessions.open_for(link)
    return _quiet(redirect(address))


@bp.post("/lien/<token>/renouveler")
@public
def renew(token: str) -> Any:
    """A new link, to the address of the old one and to no other."""
    link = _found(token)
    try:
        actions.renew(current_session(), link, _settings())
    except Refused as refused:
        flash(refused.sentence, "warning")
    else:
        flash(f"Un nouveau lien vient d'être envoyé à {masked(link.recipient)}. {mail_note()}".strip())
    return _quiet(redirect(url_for("links.landing", token=token)))


def _found(token: str) -> DeclarationLink:
    """The link of a token; 404 for one that was never given, 429 for who tries many."""
    key = attempts.key_of(request.remote_addr or "", _settings().secret_key)
    wait = attempts.wait(key)
    if wait is not None:
        abort(_too_many(wait_in_words(wait), int(wait.total_seconds()) + 1))
    link = actions.find(current_session(), token)
    if link is None:
        give_up()  # counted in a transaction of its own, which must not wait for this one
        attempts.note(key)
        abort(404)
    return link


def _too_many(wait: str, seconds: int) -> Response:
    text = f"Trop de liens inconnus ont été essayés depuis votre réseau. Attendez {wait} avant de réessayer."
    response = make_response(render_template("layout/error.html", title="Trop d'essais", text=text, code=429), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _quiet(page: Any, status: int = 200) -> Response:
    """The address of this page is a secret: it is told to no other."""
    response: Response = make_response(page) if status == 200 else make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _address(holder: Viewer, market: str, text: str) -> str:
    """The month that the mail spoke of; the oldest one to declare where it spoke of several; the list for any other."""
    if not market:
        return _oldest(_owed(holder))
    month = month_addressed(text)
    if month is None or market_by_address(current_session(), holder, market) is None:
        return url_for("declarations.index")
    return url_for("declarations.grid", market=market, month=f"{month:%Y-%m}")


def _owed(holder: Viewer) -> list[OwedMonth]:
    """The months that are over and still to declare, oldest first."""
    found = queries.months_to_declare(current_session(), holder, clock.today())
    return sorted((owed for owed in found if owed.over), key=lambda owed: owed.month)


def _oldest(owed: list[OwedMonth]) -> str:
    """The page of the oldest month: its market's, or that of all markets where several wait for it; the list for none."""
    if not owed:
        return url_for("declarations.index")
    first = owed[0]
    if len([o for o in owed if o.month == first.month]) > 1:
        return url_for("declarations.month", month=first.month_key)
    return url_for("declarations.grid", market=first.market_public_id, month=first.month_key)


def _same_company(link: DeclarationLink) -> bool:
    """Signed in for this company already, with more rights than the link gives: nothing to open."""
    if not current_user.is_authenticated or _by_link():
        return False
    who = viewer()
    return who.role is Role.COMPANY and who.company_id == link.company_id


def _other(link: DeclarationLink) -> str:
    """Who is signed in on this browser and would no longer be."""
    return current_user.name if current_user.is_authenticated and not _by_link() and not _same_company(link) else ""


def _by_link() -> LinkUser | None:
    found = current_user._get_current_object()
    return found if isinstance(found, LinkUser) else None


# The list of links


@bp.get("/liens")
@requires(Permission.SEE_DECLARATIONS)
def index() -> str:
    text = request.args.get("q", "").strip()[:100]
    rows = [row for row in links(current_session(), viewer(), text) if _is_own(row.link)]
    waiting = queries.to_validate_count(current_session(), viewer()) if viewer().in_structure else 0
    return render_template("hours/links/index.html", rows=rows, text=text, closes=_closes(), waiting=waiting)


@bp.route("/liens/<public_id>/fermer", methods=["GET", "POST"])
@requires(Permission.SEE_DECLARATIONS)
def close(public_id: str) -> Any:
    link = _visible(public_id)
    if request.method == "POST":
        actions.close(current_session(), viewer(), link)
        flash(f"Le lien envoyé à {link.recipient} est fermé, dans tous les messages où il figure.")
        return redirect(url_for("links.index"))
    return render_template("hours/links/close.html", link=link)


@bp.post("/liens/<public_id>/rouvrir")
@requires(Permission.SEE_DECLARATIONS)
def open_again(public_id: str) -> Any:
    link = _visible(public_id)
    actions.open_again(current_session(), viewer(), link, _settings())
    flash(f"Les prochains messages à {link.recipient} porteront un nouveau lien.")
    return redirect(url_for("links.index"))


def _visible(public_id: str) -> DeclarationLink:
    link = visible_link(current_session(), viewer(), public_id)
    if link is None or not _is_own(link):
        abort(404)
    if not _closes():
        abort(403)
    return link


def _is_own(link: DeclarationLink) -> bool:
    """Who came by a link sees that address alone."""
    by_link = _by_link()
    return by_link is None or by_link.recipient == link.recipient


def _closes() -> bool:
    return viewer().may(Permission.DECLARE_HOURS) or viewer().may(Permission.VALIDATE_HOURS)
