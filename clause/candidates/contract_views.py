"""Employment contracts. Posts and placements are in ``position_views``."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from clause.access import Permission, Role
from clause.candidates import actions
from clause.candidates.actions import ContractData
from clause.candidates.actions.common import windows_of
from clause.candidates.codes import ContractState
from clause.candidates.contract_blueprint import bp
from clause.candidates.forms.contracts import AnnouncedContractForm, ContractForm, EndForm, RefusalForm
from clause.candidates.models import EmploymentContract, Participant, Position
from clause.candidates.queries import contracts, people, person
from clause.candidates.rules.contracts import ContractFacts, ContractWarning, contract_warnings
from clause.candidates.web import (
    EMPLOYER_WORDS,
    MARKET_WORDS,
    asked_code,
    asked_text,
    asked_yes_no,
    or_404,
    refuse,
    refused_page,
    say,
    with_empty,
)
from clause.guard import requires, viewer
from clause.kernel import audit, clock
from clause.kernel.listing import asked_sort, page_number
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session
from clause.organisations.codes import EmployerType
from clause.organisations.register import establishment_by_siret

MARKET_FIELDS = ("market", "market_2", "market_3")
NO_EMPLOYER = "Choisissez l'employeur, ou donnez son SIRET."


@bp.get("/")
@requires(Permission.SEE_CONTRACTS)
def index() -> str:
    filters = contracts.ContractFilters(
        search=asked_text("q"), state=asked_code("etat", ContractState), running=asked_yes_no("encours"),
        ask=request.args.get("fin") == "demandee",
    )  # fmt: skip
    sort = asked_sort(contracts.CONTRACT_SORTS, "-debut")
    page = contracts.contracts_page(
        current_session(), viewer(), filters, clock.today(), sort=sort, number=page_number()
    )
    return render_template("contracts/index.html", page=page, states=list(ContractState))


@bp.get("/<public_id>")
@requires(Permission.SEE_CONTRACTS)
def detail(public_id: str) -> str:
    session = current_session()
    contract: EmploymentContract = or_404(contracts.find_contract(session, viewer(), public_id))
    return render_template(
        "contracts/detail.html", contract=contract, warnings=warnings_of(session, contract),
        hours=contracts.hours_of_contract(session, contract), events=audit.history(session, contract),
    )  # fmt: skip


def warnings_of(session: Session, contract: EmploymentContract) -> list[ContractWarning]:
    """What deserves a second look on a contract, said on its page and never blocking."""
    markets = [a.market for a in contract.assignments]
    return contract_warnings(
        ContractFacts(
            contract.contract_type, contract.mode, contract.establishment.kind, contract.starts_on, contract.ends_on,
            tuple(windows_of(session, contract.participant_id)), tuple((m.starts_on, m.ends_on) for m in markets),
            bool(markets), contracts.overlapping(session, contract),
        )
    )  # fmt: skip


@bp.route("/nouveau", methods=["GET", "POST"])
@requires(Permission.PROPOSE_CONTRACT)
def new() -> Any:
    session = current_session()
    if not request.args.get("personne"):
        return _choose_person(session)
    found: Participant = or_404(person.find_person(session, viewer(), request.args["personne"]))
    position = contracts.find_position(session, viewer(), request.args.get("poste"))
    form, lists = _form(session, position)
    if form.validate_on_submit():
        try:
            return _register(session, form, found, position)
        except Refused as refusal:
            refuse(form, refusal)
    return refused_page("contracts/new.html", form, person=found, position=position, **lists)


def _choose_person(session: Session) -> str:
    """Before the form: for whom. A search, and the people found."""
    filters = people.PeopleFilters(search=asked_text("q"))
    page = people.people_page(session, viewer(), filters, clock.today(), number=page_number())
    return render_template("contracts/choose.html", page=page)


def _form(session: Session, position: Position | None) -> tuple[ContractForm, dict[str, contracts.Offered]]:
    """The form, and the lists that it chooses in: what is chosen is always there."""
    company = viewer().role is Role.COMPANY
    chosen = [request.args.get("marche", ""), *(request.form.get(name, "") for name in MARKET_FIELDS)]
    employer = request.form.get("employer", "")
    if position is not None:
        chosen.append(position.market.public_id)
        employer = employer or contracts.establishment_address(session, position.establishment_id)
    markets = contracts.market_choices(session, viewer(), asked_text(MARKET_WORDS), chosen)
    employers = contracts.employer_choices(session, viewer(), asked_text(EMPLOYER_WORDS), [employer])
    form = AnnouncedContractForm() if company and markets.pairs else ContractForm()
    form.employer.choices = with_empty(employers.pairs, "Choisir")
    for name in MARKET_FIELDS:
        form[name].choices = with_empty(markets.pairs, "Choisir" if form[name].flags.required else "Aucun")
    if company:
        del form.siret, form.employer_name, form.employer_kind, form.reference
    if request.method == "GET":
        _prefill(form, position, employer)
    return form, {"markets": markets, "employers": employers}


def _prefill(form: ContractForm, position: Position | None, employer: str) -> None:
    own = [choice.value for choice in form.employer.choices if choice.value]
    if viewer().role is Role.COMPANY and len(own) == 1:
        form.employer.data = own[0]
    if request.args.get("marche"):
        form.market.data = request.args["marche"]
    if position is None:
        return
    form.market.data, form.job.data, form.rome.data = position.market.public_id, position.title, position.rome
    form.mode.data, form.starts_on.data = position.mode, position.starts_on
    form.ends_on.data, form.weekly_hours.data = position.ends_on, position.weekly_hours
    form.employer.data = employer or form.employer.data


def _register(session: Session, form: ContractForm, found: Participant, position: Position | None) -> Any:
    chosen = [contracts.market_at(session, viewer(), form[name].data) for name in MARKET_FIELDS]
    contract = actions.register_contract(
        session,
        viewer(),
        ContractData(
            participant_id=found.id, establishment_id=_employer(session, form), mode=form.mode.data,
            contract_type=form.contract_type.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            job=form.job.data, rome=form.rome.data, market_ids=tuple(m.id for m in chosen if m),
            weekly_hours=form.weekly_hours.data, position_id=position.id if position else None,
            reference=form.reference.data if form.reference else "",
        ),
    )  # fmt: skip
    said = (
        "Contrat enregistré."
        if contract.state is ContractState.CONFIRMED
        else "Contrat annoncé : un facilitateur va le confirmer."
    )
    flash(said)
    return redirect(url_for("contracts.detail", public_id=contract.public_id))


def _employer(session: Session, form: ContractForm) -> int:
    """The key of the establishment chosen, or made from its SIRET by the team."""
    if form.siret and form.siret.data:
        kind = form.employer_kind.data or EmployerType.COMPANY
        return establishment_by_siret(session, form.siret.data, name=form.employer_name.data, kind=kind).id
    establishment = contracts.establishment_at(session, viewer(), form.employer.data)
    if establishment is None:
        raise Refused(NO_EMPLOYER, "employer")
    return establishment.id


@bp.post("/<public_id>/confirmer")
@requires(Permission.EDIT_PARTICIPANTS)
def confirm(public_id: str) -> Any:
    session = current_session()
    contract = or_404(contracts.find_contract(session, viewer(), public_id))
    try:
        actions.confirm_contract(session, viewer(), contract)
        flash("Contrat confirmé : les heures de cette personne peuvent être déclarées.")
    except Refused as refusal:
        say(refusal)
    return redirect(url_for("contracts.detail", public_id=public_id))


@bp.route("/<public_id>/refuser", methods=["GET", "POST"])
@requires(Permission.EDIT_PARTICIPANTS)
def refuse_announced(public_id: str) -> Any:
    session = current_session()
    contract = or_404(contracts.find_contract(session, viewer(), public_id))
    form = RefusalForm()
    if form.validate_on_submit():
        try:
            actions.refuse_contract(session, viewer(), contract, form.reason.data, form.version.data)
            flash("Contrat refusé : l'entreprise en lit le motif.")
            return redirect(url_for("contracts.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal, contract.version)
    elif request.method == "GET":
        form.version.data = contract.version
    return refused_page("contracts/refuse.html", form, contract=contract)


@bp.route("/<public_id>/fin", methods=["GET", "POST"])
@requires(Permission.PROPOSE_CONTRACT)
def end(public_id: str) -> Any:
    session = current_session()
    contract: EmploymentContract = or_404(contracts.find_contract(session, viewer(), public_id))
    form = EndForm()
    if form.validate_on_submit():
        try:
            _end(session, contract, form)
            return redirect(url_for("contracts.detail", public_id=public_id))
        except Refused as refusal:
            refuse(form, refusal, contract.version)
    elif request.method == "GET":
        form.ends_on.data, form.version.data = contract.asked_end or contract.ends_on, contract.version
    return refused_page("contracts/end.html", form, contract=contract)


def _end(session: Session, contract: EmploymentContract, form: EndForm) -> None:
    if viewer().in_structure:
        actions.set_end(session, viewer(), contract, form.ends_on.data, form.version.data)
        flash("Date de fin enregistrée.")
        return
    if form.ends_on.data is None:
        raise Refused("Indiquez le dernier jour du contrat.", "ends_on")
    actions.ask_end(session, viewer(), contract, form.ends_on.data, form.version.data)
    flash("Demande envoyée : un facilitateur va confirmer la date de fin.")


from clause.candidates import position_views  # noqa: E402, F401 - its routes belong to this blueprint
