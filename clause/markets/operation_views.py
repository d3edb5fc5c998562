"""Operations: list, detail, creation, edition, state, partners."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.forms import select_choices
from clause.kernel.listing import Page, asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.markets import actions
from clause.markets.forms import refuse, renew_version, version_of
from clause.markets.forms.filters import OperationListFilters
from clause.markets.forms.operations import OperationForm, OperationStatusForm, PartnerForm
from clause.markets.models import Operation
from clause.markets.presentation import (
    OPERATION_COLUMNS,
    article_of,
    law_of,
    lead_or_403,
    list_file,
    obligation_of,
    operation_cells,
    room,
    xlsx,
)
from clause.markets.queries import all_operations, choices, operation_by_address, operation_list, operation_page
from clause.markets.queries.operations import SORTS
from clause.markets.rules.status import operation_steps

bp = Blueprint("operations", __name__, url_prefix="/operations")


@bp.get("/")
@requires(Permission.SEE_MARKETS)
def index() -> str:
    form = _filters()
    sort = asked_sort(SORTS, "reference")
    rows, count = operation_list(current_session(), viewer(), form.values(), sort, page_number(), clock.today())
    page = Page(rows, count, page_number(), sort=sort, filters=form.said())
    return render_template("operations/index.html", form=form, page=page, structure_id=viewer().structure_id)


@bp.get("/export.xlsx")
@requires(Permission.SEE_MARKETS)
def export() -> Any:
    form = _filters()
    rows = all_operations(current_session(), viewer(), form.values(), asked_sort(SORTS, "reference"), clock.today())
    cells = [operation_cells(row) for row in rows]
    return xlsx("operations", list_file("Opérations", form.said(), OPERATION_COLUMNS, cells))


def _filters() -> OperationListFilters:
    session, who = current_session(), viewer()
    return OperationListFilters(
        request.args, choices.listed_authorities(session, who), choices.facilitators(session, who)
    )


@bp.get("/<public_id>")
@requires(Permission.SEE_MARKETS)
def detail(public_id: str) -> str:
    operation = _found(public_id)
    page = operation_page(current_session(), viewer(), operation, clock.today())
    return render_template(
        "operations/detail.html",
        page=page,
        operation=operation,
        law=law_of(operation),
        in_structure=viewer().in_structure,
        articles={row.market.id: article_of(operation, row.market) for row in page.markets},
        obligation=obligation_of(page) if viewer().in_structure else None,
        report=room("consolidations.operation", public_id=public_id)
        if viewer().may(Permission.SEE_CONSOLIDATIONS)
        else None,
    )


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def new() -> Any:
    form = OperationForm()
    if request.method == "GET":
        form.facilitator_id.data = choices.account_address(current_session(), viewer().user_id)
        return _form_page(form, None)
    if form.validate():
        try:
            operation = actions.register_operation(current_session(), viewer(), _values(form))
        except Refused as refused:
            refuse(form, refused)
        else:
            flash(f"L'opération {operation.reference} est créée. Ajoutez maintenant ses marchés.")
            return redirect(url_for("operations.detail", public_id=operation.public_id))
    return _form_page(form, None), 422


@bp.route("/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def edit(public_id: str) -> Any:
    operation = _led(public_id)
    form = OperationForm(data=_known(operation)) if request.method == "GET" else OperationForm()
    if request.method == "GET":
        return _form_page(form, operation)
    if form.validate():
        try:
            actions.change_operation(current_session(), viewer(), operation, _values(form), version_of(form))
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, operation.version)
        else:
            flash("L'opération est modifiée.")
            return redirect(url_for("operations.detail", public_id=public_id))
    return _form_page(form, operation), 422


def _known(operation: Operation) -> dict[str, Any]:
    """What the form begins with."""
    names = (
        "reference", "title", "programme", "commune", "place", "consultation_date", "starts_on", "ends_on", "notes", "version"
    )  # fmt: skip
    return {
        **{name: getattr(operation, name) for name in names},
        "authority": choices.authority_words(operation.authority.name, operation.authority.siren),
        "facilitator_id": choices.account_address(current_session(), operation.facilitator_id),
    }


def _values(form: OperationForm) -> Any:
    """The dataclass of the form; a name typed that is no known authority is refused by the action."""
    session = current_session()
    known = choices.authority_by_words(session, form.authority.data) if form.authority.data else None
    chosen = form.facilitator_id.data
    return form.values(known, choices.facilitator_id(session, viewer(), chosen) if chosen else None)


def _form_page(form: OperationForm, operation: Operation | None) -> str:
    session, who = current_session(), viewer()
    people = choices.facilitators(session, who)
    form.facilitator_id.choices = select_choices([("", "Personne pour l'instant"), *people])
    return render_template(
        "operations/form.html",
        form=form,
        operation=operation,
        authorities=choices.known_authorities(session),
        form_has_errors=bool(form.errors),
    )


@bp.route("/<public_id>/etat", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def status(public_id: str) -> Any:
    operation = _led(public_id)
    form = OperationStatusForm()
    steps = operation_steps(operation.status)
    form.status.choices = select_choices([("", "Choisissez"), *((s.value, s.label) for s in steps)])
    if request.method == "GET":
        form.version.data = str(operation.version)
    elif form.validate():
        try:
            actions.change_operation_status(
                current_session(), viewer(), operation, form.status.data, form.reason.data, version_of(form)
            )
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, operation.version)
        else:
            flash(f"L'opération est maintenant : {operation.status.label.lower()}.")
            return redirect(url_for("operations.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    page = operation_page(current_session(), viewer(), operation, clock.today())
    return render_template(
        "operations/status.html",
        form=form,
        operation=operation,
        steps=steps,
        page=page,
        form_has_errors=bool(form.errors),
    ), code


@bp.route("/<public_id>/partenaires", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def partners(public_id: str) -> Any:
    operation = _led(public_id)
    form = PartnerForm()
    possible = choices.possible_partners(current_session(), operation)
    form.structure.choices = select_choices([("", "Choisissez"), *possible])
    if request.method == "POST" and form.validate():
        try:
            structure = _structure(form.structure.data)
            actions.add_partner(
                current_session(), viewer(), operation, structure, form.agreed_on.data, form.agreement.data
            )
        except Refused as refused:
            refuse(form, refused)
        else:
            flash(f"{structure.name} est partenaire de l'opération et peut y suivre ses propres personnes.")
            return redirect(url_for("operations.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    return render_template(
        "operations/partners.html", form=form, operation=operation, possible=possible, form_has_errors=bool(form.errors)
    ), code


@bp.route("/<public_id>/partenaires/<structure_id>/retirer", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def remove_partner(public_id: str, structure_id: str) -> Any:
    operation = _led(public_id)
    structure = _structure(structure_id)
    session, refusal = current_session(), ""
    if request.method == "POST":
        try:
            actions.remove_partner(session, viewer(), operation, structure)
        except Refused as refused:
            refusal = refused.sentence
        else:
            flash(f"{structure.name} n'est plus partenaire de l'opération.")
            return redirect(url_for("operations.detail", public_id=public_id))
    people = actions.partner_people(session, operation, structure.id)
    return render_template(
        "operations/remove_partner.html", operation=operation, structure=structure, people=people, refusal=refusal,
        form_has_errors=bool(refusal),
    ), 422 if refusal else 200  # fmt: skip


def _structure(public_id: str) -> Any:
    structure = choices.structure_by_address(current_session(), public_id)
    return structure or abort(404)


def _found(public_id: str) -> Operation:
    """The operation at this address, or 404 outside what the viewer sees."""
    return operation_by_address(current_session(), viewer(), public_id) or abort(404)


def _led(public_id: str) -> Operation:
    operation = _found(public_id)
    lead_or_403(viewer(), operation.structure_id)
    return operation
