"""Outsiders find nothing, partners and readers cannot edit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from clause.access import Role
from clause.accounts.models import User
from clause.markets import actions
from clause.markets.models import Market, Operation
from tests.markets.conftest import World
from tests.markets.pages import MARKET, OPERATION, cells, count, text
from tests.support import factories as make
from tests.support.client import Client


def account(world: World, role: Role, **affiliation: Any) -> User:
    user = make.user(world.session, role, **affiliation)
    make.committed(world.session, user)
    return user


ACTS = ("modifier", "clause", "etat", "objectif", "objectif/changer", "entreprises")
OPERATION_ACTS = ("modifier", "etat", "partenaires")


def test_another_structure_finds_nothing(signed_in: Client, world: World, operation: Operation, market: Market) -> None:
    stranger = account(world, Role.FACILITATOR, structure_id=world.theirs.id)
    signed_in.sign_in(stranger.email)
    addresses = [f"/marches/{market.public_id}", f"/operations/{operation.public_id}"]
    addresses += [f"/marches/{market.public_id}/{act}" for act in ACTS]
    addresses += [f"/operations/{operation.public_id}/{act}" for act in OPERATION_ACTS]
    for address in addresses:
        assert signed_in.get(address).status_code == 404, address
        assert signed_in.post(address, data={}).status_code in (404, 405), address
    assert "M-1" not in text(signed_in.get("/marches/"))
    assert "M-1" not in str(cells(signed_in.get("/marches/export.xlsx")))


def test_a_partner_sees_and_cannot_edit(
    client: Client, world: World, operation: Operation, market: Market, app: Flask
) -> None:
    actions.add_partner(world.session, world.viewer, operation, world.theirs, date(2026, 1, 2))
    partner = make.facilitator(world.session, world.theirs)
    world.committed(operation, market, partner)
    client.sign_in(partner.email)
    page = text(client.get(f"/marches/{market.public_id}"))
    assert "Gros œuvre" in page
    assert "Modifier" not in page
    assert "Ajouter un marché" not in text(client.get(f"/operations/{operation.public_id}"))
    for act in ACTS:
        assert client.post(f"/marches/{market.public_id}/{act}", data=MARKET).status_code == 403, act
    for act in OPERATION_ACTS:
        assert client.post(f"/operations/{operation.public_id}/{act}", data=OPERATION).status_code == 403, act
    assert client.post(f"/marches/nouveau?operation={operation.public_id}", data=MARKET).status_code == 403
    assert count(app, Market) == 1


@pytest.mark.parametrize("role", [Role.COMPANY, Role.AUTHORITY, Role.PLIE_MANAGER])
def test_readers_see_the_page_without_any_act(
    client: Client, world: World, operation: Operation, market: Market, role: Role
) -> None:
    affiliation = {
        Role.COMPANY: {"company_id": world.company.company_id},
        Role.AUTHORITY: {"authority_id": world.authority.id},
        Role.PLIE_MANAGER: {"structure_id": world.ours.id},
    }[role]
    reader = make.user(world.session, role, **affiliation)
    world.committed(operation, market, reader)
    client.sign_in(reader.email)
    pages = [
        text(client.get(a))
        for a in (f"/marches/{market.public_id}", f"/operations/{operation.public_id}", "/marches/", "/operations/")
    ]
    for page in pages:
        assert "Gros œuvre" in page or "École" in page
        for word in ("Modifier", "Changer", "Ajouter", "Retirer", "Créer"):
            assert word not in page
    assert ("Historique" in pages[0]) is (role is Role.PLIE_MANAGER)
    assert ("Clause incomplète" in pages[0]) is (role is Role.PLIE_MANAGER)
    for act in ACTS:
        assert client.get(f"/marches/{market.public_id}/{act}").status_code == 403, act


def test_an_authority_reads_no_person(client: Client, world: World, operation: Operation, market: Market) -> None:
    buyer = make.user(world.session, Role.AUTHORITY, authority_id=world.authority.id)
    world.committed(operation, market, buyer)
    client.sign_in(buyer.email)
    page = text(client.get(f"/marches/{market.public_id}"))
    assert "Contrats de travail" not in page
    assert "Déclarations" not in page
    assert "/heures/" not in page
