"""Lists, figures and pages as queries, on both engines; what each viewer sees of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clause.access import Role, Viewer
from clause.markets import actions
from clause.markets.codes import ClauseKind, MarketStatus, Nature, OperationStatus, PartyRole, Programme, Sector
from clause.markets.figures import Figures, figures, total
from clause.markets.objectives import Objective
from clause.markets.queries import (
    MarketFilters,
    OperationFilters,
    market_by_address,
    market_list,
    market_page,
    market_totals,
    operation_by_address,
    operation_list,
    operation_page,
)
from clause.markets.rules.progress import Alert
from clause.organisations.codes import BuyerType
from tests.markets.conftest import World
from tests.markets.scene import hours, worked_market
from tests.support import factories as make

DAY = date(2026, 11, 21)
ON_TRACK = 888_00  # of 1 000 h over 2026, 890.41 h are expected on DAY


def references(world: World, viewer: Viewer | None = None, **filters: Any) -> list[str]:
    rows, count = market_list(world.session, viewer or world.viewer, MarketFilters(**filters), "reference", 1, DAY)
    assert count == len(rows)
    return [row.market.reference for row in rows]


def test_figures_of_a_market(engine: str, world: World) -> None:
    operation = make.operation(world.session, world.ours, world.authority)
    market = worked_market(world.session, world.ours, operation, world.company, 400_00)
    hours(world.session, world.ours, market, world.company, 10_50, month=date(2026, 2, 1))
    found = figures(world.session, [market], DAY)[market.id]
    assert found.done == 410_50
    assert found.expected == 890_41
    assert found.objective == Objective(1_000_00, 1_000_00, 1_000_00)
    assert found.alert is Alert.RED
    assert (found.remaining, found.rate) == (589_50, 4105)


def test_valued_hours_count_only_where_the_market_says_so(engine: str, world: World) -> None:
    operation = make.operation(world.session, world.ours, world.authority)
    real = make.market(world.session, operation, world.company)
    valued = make.market(world.session, operation, world.company, uses_valued_hours=True)
    for market in (real, valued):
        hours(world.session, world.ours, market, world.company, 100_00, valued=150_00)
    found = figures(world.session, [real, valued], DAY)
    assert (found[real.id].done, found[valued.id].done) == (100_00, 150_00)
    sums = market_totals(world.session, world.viewer, MarketFilters(), DAY)
    assert (sums.done, sums.due) == (250_00, 2_000_00)


def test_a_market_without_objective_enters_neither_side_of_the_sum() -> None:
    bound = Figures(done=50_00, expected=60_00, objective=Objective(100_00, 100_00, 100_00), alert=Alert.ORANGE)
    free = Figures(done=30_00)
    found = total([bound, free])
    assert (found.done, found.outside, found.due, found.expected) == (50_00, 30_00, 100_00, 60_00)
    assert (found.with_objective, found.markets, found.worst) == (1, 2, Alert.ORANGE)
    assert total([free]).due is None
    assert total([]).markets == 0


def test_filters_of_the_list_of_markets(engine: str, world: World) -> None:
    session = world.session
    landlord = make.authority(session, "Val Habitat", BuyerType.SOCIAL_LANDLORD)
    anru = make.operation(
        session, world.ours, landlord, reference="OP-A", title="Îlot des Tanneries", programme=Programme.ANRU,
        facilitator_id=world.user.id,
    )  # fmt: skip
    other = make.operation(session, world.ours, world.authority, reference="OP-B", title="École")
    worked_market(
        session, world.ours, anru, world.company, 100_00, reference="M-1", title="Peinture", nature=Nature.WORKS,
        sector=Sector.BUILDING,
    )  # fmt: skip
    worked_market(session, world.ours, other, world.company, ON_TRACK, reference="M-2", title="Ménage")
    make.market(
        session, other, objective=None, clause_kind=None, reference="M-3", title="Ascenseur",
        status=MarketStatus.AWARDED, starts_on=date(2026, 11, 21), ends_on=None,
    )  # fmt: skip
    make.market(session, other, reference="M-4", status=MarketStatus.AWARDED, starts_on=date(2026, 12, 1))
    assert references(world) == ["M-1", "M-2", "M-3", "M-4"]
    assert references(world, words="peinture") == ["M-1"]
    assert references(world, words="ILOT tanneries") == ["M-1"]
    assert references(world, words="bâti val menage") == ["M-2"]  # each word somewhere: company, title
    assert references(world, words="bati val") == ["M-1", "M-2"]
    assert references(world, words="100 %") == []
    assert references(world, status=MarketStatus.IN_PROGRESS) == ["M-1", "M-2", "M-3"]
    assert references(world, status=MarketStatus.AWARDED) == ["M-4"]
    assert references(world, status=MarketStatus.CLOSED) == []
    assert references(world, clause=True) == ["M-1", "M-2", "M-4"]
    assert references(world, clause=False) == ["M-3"]
    assert references(world, clause=ClauseKind.RESERVED_IAE) == []
    assert references(world, nature=Nature.WORKS) == ["M-1"]
    assert references(world, sector=Sector.BUILDING) == ["M-1"]
    assert references(world, programme=Programme.ANRU) == ["M-1"]
    assert references(world, authority=landlord.public_id) == ["M-1"]
    assert references(world, facilitator=world.user.public_id) == ["M-1"]
    assert references(world, ongoing=True) == ["M-1", "M-2", "M-3"]
    assert references(world, late=True) == ["M-1"]


def test_filters_of_the_list_of_operations(engine: str, world: World) -> None:
    session = world.session
    first = make.operation(
        session, world.ours, world.authority, reference="OP-1", title="École", programme=Programme.ANRU
    )
    make.operation(
        session, world.ours, world.authority, reference="OP-2", title="Gymnase", status=OperationStatus.CLOSED
    )
    worked_market(session, world.ours, first, world.company, 10_00)
    make.market(session, first, objective=None, clause_kind=None)

    def found(**filters: Any) -> list[str]:
        rows, count = operation_list(session, world.viewer, OperationFilters(**filters), "-reference", 1, DAY)
        assert count == len(rows)
        return [row.operation.reference for row in rows]

    assert found() == ["OP-2", "OP-1"]
    assert found(words="ecole") == ["OP-1"]
    assert found(status=OperationStatus.CLOSED) == ["OP-2"]
    assert found(programme=Programme.ANRU) == ["OP-1"]
    assert found(ongoing=True) == ["OP-1"]
    assert found(authority=world.authority.public_id) == ["OP-2", "OP-1"]
    assert found(facilitator=world.user.public_id) == []
    rows, _ = operation_list(session, world.viewer, OperationFilters(words="ecole"), "reference", 1, DAY)
    assert (rows[0].total.done, rows[0].total.due, rows[0].total.with_objective) == (10_00, 1_000_00, 1)


def test_two_structures_meet_only_on_what_they_share(engine: str, world: World) -> None:
    session = world.session
    shared = make.operation(session, world.ours, world.authority, reference="OP-1")
    kept = make.operation(session, world.ours, world.authority, reference="OP-2")
    on_shared = worked_market(session, world.ours, shared, world.company, 10_00, reference="M-1")
    on_kept = worked_market(session, world.ours, kept, world.company, 10_00, reference="M-2")
    assert references(world, world.stranger) == []
    actions.add_partner(session, world.viewer, shared, world.theirs, date(2026, 1, 2))
    assert references(world, world.stranger) == ["M-1"]
    assert market_by_address(session, world.stranger, on_shared.public_id) is not None
    assert market_by_address(session, world.stranger, on_kept.public_id) is None
    assert operation_by_address(session, world.stranger, kept.public_id) is None
    sums = market_totals(session, world.stranger, MarketFilters(), DAY)
    assert (sums.done, sums.due) == (10_00, 1_000_00)


def test_the_lead_sees_the_hours_of_its_partner_as_sums(engine: str, world: World) -> None:
    session = world.session
    operation = make.operation(session, world.ours, world.authority)
    market = worked_market(session, world.ours, operation, world.company, 10_00)
    actions.add_partner(session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    hours(session, world.theirs, market, world.company, 42_00)
    hours(session, world.theirs, market, world.company, 42_00)
    page = operation_page(session, world.viewer, operation, DAY)
    assert [(s.structure, s.people, s.hours) for s in page.by_structure] == [
        ("Maison de l'emploi des Monts", 2, 84_00), ("PLIE du Val", 1, 10_00),
    ]  # fmt: skip
    assert page.edits
    loaded = operation_by_address(session, world.stranger, operation.public_id)
    assert loaded is not None
    assert not operation_page(session, world.stranger, loaded, DAY).edits


def test_a_company_sees_its_markets_and_the_months_of_those_it_holds(engine: str, world: World) -> None:
    session = world.session
    agency = make.establishment(session, "Val Insertion")
    operation = make.operation(session, world.ours, world.authority)
    held = worked_market(session, world.ours, operation, world.company, 10_00, reference="M-1")
    make.market(session, operation, agency, reference="M-2")
    hours(session, world.ours, held, agency, 5_00)
    holder = Viewer(Role.COMPANY, "Bâti Val", company_id=world.company.company_id)
    supplier = Viewer(Role.COMPANY, "Val Insertion", company_id=agency.company_id)
    assert references(world, holder) == ["M-1"]
    assert references(world, supplier) == ["M-1", "M-2"]
    for viewer, months in ((holder, True), (supplier, False)):
        market = market_by_address(session, viewer, held.public_id)
        assert market is not None
        page = market_page(session, viewer, market, DAY)
        assert (page.months is not None) is months
        assert page.history == ()
        assert not page.edits
    operation_seen = operation_by_address(session, holder, operation.public_id)
    assert operation_seen is not None
    page_seen = operation_page(session, holder, operation_seen, DAY)
    assert [row.market.reference for row in page_seen.markets] == ["M-1"]
    assert page_seen.partners == ()


def test_an_authority_sees_its_operations_alone(engine: str, world: World) -> None:
    session = world.session
    other = make.authority(session, "Val Habitat")
    worked_market(
        session, world.ours, make.operation(session, world.ours, world.authority), world.company, 1_00, reference="M-1"
    )
    make.market(session, make.operation(session, world.theirs, world.authority), reference="M-2")
    make.market(session, make.operation(session, world.ours, other), reference="M-3")
    buyer = Viewer(Role.AUTHORITY, "Ville", authority_id=world.authority.id)
    assert references(world, buyer) == ["M-1", "M-2"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRESCRIBER])
def test_nobody_else_sees_a_market(engine: str, world: World, role: Role) -> None:
    make.market(world.session, make.operation(world.session, world.ours, world.authority))
    assert references(world, Viewer(role, "X", structure_id=None, prescriber_id=None)) == []


def test_parties_come_contractor_first(engine: str, world: World) -> None:
    operation = make.operation(world.session, world.ours, world.authority)
    market = make.market(world.session, operation)
    for role in (PartyRole.SUBCONTRACTOR, PartyRole.CO_CONTRACTOR, PartyRole.CONTRACTOR):
        party = actions.PartyData(make.siret(), role.label, role=role)
        actions.add_party(world.session, world.viewer, market, party)
    page = market_page(world.session, world.viewer, market, DAY)
    assert [p.role for p in page.parties] == [PartyRole.CONTRACTOR, PartyRole.CO_CONTRACTOR, PartyRole.SUBCONTRACTOR]
