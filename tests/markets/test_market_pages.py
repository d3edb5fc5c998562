"""Creating and changing markets: refusals keep what was typed and write nothing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from clause.markets.models import Market, MarketParty, Operation
from tests.markets.conftest import World
from tests.markets.pages import FORMULA, MARKET, count, text
from tests.support import factories as make
from tests.support.client import Client


def test_a_market_is_asked_its_operation_first(signed_in: Client, operation: Operation) -> None:
    assert "À quelle opération appartient-il ?" in text(signed_in.get("/marches/nouveau"))
    assert "Ajouter un marché" in text(signed_in.get(f"/marches/nouveau?operation={operation.public_id}"))


def test_a_market_is_created_then_its_objective_set_and_explained(
    signed_in: Client, operation: Operation, app: Flask
) -> None:
    response = signed_in.post(
        f"/marches/nouveau?operation={operation.public_id}",
        data={**MARKET, "siret": make.siret(), "company_name": "Peintures du Val"},
    )
    assert response.status_code == 302
    assert response.location.endswith("/objectif")
    assert "Comment le marché fixe-t-il l'objectif ?" in text(signed_in.get(response.location))
    form = text(signed_in.get(f"{response.location}?mode=formula"))
    assert 'value="1 000 000"' in form
    fixed = signed_in.post(f"{response.location}?mode=formula", data={**FORMULA, "trade": "painting"})
    assert fixed.status_code == 302
    page = text(signed_in.get(fixed.location))
    assert "1 000 000 € × 50 % × 5 % ÷ 30 € = 833,33 → 833 h" in page
    assert "pour « Peinture intérieure », elle se situe d'habitude entre 60 % et 75 %" in page
    assert "Peintures du Val" in page


def test_a_market_without_clause_is_asked_no_objective(signed_in: Client, operation: Operation) -> None:
    new = {**MARKET, "clause_kind": "sans"}
    response = signed_in.post(f"/marches/nouveau?operation={operation.public_id}", data=new)
    assert response.status_code == 302
    assert not response.location.endswith("/objectif")
    assert "Ce marché est sans clause" in text(signed_in.get(response.location))
    assert signed_in.get(f"{response.location}/objectif").status_code == 302
    refused = signed_in.post(f"{response.location}/objectif?mode=fixed_hours", data={"hours": "10"})
    assert refused.status_code == 302
    assert "Un marché sans clause n'a pas d'objectif d'heures" in text(signed_in.get(refused.location))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reference": ""}, "Indiquez la référence."),
        ({"reference": "M-1"}, "est déjà utilisée dans votre structure pour « Gros œuvre »"),
        ({"clause_kind": ""}, "Choisissez un type de clause"),
        ({"starts_on": ""}, "Indiquez la date de début."),
        ({"ends_on": "01/01/2026"}, "La date de fin est avant la date de début"),
        ({"notification_date": "01/01/2030"}, "La notification ne peut pas suivre la fin du marché"),
        ({"amount_cents": "beaucoup"}, "n'est pas un nombre"),
        ({"siret": "123"}, "il compte 14 chiffres"),
        ({"siret": "12345678901234"}, "sa clé de contrôle est fausse"),
    ],
)
def test_a_refused_market_keeps_what_was_typed(
    signed_in: Client, operation: Operation, app: Flask, typed: dict[str, str], sentence: str
) -> None:
    response = signed_in.post(
        f"/marches/nouveau?operation={operation.public_id}", data={**MARKET, "notes": "À ne pas perdre", **typed}
    )
    page = text(response)
    assert response.status_code == 422
    assert sentence in page
    assert "À ne pas perdre" in page
    for value in filter(None, typed.values()):
        assert value in page
    assert count(app, Market) == 1


def test_a_kind_of_clause_that_the_law_did_not_have_is_refused(client: Client, world: World, app: Flask) -> None:
    old = make.operation(world.session, world.ours, world.authority, consultation_date=date(2018, 1, 1))
    world.committed(old)
    client.sign_in(world.user.email)
    response = client.post(
        f"/marches/nouveau?operation={old.public_id}", data={**MARKET, "clause_kind": "reserved_both"}
    )
    assert response.status_code == 422
    assert "avant le 9 décembre 2020" in text(response)
    assert count(app, Market) == 0


def test_nothing_is_half_written_when_the_contractor_is_refused(
    signed_in: Client, operation: Operation, app: Flask
) -> None:
    before = count(app, MarketParty)
    new = {**MARKET, "siret": "12345678901234"}
    assert signed_in.post(f"/marches/nouveau?operation={operation.public_id}", data=new).status_code == 422
    assert (count(app, Market), count(app, MarketParty)) == (1, before)


def test_a_market_is_changed_and_its_history_tells_it(signed_in: Client, market: Market) -> None:
    address = f"/marches/{market.public_id}/modifier"
    assert 'value="M-1"' in text(signed_in.get(address))
    response = signed_in.post(address, data={**MARKET, "reference": "M-1", "title": "Maçonnerie"})
    assert response.status_code == 302
    assert "objet : Gros œuvre → Maçonnerie" in text(signed_in.get(response.location))
    refused = signed_in.post(address, data={**MARKET, "clause_kind": "sans"})
    assert refused.status_code == 422
    assert "Ramenez d'abord l'objectif à zéro" in text(refused)
    stale = signed_in.post(address, data={**MARKET, "title": "Autre", "version": "1"})
    assert stale.status_code == 422
    assert "a modifié cette fiche" in text(stale)


def test_the_warning_on_the_clause_stays_until_it_is_mended(signed_in: Client, market: Market) -> None:
    address = f"/marches/{market.public_id}"
    said = {
        "publics": "Habitants des quartiers", "modes": "Embauche directe", "contractor_contact": "M. Roy",
        "follow_up": "Mensuel", "penalties": "60 € par heure",
    }  # fmt: skip
    assert signed_in.post(f"{address}/clause", data=said).status_code == 302
    page = text(signed_in.get(address))
    assert "Habitants des quartiers" in page
    assert "Clause incomplète : coordonnées du facilitateur." in page  # nobody follows this operation yet


def test_the_state_of_a_market(signed_in: Client, market: Market) -> None:
    address = f"/marches/{market.public_id}/etat"
    assert signed_in.post(address, data={"status": "closed", "on": "01/11/2026"}).status_code == 422
    assert signed_in.post(address, data={"status": "suspended", "on": "01/11/2026"}).status_code == 422
    suspended = {"status": "suspended", "on": "01/07/2026", "reason": "Amiante"}
    assert signed_in.post(address, data=suspended).status_code == 302
    resumed = signed_in.post(address, data={"status": "in_progress", "on": "31/07/2026"})
    assert resumed.status_code == 302
    assert "fin : 31/12/2026 → 30/01/2027" in text(signed_in.get(resumed.location))


def test_companies_join_and_leave_a_market(signed_in: Client, market: Market, world: World, app: Flask) -> None:
    address = f"/marches/{market.public_id}/entreprises"
    new = {"role": "subcontractor", "siret": make.siret(), "company_name": "Val Insertion", "company_kind": "ETTI"}
    assert signed_in.post(address, data={**new, "siret": "1"}).status_code == 422
    assert (
        signed_in.post(address, data={**new, "siret": world.company.siret, "role": "co_contractor"}).status_code == 422
    )
    assert signed_in.post(address, data=new).status_code == 302
    page = signed_in.get(f"/marches/{market.public_id}").get_data(as_text=True)
    leave = re.search(r'href="([^"]+/subcontractor/[^"]+/retirer)"', page)
    assert leave is not None
    assert "Val Insertion" in text(signed_in.get(leave[1]))
    assert signed_in.post(leave[1]).status_code == 302
    assert count(app, MarketParty) == 1
    assert signed_in.get(leave[1]).status_code == 404
