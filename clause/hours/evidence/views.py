"""The contradictory stage: what is asked, one question with its answer and its decision."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for

from clause.access import Permission, Role
from clause.guard import requires, viewer
from clause.hours.evidence import actions, queries
from clause.hours.evidence.actions import Piece
from clause.hours.evidence.forms import AnswerForm, DecisionForm
from clause.hours.evidence.pieces import pieces_of
from clause.hours.evidence.queries import SORTS, ReviewRow
from clause.hours.line_forms import AskForm
from clause.hours.line_views import again, detail_of, line_of, refuse, render_form
from clause.hours.models import Declaration
from clause.hours.queries import to_validate_count
from clause.hours.views import found_page
from clause.kernel import clock, listing, storage
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session
from clause.kernel.values import read_count
from clause.organisations.models import Structure

bp = Blueprint("evidence", __name__, url_prefix="/heures/pieces")


@bp.get("/")
@requires(Permission.SEE_DECLARATIONS)
def index() -> str:
    """What is asked of a company, or by a structure; with ``tout=1`` what is decided too."""
    everything, text = request.args.get("tout") == "1", request.args.get("q", "").strip()[:100]
    page = queries.reviews(
        current_session(), viewer(), everything=everything, text=text,
        sort=listing.asked_sort(SORTS, "jour"), page=listing.page_number(),
    )  # fmt: skip
    return render_template(
        "hours/evidence/index.html", page=page, text=text, everything=everything, today=clock.today(),
        company=viewer().role is Role.COMPANY, waiting=to_validate_count(current_session(), viewer()),
    )  # fmt: skip


@bp.route("/demander/<public_id>/<key>", methods=["GET", "POST"])
@requires(Permission.VALIDATE_HOURS)
def ask(public_id: str, key: str) -> Any:
    """Ask the company for evidence of a line that waits."""
    page = found_page(public_id)
    view = line_of(page, key, lambda v: v.waits)
    structure = current_session().get_one(Structure, page.market.structure_id)
    days = int(setting("evidence.answer_days", structure.parameters, page.market.parameters))
    form = AskForm(answer_before=clock.today() + timedelta(days=days), version=str(page.declaration.version))
    if not form.validate_on_submit():
        return render_form("hours/evidence/ask.html", page, view, form, 422 if form.is_submitted() else 200)
    try:
        actions.ask(
            current_session(), viewer(), page.declaration, view.line, form.reason.data or "", form.answer_before.data,
            read_count(form.version.data),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, refusal)
        fresh = found_page(public_id)
        return render_form("hours/evidence/ask.html", fresh, again(fresh, key, view), form, 422)
    flash("Demande envoyée à l'entreprise. La ligne attend sa réponse.")
    return detail_of(public_id)


def _found(public_id: str) -> ReviewRow:
    row = queries.review_row(current_session(), viewer(), public_id)
    if row is None:
        abort(404)
    return row


@bp.get("/<public_id>")
@requires(Permission.SEE_DECLARATIONS)
def detail(public_id: str) -> Any:
    return _show(_found(public_id))


def _show(row: ReviewRow, answer: AnswerForm | None = None, decision: DecisionForm | None = None) -> Any:
    answer, decision = answer or AnswerForm(formdata=None), decision or DecisionForm(formdata=None)
    version = str(_declaration(row).version)
    for form in (answer, decision):
        form.version.raw_data, form.version.data = None, version
    refused = bool(answer.errors or decision.errors)
    html = render_template(
        "hours/evidence/detail.html", row=row, answer=answer, decision=decision, today=clock.today(), pieces=_kept(row),
        company=viewer().role is Role.COMPANY, form_has_errors=refused,
    )  # fmt: skip
    return html, 422 if refused else 200


def _declaration(row: ReviewRow) -> Declaration:
    return found_page(row.declaration_public_id).declaration


@bp.post("/<public_id>/reponse")
@requires(Permission.DECLARE_HOURS)
def answer(public_id: str) -> Any:
    """The company answers, with a piece or without."""
    row, form = _found(public_id), AnswerForm()
    if not form.validate_on_submit():
        return _show(row, answer=form)
    try:
        actions.answer(
            current_session(), viewer(), _declaration(row), row.review, form.answer.data or "", _pieces(form),
            read_count(form.version.data),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, refusal)
        return _show(_found(public_id), answer=form)
    flash("Réponse envoyée à votre facilitateur.")
    return redirect(url_for("evidence.detail", public_id=public_id))


def _pieces(form: AnswerForm) -> list[Piece]:
    return [(_data_dir(), file.read(), file.filename) for file in form.pieces.data or () if file and file.filename]


def _data_dir() -> Path:
    return Path(current_app.config["CLAUSE"].data_dir)


@bp.post("/<public_id>/decision")
@requires(Permission.VALIDATE_HOURS)
def decide(public_id: str) -> Any:
    """The facilitator accepts or refuses the hours."""
    row, form = _found(public_id), DecisionForm()
    if not form.validate_on_submit():
        return _show(row, decision=form)
    accept = form.decision.data == "accept"
    try:
        actions.decide(
            current_session(), viewer(), _declaration(row), row.review, accept=accept, text=form.text.data or "",
            version=read_count(form.version.data),
        )  # fmt: skip
    except Refused as refusal:
        refuse(form, Refused(refusal.sentence, "text" if refusal.field == "decision" else refusal.field))
        return _show(_found(public_id), decision=form)
    flash("Heures validées." if accept else "Heures refusées. L'entreprise lit votre motif.")
    return redirect(url_for("evidence.detail", public_id=public_id))


@bp.get("/<public_id>/piece/<int:number>")
@requires(Permission.SEE_DECLARATIONS)
def piece(public_id: str, number: int) -> Any:
    """A piece of the answer, counted from 1, downloaded and never shown inside the page."""
    kept = _kept(_found(public_id))
    if not 1 <= number <= len(kept):
        abort(404)
    return storage.download(_data_dir(), kept[number - 1])


def _kept(row: ReviewRow) -> list[StoredFile]:
    return pieces_of(current_session(), [row.review.id]).get(row.review.id, [])
