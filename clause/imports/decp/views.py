"""Public contract data: the list, sending a file, its result, one contract, opening a market."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.imports.decp import exports, job, links, opening, pages, queries
from clause.imports.decp.forms import OpenForm, SendForm
from clause.imports.decp.models import DecpContract
from clause.imports.decp.obligation import ESTIMATED, Outcome
from clause.imports.decp.queries import Category
from clause.imports.decp.records import folded, from_content, in_order
from clause.imports.report import Report, from_json
from clause.kernel import listing
from clause.kernel.refusals import Refused
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

bp = Blueprint("decp", __name__, url_prefix="/imports/decp")


@bp.get("/")
@requires(Permission.IMPORT_FILES)
def index() -> str:
    """All the contracts read so far, by question."""
    filters, said = pages.asked_filters()
    sort = listing.asked_sort(queries.SORTS, queries.DEFAULT_SORT)
    rows, total = queries.contract_list(current_session(), viewer(), filters, sort, number := listing.page_number())
    page: listing.Page[queries.Row] = listing.Page(rows, total, number, sort=sort, filters=said)
    return render_template(
        "decp/index.html", page=page, filters=filters, categories=Category, asked=pages.asked(),
        counts=queries.category_counts(current_session(), viewer(), filters.batch),
        years=queries.years(current_session()), Outcome=Outcome,
    )  # fmt: skip


@bp.get("/contrats.xlsx")
@requires(Permission.IMPORT_FILES)
def export() -> Response:
    """The list with the same filters."""
    filters, said = pages.asked_filters()
    sort = listing.asked_sort(queries.SORTS, queries.DEFAULT_SORT)
    content = exports.contracts(queries.all_contracts(current_session(), viewer(), filters, sort), said)
    return _file(content, "contrats-publics.xlsx")


@bp.get("/envoyer")
@requires(Permission.IMPORT_FILES)
def send() -> str:
    return _send_page(SendForm())


@bp.post("/envoyer")
@requires(Permission.IMPORT_FILES)
def receive() -> Any:
    """Import a small file at once, leave a large one to the worker."""
    form = SendForm()
    if not form.validate():
        return _send_page(form), 422
    sent, user_id = form.file.data, viewer().user_id
    assert user_id is not None  # the guard lets signed-in users in
    asked = job.receive(
        current_session(), current_app.config["CLAUSE"], sent.stream, sent.filename or "fichier", user_id, form.prefixes
    )
    if asked.error:
        form.file.errors = [asked.error]
        return _send_page(form), 422
    return redirect(url_for("decp.result", public_id=asked.public_id))


def _send_page(form: SendForm) -> str:
    recent = queries.recent_imports(current_session(), viewer())
    return render_template("decp/send.html", form=form, form_has_errors=bool(form.errors), recent=recent)


@bp.get("/imports/<public_id>")
@requires(Permission.IMPORT_FILES)
def result(public_id: str) -> str:
    """What an import brought: its counts, the questions it raises, its report."""
    asked = queries.import_by_address(current_session(), viewer(), public_id) or abort(404)
    report = from_json(asked.report) if asked.report else Report()
    counts = queries.category_counts(current_session(), viewer(), asked.public_id)
    return render_template("decp/result.html", job=asked, report=report, counts=counts, categories=Category)


@bp.get("/imports/<public_id>/compte-rendu.xlsx")
@requires(Permission.IMPORT_FILES)
def report_file(public_id: str) -> Response:
    asked = queries.import_by_address(current_session(), viewer(), public_id)
    if asked is None or not asked.report:
        abort(404)
    return _file(exports.report(from_json(asked.report), asked.payload["name"]), "compte-rendu-decp.xlsx")


@bp.get("/contrats/<public_id>")
@requires(Permission.IMPORT_FILES)
def detail(public_id: str) -> str:
    """What the public data says of a contract, every record read, and our market if there is one."""
    contract = _contract(public_id)
    records = [(r, from_content(r.content)) for r in queries.records_of(current_session(), contract)]
    state = from_content(contract.content)
    return render_template(
        "decp/detail.html", contract=contract, row=queries.row_of(current_session(), viewer(), contract),
        records=records, state=state, holders=folded(state).holders, changes=in_order(state.modifications),
        names=queries.known_names(current_session(), pages.sirens_of(state)), estimated=ESTIMATED, Outcome=Outcome,
    )  # fmt: skip


@bp.get("/contrats/<public_id>/ouvrir")
@requires(Permission.EDIT_MARKETS)
def open_form(public_id: str) -> Any:
    contract = _contract(public_id)
    if already := links.linked_markets(current_session(), viewer(), [contract.id]).get(contract.id):
        return redirect(url_for("markets.detail", public_id=already.public_id))
    return _open_page(contract, pages.prefilled_form(current_session(), viewer(), contract))


@bp.post("/contrats/<public_id>/ouvrir")
@requires(Permission.EDIT_MARKETS)
def open_market(public_id: str) -> Any:
    """Create the market; a second click finds it made."""
    contract = _contract(public_id)
    if already := links.linked_markets(current_session(), viewer(), [contract.id]).get(contract.id):
        flash(f"Ce contrat est déjà suivi : voici le marché {already.reference}.", "warning")
        return redirect(url_for("markets.detail", public_id=already.public_id))
    form = OpenForm()
    operations = pages.offer_operations(current_session(), viewer(), contract, form)
    if form.validate():
        try:
            market = opening.open_market(current_session(), viewer(), contract, *pages.typed_market(form, operations))
        except Refused as refusal:
            form.refuse(
                refusal.field if refusal.field in form else pages.FIELDS.get(refusal.field, ""), refusal.sentence
            )
        else:
            flash(f"Le marché {market.reference} est ouvert. Complétez son objectif d'heures et sa clause.")
            return redirect(url_for("markets.detail", public_id=market.public_id))
    return _open_page(contract, form), 422


def _open_page(contract: DecpContract, form: OpenForm) -> str:
    return render_template("decp/open.html", contract=contract, form=form, form_has_errors=bool(form.errors))


@bp.post("/contrats/<public_id>/rapprocher")
@requires(Permission.EDIT_MARKETS)
def recognise(public_id: str) -> Any:
    contract = _contract(public_id)
    try:
        market = opening.recognise(current_session(), viewer(), contract, request.form.get("market", ""))
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(f"Contrat rapproché du marché {market.reference}.")
    return redirect(url_for("decp.detail", public_id=public_id))


@bp.post("/contrats/<public_id>/separer")
@requires(Permission.EDIT_MARKETS)
def separate(public_id: str) -> Any:
    market = opening.separate(current_session(), viewer(), _contract(public_id))
    if market is not None:
        flash(f"Le rapprochement avec le marché {market.reference} est retiré. Le marché reste.")
    return redirect(url_for("decp.detail", public_id=public_id))


def _contract(public_id: str) -> DecpContract:
    return queries.contract_by_address(current_session(), viewer(), public_id) or abort(404)


def _file(content: bytes, name: str) -> Response:
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
