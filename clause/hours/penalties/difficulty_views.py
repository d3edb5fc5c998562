"""Difficulties: the list, announcing one, what was done about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.candidates.web import with_empty
from clause.guard import requires, viewer
from clause.hours.penalties import actions, web
from clause.hours.penalties.actions import DifficultyData
from clause.hours.penalties.codes import DifficultyKind
from clause.hours.penalties.forms import DifficultyForm, FollowForm
from clause.hours.penalties.models import Difficulty
from clause.hours.penalties.queries.difficulties import (
    SORTS,
    DifficultyFilters,
    DifficultyRow,
    all_difficulties,
    difficulties_page,
    find_difficulty,
)
from clause.hours.penalties.queries.markets import companies_of
from clause.hours.penalties.workbook import DIFFICULTY_COLUMNS, difficulty_cells
from clause.kernel import audit
from clause.kernel.listing import Page, asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session
from clause.markets.models import Market
from clause.markets.presentation import lead_or_403, list_file, xlsx

bp = Blueprint("difficulties", __name__, url_prefix="/difficultes")


@bp.get("/")
@requires(Permission.SEE_COMMITMENTS)
def index() -> str:
    filters, sort = _filters(), asked_sort(SORTS, "-annonce")
    rows, count = difficulties_page(current_session(), viewer(), filters, sort, page_number())
    page = Page(rows, count, page_number(), sort=sort, filters=filters.said())
    return render_template("hours/penalties/difficulties.html", page=page, filters=filters, kinds=DifficultyKind)


@bp.get("/export.xlsx")
@requires(Permission.SEE_COMMITMENTS)
def export() -> Any:
    filters = _filters()
    rows = all_difficulties(current_session(), viewer(), filters, asked_sort(SORTS, "-annonce"))
    cells = [difficulty_cells(row) for row in rows]
    return xlsx("difficultes", list_file("Difficultés", filters.said(), DIFFICULTY_COLUMNS, cells))


def _filters() -> DifficultyFilters:
    kind = DifficultyKind.read(request.args.get("nature", "")) if request.args.get("nature") else None
    return DifficultyFilters(kind, request.args.get("q", "").strip()[:100], request.args.get("ouvertes") == "1")


@bp.route("/nouvelle/<market_id>", methods=["GET", "POST"])
@requires(Permission.ANNOUNCE_DIFFICULTY)
def new(market_id: str) -> Any:
    market, form = web.found_market(market_id), DifficultyForm()
    if viewer().in_structure:
        lead_or_403(viewer(), market.structure_id)
    companies = _offer(form, market)
    if request.method == "POST" and form.validate():
        chosen = next((c.id for c in companies if form.company and c.public_id == form.company.data), None)
        announced_on = form.announced_on.data if form.announced_on else None
        try:
            data = DifficultyData(form.kind.data, form.account.data, chosen, announced_on)
            made = actions.announce(current_session(), viewer(), market, data, web.attached())
        except Refused as refusal:
            web.refuse(form, refusal)
            market = web.found_market(market_id)
        else:
            flash("La difficulté est enregistrée avec sa date. Le facilitateur et le maître d'ouvrage sont prévenus.")
            return redirect(url_for("difficulties.detail", public_id=made.public_id))
    return web.page("hours/penalties/difficulty_new.html", form, market=market)


def _offer(form: DifficultyForm, market: Market) -> Any:
    """The companies of the market for a facilitator; a company speaks for itself, today."""
    if not viewer().in_structure:
        del form.company, form.announced_on
        return ()
    companies = companies_of(current_session(), market.id)
    form.company.choices = with_empty([(c.public_id, c.name) for c in companies], "Choisir")
    return companies


def _found(public_id: str) -> DifficultyRow:
    return find_difficulty(current_session(), viewer(), public_id) or abort(404)


@bp.get("/<public_id>")
@requires(Permission.SEE_COMMITMENTS)
def detail(public_id: str) -> Any:
    row = _found(public_id)
    form = FollowForm(obj=row.difficulty)
    form.version.data = str(row.difficulty.version)
    return _page(row, form)


@bp.post("/<public_id>/suite")
@requires(Permission.ANNOUNCE_DIFFICULTY)
def follow(public_id: str) -> Any:
    row, form = _found(public_id), FollowForm()
    if not viewer().in_structure:
        abort(403)
    if form.validate():
        try:
            actions.follow(
                current_session(), viewer(), row.difficulty, form.action_taken.data, form.solved_on.data,
                form.version.data,
            )  # fmt: skip
        except Refused as refusal:
            web.refuse(form, refusal)
            row = _found(public_id)
        else:
            flash("La suite donnée est enregistrée.")
            return redirect(url_for("difficulties.detail", public_id=public_id))
    return _page(row, form)


def _page(row: DifficultyRow, form: FollowForm) -> Any:
    session, inside = current_session(), viewer().in_structure
    follows = inside and viewer().may(Permission.ANNOUNCE_DIFFICULTY)
    return web.page(
        "hours/penalties/difficulty.html", form, row=row, d=row.difficulty, follows=follows, stored=_file(row.difficulty),
        events=audit.history(session, row.difficulty) if inside else None,
    )  # fmt: skip


def _file(difficulty: Difficulty) -> StoredFile | None:
    return current_session().get(StoredFile, difficulty.file_id) if difficulty.file_id else None


@bp.get("/<public_id>/piece")
@requires(Permission.SEE_COMMITMENTS)
def attachment(public_id: str) -> Any:
    return web.download(_file(_found(public_id).difficulty))
