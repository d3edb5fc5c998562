"""Nobody reads another's people: the demonstration, crawled and guessed at by an account of each role.

Pages, workbooks and JSON are read as text. What may be seen is told from the tables, not from the code under test.
"""

from __future__ import annotations

import html
import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Executable, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from clause.access import Role
from clause.accounts.models import User
from clause.app import create_app
from clause.candidates.models import EmploymentContract, Participant
from clause.config import Settings
from clause.demo import story
from clause.kernel import clock
from clause.kernel.db import Base, db
from clause.kernel.unit import current_session, work
from clause.markets.models import Operation
from clause.organisations.models import ContractingAuthority
from tests.support.people import signed_in

pytestmark = pytest.mark.xdist_group("demo")

TODAY = date(2026, 11, 21)
SHARED = "BUS-2025"
NEIGHBOUR = "facilitateur.bocage@demo.example"
EMAILS = (
    "coordination@demo.example", "facilitateur@demo.example", "plie@demo.example", NEIGHBOUR,
    "entreprise@demo.example", "acheteur@demo.example", "referent@demo.example",
)  # fmt: skip
# Objects of one structure, in the words of the addresses; registers that all structures share are not among them.
OWNED = (
    "participant", "eligibility", "pathway", "employment_contract", "position", "placement", "declaration", "market",
    "operation", "job", "stored_file", "import_mapping",
)  # fmt: skip
LINK = re.compile(r'(?:href|action)="([^"]+)"')
EACH = 2  # pages of the same route and the same parameters that a crawl opens


@dataclass
class Secrets:
    """What an account may not read: names of people, as pages write them, and references."""

    names: frozenset[tuple[str, str]]
    references: frozenset[str]

    def found_in(self, said: str) -> list[str]:
        names = [
            f"{last} {first}" for last, first in self.names if f"{last} {first}" in said or f"{first} {last}" in said
        ]
        return names + sorted(self.references.intersection(re.findall(r"[\w-]+", said)))


@dataclass
class Demo:
    app: Flask
    database: Path
    ids: dict[str, list[str]] = field(default_factory=dict)

    def client(self, email: str) -> FlaskClient:
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == email)).one()
            db.session.expunge(user)
        return signed_in(self.app, user)

    def counts(self) -> dict[str, int]:
        with self.app.app_context():
            return {
                t.name: db.session.scalar(text(f'SELECT count(*) FROM "{t.name}"')) or 0
                for t in Base.metadata.sorted_tables
                if t.name not in ("read_log", "failed_sign_in")
            }

    def versions(self) -> dict[str, list[tuple[int, int]]]:
        with self.app.app_context():
            return {
                t.name: [(i, v) for i, v in db.session.execute(select(t.c.id, t.c.version).order_by(t.c.id))]
                for t in Base.metadata.sorted_tables
                if "version" in t.c
            }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Demo]:
    """The demonstration, played once; no test of this file changes it, and each checks that it did not."""
    folder = tmp_path_factory.mktemp("isolation")
    path = folder / "clause.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(database_url=f"sqlite:///{path}", data_dir=folder / "var", secret_key="k" * 40)
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        with work() as session:
            story.play(session, settings.data_dir, TODAY, "motdepasse-de-demo")
        tables = Base.metadata.tables
        ids = {name: list(db.session.scalars(select(tables[name].c.public_id))) for name in OWNED}
    yield Demo(app, path, ids)
    clock.move_to(None)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def on_the_day(demo: Demo) -> Iterator[None]:
    from datetime import datetime

    clock.move_to(datetime(2026, 11, 21, 10))
    yield
    clock.move_to(None)


def _people_of(session: Session, user: User) -> set[int]:
    """Participants that this account may know, from the tables alone."""
    everyone = select(Participant.id)
    if user.role is Role.AUTHORITY:
        return set()
    if user.role is Role.PRESCRIBER:
        return set(session.scalars(everyone.where(Participant.prescriber_id == user.prescriber_id)))
    if user.role is Role.COMPANY:
        return _people_of_company(session, user)
    return set(session.scalars(everyone.where(Participant.structure_id == user.structure_id)))


def _people_of_company(session: Session, user: User) -> set[int]:
    """Employed by it, or in its sight by a placement or a proposal of its own."""
    employed = text(
        "SELECT c.participant_id FROM employment_contract c JOIN establishment e ON e.id = c.establishment_id"
        " WHERE e.company_id = :company"
        " UNION SELECT p.participant_id FROM placement p JOIN position o ON o.id = p.position_id"
        " JOIN establishment e ON e.id = o.establishment_id WHERE e.company_id = :company"
        " UNION SELECT id FROM participant WHERE proposed_by_company_id = :company"
    )
    return set(session.scalars(employed, {"company": user.company_id}))


