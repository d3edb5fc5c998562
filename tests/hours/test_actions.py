"""Declaring, validating, correcting: the use cases, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.codes import ContractState, ContractType
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.checking import Blocked
from clause.hours.codes import DeclarationState, HourKind, LineState, NotCounted, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.statements import statements_of
from clause.kernel import audit
from clause.kernel.outbox import OutboxMail
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from clause.markets.codes import ObjectiveMode
from clause.markets.models import OperationPartner
from tests.hours.conftest import MARCH, World
from tests.support import factories as make


def posted(session: Session) -> int:
    return int(session.scalar(select(func.coalesce(func.sum(LedgerEntry.hours_real), 0))) or 0)


def entries(session: Session) -> int:
    return session.scalar(select(func.count(LedgerEntry.id))) or 0


def work(world: World, hours: int, index: int = 0, **values: Any) -> DraftLine:
    return DraftLine(world.contracts[index].id, HourKind.WORK, hours, **values)


@pytest.mark.usefixtures("engine")
def test_a_month_goes_from_draft_to_the_ledger(world: World, session: Session) -> None:
    declaration = world.declared(14050)
    assert declaration.state is DeclarationState.SUBMITTED
    assert declaration.origin is Origin.COMPANY
    assert posted(session) == 0
    assert actions.validate_lines(session, world.as_facilitator, declaration) == 2
    session.flush()
    assert declaration.state is DeclarationState.VALIDATED
    assert posted(session) == 28100
    acts = [e.action for e in audit.history(session, declaration)]
    assert acts[:2] == ["heures validées (281 h)", "déclaration envoyée (281 h)"]


@pytest.mark.usefixtures("engine")
def test_a_draft_is_replaced_by_what_is_typed_next(world: World, session: Session) -> None:
    declaration = world.open()
    viewer = world.as_company
    actions.save_draft(session, viewer, declaration, DraftData((work(world, 1000), work(world, 2000, 1))))
    first = declaration.version
    data = DraftData((work(world, 1500), DraftLine(world.contracts[0].id, HourKind.TRAINING, 700)))
    actions.save_draft(session, viewer, declaration, data)
    assert declaration.version > first
    kept = sorted((line.hour_kind.value, line.hours) for line in declaration.lines)
    assert kept == [("training", 700), ("work", 1500)]
    second = declaration.version
    actions.save_draft(session, viewer, declaration, data)
    assert declaration.version == second, "saving the same thing again is no change"


def test_300_hours_are_refused_and_nothing_is_kept_as_sent(world: World, session: Session) -> None:
    with pytest.raises(Blocked, match="220"):
        actions.save_draft(session, world.as_company, world.open(), DraftData((work(world, 30000, comment="si"),)))


def test_above_48_hours_a_week_a_comment_is_asked_and_kept(world: World, session: Session) -> None:
    with pytest.raises(Blocked, match="48 h par semaine"):
        world.declared(21300)
    declaration = world.declared(21300, comment="Chantier de nuit, relevé joint")
    assert {line.override_comment for line in declaration.lines} == {"Chantier de nuit, relevé joint"}


def test_hours_on_two_markets_are_added(world: World, session: Session) -> None:
    world.declared(12000)
    other = make.market(session, make.operation(session, world.structure), world.company)
    from clause.candidates.models import Assignment

    session.add(Assignment(employment_contract_id=world.contracts[0].id, market_id=other.id))
    session.flush()
    second = actions.open_declaration(session, world.as_company, other, world.company.company_id, MARCH)
    with pytest.raises(Blocked, match="dont 120 h déclarées par ailleurs"):
        actions.save_draft(session, world.as_company, second, DraftData((work(world, 10001),)))


@pytest.mark.usefixtures("engine")
def test_hours_of_a_person_not_validated_are_kept_and_do_not_count(world: World, session: Session) -> None:
    world.contracts.clear()
    world.hire(eligible=False)
    world.hire(since=date(2026, 4, 1))
    world.hire()
    declaration = world.declared(10000)
    actions.validate_lines(session, world.as_facilitator, declaration)
    reasons = [line.not_counted for line in declaration.lines]
    assert reasons == [NotCounted.NOT_ELIGIBLE, NotCounted.BEFORE_VALIDATION, None]
    assert posted(session) == 10000
    assert declaration.state is DeclarationState.VALIDATED


def test_hours_outside_the_contract_need_a_comment_and_never_count(world: World, session: Session) -> None:
    world.contracts[0].ends_on = date(2026, 3, 15)
    session.flush()
    declaration = world.open()
    line = work(world, 4000, worked_from=date(2026, 3, 10), worked_to=date(2026, 3, 20))
    actions.save_draft(session, world.as_company, declaration, DraftData((line,)))
    with pytest.raises(Blocked, match="sortent des dates du contrat de travail"):
        actions.submit(session, world.as_company, declaration)
    actions.save_draft(session, world.as_company, declaration, DraftData((replace(line, comment="Avenant à venir"),)))
    actions.submit(session, world.as_company, declaration)
    actions.validate_lines(session, world.as_facilitator, declaration)
    assert [x.not_counted for x in declaration.lines] == [NotCounted.OUTSIDE_CONTRACT]
    assert entries(session) == 0


def test_the_contract_cuts_the_days_of_a_line_by_itself(world: World, session: Session) -> None:
    world.contracts[0].ends_on = date(2026, 3, 15)
    session.flush()
    declaration = world.open()
    actions.save_draft(session, world.as_company, declaration, DraftData((work(world, 4000),)))
    assert [(x.worked_from, x.worked_to) for x in declaration.lines] == [(MARCH, date(2026, 3, 15))]


def test_t_rea_6_a_boundary_of_eligibility_asks_for_a_split(world: World, session: Session) -> None:
    world.contracts.clear()
    contract = world.hire(eligible=False)
    from clause.candidates.models import Participant

    make.eligible(session, session.get_one(Participant, contract.participant_id), date(2025, 3, 10), date(2026, 3, 9))
    declaration = world.open()
    viewer = world.as_company
    findings = actions.save_draft(session, viewer, declaration, DraftData((work(world, 14000, comment="oui"),)))
    assert any("Séparez les heures" in f.sentence for f in findings)
    with pytest.raises(Blocked, match="Séparez les heures"):
        actions.submit(session, viewer, declaration)
    first = work(world, 4200, worked_from=MARCH, worked_to=date(2026, 3, 9))
    second = work(world, 9800, worked_from=date(2026, 3, 10), worked_to=date(2026, 3, 31))
    actions.save_draft(session, viewer, declaration, DraftData((first, second)))
    actions.submit(session, viewer, declaration)
    actions.validate_lines(session, world.as_facilitator, declaration)
    assert [(x.hours, x.not_counted) for x in declaration.lines] == [
        (4200, None),
        (9800, NotCounted.ELIGIBILITY_EXPIRED),
    ]
    assert posted(session) == 4200


def test_nil(world: World, session: Session) -> None:
    declaration = actions.declare_nil(session, world.as_company, world.open())
    assert declaration.state is DeclarationState.SUBMITTED
    assert actions.validate_lines(session, world.as_facilitator, declaration) == 0
    assert declaration.state is DeclarationState.VALIDATED
    assert entries(session) == 0
    with pytest.raises(Refused, match="effacez-les"):
        actions.declare_nil(session, world.as_company, world.declared(1000, date(2026, 2, 1), sent=False))


def test_nobody_and_not_nil_is_refused(world: World, session: Session) -> None:
    with pytest.raises(Refused, match="au moins une personne"):
        actions.submit(session, world.as_company, world.open())


def test_last_month_is_copied_for_those_still_there(world: World, session: Session) -> None:
    world.declared(12000, date(2026, 2, 1))
    world.contracts[1].ends_on = date(2026, 2, 28)
    session.flush()
    declaration = world.open()
    assert actions.copy_last_month(session, world.as_company, declaration) == 1
    assert [(x.employment_contract_id, x.hours, x.worked_to) for x in declaration.lines] == [
        (world.contracts[0].id, 12000, date(2026, 3, 31))
    ]
    with pytest.raises(Refused, match="Rien à copier"):
        actions.copy_last_month(session, world.as_company, declaration)


def test_the_total_of_the_market_is_asked_where_the_objective_depends_on_it(world: World, session: Session) -> None:
    world.market.objective_mode = ObjectiveMode.PERCENT_OF_HOURS
    session.flush()
    declaration = world.declared(10000, sent=False)
    with pytest.raises(Refused, match="total des heures travaillées"):
        actions.submit(session, world.as_company, declaration)
    lines = tuple(work(world, 10000, i) for i in range(2))
    actions.save_draft(session, world.as_company, declaration, DraftData(lines, total_hours_worked=15000))
    with pytest.raises(Refused, match="inférieur aux heures d'insertion"):
        actions.submit(session, world.as_company, declaration)
    actions.save_draft(session, world.as_company, declaration, DraftData(lines, total_hours_worked=400000))
    actions.submit(session, world.as_company, declaration)
    assert declaration.total_hours_worked == 400000


@pytest.mark.usefixtures("engine")
def test_sent_back_corrected_sent_again(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    line = declaration.lines[0]
    with pytest.raises(Refused, match="ce qu'elle doit corriger"):
        actions.return_(session, world.as_facilitator, declaration, "  ")
    actions.return_(session, world.as_facilitator, declaration, "Retirez les congés", [line.id])
    assert declaration.state is DeclarationState.RETURNED
    assert [x.state for x in declaration.lines] == [LineState.RETURNED, LineState.DECLARED]
    lines = (work(world, 13000), work(world, 14000, 1))
    actions.save_draft(session, world.as_company, declaration, DraftData(lines))
    actions.submit(session, world.as_company, declaration)
    assert declaration.state is DeclarationState.SUBMITTED
    assert declaration.return_reason == "Retirez les congés"  # read beside the lines until they are decided
    actions.validate_lines(session, world.as_facilitator, declaration)
    assert declaration.return_reason == ""
    assert posted(session) == 27000


def test_what_is_sent_or_validated_no_longer_changes(world: World, session: Session) -> None:
    declaration = world.declared(1000)
    data = DraftData((work(world, 2000),))
    with pytest.raises(Refused, match="déjà envoyées"):
        actions.save_draft(session, world.as_company, declaration, data)
    actions.validate_lines(session, world.as_facilitator, declaration)
    with pytest.raises(Refused, match="sont validées"):
        actions.save_draft(session, world.as_company, declaration, data)


@pytest.mark.usefixtures("engine")
def test_the_second_of_two_people_learns_what_the_first_did(world: World, session: Session) -> None:
    declaration = world.declared(1000)
    seen = declaration.version
    actions.validate_lines(session, world.as_facilitator, declaration, version=seen)
    with pytest.raises(Refused, match=r"Camille Facilitatrice l'a modifiée le 10/04/2026 .*heures validées"):
        actions.validate_lines(session, world.as_facilitator, declaration, version=seen)
    with pytest.raises(Refused, match="déjà été traitées"):
        actions.validate_lines(session, world.as_facilitator, declaration)
    assert entries(session) == 2


@pytest.mark.usefixtures("engine")
def test_a_correction_reverses_and_posts_again(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    actions.validate_lines(session, world.as_facilitator, declaration)
    line = declaration.lines[0]
    new = actions.correct_line(session, world.as_facilitator, declaration, line, 13350, "Relevé rectifié")
    session.flush()
    assert (line.standing, line.corrected_by_id, line.hours) == (False, new.id, 14000)
    assert posted(session) == 13350 + 14000
    assert entries(session) == 4
    with pytest.raises(Refused, match="déjà été corrigée"):
        actions.correct_line(session, world.as_facilitator, declaration, line, 100, "encore")
    actions.correct_line(session, world.as_facilitator, declaration, new, 0, "N'a pas travaillé")
    session.flush()
    assert posted(session) == 14000
    assert audit.history(session, declaration)[0].action == "heures annulées"


def test_a_correction_needs_a_reason_and_a_difference(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    line = declaration.lines[0]
    with pytest.raises(Refused, match="Seules des heures validées"):
        actions.correct_line(session, world.as_facilitator, declaration, line, 100, "x")
    actions.validate_lines(session, world.as_facilitator, declaration)
    with pytest.raises(Refused, match="Dites pourquoi"):
        actions.correct_line(session, world.as_facilitator, declaration, line, 100, " ")
    with pytest.raises(Refused, match="rien ne change"):
        actions.correct_line(session, world.as_facilitator, declaration, line, 14000, "pareil")


def test_hours_validated_too_early_count_once_the_person_is_eligible(world: World, session: Session) -> None:
    from clause.candidates.models import Participant

    world.contracts.clear()
    contract = world.hire(eligible=False)
    declaration = world.declared(10000)
    actions.validate_lines(session, world.as_facilitator, declaration)
    assert entries(session) == 0
    make.eligible(session, session.get_one(Participant, contract.participant_id))
    actions.correct_line(session, world.as_facilitator, declaration, declaration.lines[0], 10000, "Éligibilité décidée")
    session.flush()
    assert posted(session) == 10000


def test_a_market_counts_a_coefficient_apart(world: World, session: Session) -> None:
    world.contracts[0].contract_type = ContractType.CDI
    world.market.parameters = {"coefficients.cdi": 1.5}
    session.flush()
    declaration = world.declared(10000)
    actions.validate_lines(session, world.as_facilitator, declaration)
    session.flush()
    rows = session.execute(select(LedgerEntry.hours_real, LedgerEntry.hours_valued).order_by(LedgerEntry.id)).all()
    assert [tuple(row) for row in rows] == [(10000, 15000), (10000, 10000)]


def test_a_facilitator_enters_a_month_from_a_signed_statement(world: World, session: Session, tmp_path: Any) -> None:
    viewer = world.as_facilitator
    declaration = world.open(viewer=viewer)
    actions.save_draft(session, viewer, declaration, DraftData((work(world, 14000),)))
    assert declaration.origin is Origin.STATEMENT
    with pytest.raises(Refused, match="relevé d'heures signé"):
        actions.submit(session, viewer, declaration)
    with pytest.raises(Refused, match="PDF"):
        actions.attach_statement(session, viewer, declaration, tmp_path, b"<html>", "releve.pdf")
    actions.attach_statement(session, viewer, declaration, tmp_path, b"%PDF-1.7 ...", "../../relevé mars.exe")
    actions.attach_statement(session, viewer, declaration, tmp_path, b"%PDF-1.7 more", "suite.pdf")
    assert [file.name for file in statements_of(session, declaration)] == ["relevé mars.pdf", "suite.pdf"]
    actions.submit(session, viewer, declaration)
    assert declaration.state is DeclarationState.SUBMITTED
    assert declaration.origin is Origin.STATEMENT


def test_a_partner_decides_for_its_own_people_alone(world: World, session: Session) -> None:
    partner = make.structure(session, "PLIE voisin")
    person = make.participant(session, partner)
    make.eligible(session, person)
    world.contracts.append(make.contract(session, person, world.company, world.market))
    declaration = world.declared(10000)
    theirs = make.viewer_of(partner)
    assert actions.validate_lines(session, theirs, declaration) == 1
    assert declaration.state is DeclarationState.SUBMITTED
    lead_lines = [x.id for x in declaration.lines if x.structure_id == world.structure.id]
    with pytest.raises(Refused, match="déjà été traitées"):
        actions.validate_lines(session, theirs, declaration, lead_lines)
    assert actions.validate_lines(session, world.as_facilitator, declaration) == 2
    assert declaration.state is DeclarationState.VALIDATED
    own = next(x for x in declaration.lines if x.structure_id == world.structure.id)
    with pytest.raises(Refused, match="suivies par votre structure"):
        actions.correct_line(session, theirs, declaration, own, 1, "x")


def test_a_structure_never_sends_what_somebody_else_began_for_others(
    world: World, session: Session, tmp_path: Path
) -> None:
    """A month half typed by the company does not leave with the statement that a partner enters for its own person."""
    partner = make.structure(session, "PLIE voisin")
    agreed = OperationPartner(operation_id=world.market.operation_id, structure_id=partner.id, agreed_on=MARCH)
    session.add(agreed)
    person = make.participant(session, partner)
    make.eligible(session, person)
    theirs, contract = make.viewer_of(partner), make.contract(session, person, world.company, world.market)
    declaration = world.declared(10000, sent=False)
    actions.save_draft(session, theirs, declaration, DraftData((DraftLine(contract.id, HourKind.WORK, 700),)))
    actions.attach_statement(session, theirs, declaration, tmp_path, b"%PDF-1.7 ...", "releve.pdf")
    with pytest.raises(Refused, match="pas encore envoyées"):
        actions.submit(session, theirs, declaration)
    assert declaration.state is DeclarationState.DRAFT
    actions.submit(session, world.as_company, declaration)
    assert declaration.state is DeclarationState.SUBMITTED


def test_only_confirmed_contracts_of_the_company_are_offered(world: World, session: Session) -> None:
    proposed = world.hire(state=ContractState.PROPOSED)
    declaration = world.open()
    with pytest.raises(Refused, match="pas de contrat confirmé"):
        actions.save_draft(
            session, world.as_company, declaration, DraftData((DraftLine(proposed.id, HourKind.WORK, 100),))
        )


@pytest.mark.parametrize("month", [date(2026, 5, 1), date(2025, 12, 1)])
def test_a_month_to_come_or_before_the_market_cannot_be_opened(world: World, month: date) -> None:
    with pytest.raises(Refused):
        world.open(month)


def test_another_company_cannot_declare_and_a_manager_cannot_either(world: World, session: Session) -> None:
    stranger = replace(world.as_company, company_id=world.company.company_id + 999)
    manager = replace(world.as_facilitator, role=Role.PLIE_MANAGER)
    for viewer in (stranger, manager):
        with pytest.raises(Refused, match="Vous ne pouvez pas déclarer"):
            world.open(viewer=viewer)


def test_mails_go_to_the_other_side_without_any_name(world: World, session: Session) -> None:
    company, facilitator = world.company_user(), world.facilitator_user()
    declaration = world.declared(14000)
    actions.return_(session, world.as_facilitator, declaration, "Retirez les congés")
    actions.submit(session, world.as_company, declaration)
    actions.validate_lines(session, world.as_facilitator, declaration)
    session.flush()
    mails = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [m.recipient for m in mails] == [facilitator.email, company.email, facilitator.email, company.email]
    names = [name for (name,) in session.execute(select(make.Participant.last_name))]
    assert not any(name in mail.body for mail in mails for name in names)
    assert "Retirez les congés" in mails[1].body


def test_the_same_line_cannot_stand_twice(world: World, session: Session) -> None:
    declaration = world.open()
    twice = (work(world, 1000), work(world, 2000))
    with pytest.raises(Blocked, match="gardez-en une seule"):
        actions.save_draft(session, world.as_company, declaration, DraftData(twice))
    session.rollback()
    assert session.scalar(select(func.count(DeclarationLine.id))) == 0
    assert session.scalar(select(func.count(Declaration.id))) == 0
