"""Pages of the explorer: who opens what, what each role reads, files, lines, saved views, refusals, number of queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.codes import Sex
from clause.consolidations.explorer.dimensions import DIMENSIONS
from clause.consolidations.models import SavedView
from clause.kernel import clock
from clause.markets.models import OperationPartner
from clause.organisations.models import Establishment
from tests.consolidations.support import Golden, golden, work
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.queries import count_queries


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


@pytest.fixture
def case(session: Session) -> Golden:
    return golden(session)


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


def facilitator(app: Flask, session: Session, case: Golden) -> Client:
    user = make.facilitator(session, case.structure)
    make.committed(session, *session)
    return signed_in(app, user)


def buyer(app: Flask, session: Session, case: Golden) -> Client:
    user = make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id)
    make.committed(session, *session)
    return signed_in(app, user)


def test_a_facilitator_crosses_filters_and_opens(app: Flask, session: Session, case: Golden, engine: str) -> None:
    client = facilitator(app, session, case)
    page = text_of(
        client, "/explorer/?lignes=marche&colonnes=trimestre&de=2026&f=donneur:" + case.authorities["A"].siren
    )
    assert "Maître d'ouvrage : Ville A Retirer" in page
    assert "Heures réelles : marché × trimestre, année 2026" in page
    assert re.search(r"C1 – \S.* 300 400 0 700 C2 – ", page)  # February and March, then April to June
    assert "Total 300 500 140 940" in page
    lines = text_of(
        client,
        f"/explorer/lignes?lignes=marche&colonnes=trimestre&de=2026&ligne={case.markets['C1'].public_id}&colonne=2026-T2",
    )
    assert "3 écritures, 400 h" in lines
    assert "Camille Facilitatrice" in lines
    assert "avril 2026" in lines
    assert "février 2026" not in lines


def test_the_address_that_cannot_be_answered_says_why(app: Flask, session: Session, case: Golden) -> None:
    client = facilitator(app, session, case)
    for address, sentence in (
        ("lignes=sexe&colonnes=sexe", "deux façons différentes"),
        ("lignes=prenom", "n'est pas une façon de diviser"),
        ("mesure=euros", "Cette mesure n'existe pas"),
        ("de=2026&a=2025", "la première avant la seconde"),
        ("de=abc", "Choisissez des années"),
        ("f=sexe", "n'est pas une façon de diviser"),
        ("f=" + "&f=".join(f"sexe:{n}" for n in range(61)), "au plus 12 filtres"),
    ):
        assert sentence in text_of(client, f"/explorer/?{address}", 422)
        assert client.get(f"/explorer/lignes?{address}&ligne=total&colonne=total").status_code == 404
    assert "ne répond à ces filtres" in text_of(client, "/explorer/?f=sexe:nobody")
    assert "Choisissez" not in text_of(client, "/explorer/?filtrer=sexe&page=99&tri=-libelle")


def test_an_authority_reads_no_small_cell_and_no_other_operation(app: Flask, session: Session, case: Golden) -> None:
    """Ville A: three people on O1. Hours by market and month are told, their people are not."""
    client = buyer(app, session, case)
    hours = text_of(client, "/explorer/?lignes=marche&colonnes=mois&de=2026")
    assert "Total 150 150 200 150 150 50 90 940" in hours
    assert "O2" not in hours
    assert "C3" not in hours
    for address in (
        "lignes=sexe",
        "lignes=public&colonnes=sexe",
        "lignes=operation&colonnes=trimestre&mesure=participants",
    ):
        page = text_of(client, f"/explorer/?{address}&de=2026")
        assert "il porterait sur trop peu de personnes" in page
        assert "Arrêté au 15/12/2026 inclus · petits effectifs masqués Le détail" in page  # no table
    csv = client.get("/explorer/tableau.csv?lignes=sexe&de=2026").get_data(as_text=True)
    assert csv.splitlines()[1:] == ["Total;940;940;n. c.;n. c."]


def test_an_authority_has_no_filter_no_fine_crossing_and_no_person(app: Flask, session: Session, case: Golden) -> None:
    client = buyer(app, session, case)
    assert "pourraient se soustraire" in text_of(client, "/explorer/?f=sexe:f", 422)
    assert "se lit en heures" in text_of(client, "/explorer/?lignes=marche&colonnes=sexe", 422)
    assert "se lit en heures" in text_of(client, "/explorer/?lignes=mois&mesure=participants&colonnes=operation", 422)
    for fine in ("publics", "age-plie", "type-employeur", "employeur", "metier", "annee"):
        assert "n'est pas une façon" in text_of(client, f"/explorer/?lignes={fine}", 422)
    market = case.markets["C1"].public_id
    lines = text_of(client, f"/explorer/lignes?lignes=marche&colonnes=mois&de=2026&ligne={market}&colonne=2026-05")
    assert "150 h, par mois et par marché" in lines
    assert client.get("/explorer/lignes?lignes=sexe&de=2026&ligne=total&colonne=hours").status_code == 404


def test_a_company_reads_its_own_employees_and_nothing_of_their_eligibility(
    app: Flask, session: Session, case: Golden
) -> None:
    company = case.contracts["P3-a"].establishment_id
    user = make.user(session, Role.COMPANY, company_id=session.get_one(Establishment, company).company_id)
    make.committed(session, *session)
    client = signed_in(app, user)
    page = text_of(client, "/explorer/?lignes=marche&colonnes=sexe&de=2026")
    assert "C2 – " in page
    assert re.search(r"Total [\d ]*240 ", page)
    assert "C1 –" not in page  # Y works on C2 alone
    for key in ("public", "niveau", "qpv", "prescripteur", "commune"):
        assert "n'est pas une façon" in text_of(client, f"/explorer/?f={key}:x", 422)
    lines = text_of(client, "/explorer/lignes?lignes=marche&de=2026&ligne=total&colonne=hours")
    assert "3 écritures, 240 h" in lines


def test_a_prescriber_and_the_platform_do_not_explore(app: Flask, session: Session, case: Golden) -> None:
    users = [
        make.user(session, Role.ADMINISTRATOR),
        make.user(
            session,
            Role.PRESCRIBER,
            structure_id=case.structure.id,
            prescriber_id=make.prescriber(session, case.structure).id,
        ),
    ]
    make.committed(session, *session)
    assert [signed_in(app, user).get("/explorer/").status_code for user in users] == [403, 403]


def test_a_partner_reads_a_shared_operation_with_small_cells_hidden(app: Flask, session: Session, case: Golden) -> None:
    other = make.structure(session, "Maison de l'emploi du Bocage")
    make.add(
        session,
        OperationPartner(operation_id=case.operations["O1"].id, structure_id=other.id, agreed_on=date(2026, 1, 1)),
    )
    user = make.facilitator(session, other)
    make.committed(session, *session)
    client = signed_in(app, user)
    assert "Aucune heure validée" in text_of(client, "/explorer/?de=2026")
    page = text_of(client, "/explorer/?perimetre=partagees&lignes=operation&colonnes=mois&de=2026")
    assert "O1" in page
    assert "940" in page
    assert "O2" not in page
    assert "trop peu de personnes" in text_of(client, "/explorer/?perimetre=partagees&lignes=sexe&de=2026")
    lines = client.get(
        "/explorer/lignes?perimetre=partagees&lignes=operation&colonnes=mois&de=2026&ligne=total&colonne=total"
    )
    assert "par mois et par marché" in lines.get_data(as_text=True)


def test_the_files_say_their_filters_and_rules(app: Flask, session: Session, case: Golden) -> None:
    client = facilitator(app, session, case)
    address = "lignes=operation&colonnes=sexe&mesure=participants&de=2026&f=sexe:f&f=sexe:m&f=sexe:unknown"
    book = openpyxl.load_workbook(BytesIO(client.get(f"/explorer/tableau.xlsx?{address}").data))
    said = {row[0]: row[1] for row in book["Filtres et règles"].iter_rows(values_only=True) if row[0]}
    assert said["Filtres"] == "Sexe : Femme ou Homme ou Inconnu"
    assert said["Mesure"] == "Personnes"
    assert said["Période"] == "année 2026"
    assert "Règle" in said
    csv = client.get(f"/explorer/tableau.csv?{address}").data.decode("utf-8-sig")
    assert csv.splitlines()[0].startswith("Opération;")
    assert csv.splitlines()[-1].endswith(";4")
    assert client.get("/explorer/tableau.csv?lignes=x").status_code == 302


def kept(session: Session) -> list[SavedView]:
    """What is saved, read apart: the test's session then holds nothing."""
    found = list(session.scalars(select(SavedView)))
    for view in found:
        session.expunge(view)
    session.rollback()
    return found


