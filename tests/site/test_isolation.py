"""Nobody reads another's people: the demonstration, crawled and guessed at by an account of each role.

Pages, workbooks and JSON are read as text. What may be seen is told from the tables, not from the code under test.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from sqlalchemy import Executable, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from clause.access import RIGHTS, Permission, Role
from clause.accounts.models import User
from clause.app import create_app
from clause.candidates.models import EmploymentContract, Participant
from clause.guard import access_of
from clause.kernel import clock
from clause.kernel.db import Base, db
from clause.kernel.unit import current_session
from clause.markets.models import Operation
from clause.organisations.models import ContractingAuthority
from tests.support import demonstration
from tests.support.people import signed_in

SHARED = "BUS-2025"
NEIGHBOUR = "facilitateur.bocage@demo.example"
EMAILS = (
    "coordination@demo.example", "facilitateur@demo.example", "plie@demo.example", NEIGHBOUR,
    "entreprise@demo.example", "interim@demo.example", "acheteur@demo.example", "referent@demo.example",
)  # fmt: skip
# Objects of one structure, in the words of the addresses; registers that all structures share are not among them.
OWNED = (
    "participant", "eligibility", "pathway", "employment_contract", "position", "placement", "declaration", "market",
    "operation", "difficulty", "penalty_case", "formal_notice", "reporting_obligation", "report_receipt",
    "evidence_review", "declaration_link", "pooling_convention", "hour_transfer", "outbox_mail", "company_file_mapping",
    "publication", "job", "stored_file", "import_mapping",
)  # fmt: skip
# Names of holes in an address that name no object: alone, they lead to a page of one's own.
PLAIN = ("month", "extension", "role")
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
    ids: dict[str, list[str]] = field(default_factory=dict)

    def client(self, email: str) -> FlaskClient:
        with self.app.app_context():
            user = db.session.scalars(select(User).where(User.email == email)).one()
            db.session.expunge(user)
        return signed_in(self.app, user)

    def role_of(self, email: str) -> Role:
        with self.app.app_context():
            return db.session.scalars(select(User.role).where(User.email == email)).one()

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
    """No test of this file changes it, and each checks that it did not."""
    settings = demonstration.copied(tmp_path_factory, sqlite_template, tmp_path_factory.mktemp("isolation"))
    app = create_app(settings)
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        tables = Base.metadata.tables
        ids = {name: list(db.session.scalars(select(tables[name].c.public_id))) for name in OWNED}
    yield Demo(app, ids)
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


LENT = "/heures/fournisseurs/"  # where a contractor reads the hours of those whom it receives, and nowhere else


def _people_lent_to(session: Session, user: User) -> set[int]:
    """Lent to the company on a market that it holds alone, with hours sent to it: named to who receives them (GDPR-05)."""
    lent = text(
        "SELECT l.participant_id FROM declaration_line l JOIN declaration d ON d.id = l.declaration_id"
        " JOIN employment_contract c ON c.id = l.employment_contract_id JOIN market_party p ON p.market_id = d.market_id"
        " WHERE p.company_id = :company AND p.role IN ('contractor', 'co_contractor') AND c.mode = 'secondment'"
        " AND d.state <> 'draft' AND d.company_id <> :company AND l.standing AND NOT EXISTS ("
        "  SELECT 1 FROM market_party o WHERE o.market_id = p.market_id AND o.company_id <> p.company_id"
        "  AND o.role IN ('contractor', 'co_contractor'))"
    )
    return set(session.scalars(lent, {"company": user.company_id}))


def secrets_of(demo: Demo, email: str, *, where_lent: bool = False) -> Secrets:
    """``where_lent``: on the pages of ``LENT``, which name the people received, without any reference to them."""
    with demo.app.app_context():
        session = current_session()
        user = session.scalars(select(User).where(User.email == email)).one()
        known = _people_of(session, user)
        named = known | (_people_lent_to(session, user) if where_lent else set())
        people = session.scalars(select(Participant)).all()
        names = {(p.last_name, p.first_name) for p in people if p.id not in named}
        names -= {(p.last_name, p.first_name) for p in people if p.id in named}
        references = {p.reference for p in people if p.id not in known}
        contracts = session.execute(select(EmploymentContract.reference, EmploymentContract.participant_id)).all()
        references |= {reference for reference, person in contracts if person not in known}
        references -= {p.reference for p in people if p.id in known}
        references -= {reference for reference, person in contracts if person in known}
        return Secrets(frozenset(names), frozenset(references))


def said(response: TestResponse) -> str:
    """Everything that a person could read in a response, on one line: markup removed, cells of every sheet."""
    content = response.get_data()
    if response.mimetype == "application/zip":
        return _archived(content)
    if content[:2] == b"PK":
        book = load_workbook(io.BytesIO(content), read_only=True)
        cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
        return " ".join([*book.sheetnames, *cells])
    if content[:5] == b"%PDF-":
        return _printed(content)
    written = content.decode("utf-8", "replace")
    if response.mimetype == "text/html":
        written += " " + " ".join(re.findall(r'(?:value|title|aria-label|data-[a-z-]+)="([^"]*)"', written))
        written = re.sub(r"<[^>]+>", " ", written)
    return re.sub(r"\s+", " ", html.unescape(written))


def _archived(content: bytes) -> str:
    """Every report of an archive by its JSON and its PDF: the workbook beside them says the same."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    texts = [data.decode() for name, data in files.items() if name.endswith((".json", ".txt"))]
    return " ".join([*files, *texts, *(_printed(data) for name, data in files.items() if name.endswith(".pdf"))])


