"""The list of markets, its export, and the page of one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.listing import Page, asked_sort, page_number
from clause.kernel.unit import current_session
from clause.markets import sections
from clause.markets.codes import NEVER_ONGOING, MarketStatus
from clause.markets.forms.filters import MarketListFilters
from clause.markets.models import Market
from clause.markets.presentation import (
    MARKET_COLUMNS,
    article_of,
    equivalent_rate,
    law_of,
    list_file,
    market_cells,
    room,
    warnings_of,
    xlsx,
)
from clause.markets.queries import all_markets, choices, market_list, market_page, market_totals
from clause.markets.queries.markets import SORTS, MarketPage
from clause.markets.rules.status import market_steps
from clause.markets.views.blueprint import bp, found


@bp.get("/")
@requires(Permission.SEE_MARKETS)
def index() -> str:
    form, sort, today = _filters(), asked_sort(SORTS, "reference"), clock.today()
    session, who = current_session(), viewer()
    rows, count = market_list(session, who, form.values(), sort, page_number(), today)
    page = Page(rows, count, page_number(), sort=sort, filters=form.said())
    totals = market_totals(session, who, form.values(), today)
    return render_template("markets/index.html", form=form, page=page, totals=totals)


@bp.get("/export.xlsx")
@requires(Permission.SEE_MARKETS)
def export() -> Any:
    form = _filters()
    rows = all_markets(current_session(), viewer(), form.values(), asked_sort(SORTS, "reference"), clock.today())
    return xlsx("marches", list_file("Marchés", form.said(), MARKET_COLUMNS, [market_cells(row) for row in rows]))


def _filters() -> MarketListFilters:
    session, who = current_session(), viewer()
    return MarketListFilters(request.args, choices.listed_authorities(session, who), choices.facilitators(session, who))


@bp.get("/<public_id>")
@requires(Permission.SEE_MARKETS)
def detail(public_id: str) -> str:
    market, who = found(public_id), viewer()
    page = market_page(current_session(), who, market, clock.today())
    objective = page.figures.objective
    added = sections.sections(current_session(), who, market, clock.today())
    return render_template(
        "markets/detail.html",
        page=page,
        market=market,
        operation=market.operation,
        law=law_of(market.operation, market),
        article=article_of(market.operation, market),
        rate=equivalent_rate(market, objective.current if objective else None),
        warnings=_warnings(page) if who.in_structure else [],
        steps=market_steps(page.figures.status),
        links={**_links(market), **sections.links(who, market)},
        sections=added,
        in_structure=who.in_structure,
    )


def _warnings(page: MarketPage) -> list[str]:
    objective, operation = page.figures.objective, page.market.operation
    trade = next((e.calculation["trade"] for e in page.events if e.calculation.get("trade")), "")
    return warnings_of(operation, page.market, objective.current if objective else None, page.parties, trade)


# A market in one of these states employs nobody any more.
OVER = NEVER_ONGOING | {MarketStatus.CLOSED, MarketStatus.TERMINATED}


def _links(market: Market) -> dict[str, str]:
    """The pages of other slices about this market that the viewer may open: their lists, searched by its reference."""
    who = viewer()
    wanted: list[tuple[str, str, Permission, dict[str, str]]] = [
        ("Contrats de travail sur ce marché", "contracts.index", Permission.SEE_CONTRACTS, {"q": market.reference}),
        ("Déclarations d'heures", "declarations.index", Permission.SEE_DECLARATIONS, {"q": market.reference}),
        ("Bilan de l'opération", "consolidations.operation", Permission.SEE_CONSOLIDATIONS, {"public_id": market.operation.public_id}),
    ]  # fmt: skip
    if market.clause_kind is not None and market.status not in OVER:
        wanted.append(("Ouvrir un poste", "contracts.new_position", Permission.PROPOSE_CONTRACT, {"marche": market.public_id}))  # fmt: skip
    urls = {label: room(endpoint, **values) for label, endpoint, right, values in wanted if who.may(right)}
    return {label: url for label, url in urls.items() if url}