def test_views_are_kept_shared_renamed_and_deleted_by_their_owner(app: Flask, session: Session, case: Golden) -> None:
    colleague, stranger = (
        make.facilitator(session, case.structure),
        make.facilitator(session, make.structure(session, "Autre")),
    )
    client = facilitator(app, session, case)
    others = {name: signed_in(app, user) for name, user in (("colleague", colleague), ("stranger", stranger))}
    question = {"lignes": "sexe", "colonnes": "mois", "de": "2026", "f": ["qpv:qpv", "qpv:unknown"]}
    assert client.post("/explorer/vues", data={**question, "name": " Femmes  du mois "}).status_code == 302
    assert client.post("/explorer/vues", data={**question, "name": "Femmes du mois"}).status_code == 422
    assert client.post("/explorer/vues", data={**question, "name": " "}).status_code == 422
    assert client.post("/explorer/vues", data={**question, "name": "x" * 81}).status_code == 422
    assert client.post("/explorer/vues", data={**question, "lignes": "x", "name": "Autre"}).status_code == 422
    (view,) = kept(session)
    assert view.name == "Femmes du mois"
    assert view.question["f"] == ["qpv:qpv", "qpv:unknown"]
    page = client.get("/explorer/vues").get_data(as_text=True)
    link = unescape(re.findall(r'href="(/explorer/\?[^"]*)"', page)[0])
    assert "Quartier prioritaire : Habite un quartier prioritaire (QPV) ou Inconnu" in text_of(client, link)
    address = f"/explorer/vues/{view.public_id}"
    assert "Femmes du mois" not in text_of(others["colleague"], "/explorer/vues")
    assert client.post(address, data={"name": "Par mois", "shared": "y"}).status_code == 302
    assert "Par mois" in text_of(others["colleague"], "/explorer/vues")
    assert "Par mois" not in text_of(others["stranger"], "/explorer/vues")
    for other in others.values():
        assert other.get(address).status_code == 404
        assert other.post(address, data={"name": "Pris"}).status_code == 404
        assert other.post(f"{address}/supprimer").status_code == 404
    assert client.post(f"{address}/supprimer").status_code == 302
    assert kept(session) == []


