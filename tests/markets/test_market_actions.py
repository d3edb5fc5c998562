"""Registering and changing markets, their companies, their objective and their state, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.markets import actions
from clause.markets.actions import MarketData, ObjectiveChange, ObjectiveData, PartyData, StatusChange
from clause.markets.codes import ClauseKind, MarketStatus, ObjectiveKind, ObjectiveMode, PartyRole
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.markets.objectives import Objective, objectives
from clause.markets.rules.checks import Refusal
from clause.organisations.codes import EmployerType
from clause.organisations.models import Company
from tests.markets.conftest import World
from tests.support import factories as make

FORMULA = ObjectiveData(
    ObjectiveMode.FORMULA,
    amount_cents=1_000_000_00,
    labour_share=5000,
    insertion_rate=500,
    hourly_cost_cents=3000,
)


@pytest.fixture
def operation(world: World) -> Operation:
    found: Operation = make.operation(world.session, world.ours, world.authority)
    return found


def data(operation: Operation, **values: Any) -> MarketData:
    return replace(
        MarketData(
            operation.id, "M-1", "Gros œuvre", date(2026, 3, 1), date(2027, 2, 28),
            clause_kind=ClauseKind.EXECUTION_CONDITION,
        ),
        **values,
    )  # fmt: skip


def registered(world: World, operation: Operation, **values: Any) -> Market:
    return actions.register_market(world.session, world.viewer, data(operation, **values))


def figures(world: World, market: Market) -> Objective | None:
    return objectives(world.session, [market.id]).get(market.id)


def refusal(act: Any, *args: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value


def test_a_market_comes_with_its_companies_and_its_objective(engine: str, world: World, operation: Operation) -> None:
    parties = (
        PartyData(world.company.siret),
        PartyData(make.siret(), "Val Insertion", EmployerType.ETTI, PartyRole.SUBCONTRACTOR),
    )
    market = registered(world, operation, parties=parties, objective=FORMULA)
    assert market.status is MarketStatus.IN_PROGRESS
    assert figures(world, market) == Objective(833_00, 833_00, 833_00)
    assert (market.amount_cents, market.labour_share, market.objective_mode) == (
        1_000_000_00,
        5000,
        ObjectiveMode.FORMULA,
    )
    event = world.session.scalars(select(ObjectiveEvent)).one()
    assert event.calculation["labour_share"] == 5000
    assert event.calculation["exact_hours"] == "833.3333"
    assert event.calculation["explanation"].endswith("833,33 → 833\N{NO-BREAK SPACE}h")
    assert world.session.scalar(select(func.count(MarketParty.id))) == 2
    assert [e.action for e in audit.history(world.session, market)] == [
        "objectif fixé", "entreprise ajoutée au marché", "entreprise ajoutée au marché", "marché créé",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"title": ""}, "title"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on"),
        ({"notification_date": date(2027, 3, 1)}, "notification_date"),
        ({"starts_on": date(2206, 3, 1), "ends_on": None}, "starts_on"),
        ({"clause_kind": None, "objective": ObjectiveData(hours=100_00)}, "clause_kind"),
        ({"parties": (PartyData("123"),)}, "siret"),
        ({"parties": (PartyData("12345678901234"),)}, "siret"),
        ({"objective": ObjectiveData(hours=0)}, "hours"),
        ({"objective": replace(FORMULA, insertion_rate=50)}, "insertion_rate"),
        ({"objective": replace(FORMULA, due_hours=900_00)}, "due_hours"),
    ],
)
def test_what_a_market_may_not_say(
    engine: str, world: World, operation: Operation, values: dict[str, Any], field: str
) -> None:
    assert refusal(actions.register_market, world.session, world.viewer, data(operation, **values)).field == field


def test_a_forbidden_legal_combination_is_refused(engine: str, world: World) -> None:
    old = make.operation(world.session, world.ours, world.authority, consultation_date=date(2018, 1, 1))
    refused = refusal(
        actions.register_market, world.session, world.viewer, data(old, clause_kind=ClauseKind.RESERVED_BOTH)
    )
    assert refused.field == "clause_kind"
    assert "9 décembre 2020" in refused.sentence


def test_a_lot_without_clause_has_no_objective_at_all(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, clause_kind=None)
    assert figures(world, market) is None
    act = (world.session, world.viewer, market, ObjectiveData(hours=10_00))
    assert refusal(actions.set_objective, *act).sentence == Refusal.NO_CLAUSE_NO_OBJECTIVE


def test_a_reference_already_used_is_refused(engine: str, world: World, operation: Operation) -> None:
    registered(world, operation)
    assert refusal(actions.register_market, world.session, world.viewer, data(operation)).field == "reference"
    assert refusal(actions.register_market, world.session, world.stranger, data(operation)).sentence == Refusal.NOT_LEAD


def test_a_market_with_an_objective_cannot_lose_its_clause(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=FORMULA)
    without = data(operation, clause_kind=None)
    assert (
        refusal(actions.change_market, world.session, world.viewer, market, without).sentence == Refusal.OBJECTIVE_STAYS
    )
    waiver = ObjectiveChange(ObjectiveKind.WAIVER, 0, date(2026, 11, 1), "Lot arrêté")
    actions.change_objective(world.session, world.viewer, market, waiver)
    actions.change_market(world.session, world.viewer, market, without)
    assert audit.history(world.session, market)[0].changes["type de clause"] == ["Condition d'exécution", "sans clause"]


def test_a_change_is_told_in_french_and_refused_to_the_second_editor(
    engine: str, world: World, operation: Operation
) -> None:
    market = registered(world, operation, amount_cents=100_00)
    read = market.version
    actions.change_market(world.session, world.viewer, market, data(operation, amount_cents=250_050), read)
    changes = audit.history(world.session, market)[0].changes["montant HT"]
    assert [c.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") for c in changes] == [
        "100 €", "2 500,50 €",
    ]  # fmt: skip
    refused = refusal(actions.change_market, world.session, world.viewer, market, data(operation), read)
    assert "montant HT" in refused.sentence
    assert refusal(actions.set_objective, world.session, world.viewer, market, FORMULA, read).field == ""


def test_hours_offered_above_the_minimum_become_the_objective(world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=ObjectiveData(hours=500_00, offered_hours=620_00))
    assert figures(world, market) == Objective(620_00, 620_00, 620_00)


def test_an_objective_is_set_once(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=FORMULA)
    assert (
        refusal(actions.set_objective, world.session, world.viewer, market, FORMULA).sentence == Refusal.OBJECTIVE_THERE
    )


def test_tranches_amendments_and_corrections_add_up(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=ObjectiveData(hours=714_00, due_hours=428_00))
    assert figures(world, market) == Objective(714_00, 714_00, 428_00)

    def act(kind: ObjectiveKind, hours: int, **more: Any) -> None:
        change = ObjectiveChange(kind, hours, date(2026, 6, 1), "Décision du maître d'ouvrage", **more)
        actions.change_objective(world.session, world.viewer, market, change)

    act(ObjectiveKind.TRANCHE_CONFIRMED, 714_00)
    assert figures(world, market) == Objective(714_00, 714_00, 714_00)
    act(ObjectiveKind.AMENDMENT, 800_00, new_amount_cents=1_120_000_00)
    assert figures(world, market) == Objective(714_00, 800_00, 800_00)
    assert market.amount_cents == 1_120_000_00
    act(ObjectiveKind.CORRECTION, 790_00)
    assert figures(world, market) == Objective(704_00, 790_00, 790_00)
    last = audit.history(world.session, market)[0]
    assert last.action == "objectif changé : correction"
    assert set(last.changes) == {"objectif initial", "objectif actualisé", "objectif exigible", "motif"}


def test_an_amendment_without_hours_is_answered_by_the_proposal(world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=replace(FORMULA, hourly_cost_cents=3500))
    change = ObjectiveChange(
        ObjectiveKind.AMENDMENT, None, date(2026, 6, 1), "Avenant 1", new_amount_cents=1_120_000_00
    )
    refused = refusal(actions.change_objective, world.session, world.viewer, market, change)
    assert refused.field == "hours"
    assert "800" in refused.sentence
    assert figures(world, market) == Objective(714_00, 714_00, 714_00)


def test_a_change_needs_an_objective_and_a_reason(world: World, operation: Operation) -> None:
    market = registered(world, operation)
    change = ObjectiveChange(ObjectiveKind.AMENDMENT, 100_00, date(2026, 6, 1), "")
    act = (world.session, world.viewer, market, change)
    assert refusal(actions.change_objective, *act).sentence == Refusal.OBJECTIVE_MISSING
    actions.set_objective(world.session, world.viewer, market, ObjectiveData(hours=50_00))
    assert refusal(actions.change_objective, *act).field == "reason"


def test_changing_a_setting_never_changes_a_stored_objective(world: World, operation: Operation) -> None:
    market = registered(world, operation, objective=FORMULA)
    world.ours.parameters = {"rounding.objective": "multiple_of_35"}
    world.session.flush()
    assert figures(world, market) == Objective(833_00, 833_00, 833_00)
    other = registered(world, operation, reference="M-2", objective=FORMULA)
    assert figures(world, other) == Objective(840_00, 840_00, 840_00)


def test_a_new_contractor_takes_the_place_of_the_one_before(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, parties=(PartyData(world.company.siret),))
    new = PartyData(make.siret(), "Nouvelle Entreprise")
    actions.add_party(world.session, world.viewer, market, new)
    holders = world.session.scalars(select(MarketParty).where(MarketParty.market_id == market.id)).all()
    assert len(holders) == 1
    assert world.session.get_one(Company, holders[0].company_id).name == "Nouvelle Entreprise"
    before, after = audit.history(world.session, market)[0].changes["titulaire"]
    assert "Bâti Val" in before
    assert "Nouvelle Entreprise" in after


def test_a_company_is_on_a_market_once_as_holder(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation, parties=(PartyData(world.company.siret),))
    again = PartyData(world.company.siret, role=PartyRole.CO_CONTRACTOR)
    assert refusal(actions.add_party, world.session, world.viewer, market, again).sentence == Refusal.CONTRACTOR_TWICE
    actions.add_party(world.session, world.viewer, market, replace(again, role=PartyRole.SUBCONTRACTOR))
    twice = replace(again, role=PartyRole.SUBCONTRACTOR)
    assert refusal(actions.add_party, world.session, world.viewer, market, twice).sentence == Refusal.PARTY_TWICE


def test_a_company_leaves_a_market(world: World, operation: Operation) -> None:
    market = registered(world, operation, parties=(PartyData(world.company.siret),))
    party = world.session.scalars(select(MarketParty)).one()
    actions.remove_party(world.session, world.viewer, market, party)
    assert world.session.scalar(select(func.count(MarketParty.id))) == 0
    assert audit.history(world.session, market)[0].action == "entreprise retirée du marché"


def status(world: World, market: Market, to: MarketStatus, on: date, reason: str = "Motif") -> None:
    actions.change_market_status(world.session, world.viewer, market, StatusChange(to, on, reason))


def test_a_suspension_shifts_the_end_by_its_length(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation)
    status(world, market, MarketStatus.SUSPENDED, date(2026, 7, 1))
    assert market.ends_on == date(2027, 2, 28)
    status(world, market, MarketStatus.IN_PROGRESS, date(2026, 7, 31))
    assert market.ends_on == date(2027, 3, 30)
    assert market.parameters["suspensions"] == [["2026-07-01", "2026-07-30"]]
    assert audit.history(world.session, market)[0].changes["fin"] == ["28/02/2027", "30/03/2027"]


def test_acceptance_ends_the_market_on_its_day(world: World, operation: Operation) -> None:
    market = registered(world, operation)
    status(world, market, MarketStatus.RECEIVED, date(2026, 11, 20))
    assert (market.status, market.ends_on) == (MarketStatus.RECEIVED, date(2026, 11, 20))
    status(world, market, MarketStatus.CLOSED, date(2026, 11, 21))


def test_a_market_awarded_whose_start_has_come_can_be_suspended(world: World, operation: Operation) -> None:
    market = registered(world, operation, status=MarketStatus.AWARDED)
    status(world, market, MarketStatus.SUSPENDED, date(2026, 7, 1))
    assert market.status is MarketStatus.SUSPENDED


@pytest.mark.parametrize(
    ("to", "on", "reason", "field"),
    [
        (MarketStatus.CLOSED, date(2026, 7, 1), "x", "status"),
        (MarketStatus.SUSPENDED, date(2026, 7, 1), "", "reason"),
        (MarketStatus.SUSPENDED, date(2026, 2, 1), "x", "on"),
        (MarketStatus.TERMINATED, date(2026, 2, 1), "x", "on"),
    ],
)
def test_states_that_are_refused(
    world: World, operation: Operation, to: MarketStatus, on: date, reason: str, field: str
) -> None:
    market = registered(world, operation)
    change = StatusChange(to, on, reason)
    assert refusal(actions.change_market_status, world.session, world.viewer, market, change).field == field


def test_a_market_cannot_resume_before_it_was_suspended(world: World, operation: Operation) -> None:
    market = registered(world, operation)
    status(world, market, MarketStatus.SUSPENDED, date(2026, 7, 1))
    change = StatusChange(MarketStatus.IN_PROGRESS, date(2026, 7, 1))
    assert refusal(actions.change_market_status, world.session, world.viewer, market, change).field == "on"


def test_what_the_clause_says_is_kept_beside_the_settings(engine: str, world: World, operation: Operation) -> None:
    market = registered(world, operation)
    market.parameters = {"rounding.objective": "ceil_unit"}
    actions.describe_clause(world.session, world.viewer, market, {"publics": "Habitants des quartiers", "other": "x"})
    assert market.parameters == {
        "rounding.objective": "ceil_unit", "clause": {"publics": "Habitants des quartiers"},
    }  # fmt: skip
    actions.change_market(world.session, world.viewer, market, data(operation, title="Maçonnerie"))
    assert market.parameters["clause"] == {"publics": "Habitants des quartiers"}
