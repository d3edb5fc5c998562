"""Creating and changing a market, what its clause says, its state."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.forms import select_choices
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.markets import actions
from clause.markets.codes import Programme
from clause.markets.forms import refuse, renew_version, version_of
from clause.markets.forms.markets import NO_CLAUSE, ClauseForm, MarketForm, NewMarketForm, StatusForm
from clause.markets.models import Market, Operation
from clause.markets.presentation import lead_or_403
from clause.markets.queries import choices, operation_by_address
from clause.markets.rules.status import market_steps, status_on
from clause.markets.views.blueprint import bp, led

F = TypeVar("F", bound=MarketForm)


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def new() -> Any:
    operation = operation_by_address(current_session(), viewer(), request.args.get("operation", ""))
    if operation is None:
        options = choices.led_operations(current_session(), viewer())
        return render_template("markets/choose_operation.html", operations=options)
    lead_or_403(viewer(), operation.structure_id)
    form = _fitted(NewMarketForm(), operation)
    if request.method == "GET":
        return _form_page(form, operation, None)
    market = _register(form, operation) if form.validate() else None
    if market is None:
        return _form_page(form, operation, None), 422
    flash(f"Le marché {market.reference} est créé.")
    if market.clause_kind is not None:
        return redirect(url_for("markets.set_objective", public_id=market.public_id))
    return redirect(url_for("markets.detail", public_id=market.public_id))


def _register(form: NewMarketForm, operation: Operation) -> Market | None:
    try:
        return actions.register_market(current_session(), viewer(), form.values(operation.id, form.contractor()))
    except Refused as refused:
        refuse(form, refused)
        return None


@bp.route("/<public_id>/modifier", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def edit(public_id: str) -> Any:
    market = led(public_id)
    operation = market.operation
    form = _fitted(MarketForm(obj=market) if request.method == "GET" else MarketForm(), operation)
    if request.method == "GET":
        form.clause_kind.data = market.clause_kind.value if market.clause_kind else NO_CLAUSE
        return _form_page(form, operation, market)
    if form.validate():
        try:
            data = form.values(market.operation_id)
            actions.change_market(current_session(), viewer(), market, data, version_of(form))
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, market.version)
        else:
            flash("Le marché est modifié.")
            return redirect(url_for("markets.detail", public_id=public_id))
    return _form_page(form, operation, market), 422


def _fitted(form: F, operation: Operation) -> F:
    """Without what concerns urban renewal alone, on a market of another operation."""
    if operation.programme is not Programme.ANRU:
        del form.anru_base
    return form


def _form_page(form: MarketForm, operation: Operation, market: Market | None) -> str:
    return render_template(
        "markets/form.html", form=form, operation=operation, market=market, form_has_errors=bool(form.errors)
    )


@bp.route("/<public_id>/clause", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def clause(public_id: str) -> Any:
    market = led(public_id)
    form = ClauseForm(data=market.parameters.get("clause", {}))
    if request.method == "GET":
        form.version.data = str(market.version)
    elif form.validate():
        try:
            actions.describe_clause(current_session(), viewer(), market, form.values(), version_of(form))
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, market.version)
        else:
            flash("Le contenu de la clause est enregistré.")
            return redirect(url_for("markets.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    return render_template("markets/clause.html", form=form, market=market, form_has_errors=bool(form.errors)), code


@bp.route("/<public_id>/etat", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def status(public_id: str) -> Any:
    market = led(public_id)
    now = status_on(market.status, market.starts_on, clock.today())
    steps = market_steps(now)
    form = StatusForm()
    form.status.choices = select_choices([("", "Choisissez"), *((s.value, s.label) for s in steps)])
    if request.method == "GET":
        form.version.data, form.on.data = str(market.version), clock.today()
    elif form.validate():
        try:
            change = actions.StatusChange(form.status.data, form.on.data, form.reason.data)
            actions.change_market_status(current_session(), viewer(), market, change, version_of(form))
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, market.version)
        else:
            flash(f"Le marché est maintenant : {market.status.label.lower()}.")
            return redirect(url_for("markets.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    return render_template(
        "markets/status.html", form=form, market=market, now=now, steps=steps, form_has_errors=bool(form.errors)
    ), code
