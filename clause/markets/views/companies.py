"""The companies of a market: adding one by its SIRET, taking one off."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.markets import actions
from clause.markets.codes import PartyRole
from clause.markets.forms import refuse
from clause.markets.forms.markets import PartyForm
from clause.markets.queries import parties_of
from clause.markets.views.blueprint import bp, led


@bp.route("/<public_id>/entreprises", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def add_company(public_id: str) -> Any:
    market = led(public_id)
    form = PartyForm()
    if request.method == "GET":
        form.role.data = PartyRole.read(request.args.get("role", "")) or PartyRole.CO_CONTRACTOR
    elif form.validate():
        try:
            actions.add_party(current_session(), viewer(), market, form.values())
        except Refused as refused:
            refuse(form, refused)
        else:
            flash(f"{form.role.data.label} enregistré.")
            return redirect(url_for("markets.detail", public_id=public_id))
    code = 422 if request.method == "POST" else 200
    parties = parties_of(current_session(), market)
    return render_template(
        "markets/company.html", form=form, market=market, parties=parties, form_has_errors=bool(form.errors)
    ), code


@bp.route("/<public_id>/entreprises/<role>/<establishment_id>/retirer", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def remove_company(public_id: str, role: str, establishment_id: str) -> Any:
    market = led(public_id)
    parties = parties_of(current_session(), market)
    party = next((p for p in parties if p.establishment.public_id == establishment_id and p.role.value == role), None)
    if party is None:
        abort(404)
    if request.method == "POST":
        actions.remove_party(current_session(), viewer(), market, party)
        flash(f"{party.company.name} n'est plus sur ce marché.")
        return redirect(url_for("markets.detail", public_id=public_id))
    return render_template("markets/remove_company.html", market=market, party=party)
