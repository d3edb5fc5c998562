"""Globalisation: conventions, their signatures, the transfers they allow. No page proposes hours to move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.pooling import actions, queries, section
from clause.hours.pooling.forms import AgreementForm, ConventionForm, EndForm, SignatureForm, TakeBackForm, TransferForm
from clause.hours.pooling.models import PoolingConvention
from clause.hours.pooling.queries import ConventionPage
from clause.hours.pooling.standing import Signed
from clause.kernel import clock, storage
from clause.kernel.forms import Form
from clause.kernel.listing import Page, page_number
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from clause.kernel.unit import current_session
from clause.kernel.values import NBSP, format_hours, read_count

bp = Blueprint("pooling", __name__, url_prefix="/heures/globalisation")
section.register()


def _data_dir() -> Path:
    return Path(current_app.config["CLAUSE"].data_dir)


def _found(public_id: str) -> PoolingConvention:
    """The convention at this address, or 404 outside what the viewer reads."""
    return queries.convention_by_address(current_session(), viewer(), public_id) or abort(404)


def _page(public_id: str) -> ConventionPage:
    return queries.convention_page(current_session(), viewer(), _found(public_id), clock.today())


def _version(form: Any) -> int | None:
    """The version that the form was filled from; a form without one is never the present one."""
    return read_count(form.version.data) or 0


def _refuse(form: Form, refused: Refused, convention: PoolingConvention) -> None:
    """Show the refusal by its field, and let the next try be made knowingly, on the present version."""
    form.refuse(refused.field if refused.field in form else "", refused.sentence)
    form.version.data = str(convention.version)
    form.version.raw_data = [form.version.data]


def _back(convention: PoolingConvention) -> Any:
    return redirect(url_for("pooling.detail", public_id=convention.public_id))


@bp.get("/")
@requires(Permission.SEE_COMMITMENTS)
def index() -> str:
    rows, total = queries.conventions(current_session(), viewer(), page_number(), clock.today())
    return render_template("hours/pooling/index.html", page=Page(rows, total, page_number()))


@bp.get("/<public_id>")
@requires(Permission.SEE_COMMITMENTS)
def detail(public_id: str) -> str:
    return render_template("hours/pooling/detail.html", page=_page(public_id))


@bp.get("/<public_id>/accords/<authority_id>/document")
@requires(Permission.SEE_COMMITMENTS)
def document(public_id: str, authority_id: str) -> Any:
    """The signed agreement, downloaded and never shown inside the page."""
    file_id = queries.document_of(current_session(), _found(public_id), authority_id)
    stored = current_session().get(StoredFile, file_id) if file_id else None
    return storage.download(_data_dir(), stored) if stored else abort(404)


# The convention


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def new() -> Any:
    """First the company, then its markets, the days and the reference."""
    chosen = queries.company_and_markets(current_session(), viewer(), request.args.get("entreprise", ""))
    if chosen is None:
        companies = queries.companies_with_several_markets(current_session(), viewer())
        return render_template(
            "hours/pooling/company.html", companies=companies
        ), 422 if request.method == "POST" else 200
    company, markets = chosen
    form = ConventionForm()
    form.offer(markets)
    if form.validate_on_submit():
        try:
            convention = actions.register(current_session(), viewer(), form.values(company.id))
        except Refused as refused:
            form.refuse(refused.field if refused.field in form else "", refused.sentence)
        else:
            flash("La convention est enregistrée. Elle n'a d'effet qu'une fois signée par tous.")
            return _back(convention)
    return _form("hours/pooling/form.html", form, company=company, convention=None)


@bp.route("/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def edit(public_id: str) -> Any:
    page = _page(public_id)
    convention, chosen = (
        page.convention,
        queries.company_and_markets(current_session(), viewer(), page.company.public_id),
    )
    if chosen is None or not page.unsigned:
        flash("Cette convention est signée par l'une des parties : elle ne change plus.", "warning")
        return _back(convention)
    form = ConventionForm()
    form.offer(chosen[1])
    if request.method == "GET":
        _fill(form, page)
    elif form.validate():
        try:
            actions.change(current_session(), viewer(), convention, form.values(page.company.id), _version(form))
        except Refused as refused:
            _refuse(form, refused, convention)
        else:
            flash("La convention est modifiée.")
            return _back(convention)
    return _form("hours/pooling/form.html", form, company=page.company, convention=convention)


def _fill(form: ConventionForm, page: ConventionPage) -> None:
    for name in ("reference", "starts_on", "ends_on", "notes"):
        form[name].data = getattr(page.convention, name)
    form.markets.data = [account.market.public_id for account in page.accounts]
    form.version.data = str(page.convention.version)


def _form(template: str, form: Any, **values: Any) -> Any:
    failed = request.method == "POST"
    return render_template(template, form=form, form_has_errors=bool(form.errors), **values), 422 if failed else 200


@bp.route("/<public_id>/signature", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def sign(public_id: str) -> Any:
    page, form = _page(public_id), SignatureForm()
    if form.validate_on_submit():
        try:
            actions.sign(current_session(), viewer(), page.convention, form.on.data, _version(form))
        except Refused as refused:
            _refuse(form, refused, page.convention)
        else:
            flash(f"La signature de {page.company.name} est enregistrée.")
            return _back(page.convention)
    return _dated("hours/pooling/signature.html", form, page, who=page.company.name, authority=None)


@bp.route("/<public_id>/accords/<authority_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def agree(public_id: str, authority_id: str) -> Any:
    page, form = _page(public_id), AgreementForm()
    signed = next((s for s in page.signed if s.authority is not None and s.authority.public_id == authority_id), None)
    if signed is None or signed.authority is None:
        abort(404)
    if form.validate_on_submit() and _agreed(form, page, signed):
        flash(f"L'accord de {signed.who} est enregistré.")
        return _back(page.convention)
    return _dated("hours/pooling/signature.html", form, page, who=signed.who, authority=signed.authority)


def _agreed(form: AgreementForm, page: ConventionPage, signed: Signed) -> bool:
    upload = request.files.get("document")
    content, name = (upload.read(), upload.filename or "") if upload else (b"", "")
    assert signed.authority is not None
    try:
        actions.record_agreement(
            current_session(), viewer(), page.convention, signed.authority.id, form.on.data, content, name, _data_dir(), _version(form),
        )  # fmt: skip
    except Refused as refused:
        _refuse(form, refused, page.convention)
        return False
    return True


def _dated(template: str, form: Any, page: ConventionPage, **values: Any) -> Any:
    if request.method == "GET":
        form.version.data = str(page.convention.version)
    return _form(template, form, page=page, **values)


@bp.route("/<public_id>/fin", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def end(public_id: str) -> Any:
    page, form = _page(public_id), EndForm()
    if form.validate_on_submit():
        try:
            actions.end(current_session(), viewer(), page.convention, form.on.data, form.reason.data, _version(form))
        except Refused as refused:
            _refuse(form, refused, page.convention)
        else:
            flash("La fin de la convention est enregistrée.")
            return _back(page.convention)
    return _dated("hours/pooling/end.html", form, page)


# Transfers


@bp.route("/<public_id>/transferts/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def transfer(public_id: str) -> Any:
    """Typed first; then a page says what each market has and will keep; only that page's button writes."""
    page, form = _page(public_id), TransferForm()
    form.offer([account.market for account in page.accounts])
    if form.validate_on_submit():
        try:
            return _confirmed(form, page) if request.form.get("confirm") == "1" else _previewed(form, page)
        except Refused as refused:
            _refuse(form, refused, page.convention)
    return _dated("hours/pooling/transfer.html", form, page)


