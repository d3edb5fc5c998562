"""The certificate of a company's year, and its record: golden case T-IND-1 seen by company, who reads it, nobody named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.codes import Mode, PublicKind
from clause.candidates.models import Participant
from clause.consolidations.as_json import as_data
from clause.consolidations.companies.certificate import Attested, certificate, read_year
from clause.consolidations.companies.reading import Line
from clause.consolidations.companies.record import record, years
from clause.consolidations.documents.certificate_pdf import as_pdf, data
from clause.organisations.models import Company
from tests.consolidations.documents.reading import lines_of, squeezed, text_of
from tests.consolidations.support import AS_OF, Golden, golden, work
from tests.support import factories as make
from tests.support.client import Client


def company(session: Session, name: str) -> Company:
    return session.query(Company).filter_by(name=f"Société {name}").one()


def figures(of: Attested) -> dict[str, Any]:
    return {row["key"]: row["value"] for row in as_data(certificate(of))["tables"]["A01"]["rows"]}


def test_a_year_of_a_company(session: Session, engine: str) -> None:
    """X holds C1 and C3; in 2026 P1 and P2 work there, all on its payroll."""
    case = golden(session)
    of = read_year(session, company(session, "X"), case.structure, 2026, AS_OF)
    found = figures(of)
    assert (found["markets"], found["operations"]) == (2, 2)
    assert (found["hours"], found["hours_valued"], found["participants"], found["employment_contracts"]) == (
        720,
        720,
        2,
        3,
    )
    assert (found["employed_hours"], found["employed_participants"]) == (720, 2)
    markets = as_data(certificate(of))["tables"]["A02"]
    assert [(r["key"], r["due"], r["hours"]) for r in markets["rows"]] == [("C1", 1000, 700), ("C3", 300, 20)]
    assert markets["total"]["hours"] == 720


def test_who_lends_people_has_its_own_block(session: Session) -> None:
    """Hours of P6 of Z on C1 are of X by the market, of Z by the contract; never added. Valued hours stay apart."""
    case = golden(session)
    lent = case.contracts["P6-C4"]
    work(session, lent, case.markets["C1"], date(2026, 9, 1), 10_00, valued=20_00)
    x = figures(read_year(session, company(session, "X"), case.structure, 2026, AS_OF))
    z = figures(read_year(session, company(session, "Z"), case.structure, 2026, AS_OF))
    assert (x["hours"], x["hours_valued"], x["participants"], x["employed_hours"]) == (730, 740, 3, 720)
    assert (z["hours"], z["markets"], z["employed_hours"], z["employed_hours_valued"]) == (0, 0, 10, 20)


def test_the_record_counts_each_year(session: Session) -> None:
    golden(session)
    table, attestable = record(session, company(session, "X"), AS_OF)
    rows = {row.key: (row.cells["hours"], row.cells["participants"]) for row in table.rows}
    assert rows == {"2025": (630_00, 2), "2026": (720_00, 2)}
    assert [(a.year, a.structure, a.hours) for a in attestable] == [
        (2026, "PLIE du Val", 720_00),
        (2025, "PLIE du Val", 630_00),
    ]


def _line(person: int, year: int = 2026, real: int = 100_00) -> Line:
    return Line(1, 1, person, person, Mode.DIRECT_HIRE, year, held=True, employed=True, real=real, valued=real)


def test_a_year_without_hours_between_two_is_a_row() -> None:
    table = years([_line(1, 2023), _line(1, 2025)])
    assert [(row.key, row.cells["hours"]) for row in table.rows] == [("2023", 100_00), ("2024", 0), ("2025", 100_00)]
    assert table.total is not None
    assert (table.total["participants"], table.total["hours"]) == (1, 200_00)
    assert years([]).rows == ()


@pytest.mark.parametrize(
    ("publics", "shown"),
    [
        ({1: "rsa", 2: "rsa", 3: "justice_involved"}, {"rsa": None}),
        (dict.fromkeys(range(6), "rsa") | {9: "rqth_boeth"}, {"other_small": 7}),
        (dict.fromkeys(range(6), "rsa") | dict.fromkeys(range(6, 11), "ass"), {"rsa": 6, "ass": 5}),
    ],
    ids=[
        "few people: families without counts, justice never",
        "one alone: merged with the others",
        "enough of each: counted",
    ],
)
def test_small_publics_are_not_counted(session: Session, publics: dict[int, str], shown: dict[str, Any]) -> None:
    assert all(kind in {k.value for k in PublicKind} for kind in publics.values())
    case = golden(session)
    of = Attested(company(session, "X"), case.structure, 2026, AS_OF, [_line(p) for p in publics], [], publics)
    table = as_data(certificate(of))["tables"]["A04"]
    assert {row["key"]: row["participants"] for row in table["rows"]} == shown
    assert table["total"]["participants"] == len(publics)


def test_the_pdf_says_what_the_json_says_and_names_nobody(session: Session) -> None:
    case = golden(session)
    of = read_year(session, company(session, "X"), case.structure, 2026, AS_OF)
    report = certificate(of)
    content = as_pdf(of, report)
    assert content == as_pdf(of, certificate(of))
    text = text_of(content)
    for table in data(of, report)["tables"]:
        for line in lines_of(table):
            assert line in text
    assert squeezed("atteste que l'entreprise Société X (SIREN") in text
    assert not [p.last_name for p in session.query(Participant) if squeezed(p.last_name) in text]


def _address(case: Golden, of: Company, year: int = 2026) -> str:
    return f"/attestations/{case.structure.public_id}/{of.public_id}/{year}"


def test_who_reads_it(session: Session, client: Client) -> None:
    case = golden(session)
    x, y = (company(session, name) for name in "XY")
    neighbour = make.structure(session, "MDE voisine")
    people = {
        "x": make.user(session, Role.COMPANY, company_id=x.id), "of": make.facilitator(session, case.structure),
        "neighbour": make.facilitator(session, neighbour), "buyer": make.user(session, Role.AUTHORITY, authority_id=case.authorities["A"].id),
    }  # fmt: skip
    emails = {name: user.email for name, user in people.items()}
    of_x, of_y, before = _address(case, x), _address(case, y), _address(case, x, 2019)
    session.commit()
    client.sign_in(emails["x"])
    assert "720" in client.get(of_x).get_data(as_text=True)
    assert of_x in client.get("/attestations/").get_data(as_text=True)
    for extension, kind in (("pdf", "application/pdf"), ("json", "application/json"), ("xlsx", "spreadsheetml")):
        assert kind in client.get(f"{of_x}/attestation.{extension}").mimetype
    assert [client.get(address).status_code for address in (of_y, before)] == [404, 404]
    client.sign_in(emails["of"])
    listed = client.get("/attestations/?annee=2026").get_data(as_text=True)
    assert of_x in listed
    assert of_y in listed
    assert [client.get(a).status_code for a in (of_x, of_y)] == [200, 200]
    assert "Aucune entreprise ne répond" in client.get("/attestations/?annee=2026&q=rien").get_data(as_text=True)
    client.sign_in(emails["neighbour"])
    assert client.get(of_x).status_code == 404
    assert of_x not in client.get("/attestations/").get_data(as_text=True)
    client.sign_in(emails["buyer"])
    assert [client.get(a).status_code for a in (of_x, "/attestations/")] == [403, 403]
