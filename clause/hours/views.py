"""Declarations: what is to declare, what is late, the list, one declaration, its files. The grid is in ``grid_views``."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for

from clause.access import Permission, Role
from clause.accounts.reading import EXPORT, log_reads
from clause.candidates.models import Participant
from clause.guard import requires, viewer
from clause.hours import estimate_views, grid_views, late_views, queries, workbook
from clause.hours.blueprint import bp
from clause.hours.codes import DeclarationState
from clause.hours.evidence.queries import reviews_of
from clause.hours.months import views as month_views
from clause.hours.queries import DeclarationPage, Filters
from clause.hours.queries.lists import SORTS
from clause.hours.reporting.queries.follow_ups import owed_reports
from clause.hours.suppliers.queries import to_confirm_count
from clause.kernel import clock, listing, storage
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session
from clause.kernel.values import BadValue, fold, format_month, read_month

MOST_EXPORTED = 100_000  # rows; a sheet holds a million

__all__ = ["bp", "estimate_views", "grid_views", "late_views", "month_views"]


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
        reports = [o for o in owed_reports(current_session(), viewer(), clock.today()) if o.over]
        return render_template(
            "hours/company.html",
            page=page,
            filters=filters,
            states=states,
            markets=_by_market(owed),
            reports=reports,
            month=max(owed, key=lambda o: (o.over, o.month)).month if owed else None,
            to_confirm=to_confirm_count(current_session(), viewer()),
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


@bp.get("/declarations.xlsx")
@requires(Permission.SEE_DECLARATIONS)
def export_list() -> Response:
    """The list with the filters and the order of the page, all its rows. No person in it."""
    sort = listing.asked_sort(SORTS, "-mois")
    page = queries.declarations(current_session(), viewer(), _filters(), sort=sort, per_page=MOST_EXPORTED)
    content = workbook.list_workbook(page, company=viewer().role is Role.COMPANY)
    return workbook.attached(content, "declarations-d-heures.xlsx")


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
    reviews = reviews_of(current_session(), viewer(), page.declaration)
    return render_template("hours/detail.html", page=page, validating=False, reviews=reviews)


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


@bp.get("/<public_id>/releve/<int:number>")
@requires(Permission.SEE_DECLARATIONS)
def statement_file(public_id: str, number: int) -> Any:
    """A signed statement, counted from 1, downloaded and never shown inside the page."""
    kept = found_page(public_id).statements
    if not 1 <= number <= len(kept):
        abort(404)
    return storage.download(current_app.config["CLAUSE"].data_dir, kept[number - 1])


@bp.get("/<public_id>/suite")
@requires(Permission.DECLARE_HOURS)
def resume(public_id: str) -> Any:
    """From a declaration to its grid."""
    page = found_page(public_id)
    return redirect(url_for("declarations.grid", market=page.market.public_id, month=f"{page.declaration.month:%Y-%m}"))
