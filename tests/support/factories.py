"""Rows for tests, named by the situation they make. Every function takes the session first and flushes."""

from __future__ import annotations

import itertools
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session
from stdnum import luhn

from clause.access import Role, Viewer
from clause.accounts.models import User
from clause.accounts.passwords import hash_password
from clause.candidates.codes import (
    ContractState,
    ContractType,
    EducationLevel,
    EligibilityState,
    Mode,
    PublicKind,
    Sex,
)
from clause.candidates.models import (
    Assignment,
    Eligibility,
    EligibilityCriterion,
    EmploymentContract,
    Participant,
)
from clause.kernel import clock
from clause.kernel.values import fold
from clause.markets.codes import ClauseKind, MarketStatus, ObjectiveKind, OperationStatus, PartyRole
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.codes import BuyerType, EmployerType, StructureKind
from clause.organisations.models import ContractingAuthority, Establishment, PrescriberOrganisation, Structure
from clause.organisations.register import authority_by_siret, establishment_by_siret
from tests.support.client import PASSWORD

_numbers = itertools.count(1)


def siret(number: int | None = None) -> str:
    """A valid made-up SIRET."""
    n = next(_numbers) if number is None else number
    siren = f"{90_000_000 + n:08d}"
    siren += luhn.calc_check_digit(siren)
    nic = f"{siren}0001"
    return nic + luhn.calc_check_digit(nic)


def add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def structure(session: Session, name: str = "PLIE du Val") -> Structure:
    return add(
        session, Structure(siret=siret(), name=name, kind=StructureKind.PLIE, territory="Val", created_at=clock.now())
    )


@cache
def _test_hash() -> str:
    """The hash of PASSWORD, made once: argon2 is slow by design."""
    return hash_password(PASSWORD)


def user(session: Session, role: Role, **affiliation: Any) -> User:
    n = next(_numbers)
    return add(
        session,
        User(
            email=f"{role.value}{n}@exemple.test", name=f"{role.label} {n}", role=role, created_at=clock.now(),
            password_hash=_test_hash(), **affiliation,
        ),
    )  # fmt: skip


def facilitator(session: Session, of: Structure) -> User:
    return user(session, Role.FACILITATOR, structure_id=of.id)


def viewer_of(of: Structure, role: Role = Role.FACILITATOR) -> Viewer:
    """A viewer of a structure without an account, enough for queries and actions."""
    return Viewer(role=role, name="Camille Facilitatrice", structure_id=of.id)


def authority(
    session: Session, name: str = "Ville de Valmont", kind: BuyerType = BuyerType.COMMUNE
) -> ContractingAuthority:
    return authority_by_siret(session, siret(), name=name, kind=kind)


def establishment(session: Session, name: str = "Bâti Val", kind: EmployerType = EmployerType.COMPANY) -> Establishment:
    return establishment_by_siret(session, siret(), name=name, kind=kind)


def prescriber(session: Session, of: Structure, name: str = "Mission locale du Val") -> PrescriberOrganisation:
    from clause.organisations.register import prescriber_by_name

    return prescriber_by_name(session, of.id, name)


def operation(session: Session, of: Structure, buyer: ContractingAuthority | None = None, **values: Any) -> Operation:
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "reference": f"OP-{n}", "title": f"Réhabilitation du groupe scolaire {n}", "status": OperationStatus.IN_PROGRESS,
        "consultation_date": date(2025, 3, 1),
    }  # fmt: skip
    merged = {**defaults, **values}
    return add(
        session,
        Operation(
            structure_id=of.id, authority_id=(buyer or authority(session)).id, created_at=clock.now(),
            search=fold(f"{merged['reference']} {merged['title']}"), **merged,
        ),
    )  # fmt: skip


def market(
    session: Session,
    of: Operation,
    contractor: Establishment | None = None,
    *,
    objective: int | None = 100_000,
    **values: Any,
) -> Market:
    """A running market with a clause and an objective in hundredths (None: none)."""
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "reference": f"M-{n}", "title": f"Lot {n} gros œuvre", "clause_kind": ClauseKind.EXECUTION_CONDITION,
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "status": MarketStatus.IN_PROGRESS,
    }  # fmt: skip
    merged = {**defaults, **values}
    row = add(
        session,
        Market(
            operation_id=of.id, structure_id=of.structure_id, created_at=clock.now(),
            search=fold(f"{merged['reference']} {merged['title']}"), **merged,
        ),
    )  # fmt: skip
    if contractor is not None:
        party = MarketParty(
            market_id=row.id,
            company_id=contractor.company_id,
            establishment_id=contractor.id,
            role=PartyRole.CONTRACTOR,
        )
        add(session, party)
    if objective is not None:
        add(session, award(row, objective))
    return row


def award(of: Market, hundredths: int) -> ObjectiveEvent:
    return ObjectiveEvent(
        market_id=of.id, kind=ObjectiveKind.AWARD, effective_on=of.starts_on, recorded_on=clock.today(),
        delta_initial=hundredths, delta_current=hundredths, delta_due=hundredths, entered_by="Test", created_at=clock.now(),
    )  # fmt: skip


def participant(session: Session, of: Structure, **values: Any) -> Participant:
    n = next(_numbers)
    defaults: dict[str, Any] = {
        "reference": f"P-{n}", "last_name": f"Nom{n}", "first_name": "Sam", "birth_date": date(1990, 5, 17), "sex": Sex.F,
        "education_level": EducationLevel.L3, "in_qpv": False,
    }  # fmt: skip
    merged = {**defaults, **values}
    search = fold(f"{merged['last_name']} {merged['first_name']} {merged['reference']}")
    return add(session, Participant(structure_id=of.id, created_at=clock.now(), search=search, **merged))


def eligible(
    session: Session, person: Participant, since: date = date(2026, 1, 1), until: date | None = date(2027, 12, 31)
) -> Eligibility:
    """The person validated for a window, on the criterion of long-term unemployment."""
    row = add(
        session,
        Eligibility(
            participant_id=person.id, state=EligibilityState.ELIGIBLE, proposed_by="Test", proposed_at=clock.now(),
            decided_by="Test", decided_at=clock.now(), eligible_from=since, eligible_until=until,
        ),
    )  # fmt: skip
    add(session, EligibilityCriterion(eligibility_id=row.id, kind=PublicKind.LONG_TERM_JOBSEEKER, is_primary=True))
    return row


def contract(
    session: Session, person: Participant, employer: Establishment, on: Market | None = None, **values: Any
) -> EmploymentContract:
    """A confirmed employment contract, assigned to a market where one is given."""
    defaults: dict[str, Any] = {
        "reference": f"CT-{next(_numbers)}", "mode": Mode.DIRECT_HIRE, "contract_type": ContractType.CDD,
        "starts_on": date(2026, 1, 5), "ends_on": date(2026, 12, 31), "state": ContractState.CONFIRMED,
    }  # fmt: skip
    row = add(
        session,
        EmploymentContract(
            structure_id=person.structure_id, participant_id=person.id, establishment_id=employer.id,
            created_at=clock.now(), **{**defaults, **values},
        ),
    )  # fmt: skip
    if on is not None:
        add(session, Assignment(employment_contract_id=row.id, market_id=on.id))
    return row


def committed(session: Session, *rows: Any) -> None:
    """Commit, and leave these rows readable without a query: no lock is held while ``client`` asks for pages."""
    session.commit()
    for row in rows:
        session.refresh(row)
        session.expunge(row)
    session.rollback()
