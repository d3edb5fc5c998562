"""Formal notices: drafted here, read and taken away by the authority that sends them, their day recorded."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.reporting import web
from clause.hours.reporting.actions import notices as actions
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.forms import NoticeForm, SendingForm
from clause.hours.reporting.queries import notices as queries
from clause.hours.reporting.queries.notices import NoticeRow
from clause.hours.reporting.rules.notices import text_of
from clause.kernel import clock
from clause.kernel.listing import page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.kernel.values import fold
from clause.markets.models import Market
from clause.markets.visibility import leads
from clause.organisations.models import Company

bp = Blueprint("notices", __name__, url_prefix="/mises-en-demeure")


@bp.get("/")
@requires(Permission.SEE_COMMITMENTS)
def index() -> str:
    page = queries.notices(current_session(), viewer(), page_number())
    return render_template("hours/reporting/notices.html", page=page)


@bp.route("/nouvelle/<market_id>", methods=["GET", "POST"])
@requires(Permission.DRAFT_NOTICES)
def new(market_id: str) -> Any:
    """A draft, written from what is late and what is missing; the company is chosen first where there are several."""
    market = web.led_market(market_id)
    company = _company(market)
    if company is None:
        companies = queries.companies_of(current_session(), market)
        return render_template("hours/reporting/notice_company.html", market=market, companies=companies)
    form = NoticeForm()
    if request.method == "GET":
        facts = queries.facts(current_session(), viewer(), market, company, clock.today())
        form.subject.data = f"Mise en demeure, marché {market.reference}"
        form.answer_within_days.data, form.body.data = facts.answer_within_days, text_of(facts)
    elif form.validate():
        try:
            base_url = current_app.config["CLAUSE"].base_url
            notice = actions.draft(current_session(), viewer(), market, company, form.values(), base_url)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("Le projet est prêt : le maître d'ouvrage le voit, et c'est lui qui l'envoie.")
            return redirect(url_for("notices.detail", public_id=notice.public_id))
    market = web.led_market(market_id)
    return web.page("notice_form", form, market=market, company=_company(market), row=None)


def _company(market: Market) -> Company | None:
    """The one asked for, or the only one of the market."""
    companies = queries.companies_of(current_session(), market)
    asked = request.args.get("entreprise")
    if asked is None:
        return companies[0] if len(companies) == 1 else None
    return next((company for company in companies if company.public_id == asked), None) or abort(404)


@bp.get("/<public_id>")
@requires(Permission.SEE_COMMITMENTS)
def detail(public_id: str) -> str:
    row = _found(public_id)
    draft = row.notice.state is NoticeState.DRAFTED
    return render_template(
        "hours/reporting/notice.html", row=row, notice=row.notice, edits=draft and _drafts(row),
        records=draft and (viewer().may(Permission.SEND_NOTICES) or _drafts(row)),
        document=queries.document(current_session(), row),
    )  # fmt: skip


@bp.get("/<public_id>/texte")
@requires(Permission.SEE_COMMITMENTS)
def text(public_id: str) -> Response:
    """The text to paste on headed paper, as a file."""
    row = _found(public_id)
    response = Response(row.notice.body.replace("\n", "\r\n"), mimetype="text/plain; charset=utf-8")
    name = fold(f"mise en demeure {row.market_reference} {row.company_name}").replace(" ", "-")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.txt")
    return response


@bp.get("/<public_id>/document")
@requires(Permission.SEE_COMMITMENTS)
def document(public_id: str) -> Any:
    return web.download(queries.document(current_session(), _found(public_id)))


@bp.route("/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.DRAFT_NOTICES)
def edit(public_id: str) -> Any:
    row = _found(public_id)
    form = NoticeForm(obj=row.notice) if request.method == "GET" else NoticeForm()
    if request.method == "GET":
        form.version.data = str(row.notice.version)
    elif form.validate():
        try:
            actions.change(current_session(), viewer(), row.notice, form.values(), form.version.data)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("Le projet est modifié.")
            return redirect(url_for("notices.detail", public_id=public_id))
    return web.page("notice_form", form, row=_found(public_id), market=None, company=None)


@bp.route("/<public_id>/envoi", methods=["GET", "POST"])
@requires(Permission.SEND_NOTICES)
def sent(public_id: str) -> Any:
    """The authority writes that it sent the notice."""
    return _sent(public_id, on_behalf=False)


@bp.route("/<public_id>/envoi-constate", methods=["GET", "POST"])
@requires(Permission.DRAFT_NOTICES)
def sent_on_behalf(public_id: str) -> Any:
    """The facilitation writes it for the authority, with the copy."""
    return _sent(public_id, on_behalf=True)


def _sent(public_id: str, *, on_behalf: bool) -> Any:
    row, form = _found(public_id), SendingForm()
    if request.method == "GET":
        form.sent_on.data, form.version.data = clock.today(), str(row.notice.version)
    elif form.validate():
        try:
            sending = form.values(web.attached())
            actions.record_sent(current_session(), viewer(), row.notice, sending, form.version.data)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("L'envoi est enregistré. Les délais courent de cette date.")
            return redirect(url_for("notices.detail", public_id=public_id))
    row = _found(public_id)
    if form.errors:  # the next try is about the text as it is now
        form.version.raw_data, form.version.data = None, str(row.notice.version)
    return web.page("notice_sent", form, row=row, on_behalf=on_behalf)


@bp.route("/<public_id>/abandonner", methods=["GET", "POST"])
@requires(Permission.DRAFT_NOTICES)
def withdraw(public_id: str) -> Any:
    row = _found(public_id)
    if request.method == "POST":
        actions.withdraw(current_session(), viewer(), row.notice)
        flash("Le projet est abandonné. Rien n'a été envoyé.")
        return redirect(url_for("notices.detail", public_id=public_id))
    return render_template("hours/reporting/notice_withdraw.html", row=row)


def _found(public_id: str) -> NoticeRow:
    return queries.notice(current_session(), viewer(), public_id) or abort(404)


def _drafts(row: NoticeRow) -> bool:
    return viewer().may(Permission.DRAFT_NOTICES) and leads(viewer(), row.structure_id)
