"""When the situation of a person is asked for, and how what is answered is read (OPE-10). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clause.candidates.codes import ContractType, ExitKind
from clause.candidates.follow_up.codes import Moment, Situation
from clause.kernel.codes import Code
from clause.kernel.values import add_months

AFTER_END = 6  # months
AFTER_ENTRY = {Moment.ENTRY_SIX: 6, Moment.ENTRY_TWELVE: 12}


class Outcome(Code):
    """The classes of C13."""

    DURABLE_SAME = "durable_same", "Emploi durable, même entreprise"
    DURABLE_OTHER = "durable_other", "Emploi durable, autre entreprise ou création d'activité"
    TRANSITIONAL = "transitional", "Emploi de transition (CDD court, intérim)"
    TRAINING = "training", "Formation, alternance"
    IAE = "iae", "Insertion par l'activité économique"
    JOBSEEKER = "jobseeker", "Recherche d'emploi"
    OTHER = "other", "Autre situation"
    UNKNOWN = "unknown", "Inconnue ou sans réponse"


_OUTCOMES = {
    Situation.CDD_SHORT: Outcome.TRANSITIONAL, Situation.AGENCY_WORK: Outcome.TRANSITIONAL, Situation.ALTERNANCE: Outcome.TRAINING,
    Situation.TRAINING: Outcome.TRAINING, Situation.BUSINESS_CREATION: Outcome.DURABLE_OTHER, Situation.IAE: Outcome.IAE,
    Situation.JOBSEEKER: Outcome.JOBSEEKER, Situation.OTHER: Outcome.OTHER, Situation.UNKNOWN: Outcome.UNKNOWN,
}  # fmt: skip
IN_A_JOB = frozenset(
    {Situation.CDI, Situation.CDD_LONG, Situation.CDD_SHORT, Situation.AGENCY_WORK, Situation.ALTERNANCE}
)


def outcome_of(situation: Situation | None, same_company: bool | None) -> Outcome:
    """The class of an answer: a CDI or a CDD of six months or more is a durable job."""
    if situation is None:
        return Outcome.UNKNOWN
    if situation in (Situation.CDI, Situation.CDD_LONG):
        return Outcome.DURABLE_SAME if same_company else Outcome.DURABLE_OTHER
    return _OUTCOMES[situation]


@dataclass(frozen=True)
class Worked:
    """An employment contract of a person that has counted hours; ``ends_on`` None while it is open."""

    contract_id: int
    person_id: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Due:
    contract_id: int
    person_id: int
    moment: Moment
    due_on: date


def after_contracts(contracts: Sequence[Worked]) -> Iterator[Due]:
    """The end of each contract and six months after, of those that nothing follows.

    A contract that another one of the person overlaps, or follows on the next day, ends nothing: the last of the series is
    asked for, so that nobody is called at each renewal.
    """
    for contract in contracts:
        if contract.ends_on is not None and not any(_goes_on(contract, other) for other in contracts):
            yield Due(contract.contract_id, contract.person_id, Moment.CONTRACT_END, contract.ends_on)
            later = add_months(contract.ends_on, AFTER_END)
            yield Due(contract.contract_id, contract.person_id, Moment.SIX_MONTHS_AFTER, later)


def _goes_on(contract: Worked, other: Worked) -> bool:
    """Whether the other contract carries on after the end of this one; of two that end together, the latest registered."""
    assert contract.ends_on is not None
    if other.person_id != contract.person_id or other.contract_id == contract.contract_id:
        return False
    if other.starts_on > contract.ends_on + timedelta(days=1):
        return False
    if other.ends_on == contract.ends_on:
        return other.contract_id > contract.contract_id
    return other.ends_on is None or other.ends_on > contract.ends_on


def after_entries(entries: Iterable[Worked]) -> Iterator[Due]:
    """Six and twelve months after the first contract of each person on a market of urban renewal."""
    for entry in entries:
        for moment, months in AFTER_ENTRY.items():
            yield Due(entry.contract_id, entry.person_id, moment, add_months(entry.starts_on, months))


def from_pathway(kind: ExitKind, contract_type: str) -> Situation | None:
    """The situation that the exit of a PLIE pathway tells, so that nobody is called twice; None where it tells none."""
    if kind is ExitKind.DURABLE_JOB:
        return Situation.CDI if contract_type == ContractType.CDI.value else Situation.CDD_LONG
    told = {
        ExitKind.BUSINESS_CREATION: Situation.BUSINESS_CREATION, ExitKind.QUALIFYING_TRAINING: Situation.TRAINING,
        ExitKind.RETIREMENT: Situation.OTHER,
    }  # fmt: skip
    return told.get(kind)
