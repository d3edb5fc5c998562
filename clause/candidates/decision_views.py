"""The page where a facilitator, and nobody else, decides."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session

from clause.access import Permission
from clause.accounts.reading import log_read
from clause.candidates import actions
from clause.candidates.actions.common import setting_of, windows_of
from clause.candidates.blueprint import bp
from clause.candidates.codes import EligibilityState
from clause.candidates.forms.people import DecisionForm
from clause.candidates.models import Eligibility
from clause.candidates.queries import person
from clause.candidates.rules.ages import age_on
from clause.candidates.rules.eligibility import NEEDS, USUAL_PROOFS, Window, eligible_until, window_said
from clause.candidates.web import fit_criteria, or_404, refuse, refused_page, with_empty
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session


@bp.route("/evaluations/<public_id>/decision", methods=["GET", "POST"])
@requires(Permission.DECIDE_ELIGIBILITY)
def decide(public_id: str) -> Any:
    session = current_session()
    assessment: Eligibility = or_404(person.find_assessment(session, viewer(), public_id))
    if assessment.state is not EligibilityState.SUBMITTED and request.method == "GET":
        flash("Ce dossier n'attend plus de décision.", "warning")
        return redirect(url_for("participants.detail", public_id=assessment.participant.public_id))
    form = _form(session, assessment)
    if form.validate_on_submit():
        try:
            actions.decide(session, viewer(), assessment, form.decision())
            flash(_done(assessment))
            return redirect(url_for("participants.detail", public_id=assessment.participant.public_id))
        except Refused as refusal:
            refuse(form, refusal, assessment.version)
    return _page(session, form, assessment)


def _form(session: Session, assessment: Eligibility) -> DecisionForm:
    form = DecisionForm()
    fit_criteria(session, form.criteria, assessment.participant.structure_id)
    form.primary.choices = with_empty(
        [(c.value, c.label) for c in form.criteria.choices], "Choisir parmi les critères cochés"
    )
    if request.method == "GET":
        form.criteria.data = [c.kind.value for c in assessment.criteria]
        form.version.data = assessment.version
    return form


def _page(session: Session, form: DecisionForm, assessment: Eligibility) -> Any:
    found, today = assessment.participant, clock.today()
    months = int(setting_of(session, found.structure_id, "eligibility.duration_months"))
    if request.method == "GET":
        log_read(viewer(), found)
    return refused_page(
        "participants/decide.html", form, assessment=assessment, person=found, age=age_on(found.birth_date, today),
        twins=person.twins_of(session, viewer(), found), earlier=[window_said(w) for w in windows_of(session, found.id)],
        months=months, until=eligible_until(today, months), proofs=USUAL_PROOFS, needs=NEEDS,
        grace=int(setting_of(session, found.structure_id, "eligibility.retroactive_grace_days")),
    )  # fmt: skip


def _done(assessment: Eligibility) -> str:
    if assessment.state is EligibilityState.ELIGIBLE and assessment.eligible_from:
        window = Window(assessment.eligible_from, assessment.eligible_until)
        return f"Décision enregistrée : éligible {window_said(window)}."
    return {
        EligibilityState.INCOMPLETE: "Dossier renvoyé à la personne qui l'a proposé.",
        EligibilityState.NOT_ELIGIBLE: "Décision enregistrée : non éligible.",
        EligibilityState.WITHDRAWN: "Demande retirée.",
    }[assessment.state]
