"""People: list, page, proposal, new assessment, correction. The decision's page is in ``decision_views``."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.accounts.reading import EXPORT, log_read, log_reads
from clause.candidates import actions
from clause.candidates.actions import DuplicateFound
from clause.candidates.blueprint import bp
from clause.candidates.codes import EligibilityState, PublicKind
from clause.candidates.export import people_workbook
from clause.candidates.follow_up import queries as follow_up
from clause.candidates.forms.people import CompleteForm, CorrectForm, ProposeForm, ReassessForm, person_data
from clause.candidates.models import Participant
from clause.candidates.queries import choices, contracts, people, person
from clause.candidates.web import (
    MARKET_WORDS,
    asked_code,
    asked_text,
    asked_yes_no,
    fit_criteria,
    or_404,
    refuse,
    refused_page,
    with_empty,
)
from clause.guard import requires, viewer
from clause.kernel import audit, clock
from clause.kernel.forms import Form, select_choices
from clause.kernel.listing import asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session

LISTED_STATES = [s for s in EligibilityState if s is not EligibilityState.DRAFT]


def asked_filters() -> people.PeopleFilters:
    """The filters in the address; what is not for the viewer finds nothing more than they see."""
    return people.PeopleFilters(
        search=asked_text("q"), state=asked_code("etat", EligibilityState), at_work=asked_yes_no("contrat"),
        prescriber=asked_text("prescripteur"), commune=asked_text("commune"),
        plie=asked_yes_no("plie") if viewer().role is not Role.COMPANY else None,
    )  # fmt: skip


@bp.get("/")
@requires(Permission.SEE_PARTICIPANTS)
def index() -> str:
    session, today = current_session(), clock.today()
    sort = asked_sort(people.sort_columns(today), people.DEFAULT_SORT)
    page = people.people_page(session, viewer(), asked_filters(), today, sort=sort, number=page_number())
    return render_template(
        "participants/index.html", page=page, states=LISTED_STATES, communes=people.communes(session, viewer()),
        prescribers=people.prescribers(session, viewer()),
    )  # fmt: skip


# Who may read criteria is the facilitation team: the export has none, but it has every name.
@bp.get("/export.xlsx")
@requires(Permission.SEE_CRITERIA)
def export() -> Response:
    session, filters = current_session(), asked_filters()
    rows = people.all_people(session, viewer(), filters, clock.today())
    content = people_workbook(rows, people.filters_said(filters))
    log_reads(viewer(), Participant.__tablename__, people.ids_of(session, viewer(), rows), EXPORT)
    headers = {"Content-Disposition": f'attachment; filename="personnes-{clock.today():%Y-%m-%d}.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


@bp.get("/<public_id>")
@requires(Permission.SEE_PARTICIPANTS)
def detail(public_id: str) -> str:
    session = current_session()
    found: Participant = or_404(person.find_person(session, viewer(), public_id))
    page = person.person_page(session, viewer(), found, clock.today())
    events = audit.history(session, found) if viewer().role is not Role.COMPANY else ()
    html = render_template(
        "participants/detail.html", page=page, person=found, events=events, **_followed(session, found)
    )
    log_read(viewer(), found)
    return html


def _followed(session: Session, found: Participant) -> dict[str, Any]:
    """What became of the person, for who records it."""
    if not viewer().may(Permission.EDIT_PATHWAYS):
        return {"follow_ups": (), "qualifications": ()}
    return {
        "follow_ups": follow_up.of_person(session, viewer(), found, clock.today()),
        "qualifications": follow_up.qualifications_of(session, found),
    }


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PARTICIPANT)
def new() -> Any:
    session, form = current_session(), ProposeForm()
    markets = _fit(session, viewer(), form)
    twins: Any = ()
    if form.validate_on_submit():
        try:
            return _propose(session, form)
        except DuplicateFound as refusal:
            twins = refusal.people
            refuse(form, refusal)
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("participants/new.html", form, twins=twins, markets=markets)


def _propose(session: Session, form: ProposeForm) -> Any:
    assessment = actions.propose_person(
        session,
        viewer(),
        person_data(
            form,
            motive=form.motive.data,
            criteria=form.criteria.members if form.criteria else (),
            structure_id=choices.structure_id(session, viewer(), form.structure.data) if form.structure else None,
            prescriber_id=choices.prescriber_id(session, viewer(), form.prescriber.data) if form.prescriber else None,
            market_id=choices.market_id(session, viewer(), form.market.data) if form.market else None,
        ),
    )
    if viewer().may(Permission.DECIDE_ELIGIBILITY):
        flash("Personne enregistrée. Vous pouvez décider de son éligibilité.")
        return redirect(url_for("participants.decide", public_id=assessment.public_id))
    flash("Proposition envoyée : un facilitateur va décider de l'éligibilité.")
    return redirect(url_for("participants.detail", public_id=assessment.participant.public_id))


def _fit(session: Session, who: Viewer, form: ProposeForm) -> contracts.Offered:
    """Keep the fields that are for this viewer, with their lists; the markets to choose among."""
    company = who.role is Role.COMPANY
    _only(form, "structure", company, lambda: select_choices(choices.structures(session, who)))
    _only(form, "prescriber", who.in_structure, lambda: with_empty(choices.prescribers(session, who), "Aucun"))
    sees_markets = who.may(Permission.SEE_MARKETS)
    markets = contracts.Offered([])
    if sees_markets:
        markets = contracts.market_choices(session, who, asked_text(MARKET_WORDS), [form.market.data or ""])
    _only(form, "market", sees_markets, lambda: with_empty(markets.pairs, "Aucun"))
    if company:
        del form.criteria, form.legacy_level
    else:
        fit_criteria(session, form.criteria, who.structure_id)
    if not who.in_structure:
        del form.namesake
    return markets


def _only(form: Form, name: str, wanted: bool, fill: Any) -> None:
    if wanted:
        form[name].choices = fill()
    else:
        del form[name]


@bp.route("/<public_id>/corriger", methods=["GET", "POST"])
@requires(Permission.EDIT_PARTICIPANTS)
def edit(public_id: str) -> Any:
    session = current_session()
    found: Participant = or_404(person.find_person(session, viewer(), public_id))
    form = CorrectForm()
    form.prescriber.choices = with_empty(choices.prescribers(session, viewer()), "Aucun")
    twins: Any = ()
    if request.method == "GET":
        form.fill(found)
    elif form.validate_on_submit():
        try:
            return _correct(session, form, found)
        except DuplicateFound as refusal:
            twins = refusal.people
            refuse(form, refusal)
        except Refused as refusal:
            refuse(form, refusal, found.version)
    entry = person.frozen_entry(session, viewer(), found)
    return refused_page("participants/edit.html", form, person=found, twins=twins, entry=entry)


def _correct(session: Session, form: CorrectForm, found: Participant) -> Any:
    prescriber_id = choices.prescriber_id(session, viewer(), form.prescriber.data)
    data = person_data(form, notes=form.notes.data, prescriber_id=prescriber_id)
    actions.correct_person(session, viewer(), found, data, form.version.data)
    flash("Fiche corrigée.")
    return redirect(url_for("participants.detail", public_id=found.public_id))


@bp.route("/<public_id>/evaluation", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PARTICIPANT)
def reassess(public_id: str) -> Any:
    session = current_session()
    found: Participant = or_404(person.find_person(session, viewer(), public_id))
    form = ReassessForm()
    if viewer().role is Role.COMPANY:
        del form.criteria
    else:
        fit_criteria(session, form.criteria, found.structure_id)
    if form.validate_on_submit():
        members: tuple[PublicKind, ...] = form.criteria.members if form.criteria else ()
        try:
            assessment = actions.reassess(session, viewer(), found.id, form.motive.data, members)
            return _to_decide_or_person(found, assessment.public_id)
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("participants/reassess.html", form, person=found)


def _to_decide_or_person(found: Participant, assessment_id: str) -> Any:
    if viewer().may(Permission.DECIDE_ELIGIBILITY):
        return redirect(url_for("participants.decide", public_id=assessment_id))
    flash("Demande envoyée : un facilitateur va décider.")
    return redirect(url_for("participants.detail", public_id=found.public_id))


@bp.route("/evaluations/<public_id>/completer", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PARTICIPANT)
def complete(public_id: str) -> Any:
    session = current_session()
    assessment = or_404(person.find_assessment(session, viewer(), public_id))
    form = CompleteForm()
    if form.validate_on_submit():
        try:
            actions.complete(session, viewer(), assessment, form.message.data, form.version.data)
            flash("Dossier complété : un facilitateur va décider.")
            return redirect(url_for("participants.detail", public_id=assessment.participant.public_id))
        except Refused as refusal:
            refuse(form, refusal, assessment.version)
    elif request.method == "GET":
        form.version.data = assessment.version
    missing = person.missing_said(viewer(), assessment)
    return refused_page("participants/complete.html", form, person=assessment.participant, missing=missing)


from clause.candidates import decision_views  # noqa: E402, F401 - its routes belong to this blueprint
