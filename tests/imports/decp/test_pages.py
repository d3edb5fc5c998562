"""The pages of public contracts: sending a file, its result, the list, a contract, and the market opened from it."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Select, event, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clause import worker
from clause.accounts.models import User
from clause.imports.decp import job as decp_job
from clause.imports.decp import queries
from clause.imports.decp.links import proposed
from clause.imports.decp.models import DecpContract, DecpLink
from clause.imports.decp.queries import Category, Filters
from clause.imports.decp.running import import_file
from clause.kernel.db import db
from clause.kernel.jobs import Job
from clause.markets.codes import ClauseKind, Nature, PartyRole
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.models import ContractingAuthority, Establishment, Structure
from clause.organisations.register import authority_by_siret
from tests.imports.decp.support import BUYER, record, write_json
from tests.support import factories
from tests.support.client import Client

HOLDER = factories.siret(77)
SECOND = factories.siret(78)
SOCIAL = {
    "considerationsSociales": {"considerationSociale": ["Clause sociale", "Critère social"]},
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": s}} for s in (HOLDER, SECOND)],
}


@pytest.fixture
def house(session: Session) -> Structure:
    return factories.structure(session)


@pytest.fixture
def user(session: Session, house: Structure) -> User:
    return factories.facilitator(session, house)


def kept(session: Session, statement: Select[Any]) -> Any:
    """A value now in the database; the write lock that this session takes is left at once."""
    try:
        return session.scalar(statement)
    finally:
        session.rollback()


def bring(session: Session, tmp_path: Path, *records: Any) -> None:
    import_file(session, write_json(tmp_path / "f.json", *records), "f.json", "lot")


def sign_in(session: Session, client: Client, user: User) -> None:
    email = user.email
    session.commit()
    client.sign_in(email)


def send(client: Client, content: bytes, name: str = "decp.json", territory: str = "") -> TestResponse:
    data = {"file": (BytesIO(content), name), "territory": territory}
    return client.post("/imports/decp/envoyer", data=data, content_type="multipart/form-data")


def body(*records: Any) -> bytes:
    return json.dumps({"marches": {"marche": records}}).encode()


def address(session: Session, identifier: str = "2026-001") -> str:
    found = session.scalars(select(DecpContract.public_id).where(DecpContract.identifier == identifier)).one()
    return f"/imports/decp/contrats/{found}"


def typed(**changes: str) -> dict[str, str]:
    return {
        "operation": "nouvelle", "operation_reference": "OP-1", "operation_title": "Groupe scolaire", "consultation_date": "",
        "authority_siret": BUYER, "authority_name": "Ville de Croix", "authority_kind": "commune", "reference": "2026-001",
        "lot": "1", "title": "Construction d'un groupe scolaire", "clause": "condition_and_criterion", "nature": "works",
        "sector": "building", "cpv": "45214200", "amount": "6 200 000", "hours": "1 200", "notification_date": "02/10/2026",
        "starts_on": "02/10/2026", "ends_on": "01/04/2028", "holders-0-siret": HOLDER, "holders-0-name": "Bâti Nord",
        "holders-1-siret": SECOND, "holders-1-name": "Gros Œuvre Nord", **changes,
    }  # fmt: skip


def test_a_small_file_is_imported_at_once_and_its_result_says_what_to_do(
    session: Session, client: Client, user: User
) -> None:
    sign_in(session, client, user)
    sent = send(client, body(record(), record(id="social", **SOCIAL), record(id=""), record(id="b", montant="x")))
    assert sent.status_code == 302
    page = client.get(sent.location).get_data(as_text=True)
    for said in ("Enregistrements lus", "Refusés : 1", "À vérifier : 1", "Considération sociale non suivie", "id"):
        assert said in page
    report = client.get(f"{sent.location}/compte-rendu.xlsx")
    sheet = load_workbook(BytesIO(report.data)).active
    assert sheet is not None
    cells = [c for row in sheet.iter_rows(values_only=True) for c in row]
    assert {"Refusé", "À vérifier", "x"} <= set(cells)
    again = client.get(send(client, body(record())).location).get_data(as_text=True)
    assert "Rien de nouveau dans ce fichier" in again


@pytest.mark.parametrize(
    ("content", "territory", "said"),
    [
        (b"", "", "vide"),
        (b'{"marches": [{"id": "a', "", "milieu d&#39;un enregistrement"),
        (b"PK\x03\x04", "", "archive"),
        (b"<!DOCTYPE marches><marches/>", "", "DOCTYPE"),
        (b'{"marches": []}', "Nord, 59", "ni un département"),
    ],
)
def test_a_bad_file_is_refused_on_the_form(
    session: Session, client: Client, user: User, content: bytes, territory: str, said: str
) -> None:
    sign_in(session, client, user)
    response = send(client, content, territory=territory)
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert said in page
    assert territory in page
    assert "<title>Erreur" in page
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_large_file_waits_for_the_worker(
    session: Session, client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decp_job, "AT_ONCE", 10)
    sign_in(session, client, user)
    sent = send(client, body(record()), territory="59")
    assert "en cours" in client.get(sent.location).get_data(as_text=True)
    worker.round_once(client.application)
    assert "Obligation de 2026" in client.get(sent.location).get_data(as_text=True)
    broken = send(client, body(record())[:-20])
    worker.round_once(client.application)
    assert "milieu d&#39;un enregistrement" in client.get(broken.location).get_data(as_text=True)
    folder = client.application.config["CLAUSE"].data_dir / "imports"
    assert list(folder.iterdir()) == []


def test_another_structure_sees_neither_the_import_nor_the_link(
    session: Session, client: Client, house: Structure, user: User, tmp_path: Path
) -> None:
    other = factories.facilitator(session, factories.structure(session, "Maison de l'emploi"))
    bring(session, tmp_path, record(**SOCIAL))
    contract, other_email = address(session), other.email
    sign_in(session, client, user)
    sent = send(client, body(record(id="b")))
    client.post(f"{contract}/ouvrir", data=typed())
    assert "Suivi chez vous" in client.get(contract).get_data(as_text=True)
    client.sign_in(other_email)
    assert client.get(sent.location).status_code == 404
    assert client.get(f"{sent.location}/compte-rendu.xlsx").status_code == 404
    page = client.get(contract).get_data(as_text=True)
    assert "Suivi chez vous" not in page
    assert "OP-1" not in page
    assert "/marches/" not in client.get("/imports/decp/").get_data(as_text=True).replace('href="/marches/"', "")
    assert client.get("/imports/decp/envoyer").get_data(as_text=True).count("decp.json") == 0


def test_the_list_is_filtered_sorted_and_exported(session: Session, client: Client, user: User, tmp_path: Path) -> None:
    bring(
        session, tmp_path, record(), record(id="social", objet="Nettoyage à l'école", montant=90_000, **SOCIAL),
        record(id="vieux", objet="=1+1", dateNotification="2019-05-06", considerationsSociales=None, lieuExecution={"code": "75001", "typeCode": "Code postal"}),
    )  # fmt: skip
    sign_in(session, client, user)
    for query, found in {
        "": {"2026-001", "social", "vieux"}, "?q=ecole+nettoyage": {"social"}, "?voir=obligation": {"2026-001"},
        "?voir=considerations": {"social"}, "?annee=2019": {"vieux"}, "?montant=1 000 000": {"2026-001", "vieux"}, "?lieu=75": {"vieux"},
        "?acheteur=2159016": {"2026-001", "social", "vieux"}, "?voir=rapproches": set(), "?import=absent": set(),
        "?annee=²²²²&montant=x&page=zz&tri=zz": {"2026-001", "social", "vieux"},
    }.items():  # fmt: skip
        page = client.get(f"/imports/decp/{query}").get_data(as_text=True)
        assert {i for i in ("2026-001", "social", "vieux") if f'"sub">{i} ' in page} == found, query
    page = client.get("/imports/decp/?voir=obligation").get_data(as_text=True)
    assert "Filtres : obligation de 2026 sans considération sociale" in page
    assert "Aucun contrat public ne correspond" in client.get("/imports/decp/?q=introuvable").get_data(as_text=True)
    sheet = load_workbook(BytesIO(client.get("/imports/decp/contrats.xlsx?annee=2019").data)).active
    assert sheet is not None
    cells = [c for row in sheet.iter_rows() for c in row if c.value is not None]
    assert [c.data_type for c in cells if c.value == "=1+1"] == ["s"]
    assert "social" not in [c.value for c in cells]


def test_a_contract_opens_a_market_with_what_is_known(
    session: Session, client: Client, house: Structure, user: User, tmp_path: Path
) -> None:
    bring(session, tmp_path, record(**SOCIAL))
    contract = address(session)
    sign_in(session, client, user)
    form = client.get(f"{contract}/ouvrir").get_data(as_text=True)
    for value in ("2026-001", BUYER, "02/10/2026", "01/04/2028", "6\u202f200\u202f000", "45214200", HOLDER, SECOND):
        assert f'value="{value}"' in form
    assert '<option selected value="condition_and_criterion"' in form
    assert '<option selected value="works"' in form
    opened = client.post(f"{contract}/ouvrir", data=typed())
    assert opened.status_code == 302
    market = session.scalars(select(Market)).one()
    operation = session.scalars(select(Operation)).one()
    assert (market.reference, market.lot, market.clause_kind) == ("2026-001", "1", ClauseKind.CONDITION_AND_CRITERION)
    assert (market.nature, market.cpv, market.amount_cents) == (Nature.WORKS, "45214200", 620_000_000)
    assert (market.notification_date, market.starts_on, market.ends_on) == (
        date(2026, 10, 2),
        date(2026, 10, 2),
        date(2028, 4, 1),
    )
    assert (market.structure_id, market.operation_id, operation.reference) == (house.id, operation.id, "OP-1")
    assert session.get_one(ContractingAuthority, operation.authority_id).name == "Ville de Croix"
    parties = session.execute(
        select(Establishment.siret, MarketParty.role).join(
            Establishment, Establishment.id == MarketParty.establishment_id
        )
    )
    assert {tuple(p) for p in parties} == {(HOLDER, PartyRole.CONTRACTOR), (SECOND, PartyRole.CO_CONTRACTOR)}
    assert session.scalar(select(func.sum(ObjectiveEvent.delta_due))) == 120_000
    operation_address = operation.public_id
    session.rollback()
    assert client.get(opened.location).status_code == 200
    bilan = client.get(f"/bilans/operations/{operation_address}/bilan.json")
    assert bilan.status_code == 200
    assert "2026-001" in bilan.get_data(as_text=True)


def test_a_second_click_does_not_make_a_second_market(
    session: Session, client: Client, user: User, tmp_path: Path
) -> None:
    bring(session, tmp_path, record(**SOCIAL))
    contract = address(session)
    sign_in(session, client, user)
    first = client.post(f"{contract}/ouvrir", data=typed())
    second = client.post(f"{contract}/ouvrir", data=typed(reference="AUTRE", operation_reference="OP-2"))
    assert (second.status_code, second.location) == (302, first.location)
    assert client.get(f"{contract}/ouvrir").location == first.location
    assert kept(session, select(func.count()).select_from(Market)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clause": ""}, "Choisissez le type de clause."),
        ({"authority_siret": "12345678901234"}, "clé de contrôle"),
        ({"holders-0-name": ""}, "Donnez la raison sociale"),
        ({"operation_reference": ""}, "Donnez une référence à la nouvelle opération."),
        ({"ends_on": "01/01/2020"}, "Fin"),
        ({"clause": "sans clause"}, "clause"),
        ({"title": "x" * 301}, "abrégez"),
    ],
)
def test_a_refused_opening_keeps_what_was_typed_and_writes_nothing(
    session: Session, client: Client, user: User, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    bring(session, tmp_path, record(**SOCIAL))
    contract = address(session)
    sign_in(session, client, user)
    response = client.post(f"{contract}/ouvrir", data=typed(**{"lot": "Lot typé", **changes}))
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert said in page
    assert 'value="Lot typé"' in page
    assert "à corriger" in page
    assert kept(session, select(func.count()).select_from(Operation)) == 0


def test_a_market_opens_in_an_existing_operation_of_the_buyer(
    session: Session, client: Client, house: Structure, user: User, tmp_path: Path
) -> None:
    buyer = authority_by_siret(session, BUYER, name="Ville de Croix")
    operation = factories.operation(session, house, buyer)
    operation_id, operation_address = operation.id, operation.public_id
    factories.operation(session, factories.structure(session, "Ailleurs"), buyer, reference="PAS-A-NOUS")
    bring(session, tmp_path, record(**SOCIAL))
    contract = address(session)
    sign_in(session, client, user)
    form = client.get(f"{contract}/ouvrir").get_data(as_text=True)
    assert operation_address in form
    assert "PAS-A-NOUS" not in form
    assert client.post(f"{contract}/ouvrir", data=typed(operation=operation_address)).status_code == 302
    assert kept(session, select(Market.operation_id)) == operation_id


def test_a_market_is_proposed_recognised_and_separated(
    session: Session, client: Client, house: Structure, user: User, tmp_path: Path
) -> None:
    operation = factories.operation(session, house, authority_by_siret(session, BUYER, name="Ville de Croix"))
    market = factories.market(session, operation, reference="2026/001")
    elsewhere = factories.market(session, factories.operation(session, factories.structure(session, "Ailleurs")))
    bring(session, tmp_path, record())
    contract, email = address(session), user.email
    market_address, elsewhere_address = market.public_id, elsewhere.public_id
    session.commit()
    client.sign_in(email)
    assert "Est-ce l'un de vos marchés" in client.get(contract).get_data(as_text=True).replace("&#39;", "'")
    client.post(f"{contract}/rapprocher", data={"market": elsewhere_address})
    assert kept(session, select(func.count()).select_from(DecpLink)) == 0
    client.post(f"{contract}/rapprocher", data={"market": market_address})
    assert kept(session, select(func.count()).select_from(DecpLink)) == 1
    assert "Suivi chez vous" in client.get(contract).get_data(as_text=True)
    client.post(f"{contract}/separer")
    assert kept(session, select(func.count()).select_from(DecpLink)) == 0


def test_counts_and_proposals_on_both_engines(session: Session, engine: str, house: Structure, tmp_path: Path) -> None:
    viewer = factories.viewer_of(house)
    operation = factories.operation(session, house, authority_by_siret(session, BUYER, name="Ville de Croix"))
    factories.market(session, operation, reference="2026-001")
    bring(session, tmp_path, record(), record(id="social", **SOCIAL), record(id="c", montant=None))
    counts = queries.category_counts(session, viewer)
    assert counts == {
        Category.NEW: 2, Category.MATCHED: 1, Category.TO_COMPLETE: 1, Category.OBLIGATION: 1, Category.SOCIAL: 1
    }  # fmt: skip
    assert len(proposed(session, viewer)) == 1
    for category, count in counts.items():
        rows, total = queries.contract_list(session, viewer, Filters(category=category, batch="lot"), "-montant", 1)
        assert (len(rows), total) == (count, count)


def test_the_list_makes_as_many_queries_for_thirty_contracts_as_for_one(
    session: Session, house: Structure, tmp_path: Path
) -> None:
    viewer, counts = factories.viewer_of(house), []
    operation = factories.operation(session, house, authority_by_siret(session, BUYER, name="Ville de Croix"))
    factories.market(session, operation, reference="0")
    for number in (1, 30):
        bring(session, tmp_path, *(record(id=str(n)) for n in range(number)))
        seen: list[str] = []
        listener = lambda _c, _cur, statement, *_: seen.append(statement)  # noqa: E731, B023
        event.listen(db.engine, "before_cursor_execute", listener)
        queries.contract_list(session, viewer, Filters(category=Category.NEW), "objet", 1)
        queries.contract_list(session, viewer, Filters(), "objet", 1)
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_those_who_do_not_import_do_not_enter(session: Session, client: Client, house: Structure) -> None:
    from clause.access import Role

    authority = factories.user(session, Role.AUTHORITY, authority_id=factories.authority(session).id)
    sign_in(session, client, authority)
    for path in ("/imports/decp/", "/imports/decp/envoyer", "/imports/decp/contrats.xlsx"):
        assert client.get(path).status_code == 403
