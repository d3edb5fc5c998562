"""Validating or returning declared hours, correcting validated ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours import actions, queries
from clause.hours.forms import CorrectionForm
from clause.hours.queries import DeclarationPage, LineView
from clause.hours.views import found_page
from clause.kernel import listing
from clause.kernel.presentation import hours_unit, plural
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import read_count

bp = Blueprint("validation", __name__, url_prefix="/validation")


@bp.get("/")
@requires(Permission.VALIDATE_HOURS)
def index() -> str:
    """The queue: what stands out first, then the oldest."""
    rows = queries.declarations_to_validate(current_session(), viewer())
    number, per_page = listing.page_number(), listing.PER_PAGE
    shown = rows[(number - 1) * per_page : number * per_page]
    quiet = sum(1 for row in rows if not row.signals)
    page = listing.Page(shown, len(rows), number, per_page)
    return render_template("hours/queue.html", page=page, waiting=len(rows), quiet=quiet)


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
        form_has_errors=bool(refusal),
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
    before = sum(view.line.hours for view in page.waiting if ids is None or view.line.id in ids)
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


@bp.route("/<public_id>/corriger/<key>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def correct(public_id: str, key: str) -> Any:
    """Its own page, that says what a correction does."""
    page = found_page(public_id)
    view = _line(page, key)
    form = CorrectionForm(hours=view.line.hours, version=str(page.declaration.version))
    if not form.validate_on_submit():
        return _correction(page, view, form, 422 if form.is_submitted() else 200)
    try:
        version = read_count(form.version.data)
        actions.correct_line(
            current_session(), viewer(), page.declaration, view.line, form.hours.data, form.reason.data, version
        )
    except Refused as refusal:
        give_up()
        fresh = found_page(public_id)
        form.refuse(refusal.field if refusal.field in ("hours", "reason") else "", refusal.sentence)
        return _correction(fresh, next((v for v in fresh.lines if v.key == key), view), form, 422)
    flash("Heures corrigées : l'ancienne écriture est annulée, la nouvelle la remplace.")
    return redirect(url_for("validation.detail", public_id=public_id))


def _line(page: DeclarationPage, key: str) -> LineView:
    """A validated standing line of the structure's own people, or 404."""
    view = next((v for v in page.lines if v.key == key and not v.waits), None)
    if view is None:
        abort(404)
    return view


def _correction(page: DeclarationPage, view: LineView, form: CorrectionForm, status: int) -> Any:
    form.version.raw_data, form.version.data = None, str(page.declaration.version)
    html = render_template("hours/correct.html", page=page, view=view, form=form, form_has_errors=status == 422)
    return html, status
