"""Posts opened on markets, and the people presented on them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from clause.access import Permission
from clause.candidates import actions
from clause.candidates.actions import PositionData
from clause.candidates.codes import PlacementState
from clause.candidates.contract_blueprint import bp
from clause.candidates.forms.contracts import NotKeptForm, PlaceForm, PositionForm
from clause.candidates.models import Placement, Position
from clause.candidates.queries import contracts, person
from clause.candidates.web import (
    EMPLOYER_WORDS,
    MARKET_WORDS,
    asked_text,
    or_404,
    refuse,
    refused_page,
    say,
    with_empty,
)
from clause.guard import requires, viewer
from clause.kernel import audit, clock
from clause.kernel.listing import page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session


@bp.get("/postes/")
@requires(Permission.SEE_CONTRACTS)
def positions() -> str:
    page = contracts.positions_page(
        current_session(), viewer(), open_only=request.args.get("tous") != "oui", number=page_number()
    )
    return render_template("contracts/positions.html", page=page)


@bp.route("/postes/nouveau", methods=["GET", "POST"])
@requires(Permission.PROPOSE_CONTRACT)
def new_position() -> Any:
    session, form = current_session(), PositionForm()
    chosen = [request.args.get("marche", ""), form.market.data or ""]
    markets = contracts.market_choices(session, viewer(), asked_text(MARKET_WORDS), chosen)
    employers = contracts.employer_choices(session, viewer(), asked_text(EMPLOYER_WORDS), [form.employer.data or ""])
    form.market.choices = with_empty(markets.pairs, "Choisir")
    form.employer.choices = with_empty(employers.pairs, "Choisir")
    if request.method == "GET":
        form.market.data = request.args.get("marche", "")
    elif form.validate_on_submit():
        try:
            return _open(session, form)
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("contracts/position_new.html", form, markets=markets, employers=employers)


def _open(session: Session, form: PositionForm) -> Any:
    market = contracts.market_at(session, viewer(), form.market.data)
    employer = contracts.establishment_at(session, viewer(), form.employer.data)
    if market is None or employer is None:
        raise Refused("Choisissez un marché et un employeur de la liste.")
    position = actions.open_position(
        session,
        viewer(),
        PositionData(
            market.id,
            employer.id,
            form.title.data,
            form.rome.data,
            form.places.data,
            form.mode.data,
            form.starts_on.data,
            form.ends_on.data,
            form.weekly_hours.data,
        ),
    )
    flash("Poste ouvert.")
    return redirect(url_for("contracts.position", public_id=position.public_id))


@bp.get("/postes/<public_id>")
@requires(Permission.SEE_CONTRACTS)
def position(public_id: str) -> str:
    session = current_session()
    found: Position = or_404(contracts.find_position(session, viewer(), public_id))
    return _position_page(session, found, _place_form(session))[0]


def _place_form(session: Session) -> PlaceForm | None:
    if not viewer().may(Permission.EDIT_PARTICIPANTS):
        return None
    form = PlaceForm()
    form.person.choices = with_empty(
        contracts.eligible_choices(session, viewer(), clock.today(), asked_text("q")), "Choisir"
    )
    return form


def _position_page(session: Session, found: Position, form: PlaceForm | None) -> tuple[str, int]:
    values = {
        "position": found,
        "placements": contracts.placements_on(session, viewer(), found),
        "employer": contracts.employer_of(session, found),
        "events": audit.history(session, found),
    }
    if form is None:
        return render_template("contracts/position.html", form=None, **values), 200
    return refused_page("contracts/position.html", form, **values)


@bp.post("/postes/<public_id>/proposer")
@requires(Permission.EDIT_PARTICIPANTS)
def place(public_id: str) -> Any:
    session = current_session()
    found: Position = or_404(contracts.find_position(session, viewer(), public_id))
    form = _place_form(session)
    assert form is not None
    if form.validate_on_submit():
        chosen = or_404(person.find_person(session, viewer(), form.person.data))
        try:
            actions.place(session, viewer(), found, chosen.id, present=bool(form.present.data))
            flash(f"{chosen.first_name} {chosen.last_name} : proposition enregistrée.")
            return redirect(url_for("contracts.position", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return _position_page(session, found, form)


@bp.post("/postes/<public_id>/fermer")
@requires(Permission.PROPOSE_CONTRACT)
def close_position(public_id: str) -> Any:
    session = current_session()
    found = or_404(contracts.find_position(session, viewer(), public_id))
    actions.close_position(session, viewer(), found)
    flash("Poste fermé.")
    return redirect(url_for("contracts.position", public_id=public_id))


@bp.post("/placements/<public_id>/presenter")
@requires(Permission.EDIT_PARTICIPANTS)
def present(public_id: str) -> Any:
    return _answer(public_id, PlacementState.PRESENTED, "La personne est présentée à l'entreprise.")


@bp.post("/placements/<public_id>/embaucher")
@requires(Permission.PROPOSE_CONTRACT)
def hire(public_id: str) -> Any:
    """Hired: the next page is the employment contract, filled with what the post says."""
    return _answer(public_id, PlacementState.HIRED, "Embauche notée : enregistrez maintenant le contrat de travail.")


def _answer(public_id: str, state: PlacementState, sentence: str) -> Any:
    session = current_session()
    placement: Placement = or_404(contracts.find_placement(session, viewer(), public_id))
    back = url_for("contracts.position", public_id=placement.position.public_id)
    try:
        actions.answer_placement(session, viewer(), placement, state)
    except Refused as refusal:
        say(refusal)
        return redirect(back)
    flash(sentence)
    if state is not PlacementState.HIRED:
        return redirect(back)
    return redirect(
        url_for("contracts.new", personne=placement.participant.public_id, poste=placement.position.public_id)
    )


@bp.route("/placements/<public_id>/non-retenue", methods=["GET", "POST"])
@requires(Permission.PROPOSE_CONTRACT)
def not_kept(public_id: str) -> Any:
    session, form = current_session(), NotKeptForm()
    placement: Placement = or_404(contracts.find_placement(session, viewer(), public_id))
    if form.validate_on_submit():
        try:
            actions.answer_placement(
                session, viewer(), placement, PlacementState.NOT_KEPT, form.reason.data, form.why.data
            )
            flash("Réponse enregistrée.")
            return redirect(url_for("contracts.position", public_id=placement.position.public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("contracts/not_kept.html", form, placement=placement)
