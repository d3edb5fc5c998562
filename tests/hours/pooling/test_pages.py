"""Pages of globalisation: from the convention to the transfer, who reads what, and nothing that proposes to move hours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.hours.pooling.models import HourTransfer, PoolingConvention
from clause.kernel import clock
from clause.kernel.db import open_for_reading, open_for_writing
from clause.ledger.models import LedgerEntry
from clause.markets.models import OperationPartner
from clause.organisations.models import Company
from tests.hours.pooling.scene import PDF, Pool, pool
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries


@pytest.fixture(autouse=True)
def april(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 4, 10, 9))
    yield
    clock.move_to(None)


@pytest.fixture
def scene(session: Session, app: Flask) -> Pool:
    return pool(session, app.config["CLAUSE"].data_dir)


def address(of: Pool, end: str = "") -> str:
    return f"/heures/globalisation/{of.convention.public_id}{end}"


def version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def wish(of: Pool, page: str, **values: str) -> dict[str, str]:
    return {"giver": of.a.public_id, "taker": of.b.public_id, "month": "03/2026", "hours": "60", "version": version(page), **values}  # fmt: skip


def test_from_the_convention_to_the_transfer(session: Session, client: Client, app: Flask) -> None:
    of = pool(session, app.config["CLAUSE"].data_dir, signed=False)
    user = make.facilitator(session, of.structure)
    company, a, b = session.get_one(Company, of.company.company_id).public_id, of.a.public_id, of.b.public_id
    buyers = [buyer.public_id for buyer in of.buyers]
    make.committed(session, user)
    client.sign_in(user.email)
    new = f"/heures/globalisation/nouvelle?entreprise={company}"
    data = {"reference": "CG-2", "starts_on": "01/01/2026", "ends_on": "31/12/2026", "markets": [a]}
    wrong = client.post(new, data=data)
    assert wrong.status_code == 422
    assert "au moins deux marchés" in wrong.get_data(as_text=True)
    assert 'value="CG-2"' in wrong.get_data(as_text=True)
    page = client.post(new, data={**data, "markets": [a, b]}, follow_redirects=True)
    text = page.get_data(as_text=True)
    assert "Aucun tant qu&#39;une signature manque" in text
    assert "/transferts/nouveau" not in text
    at = page.request.path
    client.post(
        f"{at}/signature",
        data={"on": "10/01/2026", "version": version(client.get(f"{at}/signature").get_data(as_text=True))},
    )
    for buyer in buyers:
        agree = f"{at}/accords/{buyer}"
        form = {"on": "12/01/2026", "version": version(client.get(agree).get_data(as_text=True))}
        without = client.post(agree, data=form)
        assert without.status_code == 422
        assert "Joignez l&#39;accord signé" in without.get_data(as_text=True)
        done = client.post(
            agree, data={**form, "document": (BytesIO(PDF), "accord.pdf")}, content_type="multipart/form-data"
        )
        assert done.status_code == 302
    text = client.get(at).get_data(as_text=True)
    assert "À partir de février 2026" in text
    kept = client.get(f"{at}/accords/{buyers[0]}/document")
    assert (kept.data, kept.headers["Content-Disposition"][:10]) == (PDF, "attachment")


def test_a_transfer_is_confirmed_on_a_page_that_says_what_will_happen(
    session: Session, client: Client, scene: Pool
) -> None:
    user = make.facilitator(session, scene.structure)
    new, at = address(scene, "/transferts/nouveau"), address(scene)
    a, b = scene.a, scene.b
    make.committed(session, user, a, b)
    client.sign_in(user.email)
    form = client.get(new).get_data(as_text=True)
    refused = client.post(new, data=wish(scene, form, hours="61"))
    assert refused.status_code == 422
    assert "au-delà de son objectif" in refused.get_data(as_text=True)
    assert 'value="61"' in refused.get_data(as_text=True)
    preview = client.post(new, data=wish(scene, form))
    said = preview.get_data(as_text=True)
    assert preview.status_code == 200
    for text in ("560", "500", "220", "280", "780", "Transférer 60"):
        assert text in said
    assert session.scalar(select(func.count(HourTransfer.id))) == 0
    session.rollback()
    sent = {**wish(scene, form), "confirm": "1"}
    assert client.post(new, data=sent).status_code == 302
    again = client.post(new, data=sent)  # a double click
    assert again.status_code == 422
    assert "a modifié cette fiche" in again.get_data(as_text=True)
    assert session.scalar(select(func.count(HourTransfer.id))) == 1
    moved = session.scalars(select(HourTransfer.public_id)).one()
    session.rollback()
    market = client.get(f"/marches/{a.public_id}").get_data(as_text=True)
    assert "Cède <strong>60" in market
    assert "CG-2026-1" in market
    undo = f"{at}/transferts/{moved}/reprendre"
    page = client.get(undo).get_data(as_text=True)
    assert client.post(undo, data={"reason": "", "version": version(page)}).status_code == 422
    assert client.post(undo, data={"reason": "Erreur", "version": version(page)}).status_code == 302
    assert "déjà été repris" in client.get(undo, follow_redirects=True).get_data(as_text=True)
    assert session.scalar(select(func.sum(LedgerEntry.hours_real)).where(LedgerEntry.market_id == a.id)) == 56_000


@pytest.mark.usefixtures("engine")
def test_four_at_once_move_the_surplus_once(app: Flask, session: Session, scene: Pool) -> None:
    emails = [make.facilitator(session, scene.structure).email for _ in range(4)]
    data = {"giver": scene.a.public_id, "taker": scene.b.public_id, "month": "03/2026", "hours": "30", "version": str(scene.convention.version), "confirm": "1"}  # fmt: skip
    new, ids = address(scene, "/transferts/nouveau"), [scene.a.id, scene.b.id]
    session.commit()
    open_for_reading(session)

    def post(email: str) -> int:
        client = Client(app)
        client.sign_in(email)
        return client.post(new, data=data).status_code

    with ThreadPoolExecutor(4) as together:
        statuses = list(together.map(post, emails))
    assert sorted(statuses) == [302, 422, 422, 422]
    session.rollback()
    sums = session.execute(
        select(LedgerEntry.market_id, func.sum(LedgerEntry.hours_real)).group_by(LedgerEntry.market_id)
    )
    assert {market: int(hours) for market, hours in sums} == {ids[0]: 53_000, ids[1]: 25_000}
    open_for_writing(session)


def test_who_reads_a_convention(session: Session, client: Client, scene: Pool, app: Flask) -> None:
    scene.move()
    other = make.structure(session, "MDE voisine")
    partner = make.structure(session, "Partenaire")
    make.add(
        session,
        OperationPartner(operation_id=scene.a.operation_id, structure_id=partner.id, agreed_on=date(2026, 1, 1)),
    )
    readers = {
        "company": make.user(session, Role.COMPANY, company_id=scene.company.company_id),
        "buyer": make.user(session, Role.AUTHORITY, authority_id=scene.buyers[0].id),
        "stranger": make.user(session, Role.COMPANY, company_id=make.establishment(session).company_id),
        "elsewhere": make.user(session, Role.AUTHORITY, authority_id=make.authority(session).id),
        "other": make.facilitator(session, other),
        "partner": make.facilitator(session, partner),
    }
    at, document = address(scene), address(scene, f"/accords/{scene.buyers[1].public_id}/document")
    market = f"/marches/{scene.a.public_id}"
    make.committed(session, *readers.values())
    found, shown = {}, {}
    for name, user in readers.items():
        client.sign_in(user.email)
        page = client.get(at)
        found[name] = (
            page.status_code,
            client.get(document).status_code,
            at in client.get("/heures/globalisation/").get_data(as_text=True),
        )
        assert client.post(f"{at}/transferts/nouveau").status_code in (403, 404)
        if page.status_code == 200:
            text = page.get_data(as_text=True)
            assert "Reprendre" not in text
            assert "Camille Facilitatrice" not in text
            shown[name] = text
    assert found == {
        "company": (200, 200, True), "buyer": (200, 200, True), "stranger": (404, 404, False), "elsewhere": (404, 404, False),
        "other": (404, 404, False), "partner": (404, 404, False),
    }  # fmt: skip
    what_the_other_market_counts = ">280<"
    assert {name: what_the_other_market_counts in text for name, text in shown.items()} == {
        "company": True,
        "buyer": False,
    }
    assert shown["buyer"].count(">60<") >= 3
    client.sign_in(readers["partner"].email)
    assert "Cède <strong>60" in client.get(market).get_data(as_text=True)


def test_an_authority_reads_once_it_has_agreed(session: Session, client: Client, app: Flask) -> None:
    of = pool(session, app.config["CLAUSE"].data_dir, signed=False)
    buyer = make.user(session, Role.AUTHORITY, authority_id=of.buyers[0].id)
    make.committed(session, buyer)
    client.sign_in(buyer.email)
    assert client.get(address(of)).status_code == 404


def test_nothing_proposes_to_move_hours(session: Session, client: Client, app: Flask) -> None:
    """A market in surplus beside one that lacks hours, of the same company: no page offers to move them."""
    of = pool(session, app.config["CLAUSE"].data_dir, signed=False)
    user = make.facilitator(session, of.structure)
    make.committed(session, user)
    client.sign_in(user.email)
    for page in ("/", "/marches/", f"/marches/{of.b.public_id}", "/bilans/2026", address(of)):
        assert "transferts/nouveau" not in client.get(page).get_data(as_text=True), page


def test_the_number_of_queries_is_the_same_at_any_size(
    session: Session, client: Client, scene: Pool, app: Flask
) -> None:
    user = make.facilitator(session, scene.structure)
    scene.move(100)
    pages = ("/heures/globalisation/", address(scene))
    viewer, wanted, company = scene.viewer, scene.wish(100), scene.company.company_id
    convention_id, markets = scene.convention.id, (scene.a.id, scene.b.id)
    make.committed(session, user)
    client.sign_in(user.email)
    before = []
    for page in pages:
        with count_queries(app) as seen:
            assert client.get(page).status_code == 200
        before.append(len(seen))
    with app.app_context():
        from clause.hours.pooling import actions
        from clause.hours.pooling.actions import ConventionData
        from clause.kernel.unit import work

        with work() as writing:
            convention = writing.get_one(PoolingConvention, convention_id)
            for number in range(8):
                actions.transfer(writing, viewer, convention, wanted)
                data = ConventionData(company, f"CG-{number}", date(2026, 1, 1), date(2026, 12, 31), markets)  # fmt: skip
                actions.register(writing, viewer, data)
    for page, count in zip(pages, before, strict=True):
        with count_queries(app) as seen:
            client.get(page)
        assert len(seen) == count, page
