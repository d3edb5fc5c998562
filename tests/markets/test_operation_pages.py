"""Creating, changing, sharing operations: refusals keep what was typed and write nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from clause.markets.models import Market, Operation, OperationPartner
from tests.markets.conftest import World
from tests.markets.pages import OPERATION, count, text
from tests.support import factories as make
from tests.support.client import Client


def test_an_operation_is_created_and_leads_to_its_page(signed_in: Client, world: World, app: Flask) -> None:
    siret = make.siret()
    new = {**OPERATION, "authority_siret": siret, "authority_name": "Val Habitat", "authority_kind": "social_landlord"}
    response = signed_in.post("/operations/nouvelle", data=new)
    assert response.status_code == 302
    page = text(signed_in.get(response.location))
    assert "Val Habitat (bailleur social)" in page
    assert "opération créée" in page
    known = {**OPERATION, "reference": "OP-78", "authority": "Val Habitat"}
    assert signed_in.post("/operations/nouvelle", data=known).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Indiquez l'intitulé."),
        ({}, "Choisissez un maître d'ouvrage dans la liste"),
        ({"authority": "Ville inconnue"}, "Choisissez un maître d'ouvrage dans la liste"),
        ({"authority_siret": "12345678901234"}, "sa clé de contrôle est fausse"),
        (
            {"authority": "Ville de Valmont", "starts_on": "02/01/2026", "ends_on": "01/01/2026"},
            "avant la date de début",
        ),
        ({"authority": "Ville de Valmont", "starts_on": "32/01/2026"}, "32/01/2026"),
        (
            {"authority": "Ville de Valmont", "reference": "OP-1"},
            "est déjà utilisée dans votre structure pour « École »",
        ),
    ],
)
def test_a_refused_operation_keeps_what_was_typed(
    signed_in: Client, app: Flask, typed: dict[str, str], sentence: str
) -> None:
    response = signed_in.post("/operations/nouvelle", data={**OPERATION, "notes": "À ne pas perdre", **typed})
    page = text(response)
    assert response.status_code == 422
    assert sentence in page
    assert "<title>Erreur : Créer une opération" in page
    assert "À ne pas perdre" in page
    for value in typed.values():
        assert value in page
    assert count(app, Operation) == 1


def test_an_operation_is_changed_and_the_second_editor_is_told(
    signed_in: Client, operation: Operation, market: Market
) -> None:
    address = f"/operations/{operation.public_id}/modifier"
    page = signed_in.get(address).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    typed = {**OPERATION, "authority": "Ville de Valmont", "version": version[1]}
    assert signed_in.post(address, data={**typed, "title": "Collège"}).status_code == 302
    response = signed_in.post(address, data={**typed, "title": "Lycée"})
    assert response.status_code == 422
    assert "École → Collège" in text(response)
    assert 'value="Lycée"' in text(response)
    again = re.search(r'name="version"[^>]*value="(\d+)"', response.get_data(as_text=True))
    assert again is not None
    assert signed_in.post(address, data={**typed, "title": "Lycée", "version": again[1]}).status_code == 302


def test_the_state_of_an_operation(signed_in: Client, operation: Operation) -> None:
    address = f"/operations/{operation.public_id}/etat"
    assert "1 marché est encore en cours" in text(signed_in.get(address))
    assert signed_in.post(address, data={"status": "closed"}).status_code == 422
    assert signed_in.post(address, data={"status": "abandoned"}).status_code == 422
    assert signed_in.post(address, data={"status": "completed"}).status_code == 302


def test_sharing_an_operation_and_ending_it(signed_in: Client, world: World, operation: Operation, app: Flask) -> None:
    address = f"/operations/{operation.public_id}/partenaires"
    assert signed_in.post(address, data={"structure": world.theirs.public_id}).status_code == 422
    shared = {"structure": world.theirs.public_id, "agreed_on": "02/01/2026"}
    assert signed_in.post(address, data=shared).status_code == 302
    assert signed_in.post(address, data=shared).status_code == 422
    assert count(app, OperationPartner) == 1
    end = f"{address}/{world.theirs.public_id}/retirer"
    assert "ne verra plus l'opération" in text(signed_in.get(end))
    assert signed_in.post(end).status_code == 302
    assert count(app, OperationPartner) == 0
