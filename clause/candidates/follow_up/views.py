"""Follow-ups to ask for, the form of one, and the qualifications of a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clause.access import Permission
from clause.accounts.reading import log_read
from clause.candidates.codes import EducationLevel
from clause.candidates.follow_up import actions, queries
from clause.candidates.follow_up.actions import Answer, QualificationData
from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.candidates.forms.fields import long_text, said_yes_no, short_text, yes_no, yes_no_field
from clause.candidates.queries import person
from clause.candidates.web import or_404, refuse, refused_page
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.forms import CodeField, Form, date_field, required
from clause.kernel.listing import PER_PAGE, Page, page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session

bp = Blueprint("follow_up", __name__, url_prefix="/suites")


class AnswerForm(Form):
    replied = yes_no_field("La personne a-t-elle répondu ?", unknown="Choisir")
    situation = CodeField("Situation à cette date", code=Situation, empty="Choisir")
    same_company = yes_no_field("Dans la même entreprise", unknown="Sans objet")
    known_on = date_field("Connue le", description="Vide : aujourd'hui.")
    comment = long_text("Remarque", rows=2)


class QualificationForm(Form):
    title = short_text(
        "Titre visé",
        [required("Indiquez le titre de la qualification.")],
        longest=200,
        description="Exemple : CACES R489, CAP maçon.",
    )
    level = CodeField("Niveau", code=EducationLevel, empty="Sans niveau")
    state = CodeField(
        "Où elle en est", [required("Choisissez où elle en est.")], code=QualificationState, empty="Choisir"
    )
    begun_on = date_field("Commencée le", [required("Indiquez le premier jour.")])
    ended_on = date_field("Obtenue ou abandonnée le")


@bp.get("/")
@requires(Permission.EDIT_PATHWAYS)
def index() -> str:
    """What is due by today and not answered."""
    rows = queries.to_ask(current_session(), viewer(), clock.today())
    number = min(page_number(), max(1, -(-len(rows) // PER_PAGE)))
    page = Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], len(rows), number)
    return render_template("follow_up/index.html", page=page)


@bp.route("/<contract>/<moment>", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def answer(contract: str, moment: str) -> Any:
    session, form = current_session(), AnswerForm()
    wanted = or_404(next((m for m in Moment if m.value == moment), None))
    asked = or_404(queries.find(session, viewer(), contract, wanted, clock.today()))
    if request.method == "GET":
        _fill(form, asked)
    elif form.validate_on_submit():
        replied = yes_no(form.replied.data)
        situation = form.situation.data or (Situation.UNKNOWN if replied is False else None)
        data = Answer(
            situation, yes_no(form.same_company.data), replied is not False, form.known_on.data, form.comment.data
        )
        try:
            if replied is None:
                raise Refused("Dites si la personne a répondu.", "replied")
            actions.answer(session, viewer(), contract, wanted, data)
            flash(f"{asked.person} : suite enregistrée.")
            return redirect(_back(asked))
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("follow_up/answer.html", form, asked=asked, back=_back(asked))


def _back(asked: queries.ToAsk) -> str:
    if request.args.get("de") == "fiche":
        return url_for("participants.detail", public_id=asked.person_public_id)
    return url_for("follow_up.index")


def _fill(form: AnswerForm, asked: queries.ToAsk) -> None:
    """What was answered before; else what the exit of a PLIE pathway already tells."""
    if asked.answer is not None and asked.answer.situation is not None:
        form.replied.data = said_yes_no(asked.answer.reply)
        form.situation.data, form.known_on.data = asked.answer.situation, asked.answer.known_on
        form.same_company.data, form.comment.data = said_yes_no(asked.answer.same_company), asked.answer.comment
    elif asked.known is not None:
        form.replied.data, form.situation.data, form.known_on.data = "oui", asked.known, asked.known_on


@bp.route("/qualifications/<public_id>/nouvelle", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def new_qualification(public_id: str) -> Any:
    session, form = current_session(), QualificationForm()
    found = or_404(person.find_person(session, viewer(), public_id))
    if form.validate_on_submit():
        data = QualificationData(
            form.title.data, form.begun_on.data, form.state.data, form.level.data, form.ended_on.data
        )
        try:
            actions.add_qualification(session, viewer(), found, data)
            flash("Qualification enregistrée.")
            return redirect(url_for("participants.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    log_read(viewer(), found)
    return refused_page("follow_up/qualification.html", form, person=found, row=None)


@bp.route("/qualifications/<public_id>/<number>", methods=["GET", "POST"])
@requires(Permission.EDIT_PATHWAYS)
def end_qualification(public_id: str, number: str) -> Any:
    session, form = current_session(), QualificationForm()
    found = or_404(person.find_person(session, viewer(), public_id))
    row = or_404(next((q for q in queries.qualifications_of(session, found) if q.public_id == number), None))
    del form.title, form.level, form.begun_on
    if request.method == "GET":
        form.state.data, form.ended_on.data = row.state, row.ended_on
    elif form.validate_on_submit():
        try:
            actions.end_qualification(session, viewer(), row, form.state.data, form.ended_on.data)
            flash("Qualification mise à jour.")
            return redirect(url_for("participants.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal)
    log_read(viewer(), found)
    return refused_page("follow_up/qualification.html", form, person=found, row=row)
