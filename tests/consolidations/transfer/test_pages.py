"""Pages of the consolidating body: files received, registry, participation, national tables and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure
from clause.kernel import clock
from tests.consolidations.transfer.support import YEAR, file_of, pair, resealed
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.queries import count_queries


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def administrator(app: Flask, session: Session) -> Client:
    admin = make.user(session, Role.ADMINISTRATOR)
    make.committed(session, *(row for row in session if isinstance(row, User)))
    return signed_in(app, admin)


def send(client: Client, *contents: bytes) -> tuple[int, str]:
    files = [(BytesIO(content), f"fichier{n}.json") for n, content in enumerate(contents)]
    response = client.post(f"/transferts/{YEAR}", data={"files": files}, content_type="multipart/form-data", follow_redirects=True)  # fmt: skip
    return response.status_code, response.get_data(as_text=True)


def kept(session: Session) -> int:
    found = len(session.scalars(select(ReceivedTransfer)).all())
    session.rollback()
    return found


def test_files_are_received_counted_and_consolidated(app: Flask, session: Session, engine: str) -> None:
    case = pair(session)
    files = [file_of(session, structure) for structure in (case.first.structure, case.second)]
    client = administrator(app, session)
    assert client.get("/transferts/").location == f"/transferts/{YEAR - 1}"
    empty = client.get(f"/transferts/{YEAR}").get_data(as_text=True)
    assert "Le registre est vide" in empty
    assert client.get(f"/transferts/{YEAR}/nationale").status_code == 302
    status, page = send(client, *files)
    assert status == 200
    assert "PLIE du Val, 2026 : reçu" in page
    assert "Voir les tableaux" in page
    national = client.get(f"/transferts/{YEAR}/nationale").get_data(as_text=True)
    assert "1\N{NARROW NO-BREAK SPACE}260" in national
    assert "Kervella" not in national
    assert client.get(f"/transferts/{YEAR}/nationale.xlsx").data[:2] == b"PK"
    data = client.get(f"/transferts/{YEAR}/nationale.json").get_json()
    assert data["masked"] is True
    status, page = send(client, files[0])
    assert "déjà connu, rien n&#39;a changé" in page
    assert kept(session) == 2


def test_a_wrong_file_among_good_ones_is_said_and_the_others_are_kept(app: Flask, session: Session) -> None:
    case = pair(session)
    good = file_of(session, case.second)
    client = administrator(app, session)
    status, page = send(client, b"{", resealed({**json.loads(good), "rules": "99"}))
    assert status == 422
    assert "fichier illisible" in page
    assert "version 99" in page
    assert kept(session) == 0
    assert session.scalars(select(RegisteredStructure)).all() == []
    session.rollback()
    status, page = send(client, good, b"")
    assert status == 200
    assert "Le fichier est vide" in page
    assert kept(session) == 1
    assert client.post(f"/transferts/{YEAR}", data={}).status_code == 422


def test_a_structure_of_the_registry_is_completed_by_hand(app: Flask, session: Session) -> None:
    case = pair(session)
    content, siret = file_of(session, case.second), case.second.siret
    client = administrator(app, session)
    send(client, content)
    row = session.scalars(select(RegisteredStructure)).one()
    address = f"/transferts/registre/{row.public_id}"
    session.rollback()
    assert "À compléter au registre" in client.get(f"/transferts/{YEAR}").get_data(as_text=True)
    assert client.post(address, data={"name": "", "region": "Corse"}).status_code == 422
    assert client.post(address, data={"name": "Bocage", "siret": "123", "facilitators": "2"}).status_code == 422
    done = {"name": "Bocage", "siret": siret, "region": "Corse", "employs_facilitators": "y", "facilitators": "4"}  # fmt: skip
    assert client.post(address, data=done).status_code == 302
    assert client.post("/transferts/registre/nouvelle", data={**done, "name": "Copie"}).status_code == 422
    assert client.post("/transferts/registre/nouvelle", data={"name": "Muette", "facilitators": "1", "employs_facilitators": "y"}).status_code == 302  # fmt: skip
    tables = client.get(f"/transferts/{YEAR}/nationale.json").get_json()["tables"]
    assert tables["N01"]["total"] == {"received": 1, "registered": 2, "rate": 50, "facilitators": 5}
    page = client.get(address).get_data(as_text=True)
    assert "fichier de transfert reçu" in page
    file = session.scalars(select(ReceivedTransfer.public_id)).one()
    session.rollback()
    assert json.loads(client.get(f"/transferts/fichiers/{file}.json").data) == json.loads(content)


def test_the_registry_comes_from_a_file(app: Flask, session: Session) -> None:
    client = administrator(app, session)
    address = "/transferts/registre/importer"

    def imported(text: str, name: str = "registre.csv") -> tuple[int, str]:
        response = client.post(address, data={"file": (BytesIO(text.encode()), name)}, content_type="multipart/form-data")  # fmt: skip
        return response.status_code, response.get_data(as_text=True)

    assert imported("Rien\n1\n")[0] == 422
    assert imported("Nom\nA\n", "registre.pdf")[0] == 422
    assert client.post(address, data={}).status_code == 422
    status, page = imported("Nom;SIRET;Facilitateurs\nA;;2\nB;123;1\n")
    assert status == 200
    assert "123" in page
    assert imported("Nom;Facilitateurs\nA;3\n")[0] == 302
    assert [(r.name, r.facilitators) for r in session.scalars(select(RegisteredStructure))] == [("A", 3)]
    session.rollback()


def test_a_structure_exports_its_own_year_from_its_page(app: Flask, session: Session) -> None:
    case = pair(session)
    user = make.facilitator(session, case.second)
    expected = file_of(session, case.second, clock.today())
    make.committed(session, user)
    client = signed_in(app, user)
    assert client.get(f"/transferts/{YEAR}/fichier.json").data == expected
    assert client.get("/transferts/1500/fichier.json").status_code == 404
    assert client.get(f"/transferts/{YEAR}").status_code == 403


def test_the_page_of_the_files_has_as_many_queries_for_two_structures_as_for_thirty(
    app: Flask, session: Session
) -> None:
    client = administrator(app, session)

    def measured() -> int:
        client.get(f"/transferts/{YEAR}")
        with count_queries(app) as seen:
            client.get(f"/transferts/{YEAR}")
        return len(seen)

    session.add_all([RegisteredStructure(name=f"S{n}", created_at=clock.now()) for n in range(2)])
    session.commit()
    before = measured()
    session.add_all([RegisteredStructure(name=f"T{n}", created_at=clock.now()) for n in range(30)])
    session.commit()
    assert measured() == before
