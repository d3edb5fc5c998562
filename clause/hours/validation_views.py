"""One declaration before its facilitator: validate or send back its lines. The queue and the acts on one line are beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours import actions, line_views, queries, queue_views
from clause.hours.evidence.queries import reviews_of
from clause.hours.queries import DeclarationPage
from clause.hours.rules.counting import declared_hours
from clause.hours.validation_blueprint import bp
from clause.hours.views import found_page
from clause.kernel.presentation import hours_unit, plural
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import read_count

__all__ = ["bp", "line_views", "queue_views"]


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def detail(public_id: str) -> Any:
    page = found_page(public_id)
    if request.method == "GET":
        return _show(page)
    return _decide(page, public_id)


def _show(page: DeclarationPage, refusal: str = "", reason: str = "", ticked: frozenset[str] = frozenset()) -> Any:
    html = render_template(
        "hours/detail.html", page=page, validating=True, refusal=refusal, reason=reason, ticked=ticked,
        reviews=reviews_of(current_session(), viewer(), page.declaration), form_has_errors=bool(refusal),
    )  # fmt: skip
    return html, 422 if refusal else 200


def _decide(page: DeclarationPage, public_id: str) -> Any:
    action, reason = request.form.get("action", ""), request.form.get("reason", "").strip()
    ticked = frozenset(request.form.getlist("lines"))
    decide = DECISIONS.get(action)
    if decide is None:
        abort(400)
    ids = [view.line.id for view in page.waiting if view.key in ticked] if action.endswith("_selected") else None
    try:
        done = decide(page, ids, reason, _version())
    except Refused as refusal:
        give_up()
        return _show(found_page(public_id), refusal.sentence, reason, ticked)
    flash(done)
    left = queries.to_validate_count(current_session(), viewer())
    return redirect(url_for("validation.index") if left else url_for("validation.detail", public_id=public_id))


def _version() -> int | None:
    return read_count(request.form.get("version"))


def _validate(page: DeclarationPage, ids: list[int] | None, _reason: str, version: int | None) -> str:
    before = declared_hours(view.line for view in page.waiting if ids is None or view.line.id in ids)
    about = (
        f"{page.declaration.company.name}, {page.market.reference}"  # read before: the act loads the declaration again
    )
    count = actions.validate_lines(current_session(), viewer(), page.declaration, ids, version)
    if not count:
        return f"{about} : mois sans heures validé."
    return f"{about} : {plural(count, 'ligne validée', 'lignes validées')}, {hours_unit(before)}."


def _return(page: DeclarationPage, ids: list[int] | None, reason: str, version: int | None) -> str:
    company = page.declaration.company.name
    actions.return_(current_session(), viewer(), page.declaration, reason, ids, version)
    return f"Les heures sont renvoyées à {company} avec votre motif."


DECISIONS: dict[str, Callable[[DeclarationPage, list[int] | None, str, int | None], str]] = {
    "validate_all": _validate, "validate_selected": _validate, "return_all": _return, "return_selected": _return,
}  # fmt: skip
