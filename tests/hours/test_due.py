"""Months owed and late: who owes them, from when, and who reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.codes import Origin
from clause.hours.queries import declarations_to_validate, late_by_age, late_declarations, months_to_declare
from clause.hours.rules.deadlines import Age
from clause.markets.codes import MarketStatus
from clause.markets.models import OperationPartner
from clause.organisations.codes import EmployerType
from tests.hours.conftest import MARCH, World
from tests.support import factories as make

TODAY = date(2026, 4, 10)


def months(world: World, viewer: Any = None) -> list[tuple[str, date, int]]:
    found = months_to_declare(world.session, viewer or world.as_company, TODAY)
    return [(o.company_name, o.month, o.late_days) for o in found]


@pytest.mark.usefixtures("engine")
def test_the_contractor_owes_each_month_since_the_start(world: World) -> None:
    name = "Bâti Val"
    assert months(world) == [
        (name, date(2026, 1, 1), 55), (name, date(2026, 2, 1), 27), (name, MARCH, 0), (name, date(2026, 4, 1), 0),
    ]  # fmt: skip
    assert months(world, world.as_facilitator) == months(world)
    late = late_declarations(world.session, world.as_facilitator, TODAY)
    assert late_by_age(late) == {Age.UNDER_15: 0, Age.FROM_15: 1, Age.FROM_42: 1, Age.FROM_84: 0}


def test_what_is_sent_is_no_longer_owed_and_what_is_returned_is(world: World, session: Session) -> None:
    declaration = world.declared(1000, date(2026, 1, 1))
    assert date(2026, 1, 1) not in [m for _, m, _ in months(world)]
    actions.return_(session, world.as_facilitator, declaration, "à revoir")
    assert date(2026, 1, 1) in [m for _, m, _ in months(world)]


def test_an_employer_owes_the_months_of_its_contracts(world: World, session: Session) -> None:
    lender = make.establishment(session, "Coup de main", EmployerType.ETTI)
    person = make.participant(session, world.structure)
    make.contract(session, person, lender, world.market, starts_on=date(2026, 2, 10), ends_on=date(2026, 3, 12))
    owed = [m for name, m, _ in months(world, world.as_facilitator) if name == "Coup de main"]
    assert owed == [date(2026, 2, 1), MARCH]


@pytest.mark.parametrize(
    ("status", "count"),
    [(MarketStatus.AWARDED, 4), (MarketStatus.SUSPENDED, 0), (MarketStatus.CLOSED, 0), (MarketStatus.PLANNED, 0)],
)
def test_only_running_markets_are_chased(world: World, session: Session, status: MarketStatus, count: int) -> None:
    world.market.status = status
    session.flush()
    assert len(months(world)) == count


def test_a_market_without_clause_owes_nothing(world: World, session: Session) -> None:
    world.market.clause_kind = None
    session.flush()
    assert months(world) == []


def test_a_reprise_speaks_for_the_months_before(world: World, session: Session) -> None:
    world.declared(1000, date(2026, 2, 1)).origin = Origin.IMPORT
    session.flush()
    assert [m for _, m, _ in months(world)] == [MARCH, date(2026, 4, 1)]


def test_a_partner_chases_the_employers_of_its_own_people_alone(world: World, session: Session) -> None:
    partner = make.structure(session, "PLIE voisin")
    row = OperationPartner(operation_id=world.market.operation_id, structure_id=partner.id, agreed_on=date(2026, 1, 1))
    session.add(row)
    session.flush()
    viewer = make.viewer_of(partner)
    assert months(world, viewer) == []
    person = make.participant(session, partner)
    make.contract(session, person, world.company, world.market, starts_on=date(2026, 3, 2))
    assert [m for _, m, _ in months(world, viewer)] == [MARCH, date(2026, 4, 1)]


@pytest.mark.usefixtures("engine")
def test_what_stands_out_comes_first(world: World, session: Session) -> None:
    viewer = world.as_facilitator
    actions.validate_lines(session, viewer, world.declared(12000, date(2026, 1, 1)))
    world.declared(12000, date(2026, 2, 1))
    world.hire(eligible=False)
    world.declared(12000)
    queue = declarations_to_validate(session, viewer)
    assert [row.month for row in queue] == [MARCH, date(2026, 2, 1)]
    assert [reason.value for reason in queue[0].reasons] == ["not_eligible", "new_person"]
    assert queue[1].quiet
    assert declarations_to_validate(session, world.as_company) == []
