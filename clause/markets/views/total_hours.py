"""All the hours worked on a market, month by month, where its objective is a share of them (OBJ-06)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.kernel.forms import select_choices
from clause.kernel.presentation import of_month
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.kernel.values import NBSP, format_hours
from clause.markets import actions
from clause.markets.codes import HOLDERS, ObjectiveMode
from clause.markets.forms import refuse
from clause.markets.forms.objectives import TotalHoursForm
from clause.markets.models import Market
from clause.markets.objectives import objectives
from clause.markets.queries import parties_of
from clause.markets.rules.total_hours import TotalRefusal
from clause.markets.views.blueprint import bp, led


@bp.route("/<public_id>/objectif/heures-totales", methods=["GET", "POST"])
@requires(Permission.EDIT_MARKETS)
def total_hours(public_id: str) -> Any:
    market = led(public_id)
    if market.objective_mode is not ObjectiveMode.PERCENT_OF_HOURS:
        flash(str(TotalRefusal.NOT_PERCENT), "warning")
        return redirect(url_for("markets.detail", public_id=public_id))
    form, companies = _form(market)
    if form.is_submitted() and form.validate() and _recorded(form, market, companies):
        return redirect(url_for("markets.detail", public_id=public_id))
    code = 422 if form.is_submitted() else 200
    return render_template(
        "markets/total_hours.html", form=form, market=market, form_has_errors=bool(form.errors)
    ), code


def _form(market: Market) -> tuple[TotalHoursForm, dict[str, int]]:
    """The form, and the companies that it offers: id by address."""
    holders = [p for p in parties_of(current_session(), market) if p.role in HOLDERS]
    form = TotalHoursForm()
    named = [(p.company.public_id, p.company.name) for p in holders]
    form.company.choices = select_choices(named if len(named) == 1 else [("", "Choisissez"), *named])
    return form, {p.company.public_id: p.company_id for p in holders}


def _recorded(form: TotalHoursForm, market: Market, companies: dict[str, int]) -> bool:
    session, month = current_session(), form.month.data
    try:
        actions.record_total(
            session, viewer(), market, companies.get(form.company.data), month, form.hours.data, form.reason.data or ""
        )
    except Refused as refused:
        refuse(form, refused)
        return False
    due = objectives(session, [market.id])[market.id].due
    flash(f"Le total {of_month(month)} est noté : {format_hours(due)}{NBSP}h sont exigibles à ce jour.")
    return True
