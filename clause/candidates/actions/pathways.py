"""PLIE pathways: entry, steps, exit; entries and exits validated by the PLIE manager (seed 004, domain.md IND-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.actions.common import person_of, person_seen, refuse_nir, require, said, setting_of
from clause.candidates.codes import ContractType, EducationLevel, ExitKind, PathwayCategory
from clause.candidates.models import Participant, Pathway, PathwayStep
from clause.candidates.rules.pathways import ExitFacts, ExitRefusal, exit_refusal
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.organisations.codes import EmployerType

FUTURE_ENTRY = "La date d'entrée est dans le futur : enregistrez l'entrée le jour où elle a lieu."
BEFORE_BIRTH = "La date d'entrée précède les 15 ans de la personne : vérifiez-la."
STILL_OPEN = "Cette personne a déjà un parcours en cours : enregistrez sa sortie avant une nouvelle entrée."
TOO_SOON = "Cette entrée précède la sortie du parcours précédent."
CLOSED = "Ce parcours est terminé."
NOT_EXITED = "Ce parcours n'a pas de sortie à valider."
ALREADY = "C'est déjà validé."
STEP_DATES = "La fin de l'étape précède son début."
STEP_OUTSIDE = "L'étape commence avant l'entrée dans le parcours."
STEP_TWICE = "Cette étape est déjà enregistrée : même type, même début, même opérateur."
WHY = "Écrivez le motif : le référent le lira."
OPEN_STEPS = "Une étape est encore en cours : indiquez sa fin avant la sortie."


@dataclass(frozen=True)
class PathwayData:
    """An entry into a PLIE. ``advisor_id`` is the referent's account where they have one, ``advisor`` their name."""

    participant_id: int
    entered_on: date
    category: PathwayCategory
    disabled: bool | None = None
    registered: bool | None = None
    inactivity_months: int | None = None
    never_worked: bool = False
    advisor: str = ""
    advisor_id: int | None = None


@dataclass(frozen=True)
class StepData:
    kind: str
    starts_on: date
    ends_on: date | None = None
    operator: str = ""
    financed: bool | None = None


@dataclass(frozen=True)
class ExitData:
    """An exit. For a job: from ``job_start`` to ``scheme``; for a training: from ``field`` to ``months``."""

    kind: ExitKind
    exited_on: date
    proof: str = ""
    job_start: date | None = None
    job_end: date | None = None
    naf: str = ""
    employer_type: EmployerType | None = None
    workforce: int | None = None
    contract_type: ContractType | None = None
    scheme: str = ""
    field: str = ""
    level: EducationLevel | None = None
    validated: bool = False
    validation: str = ""
    months: int | None = None
    comment: str = ""

    def details(self) -> dict[str, Any]:
        """What the pathway keeps of it (JSON): ``naf, employer_type, workforce, contract_type, scheme, job_start, job_end``,
        ``field, level, validation, months``, ``proof, comment``; only what was said and fits the kind."""
        common: dict[str, Any] = {"proof": self.proof, "comment": self.comment}
        job = {
            "naf": self.naf, "employer_type": self.employer_type and self.employer_type.value, "workforce": self.workforce,
            "contract_type": self.contract_type and self.contract_type.value, "scheme": self.scheme,
            "job_start": self.job_start and self.job_start.isoformat(), "job_end": self.job_end and self.job_end.isoformat(),
        }  # fmt: skip
        training = {
            "field": self.field, "level": self.level and self.level.value, "months": self.months,
            "validation": self.validation or ("validée" if self.validated else ""),
        }  # fmt: skip
        wanted = {ExitKind.DURABLE_JOB: job, ExitKind.BUSINESS_CREATION: job, ExitKind.QUALIFYING_TRAINING: training}
        merged = {**common, **wanted.get(self.kind, {})}
        return {key: value for key, value in merged.items() if value not in (None, "")}


