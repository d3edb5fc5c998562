"""The contractor's pages on what its suppliers declared."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.accounts.reading import PAGE, log_reads
from clause.candidates.models import Participant
from clause.guard import requires, viewer
from clause.hours.suppliers import actions, queries
from clause.hours.suppliers.queries import SuppliedPage, SupplierFilters
from clause.kernel import listing
from clause.kernel.presentation import of_month
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import BadValue, read_count, read_month

bp = Blueprint("suppliers", __name__, url_prefix="/heures/fournisseurs")


@bp.get("/")
@requires(Permission.CONFIRM_SUPPLIED_HOURS)
def index() -> str:
    filters = _filters()
    page = queries.supplied(current_session(), viewer(), filters, listing.page_number())
    return render_template("hours/suppliers/index.html", page=page, filters=filters)


def _filters() -> SupplierFilters:
    try:
        month = read_month(request.args["mois"]) if request.args.get("mois") else None
    except BadValue:
        month = None
    return SupplierFilters(month, request.args.get("q", "").strip()[:100], request.args.get("attente") == "1")


@bp.route("/<public_id>", methods=["GET", "POST"])
@requires(Permission.CONFIRM_SUPPLIED_HOURS)
def detail(public_id: str) -> Any:
    page = _found(public_id)
    if request.method == "GET":
        log_reads(viewer(), Participant.__tablename__, sorted({r.participant_id for r in page.received}), PAGE)
        return _show(page)
    text, about = (
        request.form.get("remark", ""),
        f"{page.declaration.company.name}, heures {of_month(page.declaration.month)}",
    )
    try:
        done = _said(page, text)
    except Refused as refusal:
        give_up()
        return _show(_found(public_id), refusal, text)
    flash(f"{about} : {done}")
    return redirect(url_for("suppliers.index"))


def _said(page: SuppliedPage, text: str) -> str:
    version = read_count(request.form.get("version"))
    if request.form.get("action") == "remark":
        actions.remark(current_session(), viewer(), page.declaration, text, version)
        return "votre remarque est transmise au facilitateur et au fournisseur."
    if request.form.get("action") != "confirm":
        abort(400)
    actions.confirm(current_session(), viewer(), page.declaration, version)
    return "confirmées."


def _show(page: SuppliedPage, refusal: Refused | None = None, text: str = "") -> Any:
    html = render_template(
        "hours/suppliers/detail.html", page=page, refusal=refusal, text=text, form_has_errors=refusal is not None
    )
    return html, 422 if refusal else 200


def _found(public_id: str) -> SuppliedPage:
    page = queries.supplied_page(current_session(), viewer(), public_id)
    if page is None:
        abort(404)
    return page
