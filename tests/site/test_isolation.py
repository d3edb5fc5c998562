"""Nobody reads another's people: the demonstration, crawled and guessed at by an account of each role.

Pages, workbooks and JSON are read as text. What may be seen is told from the tables, not from the code under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Executable, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter

from clause.access import RIGHTS, Permission, Role
from clause.accounts.models import User
from clause.app import create_app
from clause.candidates.models import Participant
from clause.guard import access_of
from clause.kernel import clock
from clause.kernel.db import Base, db
from clause.kernel.unit import current_session
from clause.markets.models import Operation
from clause.organisations.models import ContractingAuthority
from tests.site.tenants import (
    EMAILS,
    LENT,
    NEIGHBOUR,
    OWNED,
    PLAIN,
    SHARED,
    Demo,
    crawl,
    leaks,
    people_of,
    said,
    secrets_of,
)
from tests.support import demonstration


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
        people = people_of(session, user) or {-1}
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
