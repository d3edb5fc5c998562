"""Penalty cases: the list, what may be opened, the file of one. Its acts are in ``act_views``."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.penalties import actions, on_market, web
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.figures import Calculation, calculate, contractor_of
from clause.hours.penalties.forms import OpeningForm
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.queries.cases import SORTS, CaseFilters, all_cases, cases_page, waiting_cases
from clause.hours.penalties.queries.suggestions import suggestions
from clause.hours.penalties.rules import NEXT, PenaltyRefusal, opening_refusal, terms_of
from clause.hours.penalties.workbook import CASE_COLUMNS, case_cells
from clause.kernel import clock
from clause.kernel.listing import Page, asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.markets.models import Market
from clause.markets.presentation import lead_or_403, list_file, xlsx

__all__ = ["bp", "on_market"]

bp = Blueprint("penalties", __name__, url_prefix="/penalites")

# A company reads neither what is only detected nor an authority what is not proposed yet.
SEEN = [state for state in PenaltyState if state is not PenaltyState.DETECTED]


@bp.get("/")
@requires(Permission.SEE_COMMITMENTS)
def index() -> str:
    filters, sort = _filters(), asked_sort(SORTS, "-ouvert")
    rows, count = cases_page(current_session(), viewer(), filters, sort, page_number())
    page = Page(rows, count, page_number(), sort=sort, filters=filters.said())
    states = list(PenaltyState) if viewer().in_structure else SEEN
    waiting = len(waiting_cases(current_session(), viewer(), clock.today()))
    return render_template("hours/penalties/index.html", page=page, filters=filters, states=states, waiting=waiting)


@bp.get("/export.xlsx")
@requires(Permission.SEE_COMMITMENTS)
def export() -> Any:
    filters = _filters()
    rows = all_cases(current_session(), viewer(), filters, asked_sort(SORTS, "-ouvert"))
    inside = viewer().in_structure
    cells = [case_cells(row, inside=inside, decides=viewer().may(Permission.DECIDE_PENALTY)) for row in rows]
    return xlsx("penalites", list_file("Pénalités", filters.said(), CASE_COLUMNS, cells))


def _filters() -> CaseFilters:
    state = PenaltyState.read(request.args.get("etat", "")) if request.args.get("etat") else None
    return CaseFilters(state, request.args.get("q", "").strip()[:100], request.args.get("en_cours") == "1")


@bp.get("/a-examiner")
@requires(Permission.PROPOSE_PENALTY)
def candidates() -> str:
    """Markets at their end that lack hours, documents late since a notice: suggestions, nothing is opened by itself."""
    rows = suggestions(current_session(), viewer(), clock.today())
    return render_template("hours/penalties/candidates.html", rows=rows)


@bp.route("/nouveau/<market_id>", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def new(market_id: str) -> Any:
    market = web.found_market(market_id)
    lead_or_403(viewer(), market.structure_id)
    form = OpeningForm()
    if request.method == "GET":
        form.with_hours.data = market.ends_on is None or market.ends_on < clock.today()
    elif request.form.get("action") == "open" and form.validate():
        try:
            case = actions.open_case(current_session(), viewer(), market, form.held())
        except Refused as refusal:
            web.refuse(form, refusal)
            market = web.found_market(market_id)
        else:
            flash("Le dossier est ouvert. L'entreprise n'en sait encore rien : demandez-lui ses observations.")
            return redirect(url_for("penalties.detail", public_id=case.public_id))
    return _opening(form, market, None)


def _opening(form: OpeningForm, market: Market, case: PenaltyCase | None) -> Any:
    """The form beside the calculation that it gives today."""
    company_id = case.company_id if case else contractor_of(current_session(), market.id)
    found = _calculated(form, market, company_id)
    refusal = PenaltyRefusal.NO_CONTRACTOR if company_id is None else opening_refusal(found.computed if found else None)
    return web.page(
        "hours/penalties/open.html", form, market=market, case=case, found=found, refusal=refusal,
        terms=terms_of(market.parameters),
    )  # fmt: skip


def _calculated(form: OpeningForm, market: Market, company_id: int | None) -> Calculation | None:
    if company_id is None or any(form[name].errors for name in ("late_since", "received_on")):
        return None
    return calculate(current_session(), market, company_id, form.held(), clock.today())


@bp.route("/<public_id>/calcul", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def compute_again(public_id: str) -> Any:
    """The calculation of today in place of the first, while nothing has been asked of the company."""
    case = web.found_case(public_id)
    market = current_session().get_one(Market, case.market_id)
    form = OpeningForm()
    if request.method == "GET":
        _prefill(form, case)
    elif request.form.get("action") == "open" and form.validate():
        try:
            actions.compute_again(current_session(), viewer(), market, case, form.held(), form.version.data)
        except Refused as refusal:
            web.refuse(form, refusal)
            case = web.found_case(public_id)
            market = current_session().get_one(Market, case.market_id)
        else:
            flash("La pénalité est calculée de nouveau.")
            return redirect(url_for("penalties.detail", public_id=public_id))
    return _opening(form, market, case)


def _prefill(form: OpeningForm, case: PenaltyCase) -> None:
    kept = case.calculation
    form.version.data, form.with_hours.data = str(case.version), kept.get("with_hours", True)
    form.late_what.data = kept.get("late_what", "")
    for name in ("late_since", "received_on"):
        form[name].data = date.fromisoformat(kept[name]) if kept.get(name) else None


@bp.get("/<public_id>")
@requires(Permission.SEE_COMMITMENTS)
def detail(public_id: str) -> str:
    """The whole file, in the order in which it is read and printed."""
    page = web.file_of(public_id)
    who = viewer()
    return render_template(
        "hours/penalties/detail.html", page=page, case=page.case, next=NEXT[page.case.state],
        inside=who.in_structure, company=who.company_id is not None, today=clock.today(),
        decides=who.may(Permission.DECIDE_PENALTY),
    )  # fmt: skip


@bp.get("/<public_id>/fichiers/reponse")
@requires(Permission.SEE_COMMITMENTS)
def answer_file(public_id: str) -> Any:
    return web.download(web.file_of(public_id).files.get("reponse"))


@bp.get("/<public_id>/fichiers/decision")
@requires(Permission.SEE_COMMITMENTS)
def decision_file(public_id: str) -> Any:
    return web.download(web.file_of(public_id).files.get("decision"))


from clause.hours.penalties import act_views  # noqa: E402, F401 - its routes belong to this blueprint
