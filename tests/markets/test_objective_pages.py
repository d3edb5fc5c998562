"""Setting and changing an objective: refusals keep what was typed and write nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from clause.markets.models import Market, ObjectiveEvent, Operation
from tests.markets.conftest import World
from tests.markets.pages import FORMULA, count, text
from tests.support import factories as make
from tests.support.client import Client


@pytest.fixture
def bare(world: World, operation: Operation) -> Market:
    """A market with a clause, whose objective is not set yet."""
    return make.market(world.session, operation, objective=None, reference="M-2", amount_cents=1_000_000_00)


@pytest.mark.parametrize(
    ("mode", "typed", "sentence"),
    [
        ("fixed_hours", {"hours": ""}, "Indiquez le nombre d'heures."),
        ("fixed_hours", {"hours": "-5"}, "ne peut pas être négatif"),
        ("fixed_hours", {"hours": "0"}, "L'objectif calculé est de 0 h"),
        ("fixed_hours", {"hours": "999999999"}, "dépasse dix millions d'heures"),
        ("fixed_hours", {"hours": "100", "due_hours": "200"}, "ne peuvent pas dépasser l'objectif"),
        ("formula", {**FORMULA, "labour_share": "150"}, "Une part se situe entre 0 et 100"),
        ("formula", {**FORMULA, "insertion_rate": "0,5"}, "Le taux d'insertion se situe entre 1 et 100 %."),
        ("formula", {**FORMULA, "hourly_cost": "12"}, "Le coût horaire se situe entre 15 et 90 €"),
        ("formula", {**FORMULA, "amount": ""}, "Indiquez le montant HT."),
        ("percent_of_hours", {"total_hours": "12400", "insertion_rate": ""}, "Indiquez la part."),
        ("per_amount", {"amount": "4000000", "step": ""}, "Indiquez la tranche."),
        ("jobs_or_fte", {"fte": "deux"}, "n'est pas un nombre"),
    ],
)
def test_a_refused_objective_keeps_what_was_typed(
    client: Client, world: World, bare: Market, app: Flask, mode: str, typed: dict[str, str], sentence: str
) -> None:
    world.committed(bare)
    client.sign_in(world.user.email)
    response = client.post(
        f"/marches/{bare.public_id}/objectif?mode={mode}", data={**typed, "reason": "Précision gardée"}
    )
    page = text(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Précision gardée" in page
    for value in filter(None, typed.values()):
        assert value in page
    assert count(app, ObjectiveEvent) == 0


@pytest.mark.parametrize(
    ("mode", "typed", "hours"),
    [
        ("fixed_hours", {"hours": "833h30"}, "833,5 h"),
        ("percent_of_hours", {"total_hours": "12 400", "insertion_rate": "5"}, "620 h"),
        ("per_amount", {"amount": "4000000", "step": "2000", "threshold": "2700000"}, "650 h"),
        ("jobs_or_fte", {"fte": "2,5"}, "4 018 h"),
    ],
)
def test_each_way_of_fixing_an_objective(
    client: Client, world: World, bare: Market, mode: str, typed: dict[str, str], hours: str
) -> None:
    world.committed(bare)
    client.sign_in(world.user.email)
    response = client.post(f"/marches/{bare.public_id}/objectif?mode={mode}", data=typed)
    assert response.status_code == 302
    assert f"L'objectif est fixé à {hours}." in text(client.get(response.location))


def test_an_amendment_is_proposed_then_decided(signed_in: Client, market: Market, app: Flask) -> None:
    address = f"/marches/{market.public_id}/objectif/changer"
    change = {"kind": "amendment", "new_amount": "1 120 000", "effective_on": "01/06/2026", "reason": "Avenant 1"}
    assert "Indiquez le nouvel objectif, en heures." in text(signed_in.post(address, data=change))
    assert count(app, ObjectiveEvent) == 1
    assert signed_in.post(address, data={**change, "hours": "1120"}).status_code == 302
    page = text(signed_in.get(f"/marches/{market.public_id}"))
    assert "Avenant 1" in page
    assert "+120 h" in page
    assert "objectif actualisé : 1 000 h → 1 120 h" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "amendment", "hours": "1000"}, "le même que l'ancien"),
        ({"kind": "waiver", "hours": "2000"}, "Une dispense ne peut que réduire"),
        ({"kind": "invoice", "hours": "10"}, "ne baisse que par un avenant"),
        ({"kind": "amendment", "hours": "800", "reason": ""}, "Indiquez le motif"),
        ({"kind": "amendment", "hours": "800", "effective_on": ""}, "Indiquez la date d'effet."),
        ({"kind": "transfer_in", "hours": "800"}, "Choisissez une valeur de la liste."),
        ({"kind": "amendment", "hours": "800", "version": "0"}, "Cette fiche a changé pendant que vous la remplissiez"),
    ],
)
def test_a_refused_change_of_objective(
    signed_in: Client, market: Market, app: Flask, typed: dict[str, str], sentence: str
) -> None:
    change = {"effective_on": "01/06/2026", "reason": "Avenant 1", **typed}
    response = signed_in.post(f"/marches/{market.public_id}/objectif/changer", data=change)
    assert response.status_code == 422
    assert sentence in text(response)
    assert count(app, ObjectiveEvent) == 1
