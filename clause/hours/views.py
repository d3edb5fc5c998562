"""Declarations: what is to declare, what is late, the list, one declaration, its files. The grid is in ``grid_views``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, send_file, url_for

from clause.access import Permission, Role
from clause.accounts.reading import EXPORT, log_reads
from clause.candidates.models import Participant
from clause.guard import requires, viewer
from clause.hours import grid_views, queries, workbook
from clause.hours.blueprint import bp
from clause.hours.codes import DeclarationState
from clause.hours.queries import DeclarationPage, Filters
from clause.hours.queries.lists import SORTS
from clause.kernel import clock, listing, storage
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session
from clause.kernel.values import BadValue, fold, format_month, read_month

__all__ = ["bp", "grid_views"]


@bp.get("/")
@requires(Permission.SEE_DECLARATIONS)
def index() -> Any:
    """For a company, its months to declare and what it sent; for a structure, all the declarations."""
    filters = _filters()
    sort = listing.asked_sort(SORTS, "-mois")
    page = queries.declarations(current_session(), viewer(), filters, sort=sort, page=listing.page_number())
    states = DeclarationState.choices()
    if viewer().role is Role.COMPANY:
        owed = queries.months_to_declare(current_session(), viewer(), clock.today())
        return render_template(
            "hours/company.html", page=page, filters=filters, states=states, markets=_by_market(owed)
        )
    return render_template("hours/structure.html", page=page, filters=filters, states=states, **_counts())


def _by_market(owed: list[queries.OwedMonth]) -> list[list[queries.OwedMonth]]:
    groups: dict[int, list[queries.OwedMonth]] = {}
    for month in owed:
        groups.setdefault(month.market_id, []).append(month)
    return list(groups.values())


def _counts() -> dict[str, int]:
    """What the tabs of a structure say."""
    return {"waiting": queries.to_validate_count(current_session(), viewer())}


def _filters() -> Filters:
    try:
        month = read_month(request.args["mois"]) if request.args.get("mois") else None
    except BadValue:
        month = None
    state = next((s for s in DeclarationState if s.value == request.args.get("etat")), None)
    return Filters(state=state, month=month, text=request.args.get("q", "").strip()[:100])


@bp.get("/retards")
@requires(Permission.VALIDATE_HOURS)
def late() -> Any:
    """The months that companies have not sent, by age; with ``tout=1`` those that are not late yet too."""
    text, everything = request.args.get("q", "").strip()[:100], request.args.get("tout") == "1"
    owed = queries.months_to_declare(current_session(), viewer(), clock.today())
    found = sorted((o for o in owed if o.late_days > 0), key=lambda o: (-o.late_days, o.company_name))
    shown = owed if everything else found
    if text:
        shown = [o for o in shown if fold(text) in fold(f"{o.company_name} {o.market_reference} {o.market_title}")]
    ages = queries.late_by_age(found)
    return render_template("hours/late.html", owed=shown, ages=ages, total=len(found), text=text, everything=everything, **_counts())  # fmt: skip


def found_page(public_id: str) -> DeclarationPage:
    """The declaration, or 404 outside what the viewer sees."""
    page = queries.declaration_page(current_session(), viewer(), public_id)
    if page is None:
        abort(404)
    return page


@bp.get("/<public_id>")
@requires(Permission.SEE_DECLARATIONS)
def detail(public_id: str) -> Any:
    page = found_page(public_id)
    if viewer().role is Role.COMPANY and page.declaration.state is DeclarationState.DRAFT:
        return redirect(grid_views.company_address(page.market.public_id, page.declaration.month))
    return render_template("hours/detail.html", page=page, validating=False)


@bp.get("/<public_id>/export.xlsx")
@requires(Permission.SEE_DECLARATIONS)
def export(public_id: str) -> Response:
    page = found_page(public_id)
    content = workbook.declaration_workbook(page)
    people = sorted({view.line.participant_id for view in page.lines})
    log_reads(viewer(), Participant.__tablename__, people, EXPORT)
    name = f"heures {page.market.reference} {format_month(page.declaration.month)}.xlsx"
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=fold(name).replace(" xlsx", "").replace(" ", "-") + ".xlsx")  # fmt: skip
    return response


@bp.get("/<public_id>/releve")
@requires(Permission.SEE_DECLARATIONS)
def statement_file(public_id: str) -> Any:
    """The signed statement, downloaded and never shown inside the page."""
    page = found_page(public_id)
    if page.statement is None:
        abort(404)
    path = storage.path_of(Path(current_app.config["CLAUSE"].data_dir).resolve(), page.statement)
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype=page.statement.media_type, as_attachment=True, download_name=page.statement.name)


@bp.get("/<public_id>/suite")
@requires(Permission.DECLARE_HOURS)
def resume(public_id: str) -> Any:
    """From a declaration to its grid."""
    page = found_page(public_id)
    return redirect(url_for("declarations.grid", market=page.market.public_id, month=f"{page.declaration.month:%Y-%m}"))
