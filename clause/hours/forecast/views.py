"""What markets will have done by their end: the list, by company, and the page of one market."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.forecast import on_market, workbook
from clause.hours.forecast.queries.lists import (
    SORTS,
    Filters,
    authorities,
    by_company,
    forecast_rows,
    sorted_rows,
)
from clause.hours.forecast.queries.page import forecast_page
from clause.hours.forecast.rules.forecast import about
from clause.kernel import clock
from clause.kernel.listing import PER_PAGE, Page, asked_sort, page_number
from clause.kernel.unit import current_session
from clause.markets.presentation import list_file, xlsx
from clause.markets.queries import market_by_address

__all__ = ["bp", "on_market"]

bp = Blueprint("forecast", __name__, url_prefix="/previsions")


def _filters() -> Filters:
    ask = request.args
    return Filters(
        ask.get("q", "").strip()[:100],
        ask.get("acheteur", "")[:40],
        ask.get("manque") == "1",
        ask.get("termines") == "1",
    )


@bp.get("/")
@requires(Permission.SEE_MARKETS)
def index() -> str:
    """The markets by what will be missing, the most first."""
    filters, sort, number = _filters(), asked_sort(SORTS, "-manque"), page_number()
    buyers = authorities(current_session(), viewer())
    rows = sorted_rows(forecast_rows(current_session(), viewer(), filters, clock.today()), sort)
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    page = Page(shown, len(rows), number, sort=sort, filters=filters.said(buyers))
    return render_template("hours/forecast/index.html", page=page, filters=filters, buyers=buyers, about=about)


@bp.get("/export.xlsx")
@requires(Permission.SEE_MARKETS)
def export() -> Any:
    filters = _filters()
    rows = sorted_rows(forecast_rows(current_session(), viewer(), filters, clock.today()), asked_sort(SORTS, "-manque"))
    said = filters.said(authorities(current_session(), viewer()))
    return xlsx("previsions", list_file("Prévisions", said, workbook.COLUMNS, [workbook.cells(row) for row in rows]))


@bp.get("/entreprises")
@requires(Permission.SEE_MARKETS)
def companies() -> str:
    """The same by contractor: what each will lack on its markets together."""
    filters, number = Filters(text=request.args.get("q", "").strip()[:100]), page_number()
    rows = by_company(forecast_rows(current_session(), viewer(), filters, clock.today()))
    page = Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], len(rows), number)
    return render_template("hours/forecast/companies.html", page=page, filters=filters, about=about)


@bp.get("/marches/<public_id>")
@requires(Permission.SEE_MARKETS)
def market(public_id: str) -> str:
    """One market: each assumption, the contracts and posts behind it, what would close the gap."""
    found = market_by_address(current_session(), viewer(), public_id) or abort(404)
    page = forecast_page(current_session(), viewer(), found, clock.today())
    if page is None:
        abort(404)
    return render_template("hours/forecast/market.html", market=found, page=page, p=page.projection, about=about)
