"""Pages of saved views: list, keep, rename and share, delete."""

from __future__ import annotations

from typing import Any, cast

from flask import abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.consolidations.explorer import saved
from clause.consolidations.explorer.forms import ViewForm
from clause.consolidations.explorer.question import read_question
from clause.consolidations.explorer.scope import scope_of
from clause.consolidations.explorer.views import bp
from clause.consolidations.models import SavedView
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.listing import Page, page_number, page_of
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up

CANNOT_KEEP = "Cette question ne peut pas être gardée : revenez à l'explorateur et posez-la à nouveau."


@bp.get("/vues")
@requires(Permission.EXPLORE)
def saved_index() -> str:
    number = page_number()
    rows, total = page_of(current_session(), saved.saved_views(viewer()), number)
    return render_template("consolidations/explorer/views.html", page=Page(rows, total, number), me=viewer().user_id)


@bp.post("/vues")
@requires(Permission.EXPLORE)
def keep() -> Any:
    """Keep the question of the form under its name."""
    scope = scope_of(current_session(), viewer(), request.form.get("perimetre", ""))
    read = read_question(cast(Any, request.form), scope, clock.today().year)
    if read.errors:
        raise Refused(CANNOT_KEEP)
    form, question = ViewForm(), read.question.arguments()
    if form.validate_on_submit():
        try:
            view = saved.keep(
                current_session(), viewer(), form.name.data or "", question, shared=bool(form.shared.data)
            )
        except Refused as refusal:
            give_up()
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"La vue « {view.name} » est gardée.")
            return redirect(url_for("explorer.index", **cast(Any, question)))
    inputs = [(name, one) for name, given in question.items() for one in (given if isinstance(given, list) else [given])]  # fmt: skip
    page = render_template(
        "consolidations/explorer/keep.html", form=form, form_has_errors=True, question=read.question, hidden=inputs, inside=viewer().in_structure,
        back=url_for("explorer.index", **cast(Any, question)),
    )  # fmt: skip
    return page, 422


@bp.route("/vues/<public_id>", methods=["GET", "POST"])
@requires(Permission.EXPLORE)
def change(public_id: str) -> Any:
    """Rename a view of one's own, share it or not."""
    view, form = _own(public_id), ViewForm()
    if form.validate_on_submit():
        try:
            saved.change(current_session(), viewer(), view, form.name.data or "", shared=bool(form.shared.data))
        except Refused as refusal:
            give_up()
            view = _own(public_id)
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash(f"La vue « {view.name} » est enregistrée.")
            return redirect(url_for("explorer.saved_index"))
    elif not form.is_submitted():
        form.name.data, form.shared.data = view.name, view.shared
    page = render_template(
        "consolidations/explorer/view.html", form=form, form_has_errors=bool(form.errors), view=view, inside=viewer().in_structure
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/vues/<public_id>/supprimer")
@requires(Permission.EXPLORE)
def drop(public_id: str) -> Any:
    view = _own(public_id)
    name = view.name
    saved.drop(current_session(), viewer(), view)
    flash(f"La vue « {name} » est supprimée.")
    return redirect(url_for("explorer.saved_index"))


def _own(public_id: str) -> SavedView:
    return saved.own_view(current_session(), viewer(), public_id) or abort(404)
