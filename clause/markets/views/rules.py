"""The rules of a market: what its contract says, where it departs from the structure's habits."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.markets import actions
from clause.markets.forms import refuse
from clause.markets.views.blueprint import bp, led
from clause.organisations.rulebook import groups_of_market
from clause.organisations.rulebook_form import form_class

MarketRulesForm = form_class(groups_of_market())


@bp.route("/<public_id>/parametres", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def rules(public_id: str) -> Any:
    market = led(public_id)
    form = MarketRulesForm()
    if request.method == "GET":
        form.show(market.parameters, market.version)
    elif form.validate():
        try:
            changed = actions.change_rules(current_session(), viewer(), market, form.typed(), form.seen_version())
        except Refused as refused:
            refuse(form, refused)
            form.renew(market.version)
        else:
            flash("Les règles du marché sont enregistrées." if changed else "Rien n'a changé.")
            return redirect(url_for("markets.detail", public_id=public_id))
    form.inherit("la structure", market.operation.structure.parameters)
    code = 422 if request.method == "POST" else 200
    return render_template("markets/rules.html", form=form, market=market, form_has_errors=bool(form.errors)), code
