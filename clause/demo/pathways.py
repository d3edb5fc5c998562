"""PLIE pathways: entries by the referents, validated by the manager, steps, and a few exits."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from clause.candidates import actions
from clause.candidates.actions import ExitData, PathwayData, StepData
from clause.candidates.codes import ContractType, EducationLevel, ExitKind, PathwayCategory, PublicKind
from clause.candidates.models import ClauseEntry, Participant, Pathway
from clause.demo.recruiting import Crew
from clause.demo.stage import Stage
from clause.kernel.values import add_months
from clause.organisations.codes import EmployerType, PrescriberKind


def play(stage: Stage, crew: Crew) -> None:
    """The pathways of the people whom the PLIE's referents proposed, then the exits of those no longer at work."""
    referents = next(p for p in stage.prescribers["plie"] if p.kind is PrescriberKind.PLIE)
    followed = [p for p in crew.met["plie"] if p.prescriber_id == referents.id]
    at_work = {worker.person.id for worker in crew.at_work.values()}
    pathways = [_enter(stage, person) for person in followed]
    left = [p for p in pathways if p.participant_id not in at_work]
    for pathway, exit_ in zip(left, _exits(stage), strict=False):
        _leave(stage, pathway, exit_)


def _enter(stage: Stage, person: Participant) -> Pathway:
    entry = stage.session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == person.id)).one_or_none()
    proposed = entry.entered_on if entry else stage.today
    entered_on = add_months(proposed, -stage.dice.randrange(2, 8))
    rsa = entry is not None and PublicKind.RSA.value in entry.publics
    stage.at(entered_on + timedelta(days=3), 10)
    pathway = actions.enter_pathway(
        stage.session, stage.accounts["referent@demo.example"],
        PathwayData(
            participant_id=person.id, entered_on=entered_on, registered=True, disabled=stage.dice.random() < 0.12,
            category=PathwayCategory.RSA if rsa else stage.dice.choice((PathwayCategory.DELD, PathwayCategory.OTHER)),
            inactivity_months=stage.dice.randrange(6, 40),
        ),
    )  # fmt: skip
    stage.at(entered_on + timedelta(days=10), 10)
    actions.validate_entry(stage.session, stage.manager(), pathway)
    _steps(stage, pathway, proposed)
    return pathway


def _steps(stage: Stage, pathway: Pathway, clause_starts: date) -> None:
    referent = stage.accounts["referent@demo.example"]
    begins = pathway.entered_on + timedelta(days=12)
    ends = min(begins + timedelta(days=30), clause_starts - timedelta(days=1))
    if ends > begins:
        step = StepData("Mobilisation vers l'emploi", begins, ends, "PLIE des Trois Rivières", financed=True)
        actions.add_step(stage.session, referent, pathway, step)
    step = StepData("Étape clause sociale", clause_starts, min(add_months(clause_starts, 5), stage.today), "Entreprise")
    actions.add_step(stage.session, referent, pathway, step)


def _exits(stage: Stage) -> list[ExitData]:
    """Exits dated of these last weeks; the jobs began more than six months before (IND-10)."""
    day = stage.today - timedelta(days=12)
    job = ExitData(
        ExitKind.DURABLE_JOB, day, "Contrat de travail et bulletin de salaire", job_start=day - timedelta(days=200),
        naf="41.20B", employer_type=EmployerType.COMPANY, workforce=40, contract_type=ContractType.CDI,
    )  # fmt: skip
    training = ExitData(
        ExitKind.QUALIFYING_TRAINING, day, "Titre professionnel", field="Bâtiment second œuvre",
        level=EducationLevel.L3, validated=True, validation="Titre professionnel", months=8,
    )  # fmt: skip
    return [
        job, training, ExitData(ExitKind.ABANDONMENT, day), job, ExitData(ExitKind.MOVE, day),
        ExitData(ExitKind.OTHER, day), ExitData(ExitKind.ABANDONMENT, day), job,
    ]  # fmt: skip


def _leave(stage: Stage, pathway: Pathway, exit_: ExitData) -> None:
    """The exit, where the steps allow; the manager has validated all but the last two."""
    if exit_.job_start is not None and exit_.job_start <= pathway.entered_on:
        return
    stage.session.refresh(pathway, ["steps"])
    if any(step.ends_on is None or step.ends_on > exit_.exited_on for step in pathway.steps):
        return
    stage.at(stage.today - timedelta(days=8), 10)
    actions.exit_pathway(stage.session, stage.accounts["referent@demo.example"], pathway, exit_)
    if exit_.kind in (ExitKind.DURABLE_JOB, ExitKind.ABANDONMENT):
        stage.at(stage.today - timedelta(days=5), 15)
        actions.validate_exit(stage.session, stage.manager(), pathway)
