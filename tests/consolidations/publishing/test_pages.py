"""Pages of the review and of publications: the whole path, who opens what, two clicks at once, queries, the worker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause import worker
from clause.access import Role
from clause.accounts.models import User
from clause.candidates.models import Participant
from clause.consolidations.models import Publication, PublishedFile
from clause.consolidations.publishing import jobs
from clause.kernel import clock
from clause.kernel.db import db
from clause.kernel.jobs import Job
from clause.markets.models import OperationPartner
from tests.consolidations.publishing.support import DAY, LATER, files, publish_bilan, publish_year
from tests.consolidations.publishing.test_since import correct
from tests.consolidations.support import golden, work
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries

FORM = {"as_of": "15/01/2027", "comment": "Pour le comité", "number": "1"}


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(DAY)
    yield
    clock.move_to(None)


def signed_in(session: Session, client: Client, user: User) -> Client:
    session.flush()
    make.committed(session, *session)
    client.sign_in(user.email)
    return client


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)


def test_from_the_review_to_the_gaps(app: Flask, session: Session, client: Client, engine: str) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    assert "Pas encore publié" in text(client, "/bilans/2026")
    review = text(client, "/bilans/2026/qualite")
    assert "Contrats de travail sans métier ni code ROME" in review
    assert re.search(r'href="/contrats/\w+"|href="/personnes/contrats/\w+"|/contrats/', review)
    assert "Publier la version n° 1" in text(client, "/bilans/2026/publier")
    made = client.post("/bilans/2026/publier", data=FORM)
    assert made.status_code == 302
    again = client.post("/bilans/2026/publier", data=FORM)
    assert again.location == made.location
    detail = text(client, made.location)
    assert "consolidation-2026-n1-a-diffuser.xlsx" in detail
    assert "Pour le comité" in detail
    assert "aucun écart depuis" in text(client, "/bilans/2026")
    with app.app_context():
        kept = {row.public_id: row.content for row in db.session.scalars(select(PublishedFile))}
    addresses = re.findall(r'href="(/bilans/publications/\w+/fichiers/(\w+))"', detail)
    assert len(addresses) == 4
    clock.move_to(LATER)
    correct(session, case)
    session.commit()
    for address, public_id in addresses:
        assert client.get(address).data == kept[public_id]
    assert re.search(r"Publié le 15/01/2027 \(n° 1\) : \d+ écarts depuis", text(client, "/bilans/2026"))
    gaps = text(client, f"{made.location}/ecarts")
    assert "960" in gaps
    assert "950" in gaps
    assert client.get(f"{made.location}/ecarts.xlsx").data[:2] == b"PK"
    entries = text(client, f"{made.location}/ecritures")
    assert "2 écritures" in entries
    assert "relevé" in entries
    assert "Publié le 15/01/2027 (n° 1)</a>" in text(client, "/bilans/2026?au=15/01/2027")


def test_what_is_typed_wrong_is_kept(session: Session, client: Client) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    for day, sentence in (("31/02/2027", "date"), ("01/02/2027", "dans le futur"), ("", "Indiquez la date")):
        refused = client.post("/bilans/2026/publier", data={**FORM, "as_of": day})
        assert refused.status_code == 422
        assert sentence in refused.get_data(as_text=True)
        assert "Pour le comité" in refused.get_data(as_text=True)


def test_two_clicks_at_the_same_moment(app: Flask, session: Session, client: Client, engine: str) -> None:
    case = golden(session)
    signed_in(session, client, user := make.facilitator(session, case.structure))
    email = user.email
    session.rollback()
    clients = [client, Client(app)]
    clients[1].sign_in(email)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda c: c.post("/bilans/2026/publier", data=FORM), clients))
    assert {a.status_code for a in answers} == {302}
    assert len({a.location for a in answers}) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Publication)) == 1


def test_an_authority_reads_the_bilans_published_for_it(session: Session, client: Client) -> None:
    case = golden(session)
    year, own, other = (
        publish_year(session, case),
        publish_bilan(session, case, "O1"),
        publish_bilan(session, case, "O2"),
    )
    addresses = [year.public_id, own.public_id, other.public_id]
    kept, names = files(session, own), [p.last_name for p in session.scalars(select(Participant))]
    hidden = session.scalars(select(PublishedFile).where(PublishedFile.publication_id == year.id)).first()
    assert hidden is not None
    hidden_id = hidden.public_id
    signed_in(session, client, make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id))
    listed = text(client, "/bilans/publications/")
    assert "Bilan de l&#39;opération O1" in listed
    assert "opération O2" not in listed
    assert "Consolidation" not in listed
    detail = text(client, f"/bilans/publications/{addresses[1]}")
    assert "Qualité ce jour-là" not in detail
    assert not [name for name in names if name in detail]
    found = re.findall(r'href="(/bilans/publications/\w+/fichiers/\w+)"', detail)
    assert sorted(client.get(a).data for a in found) == sorted(kept.values())
    for address in (
        f"publications/{addresses[0]}", f"publications/{addresses[2]}", f"publications/{addresses[0]}/fichiers/{hidden_id}",
        f"publications/{addresses[1]}/ecarts", f"publications/{addresses[1]}/ecarts.xlsx", f"publications/{addresses[1]}/ecritures",
        "2026/qualite", "2026/qualite/sans-niveau",
    ):  # fmt: skip
        assert client.get(f"/bilans/{address}").status_code == 404, address
    assert client.get("/bilans/2026/publier").status_code == 403
    assert "publication-line" not in text(client, "/bilans/2026")


def test_another_structure_sees_nothing_of_it(session: Session, client: Client) -> None:
    case = golden(session)
    partner = make.structure(session, "MDE voisine")
    make.add(session, OperationPartner(operation_id=case.operations["O1"].id, structure_id=partner.id, agreed_on=date(2026, 1, 1)))  # fmt: skip
    made, operation = publish_bilan(session, case).public_id, case.operations["O1"].public_id
    signed_in(session, client, make.facilitator(session, partner))
    assert "Rien n&#39;est encore publié" in text(client, "/bilans/publications/")
    for address in (f"publications/{made}", f"publications/{made}/ecarts", f"operations/{operation}/qualite", f"operations/{operation}/publier"):  # fmt: skip
        assert client.get(f"/bilans/{address}").status_code == 404, address
    assert "publication-line" not in text(client, f"/bilans/operations/{operation}")


def test_a_plie_manager_reads_and_does_not_publish(session: Session, client: Client) -> None:
    case = golden(session)
    made = publish_year(session, case).public_id
    signed_in(session, client, make.user(session, Role.PLIE_MANAGER, structure_id=case.structure.id))
    assert text(client, f"/bilans/publications/{made}")
    assert "/bilans/2026/publier" not in text(client, "/bilans/2026/qualite")
    assert client.get("/bilans/2026/publier").status_code == 403
    assert client.post("/bilans/2026/publier", data=FORM).status_code == 403


def test_the_bilan_is_published_from_its_page(session: Session, client: Client) -> None:
    case = golden(session)
    operation = case.operations["O1"].public_id
    signed_in(session, client, make.user(session, Role.COORDINATOR, structure_id=case.structure.id))
    assert "votre maître d'ouvrage" in text(client, f"/bilans/operations/{operation}/publier").replace("&#39;", "'")
    made = client.post(f"/bilans/operations/{operation}/publier", data=FORM)
    assert "bilan-O1-n1.xlsx" in text(client, made.location)
    assert text(client, f"/bilans/operations/{operation}/qualite")


def test_a_long_publication_is_the_workers(
    app: Flask, session: Session, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LONG", 0)
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    asked = client.post("/bilans/2026/publier", data=FORM)
    assert client.post("/bilans/2026/publier", data=FORM).location == asked.location
    assert "Vous pouvez quitter cette page" in text(client, asked.location)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Job)) == 1
    worker.round_once(app)
    clock.move_to(DAY)
    done = client.get(asked.location)
    assert done.status_code == 302
    assert "publication n° 1" in text(client, done.location)
    late = client.post("/bilans/2026/publier", data={**FORM, "number": "1"})
    worker.round_once(app)
    assert client.get(late.location).location == done.location


def test_the_number_of_queries_is_the_same_at_any_size(app: Flask, session: Session, client: Client) -> None:
    case = golden(session)
    made = publish_year(session, case).public_id
    operation = case.operations["O1"].public_id
    signed_in(session, client, make.facilitator(session, case.structure))
    addresses = (
        "/bilans/2026", "/bilans/2026/qualite", "/bilans/2026/qualite/sans-metier", "/bilans/2026/qualite/mois-en-retard",
        "/bilans/2026/publier", f"/bilans/operations/{operation}/qualite", "/bilans/publications/",
        f"/bilans/publications/{made}", f"/bilans/publications/{made}/ecarts", f"/bilans/publications/{made}/ecritures",
    )  # fmt: skip

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with count_queries(app) as seen:
                text(client, address)
            found.append(len(seen))
        return found

    before = counts()
    for _number in range(8):
        market = make.market(session, case.operations["O1"], make.establishment(session), objective=None)
        person = make.participant(session, case.structure)
        contract = make.contract(session, person, make.establishment(session), market)
        work(session, contract, market, date(2026, 6, 1), 1000)
        publish_bilan(session, case, "O1")
    session.commit()
    assert counts() == before
