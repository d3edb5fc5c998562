"""A small territory for the tests of candidates: two structures, a company, a prescriber, one of each account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.candidates.actions import PersonData
from clause.candidates.codes import PublicKind, Sex
from clause.candidates.models import Participant
from clause.markets.models import Market
from clause.organisations.models import Establishment, PrescriberOrganisation, Structure
from tests.support import factories as make


@dataclass
class Scene:
    structure: Structure
    other: Structure
    prescriber: PrescriberOrganisation
    employer: Establishment
    market: Market
    users: dict[str, User]

    def viewer(self, role: str) -> Viewer:
        return self.users[role].viewer()


def scene(session: Session) -> Scene:
    structure, other = make.structure(session), make.structure(session, "MDE de la Plaine")
    prescriber = make.prescriber(session, structure)
    employer = make.establishment(session)
    operation = make.operation(session, structure)
    market = make.market(session, operation, employer)
    users = {
        "facilitator": make.user(session, Role.FACILITATOR, structure_id=structure.id),
        "coordinator": make.user(session, Role.COORDINATOR, structure_id=structure.id),
        "plie_manager": make.user(session, Role.PLIE_MANAGER, structure_id=structure.id),
        "prescriber": make.user(session, Role.PRESCRIBER, structure_id=structure.id, prescriber_id=prescriber.id),
        "company": make.user(session, Role.COMPANY, company_id=employer.company_id),
        "authority": make.user(session, Role.AUTHORITY, authority_id=operation.authority_id),
        "administrator": make.user(session, Role.ADMINISTRATOR),
        "stranger": make.user(session, Role.FACILITATOR, structure_id=other.id),
    }
    return Scene(structure, other, prescriber, employer, market, users)


def person_data(**values: Any) -> PersonData:
    defaults: dict[str, Any] = {
        "last_name": "Diallo", "first_name": "Awa", "birth_date": date(1985, 4, 12), "sex": Sex.F, "commune": "Valmont",
        "criteria": (PublicKind.LONG_TERM_JOBSEEKER,),
    }  # fmt: skip
    return PersonData(**{**defaults, **values})


def person_form(**values: Any) -> dict[str, Any]:
    """The proposal's form as a browser sends it."""
    defaults = {
        "last_name": "Diallo", "first_name": "Awa", "birth_date": "12/04/1985", "sex": "f", "commune": "Valmont",
        "education_level": "3", "motive": "Cherche un poste dans le bâtiment",
    }  # fmt: skip
    return {**defaults, **values}


def people_of(
    session: Session, of: Structure, count: int, employer: Establishment, market: Market
) -> list[Participant]:
    """``count`` people with an eligibility, a contract and a place on the market."""
    people = [make.participant(session, of, commune="Valmont") for _ in range(count)]
    for person in people:
        make.eligible(session, person)
        make.contract(session, person, employer, market)
    return people
