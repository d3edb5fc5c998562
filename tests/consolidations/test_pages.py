"""Pages of bilans: who opens them, what they say, where their figures lead, how many queries they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.candidates.codes import Sex
from clause.hours.codes import NotCounted
from clause.kernel import clock
from clause.kernel.db import db
from clause.ledger import posting
from clause.markets.models import OperationPartner
from tests.consolidations.support import Golden, golden, line, work
from tests.support import factories as make
from tests.support.client import Client


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield seen
    event.remove(engine, "before_cursor_execute", listen)


def signed_in(session: Session, client: Client, user: User) -> Client:
    session.flush()
    make.committed(session, *session)
    client.sign_in(user.email)
    return client


def test_a_facilitator_reads_the_year(session: Session, client: Client) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    page = client.get("/bilans/2026").get_data(as_text=True)
    for text in (
        "960",
        "83,7\N{NO-BREAK SPACE}%",
        "81,1\N{NO-BREAK SPACE}%",
        "0,597",
        "L2112-2",
        "Ville A",
        "jamais une moyenne de taux",
    ):
        assert text in page
    assert "/bilans/2026/lignes?table=C01&amp;ligne=hours&amp;colonne=value" in page
    assert client.get("/bilans/").status_code == 200
    assert client.get(f"/bilans/operations/{case.operations['O1'].public_id}").status_code == 200


def test_figures_open_on_their_lines(session: Session, client: Client) -> None:
    case = golden(session)
    line(
        session,
        case.contracts["P1-C1"],
        case.markets["C1"],
        date(2026, 10, 1),
        700,
        not_counted=NotCounted.OUTSIDE_MARKET,
    )
    signed_in(session, client, make.facilitator(session, case.structure))
    page = client.get("/bilans/2026/lignes?table=C01&ligne=hours&colonne=value").get_data(as_text=True)
    assert "9 écritures, 960" in page
    assert "Comptée : travail" in page
    assert "Validées, non comptées (1)" in page
    left_out = client.get("/bilans/2026/lignes?table=C01&ligne=hours&colonne=value&comptees=non").get_data(as_text=True)
    assert "En dehors des dates du marché" in left_out
    markets = client.get("/bilans/2026/lignes?table=C02&ligne=total&colonne=hours_remaining").get_data(as_text=True)
    assert "3 marchés" in markets
    cumulative = client.get("/bilans/2026/lignes?table=C02&ligne=ended_before&colonne=hours_cumulative").get_data(as_text=True)  # fmt: skip
    assert "3 écritures, 370" in cumulative
    buyer = client.get(f"/bilans/2026/lignes?table=C09b&ligne={case.authorities['B'].siren}&colonne=hours").get_data(as_text=True)  # fmt: skip
    assert "1 écriture, 20" in buyer


def test_links_of_the_page_open_on_their_figure(session: Session, client: Client) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    page = client.get("/bilans/2026").get_data(as_text=True)
    links = re.findall(
        r'<a href="(/bilans/2026/lignes[^"]*table=(C01|C03|C06c|C17)&[^"]*colonne=(?:hours|value))">([^<]*)</a>', page
    )
    hours = [(unescape(url), figure) for url, code, figure in links if code != "C01" or "ligne=hours" in url][:6]
    assert len(hours) == 6
    for url, figure in hours:
        assert f", {figure}\N{NO-BREAK SPACE}h" in client.get(url).get_data(as_text=True), url


@pytest.mark.parametrize("address", ["/bilans/1850", "/bilans/2040", "/bilans/2026/lignes", "/bilans/2026/lignes?table=C01&ligne=hours&colonne=rien", "/bilans/2026/lignes?table=C06a&ligne=x&colonne=hours", "/bilans/operations/inconnue", "/bilans/2026?donneur=inconnu"])  # fmt: skip
def test_unknown_addresses(session: Session, client: Client, address: str) -> None:
    case = golden(session)
    assert signed_in(session, client, make.facilitator(session, case.structure)).get(address).status_code == 404


def test_as_of_replays_the_ledger(session: Session, client: Client) -> None:
    case = golden(session)
    clock.move_to(datetime(2027, 1, 20, 10))
    posting.reverse(session, make.viewer_of(case.structure), work(session, case.contracts["P5-C2"], case.markets["C2"], date(2026, 9, 1), 5000))  # fmt: skip
    work(session, case.contracts["P5-C2"], case.markets["C2"], date(2026, 11, 1), 1000)
    signed_in(session, client, make.facilitator(session, case.structure))
    figure = re.compile(r"(?<![0-9a-f])970(?![0-9a-f])")  # not a part of an opaque address
    assert figure.search(client.get("/bilans/2026").get_data(as_text=True))
    replayed = client.get("/bilans/2026?au=31/12/2026")
    assert not figure.search(replayed.get_data(as_text=True))
    assert "arrêté au 31/12/2026 inclus" in replayed.get_data(as_text=True)
    data = client.get("/bilans/2026/consolidation.json?au=2026-12-31").get_json()
    assert {r["key"]: r["value"] for r in data["tables"]["C01"]["rows"]}["hours"] == 960
    refused = client.get("/bilans/2026?au=hier")
    assert refused.status_code == 422
    assert 'value="hier"' in refused.get_data(as_text=True)
    assert client.get("/bilans/2026/consolidation.json?au=hier").status_code == 302


def test_filters_are_said_in_words(session: Session, client: Client) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    page = client.get(f"/bilans/2026?donneur={case.authorities['B'].public_id}&programme=").get_data(as_text=True)
    assert "Filtres : maître d&#39;ouvrage : Bailleur B." in page
    data = client.get(f"/bilans/2026/consolidation.json?donneur={case.authorities['B'].public_id}").get_json()
    assert {r["key"]: r["value"] for r in data["tables"]["C01"]["rows"]}["hours"] == 20


@pytest.mark.parametrize("role", [Role.COMPANY, Role.PRESCRIBER, Role.ADMINISTRATOR])
def test_others_are_kept_out(session: Session, client: Client, role: Role) -> None:
    case = golden(session)
    affiliation = {
        Role.COMPANY: {"company_id": make.establishment(session).company_id},
        Role.PRESCRIBER: {"structure_id": case.structure.id, "prescriber_id": make.prescriber(session, case.structure).id},
        Role.ADMINISTRATOR: {},
    }[role]  # fmt: skip
    signed_in(session, client, make.user(session, role, **affiliation))
    for address in ("/bilans/", "/bilans/2026", "/bilans/2026/consolidation.xlsx", f"/bilans/operations/{case.operations['O1'].public_id}"):  # fmt: skip
        assert client.get(address).status_code == 403


def test_the_downloads_are_files(session: Session, client: Client) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    book = client.get("/bilans/2026/consolidation.xlsx")
    assert "consolidation-2026-2026-12-15.xlsx" in book.headers["Content-Disposition"]
    assert openpyxl.load_workbook(BytesIO(book.data)).sheetnames[0] == "Sommaire"
    bilan = client.get(f"/bilans/operations/{case.operations['O1'].public_id}/bilan.xlsx")
    assert openpyxl.load_workbook(BytesIO(bilan.data)).sheetnames[1] == "B01 Identité"


# Authorities


def _names(case: Golden, session: Session) -> list[str]:
    from clause.candidates.models import Participant

    return [p.last_name for p in session.query(Participant).all()]


def test_an_authority_gets_its_figures_and_nobody(session: Session, client: Client) -> None:
    case = golden(session)
    names = _names(case, session)
    own, other = case.operations["O1"].public_id, case.operations["O2"].public_id
    signed_in(session, client, make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id))
    texts = [client.get(a).get_data(as_text=True) for a in ("/bilans/", "/bilans/2026", f"/bilans/operations/{own}")]
    files = [client.get("/bilans/2026/consolidation.json"), client.get(f"/bilans/operations/{own}/bilan.json")]
    texts += [f.get_data(as_text=True) for f in files]
    assert not [name for name in names for text in texts if name in text]
    rows = {r["key"]: r for r in files[0].get_json()["tables"]["C01"]["rows"]}
    assert (rows["hours"]["value"], rows["participants"]["value"], rows["markets"]["value"]) == (940, None, 2)
    assert files[0].get_json()["tables"]["C06a"]["rows"] == []
    bilan = {r["key"]: r["value"] for r in files[1].get_json()["tables"]["B02"]["rows"]}
    assert (bilan["participants"], bilan["hours"]) == (4, 1290)
    assert client.get(f"/bilans/operations/{other}").status_code == 404
    assert client.get("/bilans/2026?donneur=x&au=31/01/2026").status_code == 200
    months = client.get("/bilans/2026/lignes?table=C02&ligne=total&colonne=hours_year").get_data(as_text=True)
    assert "940" in months
    assert not [name for name in names if name in months]
    for cell in ("table=C06a&ligne=f&colonne=hours", "table=C01&ligne=participants&colonne=value", "table=C04&ligne=total&colonne=hours", "table=C03&ligne=execution_condition&colonne=participants"):  # fmt: skip
        assert client.get(f"/bilans/2026/lignes?{cell}").status_code == 404


def test_small_publics_of_a_bilan_are_listed_without_counts(session: Session, client: Client) -> None:
    from clause.candidates.codes import PublicKind
    from clause.candidates.models import EligibilityCriterion

    case = golden(session)
    eligibility = make.eligible(session, make.participant(session, case.structure))
    session.query(EligibilityCriterion).filter_by(eligibility_id=eligibility.id).update({"kind": PublicKind.RQTH_BOETH})
    extra = make.contract(session, session.get_one(make.Participant, eligibility.participant_id), make.establishment(session), case.markets["C3"])  # fmt: skip
    work(session, extra, case.markets["C3"], date(2026, 1, 1), 700)
    signed_in(session, client, make.facilitator(session, case.structure))
    data = client.get(f"/bilans/operations/{case.operations['O2'].public_id}/bilan.json").get_json()
    publics = data["tables"]["B09c"]["rows"]
    assert [(r["key"], r["participants"], r["hours"]) for r in publics] == [("long_term_jobseeker", None, None)]


def test_a_partner_reads_the_shared_bilan_without_the_other_people(session: Session, client: Client) -> None:
    case = golden(session)
    partner = make.structure(session, "MDE voisine")
    make.add(
        session,
        OperationPartner(operation_id=case.operations["O1"].id, structure_id=partner.id, agreed_on=date(2026, 1, 1)),
    )
    person = make.participant(session, partner, sex=Sex.M, last_name="Partagé")
    contract = make.contract(session, person, make.establishment(session), case.markets["C2"])
    work(session, contract, case.markets["C2"], date(2026, 5, 1), 2000)
    names = [n for n in _names(case, session) if n != "Partagé"]
    shared, other = case.operations["O1"].public_id, case.operations["O2"].public_id
    signed_in(session, client, make.facilitator(session, partner))
    assert "1 310" in client.get(f"/bilans/operations/{shared}").get_data(as_text=True).replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    assert client.get(f"/bilans/operations/{other}").status_code == 404
    lines = client.get(f"/bilans/operations/{shared}/lignes?table=B02&ligne=hours&colonne=value").get_data(as_text=True)
    assert "Partagé" in lines
    assert "4 personnes suivies par PLIE du Val" in lines
    assert not [name for name in names if f"{name} " in lines]
    own = client.get("/bilans/2026/consolidation.json").get_json()
    assert {r["key"]: r["value"] for r in own["tables"]["C01"]["rows"]}["hours"] == 0  # counted once, with the lead


def test_the_number_of_queries_is_the_same_at_any_size(session: Session, client: Client, app: Flask) -> None:
    case = golden(session)
    signed_in(session, client, make.facilitator(session, case.structure))
    addresses = ("/bilans/", "/bilans/2026", "/bilans/2026/lignes?table=C01&ligne=hours&colonne=value", f"/bilans/operations/{case.operations['O1'].public_id}")  # fmt: skip

    def queries() -> list[int]:
        found = []
        for address in addresses:
            with counted(app) as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    before = queries()
    with app.app_context():
        from clause.kernel.unit import work as unit

        with unit() as writing:
            from clause.markets.models import Operation
            from clause.organisations.models import Structure

            structure = writing.get_one(Structure, case.structure.id)
            first = writing.get_one(Operation, case.operations["O1"].id)
            for _number in range(12):
                market = make.market(writing, first, make.establishment(writing))
                make.market(writing, make.operation(writing, structure), make.establishment(writing))
                contract = make.contract(
                    writing, make.participant(writing, structure), make.establishment(writing), market
                )
                work(writing, contract, market, date(2026, 6, 1), 1000)
    assert queries() == before
