"""The portfolio: years, operations, map, comparison that discloses nobody, everything in one zip; who reads what."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import Sex
from clause.candidates.models import Participant
from clause.consolidations.as_json import as_data
from clause.consolidations.portfolio.archive import zipped
from clause.consolidations.portfolio.map import HEIGHT, LARGEST, WIDTH, Point, drawn
from clause.consolidations.portfolio.reading import portfolio
from clause.kernel import clock
from clause.organisations.models import ContractingAuthority
from tests.consolidations.documents.reading import squeezed, text_of
from tests.consolidations.support import Golden, golden, work
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries

DAY = date(2026, 12, 15)


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def of_authority(session: Session, buyer: ContractingAuthority) -> dict[str, Any]:
    viewer = Viewer(role=Role.AUTHORITY, name="Acheteur", authority_id=buyer.id)
    tables: dict[str, Any] = as_data(portfolio(session, viewer, DAY).report)["tables"]
    return tables


# Map


def _point(label: str, latitude: str, longitude: str, hours: int = 100) -> Point:
    return Point(label, Decimal(latitude), Decimal(longitude), hours)


def test_north_is_up_and_east_is_right() -> None:
    found = drawn([_point("A", "50.7", "3.0", 400), _point("B", "50.6", "3.2", 100)])
    assert found is not None
    a, b = found.circles
    assert (a.label, a.radius, b.radius) == ("A", LARGEST, LARGEST / 2)  # the area, not the radius, follows the hours
    assert a.y < b.y
    assert a.x < b.x
    assert all(0 < c.x < WIDTH and 0 < c.y < HEIGHT for c in found.circles)


@pytest.mark.parametrize(
    "points",
    [
        [_point("seule", "50.6292", "3.0573")],
        [_point("même", "50.6", "3.0"), _point("endroit", "50.6", "3.0", 0)],
        [_point("métropole", "48.85", "2.35"), _point("Réunion", "-21.1", "55.5")],
        [_point("pôle", "90.0", "0.0"), _point("antipode", "-90.0", "180.0")],
    ],
)
def test_any_points_are_drawn_inside_the_map(points: list[Point]) -> None:
    found = drawn(points)
    assert found is not None
    assert len(found.circles) == len(points)
    assert all(0 <= c.x <= WIDTH and 0 <= c.y <= HEIGHT and c.radius > 0 for c in found.circles)
    assert 0 < len(found.lines) < 60
    assert found.scale[1] >= 1
    assert drawn([]) is None


# Tables


def test_years_operations_and_communes(session: Session, engine: str) -> None:
    case = golden(session)
    case.operations["O1"].commune, case.operations["O1"].place = "Lille", "50.6292, 3.0573"
    session.flush()
    found = portfolio(session, make.viewer_of(case.structure), DAY)
    tables = as_data(found.report)["tables"]
    years = {r["key"]: (r["operations"], r["markets"], r["hours"], r["ended_due"], r["ended_rate"]) for r in tables["F01"]["rows"]}  # fmt: skip
    assert years["2026"] == (2, 3, 960, 1300, 103.85)  # C1 1 050 of 1 000, C3 300 of 300: ended in the year
    assert years["2025"][3:] == (400, 92.5)  # C4: 370 of 400
    rows = {r["label"].split(" ")[0]: (r["done"], r["due"], r["rate"]) for r in tables["F02"]["rows"]}
    assert rows["O1"] == (1290, 1600, 80.63)
    assert next((r["key"], r["hours"]) for r in tables["F04"]["rows"]) == ("Lille", 1290)
    assert found.map is not None
    assert [c.label for c in found.map.circles] == ["Lille"]
    assert "F03" not in tables  # its territory is itself


def _others(session: Session, case: Golden, people: int, sex: Sex, *, authorities: int = 3) -> None:
    """More authorities in the territory, with people who work for them alone."""
    company = make.establishment(session, "Autre société")
    markets = [
        make.market(session, make.operation(session, case.structure, make.authority(session, f"Ville {n}"), reference=f"A{n}"), company, reference=f"M{n}", starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31), objective=100_00)
        for n in range(authorities)
    ]  # fmt: skip
    for n in range(people):
        person = make.participant(session, case.structure, reference=f"{sex.value}{n}", sex=sex)
        make.eligible(session, person, since=date(2025, 1, 1))
        market = markets[n % authorities]
        contract = make.contract(session, person, company, market, reference=f"K{sex.value}{n}", starts_on=date(2026, 1, 1), ends_on=None)  # fmt: skip
        work(session, contract, market, date(2026, 5, 1), 10_00)
    session.flush()


def _told(tables: dict[str, Any]) -> dict[str, Any]:
    return {row["key"]: row["territory"] for row in tables["F03"]["rows"]}


def test_the_territory_is_told_where_the_others_are_enough(session: Session) -> None:
    case = golden(session)
    _others(session, case, 8, Sex.F)
    _others_men(session, case)
    told = _told(of_authority(session, case.authorities["B"]))
    assert told["rate"] is not None
    assert told["hours_each"] is not None
    assert told["women"] is not None


def _others_men(session: Session, case: Golden) -> None:
    market = next(iter(case.markets.values()))
    company = make.establishment(session, "Société des hommes")
    for n in range(6):
        person = make.participant(session, case.structure, reference=f"H{n}", sex=Sex.M)
        make.eligible(session, person, since=date(2025, 1, 1))
        contract = make.contract(session, person, company, market, reference=f"KH{n}", starts_on=date(2026, 1, 1), ends_on=None)  # fmt: skip
        work(session, contract, market, date(2026, 5, 1), 10_00)
    session.flush()


def test_the_territory_is_hidden_with_few_authorities(session: Session) -> None:
    case = golden(session)
    _others(session, case, 12, Sex.F, authorities=1)
    assert set(_told(of_authority(session, case.authorities["B"])).values()) == {None}


def test_a_share_is_hidden_where_few_of_the_others_are_outside_it(session: Session) -> None:
    """Everybody who works for others alone is a woman, or nearly: their share would tell the sex of the few who are not."""
    case = golden(session)
    for person in session.query(Participant):
        person.sex = Sex.F
    _others(session, case, 8, Sex.F)
    told = _told(of_authority(session, case.authorities["B"]))
    assert told["rate"] is not None
    assert told["women"] is None


# Pages and files


def test_an_authority_reads_its_own_portfolio_and_takes_it_all(session: Session, client: Client) -> None:
    case = golden(session)
    names = [p.last_name for p in session.query(Participant)]
    user = make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id)
    email = user.email
    session.commit()
    client.sign_in(email)
    page = client.get("/bilans/portefeuille/").get_data(as_text=True)
    assert "O1" in page
    assert "O2" not in page
    assert client.get("/bilans/portefeuille/portefeuille.xlsx").status_code == 200
    got = client.get("/bilans/portefeuille/tout.zip")
    assert (got.status_code, got.mimetype) == (200, "application/zip")
    archive = zipfile.ZipFile(BytesIO(got.data))
    assert archive.testzip() is None
    listed = archive.namelist()
    assert {"LISEZ-MOI.txt", "portefeuille.xlsx", "consolidations/consolidation-2026.json", "bilans/bilan-O1.pdf", "bilans/bilan-O3.xlsx"} <= set(listed)  # fmt: skip
    assert not [name for name in listed if "O2" in name]
    year = json.loads(archive.read("consolidations/consolidation-2026.json"))
    assert year == client.get("/bilans/2026/consolidation.json").get_json()
    assert year["masked"]
    texts = [archive.read(n).decode() for n in listed if n.endswith("json")] + [text_of(archive.read(n)) for n in listed if n.endswith("pdf")]  # fmt: skip
    assert not [name for name in names for text in texts if name in text or squeezed(name) in text]


def test_nothing_yet_and_nobody_else(session: Session, client: Client) -> None:
    case = golden(session)
    neighbour = make.facilitator(session, make.structure(session, "MDE voisine"))
    company = make.user(session, Role.COMPANY, company_id=make.establishment(session).company_id)
    emails = neighbour.email, company.email
    assert case.operations
    session.commit()
    client.sign_in(emails[0])
    assert "est encore suivie" in client.get("/bilans/portefeuille/").get_data(as_text=True)
    assert "bilans/" not in "".join(
        zipfile.ZipFile(BytesIO(client.get("/bilans/portefeuille/tout.zip").data)).namelist()
    )
    client.sign_in(emails[1])
    for address in ("", "portefeuille.xlsx", "tout.zip"):
        assert client.get(f"/bilans/portefeuille/{address}").status_code == 403


def test_the_number_of_queries_does_not_follow_the_operations(app: Flask, session: Session) -> None:
    case = golden(session)
    viewer = make.viewer_of(case.structure)
    with count_queries(app) as few:
        portfolio(session, viewer, DAY)
    _others(session, case, 3, Sex.F)
    session.expire_all()
    with count_queries(app) as many:
        portfolio(session, viewer, DAY)
    assert len(many) <= len(few) + 1  # the structure, read again


def test_the_zip_is_sent_piece_by_piece_and_the_same_twice() -> None:
    made: list[str] = []

    def files() -> Iterator[tuple[str, bytes]]:
        for n in range(3):
            made.append(str(n))
            yield f"{n}.txt", b"x" * 1000

    pieces = zipped(files(), DAY)
    assert next(pieces)
    assert made == ["0"]
    whole = b"".join(zipped(files(), DAY))
    assert whole == b"".join(zipped(files(), DAY))
    assert zipfile.ZipFile(BytesIO(whole)).read("2.txt") == b"x" * 1000
