"""Setting the objective of a market, then changing it. The figure of the server is the one that counts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.kernel.unit import current_session
from clause.kernel.values import NBSP, format_hours
from clause.markets import actions
from clause.markets.codes import ObjectiveMode
from clause.markets.forms import refuse, renew_version, version_of
from clause.markets.forms.objectives import FORMS, ChangeForm, ObjectiveForm
from clause.markets.models import Market
from clause.markets.objectives import objectives
from clause.markets.presentation import small_lot
from clause.markets.rules.bounds import formula_warnings, small_lot_warnings
from clause.markets.rules.checks import Refusal
from clause.markets.rules.trades import LABOUR_SHARES
from clause.markets.views.blueprint import bp, led


@bp.route("/<public_id>/objectif", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def set_objective(public_id: str) -> Any:
    market = led(public_id)
    if market.clause_kind is None or objectives(current_session(), [market.id]):
        flash(str(Refusal.OBJECTIVE_THERE if market.clause_kind else Refusal.NO_CLAUSE_NO_OBJECTIVE), "warning")
        return redirect(url_for("markets.detail", public_id=public_id))
    mode = ObjectiveMode.read(request.args.get("mode", ""))
    if mode is None:
        return render_template("markets/objective_mode.html", market=market, modes=ObjectiveMode)
    form = FORMS[mode]()
    if request.method == "GET":
        _propose(form, market)
        return _page(form, market)
    if form.validate() and _award(form, market):
        return redirect(url_for("markets.detail", public_id=public_id))
    return _page(form, market), 422


def _propose(form: ObjectiveForm, market: Market) -> None:
    """What the market and the settings already say, to be confirmed."""
    structure = market.operation.structure.parameters
    proposals = {
        "amount": market.amount_cents,
        "labour_share": market.labour_share,
        "insertion_rate": market.insertion_rate or setting("insertion_rate.default", structure, market.parameters),
        "version": str(market.version),
    }
    if form.mode is ObjectiveMode.FORMULA:
        default = setting("hourly_cost.default", structure, market.parameters)
        proposals["hourly_cost"] = market.hourly_cost_cents or default
    for name, value in proposals.items():
        if name in form and value is not None:
            form[name].data = value


def _award(form: ObjectiveForm, market: Market) -> bool:
    data = form.values()
    try:
        event = actions.set_objective(current_session(), viewer(), market, data, version_of(form))
    except Refused as refused:
        refuse(form, refused)
        renew_version(form, market.version)
        return False
    flash(f"L'objectif est fixé à {format_hours(event.delta_current)}{NBSP}h.")
    unusual = formula_warnings(data.labour_share, data.insertion_rate, data.hourly_cost_cents, data.trade)
    unusual += small_lot_warnings(
        event.delta_current, market.starts_on, market.ends_on, data.labour_share, small_lot(market.operation, market)
    )
    for sentence in unusual:
        flash(sentence, "warning")
    return True


def _page(form: ObjectiveForm, market: Market) -> str:
    settings = actions.settings_of(current_session(), market)
    return render_template(
        "markets/objective.html", form=form, market=market, settings=settings, shares=LABOUR_SHARES,
        form_has_errors=bool(form.errors),
    )  # fmt: skip


@bp.route("/<public_id>/objectif/changer", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def change_objective(public_id: str) -> Any:
    market = led(public_id)
    objective = objectives(current_session(), [market.id]).get(market.id)
    if objective is None:
        return redirect(url_for("markets.set_objective", public_id=public_id))
    form = ChangeForm()
    if request.method == "GET":
        form.version.data, form.effective_on.data = str(market.version), clock.today()
    elif form.validate():
        try:
            event = actions.change_objective(current_session(), viewer(), market, form.values(), version_of(form))
        except Refused as refused:
            refuse(form, refused)
            renew_version(form, market.version)
        else:
            flash(f"Le changement est enregistré : {event.kind.label.lower()}.")
            return redirect(url_for("markets.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    return render_template(
        "markets/change_objective.html",
        form=form,
        market=market,
        objective=objective,
        form_has_errors=bool(form.errors),
    ), code
