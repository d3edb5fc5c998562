"""The hours that an amount gives, for somebody of whom nothing else is known."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from wtforms import HiddenField, SelectField
from wtforms.validators import Length

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.actions.estimating import estimate_line
from clause.hours.blueprint import bp
from clause.hours.grid import GridPage
from clause.hours.grid_acts import opened
from clause.hours.grid_views import load_page
from clause.hours.people import people_of_month
from clause.hours.rules.estimate import ESTIMABLE, Estimate
from clause.kernel.forms import Form, euros_field, input_required, required, select_choices, share_field, text_field
from clause.kernel.presentation import month as month_name
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.kernel.unit import current_session, give_up
from clause.kernel.values import NBSP, format_hours


class EstimateForm(Form):
    contract = SelectField("Personne", [required("Choisissez la personne.")], choices=[], default="")
    amount = euros_field("Montant HT facturé pour son travail", [input_required("Indiquez le montant HT.")])
    labour_share = share_field("Part de main d'œuvre", [input_required("Indiquez la part de main d'œuvre.")], description="En %.")  # fmt: skip
    hourly_cost = euros_field("Coût horaire", [input_required("Indiquez le coût horaire.")], description="En euros de l'heure.")  # fmt: skip
    source = text_field(
        "Document", [required("Indiquez le document qui donne ce montant."), Length(max=200, message="200 caractères au plus.")],
        description="Par exemple : facture 2026-114 du 30 mars.",
    )  # fmt: skip
    version = HiddenField()


@bp.route("/saisie/<market>/<month>/estimer", methods=["GET", "POST"])
@requires(Permission.DECLARE_HOURS)
def estimate(market: str, month: str) -> Any:
    """By the company."""
    return _estimate(market, month, None, url_for("declarations.grid", market=market, month=month))


@bp.route("/releve/<market>/<company>/<month>/estimer", methods=["GET", "POST"])
@requires(Permission.DECLARE_FOR_COMPANY)
def estimate_for(market: str, company: str, month: str) -> Any:
    """By the facilitator, from a document of the company."""
    return _estimate(market, month, company, url_for("declarations.statement", market=market, company=company, month=month))  # fmt: skip


def _estimate(market: str, month: str, company: str | None, back: str) -> Any:
    page = load_page(market, month, company)
    people = people_of_month(current_session(), viewer(), page.market.id, page.company.id, page.month)
    offered = {p.contract.public_id: p for p in people if p.contract.mode in ESTIMABLE}
    if not offered or not page.editable:
        abort(404)
    form = EstimateForm()
    form.contract.choices = select_choices([("", "Choisissez"), *((key, p.name) for key, p in offered.items())])
    if not form.is_submitted():
        _propose(form, page)
        return _show(form, page, back, 200)
    chosen = offered.get(form.contract.data)
    if not form.validate() or not _kept(form, page, chosen.contract.id if chosen else None):
        return _show(form, page, back, 422)
    return redirect(back)


def _kept(form: EstimateForm, page: GridPage, contract_id: int | None) -> bool:
    data = Estimate(form.amount.data, form.labour_share.data, form.hourly_cost.data, form.source.data)
    try:
        declaration, version = opened(page)
        line = estimate_line(current_session(), viewer(), declaration, contract_id, data, version)
    except Refused as refusal:
        give_up()
        form.refuse(refusal.field if refusal.field in form else "", refusal.sentence)
        return False
    flash(f"{format_hours(line.hours)}{NBSP}h estimées en {month_name(page.month)}. Elles ne compteront qu'une fois confirmées par le facilitateur.")  # fmt: skip
    return True


def _propose(form: EstimateForm, page: GridPage) -> None:
    """The share and the cost of the market, else the usual cost."""
    overrides = page.grounds.overrides[page.market.id]
    form.labour_share.data = page.market.labour_share
    form.hourly_cost.data = page.market.hourly_cost_cents or setting("hourly_cost.default", *overrides)


def _show(form: EstimateForm, page: GridPage, back: str, status: int) -> Any:
    form.version.raw_data, form.version.data = None, str(page.version)
    return render_template("hours/estimate.html", form=form, page=page, back=back, form_has_errors=status == 422), status  # fmt: skip