def secrets_of(demo: Demo, email: str) -> Secrets:
    with demo.app.app_context():
        session = current_session()
        user = session.scalars(select(User).where(User.email == email)).one()
        known = _people_of(session, user)
        people = session.scalars(select(Participant)).all()
        names = {(p.last_name, p.first_name) for p in people if p.id not in known}
        names -= {(p.last_name, p.first_name) for p in people if p.id in known}
        references = {p.reference for p in people if p.id not in known}
        contracts = session.execute(select(EmploymentContract.reference, EmploymentContract.participant_id)).all()
        references |= {reference for reference, person in contracts if person not in known}
        references -= {p.reference for p in people if p.id in known}
        references -= {reference for reference, person in contracts if person in known}
        return Secrets(frozenset(names), frozenset(references))


def said(response: TestResponse) -> str:
    """Everything that a person could read in a response, on one line: markup removed, cells of every sheet."""
    content = response.get_data()
    if content[:2] == b"PK":
        book = load_workbook(io.BytesIO(content), read_only=True)
        cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
        return " ".join([*book.sheetnames, *cells])
    written = content.decode("utf-8", "replace")
    if response.mimetype == "text/html":
        written += " " + " ".join(re.findall(r'(?:value|title|aria-label|data-[a-z-]+)="([^"]*)"', written))
        written = re.sub(r"<[^>]+>", " ", written)
    return re.sub(r"\s+", " ", html.unescape(written))


def endpoint_of(adapter: MapAdapter, path: str) -> str:
    try:
        return str(adapter.match(path, method="GET")[0])
    except RequestRedirect:
        return path
    except Exception:
        return ""  # the address of a form that only takes a POST


def crawl(demo: Demo, client: FlaskClient) -> dict[str, TestResponse]:
    """Every kind of page and export that links lead to from the home page, a few of each."""
    adapter = demo.app.url_map.bind("localhost")
    opened: dict[str, TestResponse] = {}
    kinds: Counter[tuple[str, ...]] = Counter()
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        endpoint = endpoint_of(adapter, parts.path)
        kind = (endpoint, *sorted({a.split("=")[0] for a in parts.query.split("&")}))
        if address in opened or not endpoint or endpoint == "accounts.sign_out" or kinds[kind] >= EACH:
            continue
        kinds[kind] += 1
        opened[address] = client.get(address, follow_redirects=False)
        waiting += _links(address, opened[address])
    return opened


def _links(address: str, response: TestResponse) -> list[str]:
    found = LINK.findall(response.get_data(as_text=True)) if response.mimetype == "text/html" else []
    absolute = [urlsplit(urljoin("http://localhost" + address, html.unescape(link))) for link in found]
    if response.status_code == 302:
        absolute.append(urlsplit(urljoin("http://localhost" + address, response.location)))
    return [
        p.path + (f"?{p.query}" if p.query else "")
        for p in absolute
        if p.netloc == "localhost" and not p.path.startswith(("/static", "/bootstrap"))
    ]


def leaks(responses: dict[str, TestResponse], secrets: Secrets) -> list[str]:
    return [f"{address}: {found[:3]}" for address, r in responses.items() if (found := secrets.found_in(said(r)))]


@pytest.mark.parametrize("email", EMAILS)
def test_no_page_and_no_export_names_somebody_elses_person(demo: Demo, email: str) -> None:
    before = demo.counts()
    opened = crawl(demo, demo.client(email))
    assert len(opened) > 8
    assert {r.status_code for r in opened.values()} <= {200, 302}, {a: r.status for a, r in opened.items() if r.status_code not in (200, 302)}  # fmt: skip
    assert not leaks(opened, secrets_of(demo, email))
    assert demo.counts() == before


def guesses(demo: Demo, known: set[str], method: str) -> Iterator[tuple[str, str]]:
    """(table, address): every rule that takes one address, with a sample of the objects of every table not known."""
    adapter = demo.app.url_map.bind("localhost")
    for turn, rule in enumerate(demo.app.url_map.iter_rules()):
        holes = [n for n in rule.arguments if not isinstance(rule._converters[n], IntegerConverter)]
        if method not in (rule.methods or ()) or "token" in holes or "filename" in holes or not holes:
            continue
        for table, ids in demo.ids.items():
            strange = [i for i in ids if i not in known]
            for public_id in _sample(strange, turn):
                values = dict.fromkeys(holes, public_id) | {n: 1 for n in rule.arguments if n not in holes}
                values |= {"month": "2026-10"} if "month" in holes else {}
                values |= {"extension": "json"} if "extension" in holes else {}
                values |= {"role": "contractor"} if "role" in holes else {}
                yield table, adapter.build(rule.endpoint, values, method=method)


def _sample(ids: list[str], turn: int) -> list[str]:
    """Two objects, others at each rule: together they try them nearly all."""
    return [ids[(turn * 2 + n) % len(ids)] for n in range(min(2, len(ids)))]


def test_the_readers_of_this_file_do_find_a_leak(demo: Demo) -> None:
    """The same crawl with another's eyes: what the neighbour's pages say is a leak for the first structure."""
    neighbour = crawl(demo, demo.client(NEIGHBOUR))
    found = leaks(neighbour, secrets_of(demo, "facilitateur@demo.example"))
    assert {"html", "export"} <= {"export" if ".xlsx" in address else "html" for address in found}