def enter_pathway(session: Session, viewer: Viewer, data: PathwayData) -> Pathway:
    """An entry, to be validated by the PLIE manager; one who validates enters it validated."""
    require(viewer, Permission.EDIT_PATHWAYS)
    refuse_nir(advisor=data.advisor)
    person = person_seen(session, viewer, data.participant_id)
    _check_entry(session, person, data.entered_on)
    pathway = Pathway(
        participant_id=person.id, entered_on=data.entered_on, category=data.category, disabled=data.disabled,
        registered=data.registered, never_worked=data.never_worked, advisor=data.advisor or viewer.name,
        inactivity_months=None if data.never_worked else data.inactivity_months,
        advisor_id=data.advisor_id, created_at=clock.now(),
    )  # fmt: skip
    session.add(pathway)
    session.flush()
    audit.record(session, viewer, f"entrée dans le PLIE au {said(data.entered_on)}", pathway)
    if viewer.may(Permission.VALIDATE_PATHWAYS):
        validate_entry(session, viewer, pathway)
    return pathway


def _check_entry(session: Session, person: Participant, entered_on: date) -> None:
    if entered_on > clock.today():
        raise Refused(FUTURE_ENTRY, "entered_on")
    if entered_on.year - person.birth_date.year < 15:
        raise Refused(BEFORE_BIRTH, "entered_on")
    for earlier in session.scalars(select(Pathway).where(Pathway.participant_id == person.id)):
        if earlier.exited_on is None:
            raise Refused(STILL_OPEN)
        if entered_on <= earlier.exited_on:
            raise Refused(TOO_SOON, "entered_on")


def validate_entry(session: Session, viewer: Viewer, pathway: Pathway, version: int | None = None) -> None:
    require(viewer, Permission.VALIDATE_PATHWAYS)
    check_version(session, pathway, version)
    person_seen(session, viewer, pathway.participant_id)
    if pathway.entry_validated_at is not None:
        raise Refused(ALREADY)
    pathway.entry_validated_by, pathway.entry_validated_at = viewer.name, clock.now()
    session.flush()
    audit.record(session, viewer, "entrée validée", pathway)


def refuse_entry(session: Session, viewer: Viewer, pathway: Pathway, reason: str) -> None:
    """The manager does not admit the person: the entry is taken away, the history of the person keeps who and when."""
    require(viewer, Permission.VALIDATE_PATHWAYS)
    person = person_seen(session, viewer, pathway.participant_id)
    if pathway.entry_validated_at is not None:
        raise Refused(ALREADY)
    if not reason.strip():
        raise Refused(WHY, "reason")
    refuse_nir(reason=reason)
    session.execute(delete(PathwayStep).where(PathwayStep.pathway_id == pathway.id))
    entered_on = pathway.entered_on
    session.delete(pathway)
    session.flush()
    audit.record(
        session, viewer, f"entrée PLIE du {said(entered_on)} non admise", person, {"Motif": ["", reason.strip()]}
    )


def add_step(session: Session, viewer: Viewer, pathway: Pathway, data: StepData) -> PathwayStep:
    """A step of a pathway: a clause contract, a training, an ACI…"""
    _editable(session, viewer, pathway)
    refuse_nir(kind=data.kind, operator=data.operator)
    if data.ends_on is not None and data.ends_on < data.starts_on:
        raise Refused(STEP_DATES, "ends_on")
    if data.starts_on < pathway.entered_on:
        raise Refused(STEP_OUTSIDE, "starts_on")
    twin = select(PathwayStep.id).where(
        PathwayStep.pathway_id == pathway.id, PathwayStep.kind == data.kind,
        PathwayStep.starts_on == data.starts_on, PathwayStep.operator == data.operator,
    )  # fmt: skip
    if session.scalar(twin) is not None:
        raise Refused(STEP_TWICE, "starts_on")
    step = PathwayStep(
        pathway_id=pathway.id, kind=data.kind, starts_on=data.starts_on, ends_on=data.ends_on, operator=data.operator,
        financed=data.financed,
    )  # fmt: skip
    session.add(step)
    session.flush()
    audit.record(session, viewer, f"étape ajoutée : {data.kind}", pathway)
    return step


def end_step(session: Session, viewer: Viewer, pathway: Pathway, step: PathwayStep, ends_on: date) -> None:
    _editable(session, viewer, pathway)
    if ends_on < step.starts_on:
        raise Refused(STEP_DATES, "ends_on")
    step.ends_on = ends_on
    session.flush()
    audit.record(session, viewer, f"étape terminée le {said(ends_on)} : {step.kind}", pathway)


