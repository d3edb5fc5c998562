"""PLIE pathways: entry, steps, exit, and the manager's word."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.actions import ExitData, PathwayData, StepData
from clause.candidates.codes import ContractType, EducationLevel, ExitKind, PathwayCategory
from clause.candidates.models import Pathway
from clause.candidates.rules.pathways import ExitRefusal
from clause.candidates.visibility import visible_pathways
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from tests.candidates.scene import Scene, scene
from tests.support import factories as make

ENTRY = date(2025, 9, 1)
JOB = ExitData(
    ExitKind.DURABLE_JOB, date(2026, 9, 15), "Contrat de travail", job_start=date(2026, 3, 15),
    contract_type=ContractType.CDI, naf="81.21Z",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _day(app: Flask) -> None:
    clock.move_to(datetime(2026, 11, 20, 10))


def entered(session: Session, s: Scene, role: str = "prescriber") -> Pathway:
    person = make.participant(session, s.structure, prescriber_id=s.prescriber.id)
    data = PathwayData(person.id, ENTRY, PathwayCategory.DELD, registered=True, inactivity_months=18)
    return actions.enter_pathway(session, s.viewer(role), data)


def test_a_referent_enters_and_the_manager_validates(engine: str, session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    assert pathway.entry_validated_at is None
    with pytest.raises(Refused):
        actions.validate_entry(session, s.viewer("facilitator"), pathway)
    actions.validate_entry(session, s.viewer("plie_manager"), pathway)
    assert pathway.entry_validated_by == s.users["plie_manager"].name
    actions.exit_pathway(session, s.viewer("prescriber"), pathway, JOB)
    assert pathway.exit_details == {
        "proof": "Contrat de travail", "job_start": "2026-03-15", "contract_type": "cdi", "naf": "81.21Z",
    }  # fmt: skip
    actions.validate_exit(session, s.viewer("plie_manager"), pathway)
    assert pathway.exit_validated_by == s.users["plie_manager"].name


def test_the_managers_own_entry_is_validated(session: Session) -> None:
    s = scene(session)
    assert entered(session, s, "plie_manager").entry_validated_at is not None


def test_an_entry_not_admitted_leaves_the_history(session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    person = pathway.participant_id
    actions.add_step(session, s.viewer("prescriber"), pathway, StepData("Formation", ENTRY))
    with pytest.raises(Refused):
        actions.refuse_entry(session, s.viewer("plie_manager"), pathway, " ")
    actions.refuse_entry(session, s.viewer("plie_manager"), pathway, "Déjà suivie par un autre référent")
    assert session.scalars(select(Pathway)).all() == []
    again = PathwayData(person, ENTRY, PathwayCategory.RSA)
    assert actions.enter_pathway(session, s.viewer("prescriber"), again).id


def test_an_exit_not_admitted_puts_the_person_in_pathway_again(session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    actions.exit_pathway(session, s.viewer("prescriber"), pathway, JOB)
    actions.refuse_exit(session, s.viewer("plie_manager"), pathway, "Bulletin de paie illisible")
    assert (pathway.exited_on, pathway.exit_kind, pathway.exit_details) == (None, None, {})
    assert audit.history(session, pathway)[0].changes == {"Motif": ["", "Bulletin de paie illisible"]}


def test_one_pathway_at_a_time_and_never_backwards(session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    data = PathwayData(pathway.participant_id, date(2026, 1, 1), PathwayCategory.RSA)
    with pytest.raises(Refused, match="en cours"):
        actions.enter_pathway(session, s.viewer("prescriber"), data)
    left = ExitData(ExitKind.MOVE, date(2026, 6, 30))
    actions.exit_pathway(session, s.viewer("prescriber"), pathway, left)
    for day, field in ((date(2026, 6, 30), "entered_on"), (date(2026, 12, 1), "entered_on")):
        data = PathwayData(pathway.participant_id, day, PathwayCategory.RSA)
        with pytest.raises(Refused) as refusal:
            actions.enter_pathway(session, s.viewer("prescriber"), data)
        assert refusal.value.field == field


def test_exits_refused(session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    training = ExitData(ExitKind.QUALIFYING_TRAINING, date(2026, 6, 30), "Certificat", level=EducationLevel.L3)
    early = ExitData(ExitKind.DURABLE_JOB, date(2026, 9, 14), "Contrat", job_start=date(2026, 3, 15), contract_type=ContractType.CDI)  # fmt: skip
    for data, refusal in (
        (early, ExitRefusal.TOO_EARLY),
        (training, ExitRefusal.NOT_VALIDATED),
        (ExitData(ExitKind.BUSINESS_CREATION, date(2026, 6, 30)), ExitRefusal.NO_PROOF),
        (ExitData(ExitKind.ABANDONMENT, date(2025, 8, 31)), ExitRefusal.BEFORE_ENTRY),
    ):
        with pytest.raises(Refused) as raised:
            actions.exit_pathway(session, s.viewer("prescriber"), pathway, data)
        assert raised.value.sentence == refusal
        assert pathway.exited_on is None


def test_steps_and_their_refusals(session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    who = s.viewer("prescriber")
    step = actions.add_step(session, who, pathway, StepData("Étape clause", date(2025, 10, 1), operator="Bâti Val"))
    for data in (
        StepData("Étape clause", date(2025, 10, 1), operator="Bâti Val"),
        StepData("Formation", date(2025, 8, 1)),
        StepData("Formation", date(2025, 10, 2), date(2025, 10, 1)),
    ):
        with pytest.raises(Refused):
            actions.add_step(session, who, pathway, data)
    with pytest.raises(Refused, match="étape"):
        actions.exit_pathway(session, who, pathway, JOB)
    actions.end_step(session, who, pathway, step, date(2026, 2, 28))
    actions.exit_pathway(session, who, pathway, JOB)


def test_who_sees_pathways(engine: str, session: Session) -> None:
    s = scene(session)
    pathway = entered(session, s)
    elsewhere = make.participant(session, s.structure)
    actions.enter_pathway(session, s.viewer("facilitator"), PathwayData(elsewhere.id, ENTRY, PathwayCategory.RSA))
    counts = {role: len(session.scalars(visible_pathways(user.viewer())).all()) for role, user in s.users.items()}
    assert counts == {
        "facilitator": 2, "coordinator": 2, "plie_manager": 2, "prescriber": 1, "company": 0, "authority": 0,
        "administrator": 0, "stranger": 0,
    }  # fmt: skip
    with pytest.raises(Refused):
        actions.add_step(session, s.viewer("stranger"), pathway, StepData("Formation", ENTRY))
