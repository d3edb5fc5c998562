"""The accounts that a market asks for: their list is on the market's page, their forms here; what companies deposit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from sqlalchemy import select

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.addressed import month_or_404
from clause.hours.reporting import on_market, web
from clause.hours.reporting.actions import obligations as actions
from clause.hours.reporting.forms import EndForm, ObligationForm, ReceiptForm
from clause.hours.reporting.models import ReportingObligation, ReportReceipt
from clause.hours.reporting.queries.follow_ups import title_of
from clause.hours.reporting.queries.obligations import rhythm_of
from clause.hours.reporting.rules.periods import period_of
from clause.hours.reporting.visibility import obligation_condition, receipt_condition
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session
from clause.markets.models import Market
from clause.organisations.models import Company

__all__ = ["bp", "on_market"]

bp = Blueprint("reporting", __name__, url_prefix="")


@bp.route("/marches/<public_id>/comptes-rendus/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def new(public_id: str) -> Any:
    market, form = web.led_market(public_id), ObligationForm()
    if request.method == "GET":
        form.due_day.data = 15
    elif form.validate():
        try:
            actions.add_obligation(current_session(), viewer(), market, form.values())
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("Le compte rendu attendu est ajouté.")
            return redirect(_section(market))
    return web.page("obligation", form, market=web.led_market(public_id), obligation=None)


@bp.route("/marches/<public_id>/comptes-rendus/<obligation_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def edit(public_id: str, obligation_id: str) -> Any:
    market, row = _led(public_id, obligation_id)
    form = ObligationForm(obj=row) if request.method == "GET" else ObligationForm()
    if request.method == "GET":
        form.version.data = str(row.version)
    elif form.validate():
        try:
            actions.change_obligation(current_session(), viewer(), market, row, form.values(), form.version.data)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("Le compte rendu attendu est modifié.")
            return redirect(_section(market))
    market, row = _led(public_id, obligation_id)
    return web.page("obligation", form, market=market, obligation=row)


@bp.route("/marches/<public_id>/comptes-rendus/<obligation_id>/fin", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def end(public_id: str, obligation_id: str) -> Any:
    market, row = _led(public_id, obligation_id)
    form = EndForm()
    if request.method == "GET":
        form.until_month.data = row.until_month
    elif form.validate():
        assert form.until_month.data is not None
        try:
            actions.end_obligation(current_session(), viewer(), market, row, form.until_month.data)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash("La fin de ce compte rendu est enregistrée.")
            return redirect(_section(market))
    market, row = _led(public_id, obligation_id)
    return web.page("obligation_end", form, market=market, obligation=row, title=title_of(row))


def _led(public_id: str, obligation_id: str) -> tuple[Market, ReportingObligation]:
    market = web.led_market(public_id)
    row = current_session().scalars(
        select(ReportingObligation).where(
            ReportingObligation.market_id == market.id, ReportingObligation.public_id == obligation_id
        )
    ).one_or_none()  # fmt: skip
    return market, row or abort(404)


def _section(market: Market) -> str:
    return url_for("markets.detail", public_id=market.public_id, _anchor="comptes-rendus")


# What companies give


@bp.route("/heures/depot/<obligation_id>/<month>", methods=["GET", "POST"])
@requires(Permission.DECLARE_HOURS)
def deposit(obligation_id: str, month: str) -> Any:
    """A company gives an account."""
    company_id = viewer().company_id
    company = current_session().get(Company, company_id) if company_id is not None else None
    return _receive(obligation_id, company or abort(404), month, url_for("declarations.index"))


@bp.route("/heures/recu/<obligation_id>/<company>/<month>", methods=["GET", "POST"])
@requires(Permission.DECLARE_FOR_COMPANY)
def received(obligation_id: str, company: str, month: str) -> Any:
    """A facilitator writes that an account came."""
    found = current_session().scalars(select(Company).where(Company.public_id == company)).one_or_none()
    return _receive(obligation_id, found or abort(404), month, url_for("declarations.late"))


def _receive(obligation_id: str, company: Company, month: str, back: str) -> Any:
    row = _obligation(obligation_id)
    form, company_id, company_name = ReceiptForm(), company.id, company.name
    if not viewer().in_structure:
        del form.received_on
    elif request.method == "GET":
        form.received_on.data = clock.today()
    if request.method == "POST" and form.validate():
        file = web.attached()
        if form.said_something(file is not None):
            try:
                on = form.received_on.data if form.received_on else clock.today()
                text = (form.comment.data or "").strip()
                actions.receive(current_session(), viewer(), row, company_id, month_or_404(month), on, text, file)
            except Refused as refusal:
                web.refuse(form, refusal)
            else:
                flash("Le compte rendu est enregistré.")
                return redirect(back)
    row = _obligation(obligation_id)
    period = period_of(rhythm_of(row), month_or_404(month))
    market = current_session().get_one(Market, row.market_id)
    return web.page(
        "receipt", form, title=title_of(row), period=period, market=market, company_name=company_name, back=back
    )


def _obligation(public_id: str) -> ReportingObligation:
    return current_session().scalars(
        select(ReportingObligation).where(obligation_condition(viewer()), ReportingObligation.public_id == public_id)
    ).one_or_none() or abort(404)  # fmt: skip


@bp.get("/heures/recu/<public_id>/document")
@requires(Permission.SEE_DECLARATIONS)
def document(public_id: str) -> Any:
    stored = current_session().scalars(
        select(StoredFile)
        .join(ReportReceipt, ReportReceipt.file_id == StoredFile.id)
        .where(receipt_condition(viewer()), ReportReceipt.public_id == public_id)
    ).one_or_none()  # fmt: skip
    return web.download(stored)
