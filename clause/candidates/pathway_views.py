"""PLIE pathways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from clause.access import Permission
from clause.accounts.reading import log_read
from clause.candidates import actions
from clause.candidates.actions import PathwayData
from clause.candidates.codes import ContractType, EducationLevel, ExitKind, PathwayCategory
from clause.candidates.forms.contracts import RefusalForm
from clause.candidates.forms.fields import yes_no
from clause.candidates.forms.pathways import STEPS, EndStepForm, ExitForm, PathwayForm, StepForm
from clause.candidates.models import Participant, Pathway
from clause.candidates.queries import pathways, person
from clause.candidates.rules.pathways import EXIT_PROOFS, is_positive
from clause.candidates.web import asked_code, asked_text, or_404, refuse, refused_page, say, with_empty
from clause.guard import requires, viewer
from clause.kernel import audit, clock
from clause.kernel.listing import asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.kernel.values import format_date, read_date
from clause.organisations.codes import EmployerType

bp = Blueprint("pathways", __name__, url_prefix="/parcours")


@bp.get("/")
@requires(Permission.EDIT_PATHWAYS)
def index() -> str:
    filters = pathways.PathwayFilters(
        search=asked_text("q"), state=asked_code("etat", pathways.PathwayState),
        category=asked_code("categorie", PathwayCategory), exit_kind=asked_code("sortie", ExitKind),
        mine=request.args.get("miens") == "oui",
    )  # fmt: skip
    sort = asked_sort(pathways.PATHWAY_SORTS, "-entree")
    page = pathways.pathways_page(current_session(), viewer(), filters, sort=sort, number=page_number())
    return render_template(
        "pathways/index.html", page=page, states=list(pathways.PathwayState), categories=list(PathwayCategory),
        exits=list(ExitKind), state_of=pathways.state_of,
    )  # fmt: skip


def _found(session: Session, public_id: str) -> Pathway:
    found: Pathway = or_404(pathways.find_pathway(session, viewer(), public_id))
    return found


@bp.get("/<public_id>")
@requires(Permission.EDIT_PATHWAYS)
def detail(public_id: str) -> str:
    session = current_session()
    pathway = _found(session, public_id)
    html = render_template(
        "pathways/detail.html", pathway=pathway, state=pathways.state_of(pathway), exit=exit_said(pathway),
        months=pathways.months_since(pathway.entered_on, pathway.exited_on or clock.today()),
        positive=is_positive(pathway.exit_kind), events=audit.history(session, pathway),
    )  # fmt: skip
    log_read(viewer(), pathway.participant)
    return html


EXIT_LABELS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "proof": ("Justificatif vu", str),
    "job_start": ("Premier jour de l'emploi", lambda text: format_date(read_date(text))),
    "job_end": ("Dernier jour prévu", lambda text: format_date(read_date(text))),
    "contract_type": ("Type de contrat", lambda code: _said(ContractType, code)),
    "employer_type": ("Type d'employeur", lambda code: _said(EmployerType, code)),
    "naf": ("Secteur (NAF)", str),
    "workforce": ("Effectif", str),
    "scheme": ("Mesure", str),
    "field": ("Domaine de la formation", str),
    "level": ("Niveau de la formation", lambda code: _said(EducationLevel, code)),
    "validation": ("Validation", str),
    "months": ("Durée (mois)", str),
    "comment": ("Précision", str),
}


def _said(code: Any, text: str) -> str:
    found = code.read(text)
    return found.label if found else text


def exit_said(pathway: Pathway) -> list[tuple[str, str]]:
    """What is known of an exit, in words."""
    known = pathway.exit_details or {}
    return [
        (label, say_it(known[key])) for key, (label, say_it) in EXIT_LABELS.items() if known.get(key) not in (None, "")
    ]


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def new() -> Any:
    session, form = current_session(), PathwayForm()
    found: Participant = or_404(person.find_person(session, viewer(), request.args.get("personne", "")))
    form.advisor.choices = with_empty(pathways.advisor_choices(session, viewer()), "Moi")
    if form.validate_on_submit():
        try:
            pathway = _enter(session, form, found)
            said = (
                "Entrée enregistrée."
                if pathway.entry_validated_at
                else "Entrée enregistrée : le responsable PLIE va la valider."
            )
            flash(said)
            return redirect(url_for("pathways.detail", public_id=pathway.public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("pathways/new.html", form, person=found)


def _enter(session: Session, form: PathwayForm, found: Participant) -> Pathway:
    advisor = pathways.advisor_at(session, viewer(), form.advisor.data)
    return actions.enter_pathway(
        session,
        viewer(),
        PathwayData(
            participant_id=found.id, entered_on=form.entered_on.data, category=form.category.data,
            disabled=yes_no(form.disabled.data), registered=yes_no(form.registered.data),
            inactivity_months=form.inactivity_months.data, never_worked=bool(form.never_worked.data),
            advisor=advisor.name if advisor else viewer().name, advisor_id=advisor.id if advisor else viewer().user_id,
        ),
    )  # fmt: skip


@bp.route("/<public_id>/etape", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def step(public_id: str) -> Any:
    session, form = current_session(), StepForm()
    pathway = _found(session, public_id)
    if form.validate_on_submit():
        try:
            actions.add_step(session, viewer(), pathway, form.step())
            flash("Étape ajoutée.")
            return redirect(url_for("pathways.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("pathways/step.html", form, pathway=pathway, kinds=STEPS)


@bp.route("/<public_id>/etape/<int:position>/fin", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def step_end(public_id: str, position: int) -> Any:
    session, form = current_session(), EndStepForm()
    pathway = _found(session, public_id)
    found = or_404(pathways.step_of(pathway, position))
    if form.validate_on_submit():
        try:
            actions.end_step(session, viewer(), pathway, found, form.ends_on.data)
            flash("Fin de l'étape enregistrée.")
            return redirect(url_for("pathways.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("pathways/step_end.html", form, pathway=pathway, step=found)


@bp.route("/<public_id>/sortie", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def leave(public_id: str) -> Any:
    session, form = current_session(), ExitForm()
    pathway = _found(session, public_id)
    if form.validate_on_submit():
        try:
            actions.exit_pathway(session, viewer(), pathway, form.exit(), form.version.data)
            said = (
                "Sortie enregistrée."
                if pathway.exit_validated_at
                else "Sortie enregistrée : le responsable PLIE va la valider."
            )
            flash(said)
            return redirect(url_for("pathways.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal, pathway.version)
    elif request.method == "GET":
        form.version.data = pathway.version
    return refused_page("pathways/exit.html", form, pathway=pathway, proofs=EXIT_PROOFS)


@bp.post("/<public_id>/valider-entree")
@requires(Permission.VALIDATE_PATHWAYS)
def validate_entry(public_id: str) -> Any:
    return _validate(public_id, actions.validate_entry, "Entrée validée.")


@bp.post("/<public_id>/valider-sortie")
@requires(Permission.VALIDATE_PATHWAYS)
def validate_exit(public_id: str) -> Any:
    return _validate(public_id, actions.validate_exit, "Sortie validée.")


def _validate(public_id: str, act: Callable[..., None], sentence: str) -> Any:
    session = current_session()
    pathway = _found(session, public_id)
    try:
        act(session, viewer(), pathway)
        flash(sentence)
    except Refused as refusal:
        say(refusal)
    return redirect(url_for("pathways.detail", public_id=public_id))


@bp.route("/<public_id>/refuser-entree", methods=["GET", "POST"])
@requires(Permission.VALIDATE_PATHWAYS)
def refuse_entry(public_id: str) -> Any:
    session, form = current_session(), RefusalForm()
    pathway = _found(session, public_id)
    if form.validate_on_submit():
        person_id = pathway.participant.public_id
        try:
            actions.refuse_entry(session, viewer(), pathway, form.reason.data)
            flash("Entrée non admise : elle est retirée, le motif est dans l'historique de la personne.")
            return redirect(url_for("participants.detail", public_id=person_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("pathways/refuse.html", form, pathway=pathway, what="entree")


@bp.route("/<public_id>/refuser-sortie", methods=["GET", "POST"])
@requires(Permission.VALIDATE_PATHWAYS)
def refuse_exit(public_id: str) -> Any:
    session, form = current_session(), RefusalForm()
    pathway = _found(session, public_id)
    if form.validate_on_submit():
        try:
            actions.refuse_exit(session, viewer(), pathway, form.reason.data)
            flash("Sortie non admise : la personne est de nouveau en parcours.")
            return redirect(url_for("pathways.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("pathways/refuse.html", form, pathway=pathway, what="sortie")
