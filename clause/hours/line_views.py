"""Acts on one line, each on a page of its own that says what it does: adjust, correct, reopen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours import actions
from clause.hours.actions import reopening
from clause.hours.codes import LineState
from clause.hours.forms import CorrectionForm
from clause.hours.line_forms import AdjustForm, ReopenForm
from clause.hours.queries import DeclarationPage, LineView
from clause.hours.validation_blueprint import bp
from clause.hours.views import found_page
from clause.kernel.forms import Form
from clause.kernel.presentation import plural
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import read_count


def line_of(page: DeclarationPage, key: str, fits: Callable[[LineView], bool]) -> LineView:
    """The standing line of the structure's own people that a page names, or 404.

    A form sent from a page that is out of date goes through to the action, which says what became of the line: what was
    typed stays on the page.
    """
    sent = request.method == "POST"
    view = next((v for v in page.lines if v.key == key and (sent or fits(v))), None)
    if view is None:
        abort(404)
    return view


def again(page: DeclarationPage, key: str, before: LineView) -> LineView:
    """The line of a declaration read again after a refusal; as it was where it is gone."""
    return next((v for v in page.lines if v.key == key), before)


def render_form(
    template: str, page: DeclarationPage, view: LineView | None, form: Any, status: int, **more: Any
) -> Any:
    """The form with all that was typed, for the version of the declaration that it now shows."""
    form.version.raw_data, form.version.data = None, str(page.declaration.version)
    html = render_template(template, page=page, view=view, form=form, form_has_errors=status == 422, **more)
    return html, status


def refuse(form: Form, refusal: Refused) -> None:
    """The sentence beside its field, or above the form where it is about the whole."""
    give_up()
    form.refuse(refusal.field if refusal.field in form else "", refusal.sentence)


def detail_of(public_id: str) -> Any:
    return redirect(url_for("validation.detail", public_id=public_id))


@bp.route("/<public_id>/ajuster/<key>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def adjust(public_id: str, key: str) -> Any:
    """Validate a line that waits with other hours than those stated."""
    page = found_page(public_id)
    view = line_of(page, key, lambda v: v.waits)
    form = AdjustForm(hours=view.line.hours, version=str(page.declaration.version))
    if not form.validate_on_submit():
        return render_form("hours/adjust.html", page, view, form, 422 if form.is_submitted() else 200)
    try:
        actions.adjust_line(
            current_session(), viewer(), page.declaration, view.line, form.hours.data, form.reason.data or "",
            read_count(form.version.data),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, refusal)
        fresh = found_page(public_id)
        return render_form("hours/adjust.html", fresh, again(fresh, key, view), form, 422)
    flash("Ligne validée avec les heures retenues. L'entreprise voit les deux nombres et votre motif.")
    return detail_of(public_id)


@bp.route("/<public_id>/corriger/<key>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def correct(public_id: str, key: str) -> Any:
    """Replace the hours of a validated line."""
    page = found_page(public_id)
    view = line_of(page, key, lambda v: v.line.state is LineState.VALIDATED)
    form = CorrectionForm(hours=view.line.hours, version=str(page.declaration.version))
    if not form.validate_on_submit():
        return render_form("hours/correct.html", page, view, form, 422 if form.is_submitted() else 200)
    try:
        actions.correct_line(
            current_session(), viewer(), page.declaration, view.line, form.hours.data, form.reason.data,
            read_count(form.version.data),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, refusal)
        fresh = found_page(public_id)
        return render_form("hours/correct.html", fresh, again(fresh, key, view), form, 422)
    flash("Heures corrigées : l'ancienne écriture est annulée, la nouvelle la remplace.")
    return detail_of(public_id)


@bp.route("/<public_id>/rouvrir", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def reopen(public_id: str) -> Any:
    """Send the whole month back to the company."""
    page = found_page(public_id)
    if request.method != "POST" and not page.decided and not page.nil_decided:
        abort(404)
    return _reopen(page, None)


@bp.route("/<public_id>/rouvrir/<key>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def reopen_line(public_id: str, key: str) -> Any:
    """Send one line back to the company."""
    page = found_page(public_id)
    return _reopen(page, line_of(page, key, lambda v: v.decided))


def _reopen(page: DeclarationPage, view: LineView | None) -> Any:
    form = ReopenForm(version=str(page.declaration.version))
    closed = reopening.refusal_of(page.market)
    if closed or not form.validate_on_submit():
        return render_form("hours/reopen.html", page, view, form, 422 if form.is_submitted() else 200, closed=closed)
    public_id, ids = page.declaration.public_id, [view.line.id] if view else None
    try:
        count = actions.reopen(
            current_session(), viewer(), page.declaration, form.reason.data or "", ids, read_count(form.version.data)
        )
    except Refused as refusal:
        refuse(form, refusal)
        fresh = found_page(public_id)
        shown = again(fresh, view.key, view) if view else None
        return render_form("hours/reopen.html", fresh, shown, form, 422, closed=reopening.refusal_of(fresh.market))
    flash(f"{plural(count, 'ligne rouverte', 'lignes rouvertes')} : l'entreprise les corrige et les renvoie." if count else "Mois rouvert : l'entreprise le déclare de nouveau.")  # fmt: skip
    return detail_of(public_id)
