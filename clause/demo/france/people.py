"""Writing the people of a year, area by area: who they are, their assessment, their frozen entry, their contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from clause.candidates.codes import EducationLevel, EligibilityState, Mode, PublicKind, Sex
from clause.candidates.models import (
    Assignment,
    ClauseEntry,
    Eligibility,
    EligibilityCriterion,
    EmploymentContract,
    Participant,
)
from clause.candidates.rules.ages import age_on
from clause.demo.france import words
from clause.demo.france.country import Area, pick
from clause.demo.france.hiring import AreaYear, Hire
from clause.demo.france.works import party
from clause.kernel import bulk
from clause.kernel.clock import PARIS
from clause.kernel.values import add_months, fold
from clause.markets.codes import PartyRole
from clause.markets.models import MarketParty
from clause.organisations.codes import PrescriberKind

# An age, and its share of the people who enter.
AGES = ((19, 11), (23, 14), (30, 26), (39, 25), (49, 17), (57, 7))
IN_QPV = ((True, 36), (False, 54), (None, 10))
DECIDED = "Pièces vues lors de la décision"


@dataclass(slots=True)
class Person:
    """A person before they are written; ``entered`` is the first day of their first contract."""

    id: int
    reference: str
    last_name: str
    first_name: str
    sex: Sex
    birth_date: date
    commune: str
    in_qpv: bool | None
    level: EducationLevel
    publics: list[PublicKind]
    prescriber: tuple[int, str, PrescriberKind]
    entered: date

    @property
    def proposed_at(self) -> datetime:
        return datetime.combine(self.entered - timedelta(days=7), time(10), PARIS)


def write(session: Session, found: AreaYear, year: int, dice: Random) -> tuple[list[int], list[int]]:
    """Write the people and contracts of an area; the ids of the people and of the contracts, in order."""
    people = bulk.reserve(session, Participant, found.people)
    rows = [_person(found.area, f"P{year % 100:02d}-{rank:05d}", people[rank], entered, dice) for rank, entered in enumerate(_first_days(found))]  # fmt: skip
    bulk.write(session, Participant, (_participant(found.area, person) for person in rows))
    _assess(session, found.area, rows)
    bulk.write(session, ClauseEntry, map(_entry, rows))
    contracts = bulk.reserve(session, EmploymentContract, len(found.hires))
    bulk.write(session, EmploymentContract, _contracts(found, people, contracts, year))
    bulk.write(session, Assignment, _assignments(found, contracts))
    bulk.write(session, MarketParty, _subcontractors(found.hires))
    return people, contracts


def _first_days(found: AreaYear) -> list[date]:
    days = [date.max] * found.people
    for hire in found.hires:
        days[hire.person] = min(days[hire.person], hire.starts)
    return days


def _person(area: Area, reference: str, id: int, entered: date, dice: Random) -> Person:
    sex = dice.choices((Sex.M, Sex.F, Sex.UNKNOWN), weights=(775, 220, 5))[0]
    age = pick(dice, AGES)[0] + dice.randrange(-2, 4)
    born = entered - timedelta(days=int(age * 365.25) + dice.randrange(1, 360))
    return Person(
        id=id, reference=reference, last_name=words.family(dice.randrange(10**6)),
        first_name=dice.choice(words.WOMEN if sex is Sex.F else words.MEN), sex=sex, birth_date=born,
        commune=area.communes[int(len(area.communes) * dice.random() ** 2)], in_qpv=pick(dice, IN_QPV)[0],
        level=pick(dice, words.LEVELS)[0], publics=_publics(age_on(born, entered), dice), entered=entered,
        prescriber=area.prescribers[words.PRESCRIBERS.index(pick(dice, words.PRESCRIBERS))],
    )  # fmt: skip


def _publics(age: int, dice: Random) -> list[PublicKind]:
    """The main one first. Young people and seniors are those of their age."""
    main = pick(dice, words.PUBLICS)[0]
    if main in words.YOUNG and age >= 26:
        main = PublicKind.LONG_TERM_JOBSEEKER
    if main is PublicKind.SENIOR_JOBSEEKER and age < 50:
        main = PublicKind.RSA
    other = dice.choice(words.OTHER_PUBLICS) if dice.random() < 0.3 else main
    return [main] if other is main else [main, other]


def _participant(area: Area, person: Person) -> bulk.Values:
    return {
        "id": person.id, "structure_id": area.structure, "reference": person.reference, "last_name": person.last_name,
        "first_name": person.first_name, "birth_date": person.birth_date, "sex": person.sex, "commune": person.commune,
        "in_qpv": person.in_qpv, "education_level": person.level, "prescriber_id": person.prescriber[0],
        "search": fold(f"{person.last_name} {person.first_name} {person.reference} {person.commune}"),
        "created_at": person.proposed_at,
    }  # fmt: skip


def _assess(session: Session, area: Area, people: Sequence[Person]) -> None:
    ids = bulk.reserve(session, Eligibility, len(people))
    bulk.write(session, Eligibility, (_eligibility(area, id, person) for id, person in zip(ids, people, strict=True)))
    bulk.write(
        session,
        EligibilityCriterion,
        (
            {"eligibility_id": id, "kind": kind, "is_primary": kind is person.publics[0]}
            for id, person in zip(ids, people, strict=True)
            for kind in person.publics
        ),
    )


def _eligibility(area: Area, id: int, person: Person) -> bulk.Values:
    """Valid for two years, from a few days before the first contract."""
    opens = person.entered - timedelta(days=5)
    return {
        "id": id, "participant_id": person.id, "state": EligibilityState.ELIGIBLE, "proposed_by": person.prescriber[1],
        "proposed_at": person.proposed_at, "decided_by": area.facilitator, "decided_at": person.proposed_at,
        "decision_reason": DECIDED, "eligible_from": opens, "eligible_until": add_months(opens, 24) - timedelta(days=1),
    }  # fmt: skip


def _entry(person: Person) -> bulk.Values:
    """What ``candidates.entries`` freezes."""
    return {
        "participant_id": person.id, "entered_on": person.entered, "age": age_on(person.birth_date, person.entered),
        "sex": person.sex, "commune": person.commune, "in_qpv": person.in_qpv, "education_level": person.level,
        "primary_public": person.publics[0], "publics": sorted(kind.value for kind in person.publics),
        "prescriber": person.prescriber[1], "prescriber_kind": person.prescriber[2].value, "frozen_at": person.proposed_at,
    }  # fmt: skip


def _contracts(found: AreaYear, people: Sequence[int], ids: Sequence[int], year: int) -> Iterator[bulk.Values]:
    for rank, (id, hire) in enumerate(zip(ids, found.hires, strict=True)):
        signed = datetime.combine(hire.starts, time(8), PARIS)
        yield {
            "id": id, "structure_id": found.area.structure, "participant_id": people[hire.person],
            "establishment_id": hire.firm.establishment, "reference": f"C{year % 100:02d}-{rank:05d}", "mode": hire.mode,
            "contract_type": hire.contract_type, "starts_on": hire.starts, "ends_on": None if hire.open_ended else hire.ends,
            "job": hire.market.firm.trade.job, "rome": hire.market.firm.trade.rome, "confirmed_by": found.area.facilitator,
            "confirmed_at": signed, "created_at": signed,
        }  # fmt: skip


def _assignments(found: AreaYear, ids: Sequence[int]) -> Iterator[bulk.Values]:
    for id, hire in zip(ids, found.hires, strict=True):
        yield {
            "employment_contract_id": id, "market_id": hire.market.market, "starts_on": hire.starts, "ends_on": hire.ends,
        }  # fmt: skip


def _subcontractors(hires: Sequence[Hire]) -> Iterator[bulk.Values]:
    """Who employs people as a subcontractor is one of the companies of the market, once."""
    for hire in hires:
        if hire.mode is Mode.SUBCONTRACTING and hire.firm.company not in hire.market.subcontractors:
            hire.market.subcontractors.add(hire.firm.company)
            yield party(hire.market, hire.firm, PartyRole.SUBCONTRACTOR)