def _previewed(form: TransferForm, page: ConventionPage) -> str:
    seen = actions.outlook(current_session(), page.convention, form.values())
    return render_template("hours/pooling/confirm.html", page=page, seen=seen, form=form)


def _confirmed(form: TransferForm, page: ConventionPage) -> Any:
    moved = actions.transfer(current_session(), viewer(), page.convention, form.values(), _version(form))
    references = {account.market.id: account.market.reference for account in page.accounts}
    hours = f"{format_hours(moved.hours)}{NBSP}h"
    flash(f"{hours} passent de {references[moved.from_market_id]} à {references[moved.to_market_id]}.")
    return _back(page.convention)


@bp.route("/<public_id>/transferts/<transfer_id>/reprendre", methods=["GET", "POST"])
@requires(Permission.EDIT_POOLING)
def take_back(public_id: str, transfer_id: str) -> Any:
    page, form = _page(public_id), TakeBackForm()
    row = next((t for t in page.transfers if t.transfer.public_id == transfer_id), None)
    if row is None:
        abort(404)
    if row.is_taking_back or row.taken_back:
        flash(
            "Ce transfert a déjà été repris." if row.taken_back else "La reprise d'un transfert ne se reprend pas.",
            "warning",
        )
        return _back(page.convention)
    if form.validate_on_submit():
        try:
            actions.take_back(
                current_session(), viewer(), page.convention, row.transfer, form.reason.data, _version(form)
            )
        except Refused as refused:
            _refuse(form, refused, page.convention)
        else:
            flash(f"Le transfert est repris : les heures reviennent à {row.giver}.")
            return _back(page.convention)
    return _dated("hours/pooling/take_back.html", form, page, row=row)
