"""Lists, exports and details; the number of their queries."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.markets.codes import ClauseKind
from clause.markets.models import Market, Operation
from tests.markets.conftest import World
from tests.markets.pages import cells, text
from tests.markets.scene import worked_market
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries


def test_the_lists_show_the_gauge_and_say_their_filters(signed_in: Client) -> None:
    page = text(signed_in.get("/marches/?q=gros&en_cours=y&statut=in_progress"))
    assert "Filtres : « gros » ; en cours aujourd'hui ; état : en cours" in page
    assert "400 h sur 1 000 h" in page
    assert "Très en retard" in page
    assert "École" in text(signed_in.get("/operations/"))


def test_an_empty_list_says_whether_it_is_the_filters(signed_in: Client, client: Client, world: World) -> None:
    assert "Aucun marché ne correspond à ces filtres" in text(signed_in.get("/marches/?q=introuvable"))
    assert "Aucune opération ne correspond à ces filtres" in text(signed_in.get("/operations/?q=introuvable"))
    newcomer = make.facilitator(world.session, world.theirs)
    make.committed(world.session, newcomer)
    client.sign_in(newcomer.email)
    assert "Aucun marché pour l'instant" in text(client.get("/marches/"))
    assert "Créer une opération" in text(client.get("/operations/"))


def test_a_filter_that_means_nothing_is_left_out(signed_in: Client) -> None:
    page = text(signed_in.get("/marches/?statut=zzz&clause=zzz&acheteur=zzz&tri=zzz&page=zzz"))
    assert "Filtres" not in page
    assert "Gros œuvre" in page


def test_the_export_has_the_same_filters_and_real_numbers(signed_in: Client) -> None:
    rows = cells(signed_in.get("/marches/export.xlsx?q=gros"))
    header = next(i for i, row in enumerate(rows) if row[0] == "Référence")
    assert rows[1][0] == "Filtres : « gros »"
    line = dict(zip(rows[header], rows[header + 1], strict=True))
    assert (line["Heures faites"], line["Objectif exigible"], line["Taux de réalisation"]) == (400, 1000, 40)
    assert len(rows) == header + 2
    empty = cells(signed_in.get("/marches/export.xlsx?q=introuvable"))
    assert [row[0] for row in empty][-1] != "M-1"
    assert any(row[0] == "OP-1" for row in cells(signed_in.get("/operations/export.xlsx")))


def test_a_market_says_how_its_objective_was_fixed_and_what_is_missing(signed_in: Client, market: Market) -> None:
    page = text(signed_in.get(f"/marches/{market.public_id}"))
    assert "Clause incomplète : publics éligibles" in page
    assert "L2112-2 — code de la commande publique" in page
    assert "janvier 2026" in page
    assert "Bâti Val" in page


def test_the_hours_of_a_market_lead_to_what_is_behind_them(signed_in: Client, market: Market, world: World) -> None:
    page = signed_in.get(f"/marches/{market.public_id}").get_data(as_text=True)
    contracts = re.search(r'href="(/contrats/\?q=M-1)"', page)
    declarations = re.search(r'href="(/heures/\?q=M-1&amp;mois=2026-01)"', page)
    assert contracts is not None
    assert declarations is not None
    assert "1 contrat" in text(signed_in.get(contracts[1]))
    assert "Bâti Val" in text(signed_in.get(declarations[1].replace("&amp;", "&")))


def test_an_operation_shows_its_markets_and_its_law(signed_in: Client, operation: Operation) -> None:
    page = text(signed_in.get(f"/operations/{operation.public_id}"))
    assert "Gros œuvre" in page
    assert "code de la commande publique" in page
    assert "1 marché avec objectif sur 1" in page


def test_the_obligation_of_2026_is_warned_about(client: Client, world: World) -> None:
    late = make.operation(world.session, world.ours, world.authority, consultation_date=date(2026, 9, 1))
    make.market(world.session, late, objective=None, clause_kind=None, amount_cents=300_000_00)
    world.committed(late)
    client.sign_in(world.user.email)
    assert "prévenez le maître d'ouvrage" in text(client.get(f"/operations/{late.public_id}"))


def grow(session: Session, world: World, operation: Operation, more: int) -> None:
    for number in range(more):
        worked_market(session, world.ours, operation, world.company, 10_00, lot=f"{number:02}")
        other = make.operation(session, world.ours, world.authority)
        make.market(session, other, make.establishment(session), clause_kind=ClauseKind.RESERVED_IAE)


@pytest.mark.parametrize(
    "address", ["/marches/", "/marches/?retard=y", "/operations/", "/operations/{}", "/marches/export.xlsx"]
)
def test_the_number_of_queries_does_not_follow_the_rows(
    signed_in: Client, world: World, operation: Operation, app: Flask, address: str
) -> None:
    url = address.format(operation.public_id)
    with count_queries(app) as few:
        assert signed_in.get(url).status_code == 200
    session = world.session
    session.rollback()
    grow(session, world, operation, 24)
    session.commit()
    with count_queries(app) as many:
        assert signed_in.get(url).status_code == 200
    assert len(many) == len(few)


def test_the_page_of_a_market_asks_as_much_with_many_acts(signed_in: Client, market: Market, app: Flask) -> None:
    url = f"/marches/{market.public_id}"
    with count_queries(app) as few:
        signed_in.get(url)
    for number in range(6):
        change = {"kind": "amendment", "hours": str(1100 + number), "effective_on": "01/06/2026", "reason": "Avenant"}
        assert signed_in.post(f"{url}/objectif/changer", data=change).status_code == 302
    with count_queries(app) as many:
        signed_in.get(url)
    assert len(many) == len(few)
