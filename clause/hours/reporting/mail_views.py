"""The log of mails: what left, to whom, with which text, what became of it; and sending one again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.queries import to_validate_count
from clause.hours.reporting.codes import MailOutcome
from clause.hours.reporting.queries.mail_log import SORTS, MailFilters, MailRow, mail, mails
from clause.kernel import listing, outbox
from clause.kernel.unit import current_session

bp = Blueprint("mails", __name__, url_prefix="/heures/courriels")


@bp.get("/")
@requires(Permission.VALIDATE_HOURS)
def index() -> str:
    outcome = next((o for o in MailOutcome if o.value == request.args.get("etat")), None)
    filters = MailFilters(outcome, request.args.get("q", "").strip()[:100], request.args.get("equipe") == "1")
    page = mails(
        current_session(), viewer(), filters, sort=listing.asked_sort(SORTS, "-date"), page=listing.page_number()
    )
    waiting = to_validate_count(current_session(), viewer())
    return render_template(
        "hours/mails/index.html", page=page, filters=filters, outcomes=MailOutcome.choices(), waiting=waiting
    )


@bp.get("/<public_id>")
@requires(Permission.VALIDATE_HOURS)
def detail(public_id: str) -> str:
    return render_template("hours/mails/detail.html", row=_found(public_id), limit=outbox.MAX_ATTEMPTS)


@bp.post("/<public_id>/renvoyer")
@requires(Permission.VALIDATE_HOURS)
def send_again(public_id: str) -> Any:
    row = _found(public_id)
    if outbox.send_again(current_session(), row.mail.id):
        flash("Le message est remis en attente : il repart dans la minute.")
    else:
        flash("Ce message n'est pas abandonné : il n'y a rien à renvoyer.", "warning")
    return redirect(url_for("mails.detail", public_id=public_id))


def _found(public_id: str) -> MailRow:
    return mail(current_session(), viewer(), public_id) or abort(404)