def _printed(content: bytes) -> str:
    """The text of a document; the pieces attached in the demonstration are PDF by name alone."""
    try:
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    except (PdfReadError, ValueError):
        text = content.decode("utf-8", "replace")
    return re.sub(r"\s+", " ", text)


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
    lent = {address: response for address, response in opened.items() if address.startswith(LENT)}
    assert not leaks({a: r for a, r in opened.items() if a not in lent}, secrets_of(demo, email))
    assert not leaks(lent, secrets_of(demo, email, where_lent=True))
    assert demo.counts() == before


def test_who_is_lent_to_a_company_is_named_to_it_and_to_no_other(demo: Demo) -> None:
    """The exception that the crawl makes is that of somebody: it is not a rule that nobody falls under."""
    company = secrets_of(demo, "entreprise@demo.example"), secrets_of(demo, "entreprise@demo.example", where_lent=True)
    assert company[1].names < company[0].names
    assert company[1].references == company[0].references
    for email in set(EMAILS) - {"entreprise@demo.example"}:
        assert secrets_of(demo, email, where_lent=True) == secrets_of(demo, email)


def guesses(demo: Demo, role: Role, known: set[str], method: str) -> Iterator[tuple[str, str]]:
    """(table, address): every rule that takes one address, with an object of every table, not known to the account.

    Rules that the role may not call whatever the address are left to ``test_routes``, which tries them all.
    """
    adapter = demo.app.url_map.bind("localhost")
    for turn, rule in enumerate(demo.app.url_map.iter_rules()):
        holes = [n for n in rule.arguments if not isinstance(rule._converters[n], IntegerConverter)]
        if method not in (rule.methods or ()) or {"token", "filename"} & set(holes) or set(holes) <= set(PLAIN):
            continue
        access = access_of(demo.app, rule.endpoint)
        if access in Permission and access not in RIGHTS[role]:
            continue
        for table, ids in demo.ids.items():
            strange = [i for i in ids if i not in known]
            if strange:
                public_id = strange[turn % len(strange)]  # another at each rule: together they try them nearly all
                values = dict.fromkeys(holes, public_id) | {n: 1 for n in rule.arguments if n not in holes}
                values |= {"month": "2026-10"} if "month" in holes else {}
                values |= {"extension": "json"} if "extension" in holes else {}
                values |= {"role": "contractor"} if "role" in holes else {}
                yield table, adapter.build(rule.endpoint, values, method=method)


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
        return mine | _acts_of(session, user, keys)