def exit_pathway(
    session: Session, viewer: Viewer, pathway: Pathway, data: ExitData, version: int | None = None
) -> Pathway:
    """An exit, to be validated by the manager. Refused: what IND-10 does not admit as positive, dates, a step still open."""
    check_version(session, pathway, version)
    person = _editable(session, viewer, pathway)
    refuse_nir(proof=data.proof, scheme=data.scheme, field=data.field, validation=data.validation, comment=data.comment)
    refusal = _exit_refusal(session, person, pathway, data)
    if refusal:
        raise Refused(refusal, _EXIT_FIELDS.get(refusal, "kind"))
    _check_steps(session, pathway, data.exited_on)
    pathway.exited_on, pathway.exit_kind, pathway.exit_details = data.exited_on, data.kind, data.details()
    session.flush()
    audit.record(session, viewer, f"sortie du PLIE au {said(data.exited_on)}", pathway)
    if viewer.may(Permission.VALIDATE_PATHWAYS):
        validate_exit(session, viewer, pathway)
    return pathway


_EXIT_FIELDS = {
    ExitRefusal.BEFORE_ENTRY: "exited_on", ExitRefusal.IN_FUTURE: "exited_on", ExitRefusal.NO_JOB_START: "job_start",
    ExitRefusal.TOO_EARLY: "exited_on", ExitRefusal.NOT_STILL_EMPLOYED: "job_end", ExitRefusal.TOO_SHORT: "job_end",
    ExitRefusal.NO_CONTRACT_TYPE: "contract_type", ExitRefusal.NOT_VALIDATED: "validated", ExitRefusal.LEVEL_TOO_LOW: "level",
    ExitRefusal.NO_LEVEL: "level", ExitRefusal.NO_PROOF: "proof",
}  # fmt: skip


def _exit_refusal(session: Session, person: Participant, pathway: Pathway, data: ExitData) -> ExitRefusal | None:
    facts = ExitFacts(
        data.kind, pathway.entered_on, data.exited_on, data.proof, data.job_start, data.job_end, data.contract_type,
        data.level, data.validated,
    )  # fmt: skip
    months = int(setting_of(session, person.structure_id, "plie.min_contract_months"))
    strict = bool(setting_of(session, person.structure_id, "plie.min_strict"))
    return exit_refusal(facts, clock.today(), months, strict=strict)


def _check_steps(session: Session, pathway: Pathway, exited_on: date) -> None:
    still = select(PathwayStep.id).where(
        PathwayStep.pathway_id == pathway.id,
        PathwayStep.ends_on.is_(None) | (PathwayStep.ends_on > exited_on),
    )
    if session.scalar(still.limit(1)) is not None:
        raise Refused(OPEN_STEPS)


def validate_exit(session: Session, viewer: Viewer, pathway: Pathway, version: int | None = None) -> None:
    require(viewer, Permission.VALIDATE_PATHWAYS)
    check_version(session, pathway, version)
    person_seen(session, viewer, pathway.participant_id)
    if pathway.exited_on is None:
        raise Refused(NOT_EXITED)
    if pathway.exit_validated_at is not None:
        raise Refused(ALREADY)
    pathway.exit_validated_by, pathway.exit_validated_at = viewer.name, clock.now()
    session.flush()
    audit.record(session, viewer, "sortie validée", pathway)


def refuse_exit(session: Session, viewer: Viewer, pathway: Pathway, reason: str, version: int | None = None) -> None:
    """The manager does not admit the exit: the person is in pathway again, the referent reads why in the history."""
    require(viewer, Permission.VALIDATE_PATHWAYS)
    check_version(session, pathway, version)
    person_seen(session, viewer, pathway.participant_id)
    if pathway.exited_on is None or pathway.exit_validated_at is not None:
        raise Refused(NOT_EXITED)
    if not reason.strip():
        raise Refused(WHY, "reason")
    refuse_nir(reason=reason)
    pathway.exited_on, pathway.exit_kind, pathway.exit_details = None, None, {}
    session.flush()
    audit.record(session, viewer, "sortie non admise", pathway, {"Motif": ["", reason.strip()]})


def _editable(session: Session, viewer: Viewer, pathway: Pathway) -> Participant:
    require(viewer, Permission.EDIT_PATHWAYS)
    person_seen(session, viewer, pathway.participant_id)
    if pathway.exited_on is not None:
        raise Refused(CLOSED)
    return person_of(session, pathway.participant_id)
