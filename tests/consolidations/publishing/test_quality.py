"""Each question of the quality review finds its fault and nothing else; the score; who is named and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.codes import EducationLevel, Sex
from clause.candidates.entries import freeze_entry
from clause.candidates.models import ClauseEntry, Eligibility, EligibilityCriterion, Participant
from clause.consolidations.publishing.quality.checks import BY_KEY, CHECKS, Gravity
from clause.consolidations.publishing.quality.review import Review, faults, review
from clause.consolidations.publishing.subjects import of_year
from clause.hours.codes import DeclarationState, NotCounted
from clause.hours.models import Declaration
from clause.kernel import clock
from clause.markets.codes import Nature, Sector
from clause.markets.models import Market, MarketParty, ObjectiveEvent, OperationPartner
from tests.consolidations.publishing.support import DAY
from tests.consolidations.support import Golden, golden, line, work
from tests.support import factories as make

TODAY = DAY.date()
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(DAY)
    yield
    clock.move_to(None)


def faultless(session: Session) -> Golden:
    """The golden case where every question finds nothing: every month is declared, everything is filled."""
    case = golden(session)
    for person in session.scalars(select(Participant)):
        freeze_entry(session, person.id, date(2025, 6, 1))
    for contract in case.contracts.values():
        contract.job = "Maçon"
    for market in session.scalars(select(Market)):
        market.nature, market.sector = Nature.WORKS, next(iter(Sector))
        market.parameters = {"suspensions": []}
    declare_everything(session)
    session.flush()
    return case


def declare_everything(session: Session) -> None:
    """A nil declaration for each month that a company owes."""
    from clause.hours.codes import Origin
    from clause.hours.queries.due import months_to_declare
    from clause.organisations.models import Structure

    for structure in session.scalars(select(Structure)).all():
        for owed in months_to_declare(session, make.viewer_of(structure), TODAY):
            session.add(
                Declaration(
                    market_id=owed.market_id, company_id=owed.company_id, month=owed.month, state=DeclarationState.VALIDATED,
                    origin=Origin.COMPANY, is_nil=True, entered_by="Test", created_at=clock.now(),
                )
            )  # fmt: skip
    session.flush()


def reviewed(session: Session, case: Golden, **more: Any) -> Review:
    subject = of_year(session, case.structure.id, 2026)
    return review(session, make.viewer_of(case.structure), subject.perimeter, *YEAR, TODAY, **more)


def counts(session: Session, case: Golden) -> dict[str, int]:
    return {found.check.key: found.count for found in reviewed(session, case).found if found.count}


def entry_of(session: Session, case: Golden, contract: str) -> ClauseEntry:
    person = case.contracts[contract].participant_id
    return session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == person)).one()


def test_nothing_to_say(session: Session, engine: str) -> None:
    case = faultless(session)
    found = reviewed(session, case)
    assert counts(session, case) == {}
    assert found.score == 100
    assert len(found.clear) == len(CHECKS)


def without_level(session: Session, case: Golden) -> None:
    entry_of(session, case, "P1-C1").education_level = EducationLevel.UNKNOWN


def without_public(session: Session, case: Golden) -> None:
    entry_of(session, case, "P1-C1").primary_public = None


def without_qpv(session: Session, case: Golden) -> None:
    entry_of(session, case, "P1-C1").in_qpv = None


def without_sex(session: Session, case: Golden) -> None:
    entry_of(session, case, "P1-C1").sex = Sex.UNKNOWN


def young(session: Session, case: Golden) -> None:
    entry_of(session, case, "P1-C1").age = 12


def never_frozen(session: Session, case: Golden) -> None:
    """Without frozen entry: what is known of the person counts, and the criteria of the decided assessment."""
    session.delete(entry_of(session, case, "P1-C1"))
    person = session.get_one(Participant, case.contracts["P1-C1"].participant_id)
    person.birth_date = date(1940, 1, 1)
    session.flush()


def no_assessment(session: Session, case: Golden) -> None:
    person = case.contracts["P1-C1"].participant_id
    session.delete(entry_of(session, case, "P1-C1"))
    session.flush()
    for row in session.scalars(select(Eligibility).where(Eligibility.participant_id == person)).all():
        session.query(EligibilityCriterion).filter_by(eligibility_id=row.id).delete()


def no_objective(session: Session, case: Golden) -> None:
    session.query(ObjectiveEvent).filter_by(market_id=case.markets["C2"].id).delete()


def no_contractor(session: Session, case: Golden) -> None:
    session.query(MarketParty).filter_by(market_id=case.markets["C2"].id).delete()


def no_nature(session: Session, case: Golden) -> None:
    case.markets["C3"].nature = None


def no_job(session: Session, case: Golden) -> None:
    case.contracts["P2-C1"].job = ""


def contract_over(session: Session, case: Golden) -> None:
    case.contracts["P3-b"].ends_on = date(2026, 6, 30)  # it has hours in July


def outside_contract(session: Session, case: Golden) -> None:
    line(
        session,
        case.contracts["P3-b"],
        case.markets["C2"],
        date(2026, 11, 1),
        700,
        not_counted=NotCounted.OUTSIDE_CONTRACT,
    )


def before_eligibility(session: Session, case: Golden) -> None:
    line(
        session,
        case.contracts["P3-b"],
        case.markets["C2"],
        date(2026, 11, 1),
        700,
        not_counted=NotCounted.BEFORE_VALIDATION,
    )


def pending(session: Session, case: Golden) -> None:
    row = session.scalars(select(Declaration).where(Declaration.month == date(2026, 4, 1))).first()
    assert row is not None
    row.state = DeclarationState.SUBMITTED


def late(session: Session, case: Golden) -> None:
    month = date(2026, 10, 1)
    session.query(Declaration).filter_by(market_id=case.markets["C2"].id, month=month, is_nil=True).delete()


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (without_level, "sans-niveau"), (without_public, "sans-public"), (without_qpv, "sans-qpv"), (without_sex, "sans-sexe"),
        (young, "age"), (never_frozen, "age"), (no_assessment, "sans-public"), (no_objective, "sans-objectif"),
        (no_contractor, "sans-titulaire"), (no_nature, "sans-nature"), (no_job, "sans-metier"), (contract_over, "contrat-termine"),
        (outside_contract, "contrat-termine"), (before_eligibility, "hors-eligibilite"), (pending, "a-valider"), (late, "mois-en-retard"),
    ],
)  # fmt: skip
def test_each_fault_is_found_once(session: Session, spoil: Any, key: str) -> None:
    case = faultless(session)
    spoil(session, case)
    session.flush()
    found = counts(session, case)
    assert found == {key: 1}, found
    whole = reviewed(session, case)
    assert whole.examined - whole.faultless == 1
    one = next(f for f in whole.found if f.check.key == key)
    assert one.faults[0].endpoint
    subject = of_year(session, case.structure.id, 2026)
    rows, total = faults(session, make.viewer_of(case.structure), subject.perimeter, *YEAR, TODAY, BY_KEY[key], 1, 25)
    assert (total, [r.title for r in rows]) == (1, [one.faults[0].title])


def test_every_question_on_both_engines(session: Session, engine: str) -> None:
    case = faultless(session)
    for spoil in (
        without_level,
        without_public,
        young,
        no_objective,
        no_nature,
        no_job,
        contract_over,
        before_eligibility,
        late,
    ):
        spoil(session, case)
    session.flush()
    assert set(counts(session, case).values()) == {1}
    whole = reviewed(session, case)
    tallies = {thing.value: (t.examined, t.faulty) for thing, t in whole.things.items()}
    assert tallies["person"] == (4, 1)  # one person with three faults counts once
    assert tallies["market"] == (3, 2)
    assert tallies["contract"][1] == 2
    assert whole.score == (Decimal(whole.faultless * 100) / whole.examined).quantize(Decimal("0.01"))
    assert [found.check.gravity for found in whole.of(Gravity.CHECK)] == [Gravity.CHECK]


def test_what_is_outside_the_year_is_not_looked_at(session: Session) -> None:
    case = faultless(session)
    entry_of(session, case, "P6-C4").education_level = EducationLevel.UNKNOWN  # worked in 2024 and 2025 only
    session.query(ObjectiveEvent).filter_by(market_id=case.markets["C4"].id).delete()  # ended in 2025
    session.flush()
    assert counts(session, case) == {}


def test_people_of_a_partner_are_counted_not_named(session: Session) -> None:
    case = faultless(session)
    partner = make.structure(session, "MDE voisine")
    make.add(session, OperationPartner(operation_id=case.operations["O1"].id, structure_id=partner.id, agreed_on=date(2026, 1, 1)))  # fmt: skip
    person = make.participant(session, partner, last_name="Secret", education_level=EducationLevel.UNKNOWN)
    make.eligible(session, person)
    contract = make.contract(session, person, make.establishment(session), case.markets["C2"])
    work(session, contract, case.markets["C2"], date(2026, 5, 1), 2000)
    freeze_entry(session, person.id, date(2026, 1, 5))
    declare_everything(session)
    found = {f.check.key: f for f in reviewed(session, case).found if f.count}
    assert {key: f.count for key, f in found.items()} == {"sans-niveau": 1, "sans-metier": 1}
    said = [(f.title, f.endpoint) for one in found.values() for f in one.faults]
    assert said == [("Une personne suivie par MDE voisine", ""), ("Un contrat chez Bâti Val", "")]
    assert "Secret" not in str(found)


def test_what_is_kept_names_nobody(session: Session) -> None:
    case = faultless(session)
    without_level(session, case)
    kept = reviewed(session, case, shown=0).as_data()
    assert kept["examined"] - kept["faultless"] == 1
    assert [c for c in kept["checks"] if c["count"]] == [
        {"key": "sans-niveau", "title": "Personnes sans niveau de formation", "gravity": "Laisse des « inconnu »", "count": 1}
    ]  # fmt: skip
