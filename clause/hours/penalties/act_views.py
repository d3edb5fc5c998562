"""The acts on a penalty case, each on a page of its own that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for

from clause.access import Permission
from clause.guard import requires, viewer
from clause.hours.penalties import actions, web
from clause.hours.penalties.actions import DecisionData
from clause.hours.penalties.forms import (
    APPLY,
    AnswerForm,
    CloseForm,
    DecisionForm,
    ObservationsForm,
    ProposalForm,
    ReceivedDecisionForm,
    Versioned,
)
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.rules import ANSWER_DAYS
from clause.hours.penalties.views import bp
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session

Act = Callable[[PenaltyCase], None]


def _acted(public_id: str, case: PenaltyCase, form: Versioned, template: str, act: Act, done: str) -> Any:
    """Show the form; on a POST do the act, or show the form again with why it was refused."""
    if request.method == "GET":
        form.version.data = str(case.version)
    elif form.validate():
        try:
            act(case)
        except Refused as refusal:
            web.refuse(form, refusal)
        else:
            flash(done)
            return redirect(url_for("penalties.detail", public_id=public_id))
    page = web.file_of(public_id)
    if form.errors:  # the next try is about what is shown now
        form.version.raw_data, form.version.data = None, str(page.case.version)
    return web.page(f"hours/penalties/{template}.html", form, page=page, case=page.case)


@bp.route("/<public_id>/observations", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def ask_observations(public_id: str) -> Any:
    case, form = web.found_case(public_id), ObservationsForm()
    if request.method == "GET":
        form.answer_before.data = clock.today() + timedelta(days=ANSWER_DAYS)

    def act(case: PenaltyCase) -> None:
        actions.ask_observations(
            current_session(), viewer(), case, form.request.data, form.answer_before.data, form.version.data
        )

    return _acted(public_id, case, form, "observations", act, "L'entreprise est prévenue : elle peut répondre.")


@bp.route("/<public_id>/reponse", methods=["GET", "POST"])
@requires(Permission.ANNOUNCE_DIFFICULTY)
def answer(public_id: str) -> Any:
    """The company answers; a facilitator records what came on paper."""
    case, form = web.found_case(public_id), AnswerForm()
    if not viewer().in_structure:
        del form.on

    def act(case: PenaltyCase) -> None:
        on = form.on.data if form.on else None
        actions.answer(current_session(), viewer(), case, form.text.data, web.attached(), on, form.version.data)

    return _acted(public_id, case, form, "answer", act, "Les observations sont enregistrées.")


@bp.route("/<public_id>/proposition", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def propose(public_id: str) -> Any:
    case, form = web.found_case(public_id), ProposalForm()
    if request.method == "GET":
        form.amount.data = case.amount_cents

    def act(case: PenaltyCase) -> None:
        if form.amount.data is None:
            raise Refused("Indiquez le montant proposé.", "amount")
        actions.propose(
            current_session(), viewer(), case, form.amount.data, form.text.data, form.motive.data, form.version.data
        )

    return _acted(public_id, case, form, "propose", act, "Le dossier est proposé au maître d'ouvrage, qui décidera.")


@bp.route("/<public_id>/decision", methods=["GET", "POST"])
@requires(Permission.DECIDE_PENALTY)
def decide(public_id: str) -> Any:
    case, form = web.found_case(public_id), DecisionForm()
    if request.method == "GET":
        form.amount.data = case.proposed_cents

    def act(case: PenaltyCase) -> None:
        actions.decide(current_session(), viewer(), case, _decision(form), form.version.data)

    return _acted(public_id, case, form, "decide", act, "Votre décision est enregistrée. L'entreprise en est prévenue.")


@bp.route("/<public_id>/decision-recue", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def record_decision(public_id: str) -> Any:
    """A decision taken on paper, with its document."""
    case, form = web.found_case(public_id), ReceivedDecisionForm()
    if request.method == "GET":
        form.amount.data = case.proposed_cents

    def act(case: PenaltyCase) -> None:
        actions.record_decision(
            current_session(), viewer(), case, _decision(form), form.decided_on.data, web.attached(), form.version.data
        )

    return _acted(
        public_id, case, form, "decide", act, "La décision écrite est enregistrée. L'entreprise est prévenue."
    )


def _decision(form: DecisionForm) -> DecisionData:
    applied = form.outcome.data == APPLY
    return DecisionData(applied, form.amount.data if applied else None, form.motive.data, form.text.data)


@bp.route("/<public_id>/classer", methods=["GET", "POST"])
@requires(Permission.PROPOSE_PENALTY)
def close(public_id: str) -> Any:
    case, form = web.found_case(public_id), CloseForm()

    def act(case: PenaltyCase) -> None:
        actions.close(current_session(), viewer(), case, form.reason.data, form.version.data)

    return _acted(public_id, case, form, "close", act, "Le dossier est classé.")
