"""Contracts, posts and placements: on both engines where SQL decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.actions import ContractData, PositionData
from clause.candidates.codes import ContractState, ContractType, Mode, PlacementState
from clause.candidates.models import Assignment, ClauseEntry, EmploymentContract, Participant, Placement
from clause.candidates.rules.contracts import (
    ContractFacts,
    ContractRefusal,
    ContractWarning,
    contract_warnings,
    mode_fits,
)
from clause.candidates.rules.eligibility import Window
from clause.candidates.visibility import visible_participants
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.organisations.codes import EmployerType
from tests.candidates.scene import Scene, scene
from tests.support import factories as make

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _day(app: Flask) -> None:
    clock.move_to(datetime(2026, 11, 20, 10))


def data_of(s: Scene, person: Participant, **values: Any) -> ContractData:
    defaults: dict[str, Any] = {
        "participant_id": person.id, "establishment_id": s.employer.id, "mode": Mode.DIRECT_HIRE,
        "contract_type": ContractType.CDD, "starts_on": date(2026, 11, 2), "ends_on": date(2027, 1, 31),
        "market_ids": (s.market.id,),
    }  # fmt: skip
    return ContractData(**{**defaults, **values})


def proposed(session: Session, s: Scene) -> Participant:
    person = make.participant(session, s.structure, proposed_by_company_id=s.employer.company_id)
    make.eligible(session, person)
    return person


def test_a_company_announces_and_a_facilitator_confirms(engine: str, session: Session) -> None:
    s = scene(session)
    person = proposed(session, s)
    contract = actions.register_contract(session, s.viewer("company"), data_of(s, person))
    assert contract.state is ContractState.PROPOSED
    assert session.scalars(select(ClauseEntry)).all() == []
    actions.confirm_contract(session, s.viewer("facilitator"), contract)
    assert (contract.state, contract.confirmed_by) == (ContractState.CONFIRMED, s.users["facilitator"].name)
    entry = session.scalars(select(ClauseEntry)).one()
    assert (entry.participant_id, entry.entered_on) == (person.id, date(2026, 11, 2))
    with pytest.raises(Refused):
        actions.confirm_contract(session, s.viewer("facilitator"), contract)


def test_a_company_cannot_confirm_nor_refuse(session: Session) -> None:
    s = scene(session)
    contract = actions.register_contract(session, s.viewer("company"), data_of(s, proposed(session, s)))
    with pytest.raises(Refused):
        actions.confirm_contract(session, s.viewer("company"), contract)
    with pytest.raises(Refused):
        actions.refuse_contract(session, s.viewer("company"), contract, "non")
    with pytest.raises(Refused):
        actions.confirm_contract(session, s.viewer("stranger"), contract)


def test_the_team_registers_at_once_and_the_first_contract_freezes_the_entry(session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure)
    first = actions.register_contract(session, s.viewer("facilitator"), data_of(s, person))
    later = data_of(s, person, starts_on=date(2026, 12, 1))
    actions.register_contract(session, s.viewer("facilitator"), later)
    assert first.state is ContractState.CONFIRMED
    assert session.scalars(select(ClauseEntry)).one().entered_on == date(2026, 11, 2)


def test_a_contract_on_a_market_without_clause_freezes_nothing(session: Session) -> None:
    s = scene(session)
    s.market.clause_kind = None
    actions.register_contract(session, s.viewer("facilitator"), data_of(s, make.participant(session, s.structure)))
    assert session.scalars(select(ClauseEntry)).all() == []


def test_contracts_refused(engine: str, session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure)
    foreign = make.market(session, make.operation(session, s.other))
    team = s.viewer("facilitator")
    actions.register_contract(session, team, data_of(s, person, reference="C-1"))
    cases = [
        (data_of(s, person, ends_on=date(2026, 11, 1)), "ends_on", ContractRefusal.DATES),
        (data_of(s, person, starts_on=date(1995, 1, 1)), "starts_on", ContractRefusal.TOO_OLD),
        (data_of(s, person), "starts_on", ContractRefusal.SAME),
        (data_of(s, person, starts_on=date(2026, 11, 9), reference="C-1"), "reference", "C-1"),
        (data_of(s, person, starts_on=date(2026, 11, 9), market_ids=(foreign.id,)), "market", "ne fait pas partie"),
        (data_of(s, make.participant(session, s.other)), "", "personne"),
        (data_of(s, person, starts_on=date(2026, 11, 9), establishment_id=999_999), "employer", "établissement"),
    ]
    for data, field, words in cases:
        with pytest.raises(Refused) as refusal:
            actions.register_contract(session, team, data)
        assert refusal.value.field == field
        assert words in refusal.value.sentence
    assert len(session.scalars(select(EmploymentContract)).all()) == 1


def test_a_company_employs_in_its_own_establishments_only(session: Session) -> None:
    s = scene(session)
    elsewhere = make.establishment(session, "Autre entreprise")
    data = data_of(s, proposed(session, s), establishment_id=elsewhere.id)
    with pytest.raises(Refused) as refusal:
        actions.register_contract(session, s.viewer("company"), data)
    assert refusal.value.field == "employer"


def test_ending_early_and_the_companys_word_on_it(session: Session) -> None:
    s = scene(session)
    contract = actions.register_contract(session, s.viewer("company"), data_of(s, proposed(session, s)))
    actions.confirm_contract(session, s.viewer("facilitator"), contract)
    actions.ask_end(session, s.viewer("company"), contract, date(2026, 12, 15))
    assert (contract.ends_on, contract.asked_end) == (date(2027, 1, 31), date(2026, 12, 15))
    with pytest.raises(Refused):
        actions.set_end(session, s.viewer("company"), contract, date(2026, 12, 15))
    actions.set_end(session, s.viewer("facilitator"), contract, date(2026, 12, 15))
    assert (contract.ends_on, contract.asked_end) == (date(2026, 12, 15), None)
    with pytest.raises(Refused) as refusal:
        actions.set_end(session, s.viewer("facilitator"), contract, date(2026, 11, 1))
    assert refusal.value.sentence == ContractRefusal.DATES


def test_posts_and_placements_from_proposal_to_contract(engine: str, session: Session) -> None:
    s = scene(session)
    team, company = s.viewer("facilitator"), s.viewer("company")
    person = make.participant(session, s.structure)
    position = actions.open_position(session, company, PositionData(s.market.id, s.employer.id, "Manœuvre", "F1704"))
    with pytest.raises(Refused) as refusal:
        actions.place(session, team, position, person.id)
    assert refusal.value.field == "person"
    make.eligible(session, person)
    placement = actions.place(session, team, position, person.id)
    assert session.scalars(visible_participants(company)).all() == []
    actions.answer_placement(session, team, placement, PlacementState.PRESENTED)
    assert [p.id for p in session.scalars(visible_participants(company))] == [person.id]
    with pytest.raises(Refused):
        actions.place(session, team, position, person.id)
    actions.register_contract(session, team, data_of(s, person, position_id=position.id))
    session.expire_all()
    assert session.scalars(select(Placement)).one().state is PlacementState.HIRED
    assert session.scalars(select(Assignment)).one().position_id == position.id


def test_not_kept_needs_a_reason_and_hides_the_person_again(session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure)
    make.eligible(session, person)
    data = PositionData(s.market.id, s.employer.id, "Manœuvre")
    position = actions.open_position(session, s.viewer("facilitator"), data)
    placement = actions.place(session, s.viewer("facilitator"), position, person.id, present=True)
    with pytest.raises(Refused):
        actions.answer_placement(session, s.viewer("company"), placement, PlacementState.NOT_KEPT)
    actions.answer_placement(session, s.viewer("company"), placement, PlacementState.NOT_KEPT, "Horaires incompatibles")
    assert session.scalars(visible_participants(s.viewer("company"))).all() == []


def test_a_partner_places_its_own_people_and_sees_no_other(session: Session) -> None:
    s = scene(session)
    make.participant(session, s.structure)
    data = PositionData(s.market.id, s.employer.id, "Manœuvre")
    with pytest.raises(Refused):
        actions.open_position(session, s.viewer("stranger"), data)


@pytest.mark.parametrize(
    ("mode", "employer", "fits"),
    [
        (Mode.SECONDMENT, EmployerType.ETTI, True), (Mode.SECONDMENT, EmployerType.EI, False),
        (Mode.SUBCONTRACTING, EmployerType.EI, True), (Mode.SUBCONTRACTING, EmployerType.COMPANY, False),
        (Mode.DIRECT_HIRE, EmployerType.COMPANY, True), (Mode.DIRECT_HIRE, EmployerType.ETT, False),
        (Mode.CO_CONTRACTING, EmployerType.EA, True), (Mode.DIRECT_HIRE, EmployerType.ACI, True),
        (Mode.SUBCONTRACTING, EmployerType.EITI, True), (Mode.CO_CONTRACTING, EmployerType.SEP, True),
        (Mode.SECONDMENT, EmployerType.SEP, False),
    ],
)  # fmt: skip
def test_rea_01_modes_and_employers(mode: Mode, employer: EmployerType, fits: bool) -> None:
    assert mode_fits(mode, employer) is fits


FACTS: dict[str, Any] = {
    "contract_type": ContractType.CDD, "mode": Mode.DIRECT_HIRE, "employer": EmployerType.COMPANY,
    "starts_on": date(2026, 11, 2), "ends_on": date(2027, 1, 31), "windows": (Window(date(2026, 1, 1), None),),
    "markets": ((date(2026, 1, 1), date(2026, 12, 31)),),
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"contract_type": ContractType.CDI}, ContractWarning.CDI_WITH_END),
        ({"ends_on": None}, ContractWarning.NO_END),
        ({"ends_on": date(2028, 5, 2)}, ContractWarning.LONG_CDD),
        ({"mode": Mode.SECONDMENT}, ContractWarning.MODE),
        ({"contract_type": ContractType.MISSION}, ContractWarning.MISSION),
        ({"windows": ()}, ContractWarning.AWAITING),
        ({"windows": (Window(date(2026, 11, 3), None),)}, ContractWarning.OUTSIDE),
        ({"overlaps": True}, ContractWarning.OVERLAPS),
        ({"markets": (), "has_market": False}, ContractWarning.NO_MARKET),
        ({"markets": ((date(2026, 12, 1), None),)}, ContractWarning.MARKET_DATES),
    ],
)
def test_what_is_said_of_a_contract_without_blocking(change: dict[str, Any], warning: ContractWarning) -> None:
    assert contract_warnings(ContractFacts(**FACTS)) == []
    assert contract_warnings(ContractFacts(**{**FACTS, **change})) == [warning]


def test_a_cdd_of_eighteen_months_to_the_day_is_not_long() -> None:
    assert contract_warnings(ContractFacts(**{**FACTS, "ends_on": date(2028, 5, 1)})) == []