def test_an_authority_keeps_views_for_itself(app: Flask, session: Session, case: Golden) -> None:
    client = buyer(app, session, case)
    assert (
        client.post("/explorer/vues", data={"lignes": "marche", "name": "Mes marchés", "shared": "y"}).status_code
        == 422
    )
    assert client.post("/explorer/vues", data={"lignes": "marche", "name": "Mes marchés"}).status_code == 302
    assert "Mes marchés" in text_of(client, "/explorer/vues")


def test_the_number_of_queries_does_not_grow(app: Flask, session: Session, case: Golden) -> None:
    client = facilitator(app, session, case)
    address = "/explorer/?lignes=marche&colonnes=public&de=2026&f=sexe:f&filtrer=prescripteur"

    def measured() -> list[int]:
        found = []
        for path in (address, "/explorer/lignes?lignes=sexe&de=2026&ligne=total&colonne=hours", "/explorer/vues"):
            client.get(path)
            with count_queries(app) as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    before = measured()
    operation = make.operation(session, case.structure, case.authorities["B"], reference="NEW")
    employer = make.establishment(session, "Société nouvelle")
    for number in range(12):
        market = make.market(
            session, operation, employer, reference=f"N{number}", starts_on=date(2026, 1, 1), ends_on=None
        )
        person = make.participant(session, case.structure, reference=f"N{number}", sex=Sex.F)
        contract = make.contract(
            session, person, employer, market, reference=f"N{number}", starts_on=date(2026, 1, 1), ends_on=None
        )
        work(session, contract, market, date(2026, 5, 1), 1_000)
    make.committed(session, *session)
    assert measured() == before
    assert max(before) <= 28


def test_every_dimension_reads_what_it_needs_and_divides_all_the_hours(app: Flask, session: Session, case: Golden, engine: str) -> None:  # fmt: skip
    """Markets without hours in the year are not read; whatever divides them, the hours are those of the year."""
    client = facilitator(app, session, case)
    totals = {}
    for key in DIMENSIONS:
        found = re.search(r"Total (\d[\d ,]+)", text_of(client, f"/explorer/?lignes={key}&de=2026"))
        totals[key] = found.group(1).strip() if found else ""
    assert set(totals.values()) == {totals["annee"]}, totals
    assert totals["annee"].startswith("960 "), totals