def seen_by(demo: Demo, email: str) -> set[str]:
    """Addresses of objects of the structures that this account works with, from the tables."""
    with demo.app.app_context():
        session = current_session()
        user = session.scalars(select(User).where(User.email == email)).one()
        people = _people_of(session, user) or {-1}
        mine: set[str] = set()
        for name in OWNED:
            table = Base.metadata.tables[name]
            if "participant_id" in table.c:
                mine |= set(session.scalars(select(table.c.public_id).where(table.c.participant_id.in_(people))))
        mine |= set(session.scalars(select(Participant.public_id).where(Participant.id.in_(people))))
        operations: Executable
        if user.role is Role.AUTHORITY:
            operations = select(Operation.id).where(Operation.authority_id == user.authority_id)
        elif user.role is Role.COMPANY:
            operations = text(
                "SELECT m.operation_id FROM market m LEFT JOIN market_party p ON p.market_id = m.id"
                " LEFT JOIN assignment a ON a.market_id = m.id LEFT JOIN employment_contract c"
                " ON c.id = a.employment_contract_id LEFT JOIN establishment e ON e.id = c.establishment_id"
                f" WHERE p.company_id = {user.company_id} OR e.company_id = {user.company_id}"
            )
        else:
            operations = text(
                f"SELECT id FROM operation WHERE structure_id = {user.structure_id or 0} UNION"
                f" SELECT operation_id FROM operation_partner WHERE structure_id = {user.structure_id or 0}"
            )
        keys = ",".join(str(i) for i in session.scalars(operations)) or "-1"
        for query in (
            f"SELECT public_id FROM operation WHERE id IN ({keys})",
            f"SELECT public_id FROM market WHERE operation_id IN ({keys})",
            f"SELECT d.public_id FROM declaration d JOIN market m ON m.id = d.market_id WHERE m.operation_id IN ({keys})",
            f"SELECT o.public_id FROM position o JOIN market m ON m.id = o.market_id WHERE m.operation_id IN ({keys})",
        ):
            mine |= set(session.scalars(text(query)))
        return mine


@pytest.mark.parametrize("email", EMAILS)
def test_a_guessed_address_opens_nothing_and_changes_nothing(demo: Demo, email: str) -> None:
    client, known, secrets = demo.client(email), seen_by(demo, email), secrets_of(demo, email)
    before = demo.counts(), demo.versions()
    faults, tried = [], 0
    for method, data in (("GET", None), ("POST", PLAUSIBLE)):
        for table, address in guesses(demo, known, method):
            response = client.open(address, method=method, data=data)
            tried += 1
            if response.status_code not in (403, 404):
                faults.append(f"{method} {address} ({table}): {response.status_code}")
            if found := secrets.found_in(said(response)):
                faults.append(f"{method} {address} says {found[:3]}")
    assert tried > 100
    assert not faults, "\n".join(faults[:40])
    assert (demo.counts(), demo.versions()) == before


PLAUSIBLE = {
    "reason": "Essai", "ends_on": "31/12/2026", "status": "done", "action": "validate_all", "hours": "10",
    "last_name": "Essai", "first_name": "Essai", "birth_date": "01/01/1990", "sex": "f", "outcome": "eligible",
    "effective_on": "01/11/2026", "agreed_on": "01/11/2026", "name": "Essai", "version": "1", "message": "Essai",
}  # fmt: skip


def test_the_shared_operation_is_read_by_both_structures_with_their_own_people(demo: Demo) -> None:
    with demo.app.app_context():
        address = db.session.scalar(select(Operation.public_id).where(Operation.reference == SHARED))
        leads = db.session.scalar(select(Operation.structure_id).where(Operation.reference == SHARED))
        markets = list(
            db.session.scalars(
                text(
                    "SELECT m.public_id FROM market m JOIN operation o ON o.id = m.operation_id WHERE o.reference = :r"
                ),
                {"r": SHARED},
            )
        )
        assert leads is not None
        assert markets
    for email in ("facilitateur@demo.example", NEIGHBOUR):
        client, secrets = demo.client(email), secrets_of(demo, email)
        pages = {f"/operations/{address}": client.get(f"/operations/{address}")}
        pages |= {f"/marches/{m}": client.get(f"/marches/{m}") for m in markets}
        assert {r.status_code for r in pages.values()} == {200}
        assert not leaks(pages, secrets)


def test_an_authority_downloads_its_bilan_and_no_other_authoritys(demo: Demo) -> None:
    with demo.app.app_context():
        user = db.session.scalars(select(User).where(User.email == "acheteur@demo.example")).one()
        assert db.session.get(ContractingAuthority, user.authority_id) is not None
        rows = db.session.execute(select(Operation.public_id, Operation.authority_id)).all()
    client, secrets = demo.client("acheteur@demo.example"), secrets_of(demo, "acheteur@demo.example")
    for address, authority in rows:
        for extension in ("json", "xlsx"):
            response = client.get(f"/bilans/operations/{address}/bilan.{extension}")
            assert response.status_code == (200 if authority == user.authority_id else 404)
            assert not secrets.found_in(said(response))
