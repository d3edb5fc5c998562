"""« Règles du marché », « Règles de la structure »: what is inherited is shown, what is typed is kept, history in words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from clause.access import Role
from clause.kernel.db import db
from clause.markets.models import Market, Operation
from clause.organisations.models import Structure
from tests.markets.conftest import World
from tests.markets.pages import text
from tests.support import factories as make
from tests.support.client import Client


def address(market: Market) -> str:
    return f"/marches/{market.public_id}/parametres"


def kept(app: Flask, market_id: int) -> dict[str, Any]:
    with app.app_context():
        return dict(db.session.scalars(select(Market.parameters).where(Market.id == market_id)).one())


def version(response: Any) -> str:
    return text(response).split('name="version"')[1].split('value="')[1].split('"')[0]


def test_the_page_says_what_is_inherited_and_keeps_what_the_contract_says(
    signed_in: Client, market: Market, app: Flask, world: World
) -> None:
    page = signed_in.get(address(market))
    assert "Vide : comme la structure, 25 %." in text(page)
    assert "Comme la structure, jusqu'à la fin de l'éligibilité de la personne" in text(page)
    assert "Les heures déjà validées gardent le calcul" in text(page)
    typed = {
        "version": version(page),
        "coefficients_cdi": "1,5",
        "cdi_rule": "twelve_months",
        "penalty_hour_amount": "60",
    }
    assert signed_in.post(address(market), data=typed).status_code == 302
    assert kept(app, market.id) == {"coefficients.cdi": "1.5", "cdi.rule": "twelve_months", "penalty.hour_amount": 6000}
    history = text(signed_in.get(f"/marches/{market.public_id}"))
    assert "règles du marché modifiées" in history
    assert "comme la structure" in history
    assert "Pendant douze mois" in history
    assert "twelve" not in history
    again = signed_in.get(address(market))
    assert 'value="1,5"' in text(again)
    assert 'value="60"' in text(again)
    emptied = {"version": version(again), "cdi_rule": "twelve_months"}
    assert signed_in.post(address(market), data=emptied).status_code == 302
    assert kept(app, market.id) == {"cdi.rule": "twelve_months"}


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(signed_in: Client, market: Market, app: Flask) -> None:
    seen = version(signed_in.get(address(market)))
    wrong = {"version": seen, "coefficients_cdi": "beaucoup", "alert_red_below": "90", "pool_tolerance_months": "2"}
    refused = signed_in.post(address(market), data=wrong)
    assert refused.status_code == 422
    assert 'value="beaucoup"' in text(refused)
    assert 'value="2"' in text(refused)
    contradiction = signed_in.post(address(market), data={"version": seen, "alert_red_below": "90"})
    assert contradiction.status_code == 422
    assert "Le seuil rouge doit être plus bas que le seuil orange." in text(contradiction)
    assert signed_in.post(address(market), data={"version": seen, "cdi_rule": "toujours"}).status_code == 422
    assert kept(app, market.id) == {}


def test_the_second_of_two_people_sees_what_the_first_changed(signed_in: Client, market: Market, app: Flask) -> None:
    seen = version(signed_in.get(address(market)))
    assert signed_in.post(address(market), data={"version": seen, "coefficients_cdi": "1,5"}).status_code == 302
    second = signed_in.post(address(market), data={"version": seen, "coefficients_cdi": "2"})
    assert second.status_code == 422
    assert "a modifié cette fiche" in text(second)
    assert (
        signed_in.post(address(market), data={"version": version(second), "coefficients_cdi": "2"}).status_code == 302
    )
    assert kept(app, market.id) == {"coefficients.cdi": "2"}


def test_other_parameters_of_the_market_stay(signed_in: Client, market: Market, app: Flask) -> None:
    with app.app_context():
        row = db.session.get_one(Market, market.id)
        row.parameters = {"clause": {"publics": "RSA"}, "suspensions": [["2026-02-01", "2026-02-10"]]}
        db.session.info["writes"] = True
        db.session.commit()
    seen = version(signed_in.get(address(market)))
    signed_in.post(address(market), data={"version": seen, "report_due_day": "10"})
    assert kept(app, market.id) == {
        "clause": {"publics": "RSA"}, "suspensions": [["2026-02-01", "2026-02-10"]], "report.due_day": 10,
    }  # fmt: skip


def test_a_coordinator_sets_the_habits_that_markets_inherit(
    client: Client, world: World, operation: Operation, market: Market, app: Flask
) -> None:
    boss = make.user(world.session, Role.COORDINATOR, structure_id=world.ours.id)
    world.committed(operation, market, boss)
    client.sign_in(boss.email)
    page = client.get("/equipe/structure/regles")
    assert "Vide : comme la plateforme, 25 %." in text(page)
    assert "penalty" not in text(page)
    saved = client.post("/equipe/structure/regles", data={"version": version(page), "hours_training_cap_share": "10"})
    assert saved.status_code == 302
    with app.app_context():
        assert db.session.get_one(Structure, world.ours.id).parameters == {"hours.training_cap_share": "0.1"}
    assert "Vide : comme la structure, 10 %." in text(client.get(address(market)))
    assert "règles de la structure modifiées" in text(client.get("/equipe/structure/regles"))
    late = client.post("/equipe/structure/regles", data={"version": version(page), "cdi_rule": "window"})
    assert late.status_code == 422


@pytest.mark.parametrize("whose", ["theirs"])
def test_another_structure_finds_nothing(
    client: Client, world: World, operation: Operation, market: Market, whose: str
) -> None:
    stranger = make.facilitator(world.session, getattr(world, whose))
    world.committed(operation, market, stranger)
    client.sign_in(stranger.email)
    assert client.get(address(market)).status_code == 404
