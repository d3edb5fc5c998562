"""The first page of each role, read as its user would; nothing of another structure in it; as many queries with 30 rows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role
from tests.dashboard.scene import Scene, scene
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.queries import count_queries

SHOWS = {
    Role.FACILITATOR: ["déclaration d'heures à valider", "personne attend une décision", "contrat de travail annoncé",
                       "Marchés en retard sur leurs heures", "Clauses à compléter", "Éligibilités qui se terminent", "L'année 2026"],
    Role.COORDINATOR: ["déclaration d'heures à valider", "Marchés en retard sur leurs heures"],
    Role.PLIE_MANAGER: ["entrée en parcours à valider", "Parcours ouverts"],
    Role.COMPANY: ["Heures à corriger", "Alpha Motif", "Mois à déclarer", "Heures encore dues", "Alpha Personne Sam"],
    Role.AUTHORITY: ["Vos opérations", "Alpha Opération", "Votre consolidation annuelle"],
    Role.PRESCRIBER: ["À compléter", "Alpha Complément", "Vos propositions", "Alpha Personne Sam"],
    Role.ADMINISTRATOR: ["message en attente", "Comptes ouverts", "Le courrier"],
}  # fmt: skip


def page(app: Flask, of: Scene, role: Role) -> str:
    return signed_in(app, of.users[role]).get("/").get_data(as_text=True)


def committed(of: Scene) -> None:
    """Written for the browser to see, and each account still readable here."""
    of.session.commit()
    for user in of.users.values():
        of.session.refresh(user)


def test_a_visitor_is_led_to_the_sign_in_page(client: Client) -> None:
    response = client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/connexion")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_what_it_must_do(app: Flask, alpha: Scene, role: Role) -> None:
    alpha.one_of_each()
    committed(alpha)
    html = page(app, alpha, role).replace("&#39;", "'")
    assert [text for text in SHOWS[role] if text not in html] == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_a_page_when_there_is_nothing_yet(app: Flask, alpha: Scene, role: Role) -> None:
    committed(alpha)
    assert "<h1>Aujourd&#39;hui</h1>" in page(app, alpha, role)


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_another_structure_is_shown(app: Flask, alpha: Scene, session: Session, role: Role) -> None:
    beta = scene(session, "Beta")
    for each in (alpha, beta):
        each.one_of_each()
    committed(beta)
    html = page(app, beta, role)
    assert "Alpha" not in html
    assert role is Role.ADMINISTRATOR or "Beta" in html


@pytest.mark.parametrize("role", [Role.AUTHORITY, Role.ADMINISTRATOR, Role.PLIE_MANAGER])
def test_no_name_of_a_person_where_none_is_needed(app: Flask, alpha: Scene, role: Role) -> None:
    alpha.one_of_each()
    committed(alpha)
    assert "Personne Sam" not in page(app, alpha, role)


@pytest.mark.parametrize("role", list(Role))
def test_as_many_queries_with_thirty_rows_as_with_one(app: Flask, alpha: Scene, role: Role) -> None:
    alpha.one_of_each()
    committed(alpha)
    with count_queries(app) as one:
        page(app, alpha, role)
    for _ in range(29):
        alpha.one_of_each()
    committed(alpha)
    with count_queries(app) as thirty:
        page(app, alpha, role)
    assert (len(thirty), len(thirty) <= 35) == (len(one), True)


@pytest.mark.parametrize(
    ("address", "texts"),
    [
        ("/accessibilite", ["partiellement conforme", "Défenseur des droits"]),
        ("/donnees-personnelles", ["2 ans après le dernier contact", "12 mois", "CNIL", "dans le mois"]),
    ],
)
def test_public_pages_are_open_to_visitors(client: Client, address: str, texts: list[str]) -> None:
    html = client.get(address).get_data(as_text=True)
    assert [text for text in texts if text not in html] == []
