"""PLIE pathways: positive exits and durations (domain.md IND-10, IND-13; protocol of the seed 004)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from clause.candidates.codes import POSITIVE_EXITS, ContractType, EducationLevel, ExitKind
from clause.candidates.rules.levels import is_below
from clause.kernel.values import add_months, half_up

DAYS_A_MONTH = Decimal("30.4375")


class ExitRefusal(StrEnum):
    BEFORE_ENTRY = "La sortie ne peut pas précéder l'entrée dans le parcours."
    IN_FUTURE = "La date de sortie est dans le futur : enregistrez la sortie le jour où elle a lieu."
    NO_JOB_START = "Indiquez le premier jour de l'emploi : une sortie emploi se valide six mois après."
    TOO_EARLY = (
        "L'emploi n'a pas encore duré six mois : la personne reste en parcours, avec l'étape « emploi de sortie »."
    )
    NOT_STILL_EMPLOYED = (
        "La personne n'occupait plus cet emploi six mois après son début : ce n'est pas une sortie positive."
    )
    TOO_SHORT = "Ce contrat ne dépasse pas six mois : ce n'est pas un emploi durable."
    NO_CONTRACT_TYPE = "Indiquez le type de contrat de travail."
    NOT_VALIDATED = "La formation doit être validée (diplôme, titre ou certificat obtenu) pour une sortie positive."
    LEVEL_TOO_LOW = "La formation doit être au moins de niveau 3 (CAP, BEP) pour une sortie positive."
    NO_LEVEL = "Indiquez le niveau de la formation."
    NO_PROOF = "Indiquez le justificatif vu : sans lui, la sortie n'est pas positive."


EXIT_PROOFS = (
    "Contrat de travail",
    "Bulletin de paie",
    "Attestation de l'employeur",
    "Certificat ou attestation de réussite",
    "Extrait du registre du commerce",
    "Autre preuve indiscutable",
)


@dataclass(frozen=True)
class ExitFacts:
    """What is said of an exit; ``proof`` is the kind of proof seen."""

    kind: ExitKind
    entered_on: date
    exited_on: date
    proof: str = ""
    job_start: date | None = None
    job_end: date | None = None
    contract_type: ContractType | None = None
    training_level: EducationLevel | None = None
    training_validated: bool = False


def is_positive(kind: ExitKind | None) -> bool:
    return kind in POSITIVE_EXITS


def job_validated_on(start: date, months: int = 6) -> date:
    """The day an exit job is validated: same day ``months`` later, clamped (2015-08-31 → 2016-02-29; IND-10)."""
    return add_months(start, months)


def is_durable(kind: ContractType, start: date, end: date | None, months: int = 6, *, strict: bool = True) -> bool:
    """A CDI, or a contract longer than ``months`` (at least as long where not ``strict``); without end it is a CDI."""
    if kind is ContractType.CDI or end is None:
        return True
    after, limit = end + timedelta(days=1), add_months(start, months)
    return after > limit if strict else after >= limit


def exit_refusal(facts: ExitFacts, today: date, months: int = 6, *, strict: bool = True) -> ExitRefusal | None:
    """Why an exit cannot be recorded as said, or None. Months and strictness: settings ``plie.min_*``."""
    if facts.exited_on < facts.entered_on:
        return ExitRefusal.BEFORE_ENTRY
    if facts.exited_on > today:
        return ExitRefusal.IN_FUTURE
    if not is_positive(facts.kind):
        return None
    return _positive_refusal(facts, months, strict) or (None if facts.proof else ExitRefusal.NO_PROOF)


def _positive_refusal(facts: ExitFacts, months: int, strict: bool) -> ExitRefusal | None:
    if facts.kind is ExitKind.DURABLE_JOB:
        return _job_refusal(facts, months, strict)
    if facts.kind is ExitKind.QUALIFYING_TRAINING:
        return _training_refusal(facts)
    return None


def _job_refusal(facts: ExitFacts, months: int, strict: bool) -> ExitRefusal | None:
    if facts.job_start is None:
        return ExitRefusal.NO_JOB_START
    if facts.contract_type is None:
        return ExitRefusal.NO_CONTRACT_TYPE
    if not is_durable(facts.contract_type, facts.job_start, facts.job_end, months, strict=strict):
        return ExitRefusal.TOO_SHORT
    validated_on = job_validated_on(facts.job_start, months)
    if facts.exited_on < validated_on:
        return ExitRefusal.TOO_EARLY
    if facts.job_end is not None and facts.job_end < validated_on:
        return ExitRefusal.NOT_STILL_EMPLOYED
    return None


def _training_refusal(facts: ExitFacts) -> ExitRefusal | None:
    if not facts.training_validated:
        return ExitRefusal.NOT_VALIDATED
    if facts.training_level is None or facts.training_level is EducationLevel.UNKNOWN:
        return ExitRefusal.NO_LEVEL
    return ExitRefusal.LEVEL_TOO_LOW if is_below(facts.training_level, EducationLevel.L3) else None


def months_in_pathway(entered_on: date, exited_on: date) -> Decimal:
    """Length of a pathway in months of 30.4375 days, not rounded (IND-13)."""
    return Decimal((exited_on - entered_on).days) / DAYS_A_MONTH


def mean_months(pathways: Sequence[tuple[date, date]]) -> Decimal | None:
    """Mean length of (entry, exit) pairs, two decimals half up; None of none. Rounded once, at the end (T-PLIE-3)."""
    if not pathways:
        return None
    total = sum((months_in_pathway(*pair) for pair in pathways), Decimal(0))
    return half_up(total / len(pathways), 2)
