"""Rooms above show sections and links on a market's page, each to whom it is for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader

from clause.access import Permission, Viewer
from clause.markets import sections
from clause.markets.models import Market, Operation
from clause.markets.sections import Link, Section
from tests.markets.pages import text
from tests.support.client import Client


def _shown(session: Any, viewer: Viewer, market: Market, today: date) -> dict[str, Any]:
    return {"said": f"{market.reference} le {today:%d/%m/%Y}"}


@pytest.fixture(autouse=True)
def _registered(client: Client) -> Iterator[None]:
    kept = dict(sections._sections), dict(sections._links)
    environment = client.application.jinja_env
    loader = environment.loader
    environment.loader = ChoiceLoader([DictLoader({"essai.html": "<p>{{ data.said }}</p>"}), loader])
    sections.register(Section("seconde", "La seconde", "essai.html", Permission.SEE_MARKETS, _shown, order=902))
    sections.register(Section("premiere", "La première", "essai.html", Permission.SEE_MARKETS, _shown, order=901))
    sections.register(Section("vide", "Rien ici", "essai.html", Permission.SEE_MARKETS, lambda *_: None))
    sections.register(Section("reservee", "Réservée", "essai.html", Permission.MANAGE_PLATFORM, _shown))
    sections.register_link(Link("Un lien d'ailleurs", Permission.SEE_MARKETS, lambda v, m: f"/ailleurs/{m.public_id}"))
    sections.register_link(Link("Pas pour ce marché", Permission.SEE_MARKETS, lambda v, m: None))
    yield
    sections._sections, sections._links = kept
    environment.loader = loader


def test_a_section_is_shown_in_order_to_whom_it_is_for(signed_in: Client, market: Market) -> None:
    page = text(signed_in.get(f"/marches/{market.public_id}"))
    assert page.index("La première") < page.index("La seconde")
    assert "M-1 le 21/11/2026" in page
    assert "Rien ici" not in page
    assert "Réservée" not in page
    assert f'href="/ailleurs/{market.public_id}"' in page
    assert "Pas pour ce marché" not in page


def test_the_page_leads_to_a_new_post_and_to_the_report(
    signed_in: Client, market: Market, operation: Operation
) -> None:
    page = text(signed_in.get(f"/marches/{market.public_id}"))
    for address in (f"/contrats/postes/nouveau?marche={market.public_id}", f"/bilans/operations/{operation.public_id}"):
        assert address in page
        assert signed_in.get(address).status_code == 200