# Acts on markets, with the columns of each table under ``d``: of the structure that leads, of the company and of the buyer
# once it is their turn to know.
LED = "m.structure_id = {structure}"
ACTS = {
    "difficulty": (LED, "d.company_id = {company}", "o.authority_id = {authority}"),
    "penalty_case": (
        LED, "d.company_id = {company} AND d.contradictory_sent_on IS NOT NULL",
        "o.authority_id = {authority} AND d.proposed_on IS NOT NULL",
    ),
    "formal_notice": (
        LED, "d.company_id = {company} AND d.state = 'sent'", "o.authority_id = {authority} AND d.state <> 'withdrawn'",
    ),
    "reporting_obligation": ("m.operation_id IN ({operations})",) * 3,
}  # fmt: skip
# Anything else: the query for a structure, a company, an authority; None where it sees none.
SIGNED = "SELECT convention_id FROM pooling_agreement WHERE authority_id = {authority}"
OTHERS = {
    "pooling_convention": ("structure_id = {structure}", "company_id = {company}", f"id IN ({SIGNED})"),
    "hour_transfer": (
        "convention_id IN (SELECT id FROM pooling_convention WHERE structure_id = {structure})",
        "convention_id IN (SELECT id FROM pooling_convention WHERE company_id = {company})",
        f"convention_id IN ({SIGNED})",
    ),
    "report_receipt": (
        "obligation_id IN (SELECT r.id FROM reporting_obligation r JOIN market m ON m.id = r.market_id"
        " WHERE m.structure_id = {structure})", "company_id = {company}", None,
    ),
    "evidence_review": (
        "declaration_line_id IN (SELECT id FROM declaration_line WHERE structure_id = {structure})",
        "declaration_line_id IN (SELECT l.id FROM declaration_line l JOIN declaration d ON d.id = l.declaration_id"
        " WHERE d.company_id = {company})", None,
    ),
    "declaration_link": (
        "company_id IN (SELECT p.company_id FROM market_party p JOIN market m ON m.id = p.market_id"
        " WHERE m.operation_id IN ({operations}))", "company_id = {company}", None,
    ),
    "outbox_mail": ("id IN (SELECT mail_id FROM outbox_reader WHERE structure_id = {structure})", None, None),
    "company_file_mapping": ("company_id IN (SELECT id FROM company)", "company_id = {company}", None),
    "publication": ("structure_id = {structure}", None, "operation_id IN ({operations})"),
    "published_file": (
        "publication_id IN (SELECT id FROM publication WHERE structure_id = {structure})", None,
        "for_authority AND publication_id IN (SELECT id FROM publication WHERE operation_id IN ({operations}))",
    ),
}  # fmt: skip


def _acts_of(session: Session, user: User, operations: str) -> set[str]:
    """Notices, cases, conventions, evidence and mails of this account, told from the tables."""
    side = {Role.COMPANY: 1, Role.AUTHORITY: 2, Role.PRESCRIBER: None}.get(user.role, 0)
    if side is None:
        return set()
    of_user = {
        "structure": user.structure_id or 0, "company": user.company_id or 0, "authority": user.authority_id or 0,
        "operations": operations,
    }  # fmt: skip
    on_market = "SELECT d.public_id FROM {} d JOIN market m ON m.id = d.market_id JOIN operation o ON o.id = m.operation_id WHERE {}"  # fmt: skip
    queries = [on_market.format(table, sides[side]) for table, sides in ACTS.items()]
    queries += [
        f"SELECT public_id FROM {table} WHERE {said}" for table, sides in OTHERS.items() if (said := sides[side])
    ]
    return {public_id for query in queries for public_id in session.scalars(text(query.format(**of_user)))}


@pytest.mark.parametrize("email", EMAILS)
def test_a_guessed_address_opens_nothing_and_changes_nothing(demo: Demo, email: str) -> None:
    client, known, secrets = demo.client(email), seen_by(demo, email), secrets_of(demo, email)
    role = demo.role_of(email)
    before = demo.counts(), demo.versions()
    faults, tried = [], 0
    for method, data in (("GET", None), ("POST", PLAUSIBLE)):
        for table, address in guesses(demo, role, known, method):
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
