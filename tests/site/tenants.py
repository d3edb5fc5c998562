"""The demonstration as an account of each role reads it: every page and file that it can reach, as text, and what it may not see.

What may be seen is told from the tables, not from the code under test.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.test import TestResponse

from clause.access import Role
from clause.accounts.models import User
from clause.candidates.models import EmploymentContract, Participant
from clause.kernel.db import Base, db
from clause.kernel.unit import current_session
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


def people_of(session: Session, user: User) -> set[int]:
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
        known = people_of(session, user)
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
