"""What a browser and a server keep: headers, cookies, sessions, logs, forged and doubled requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.candidates.codes import EligibilityState
from clause.candidates.models import EmploymentContract, Participant
from clause.kernel.audit import AuditEvent
from clause.kernel.db import db
from clause.markets.models import Operation
from clause.organisations.models import Company, ContractingAuthority, Establishment
from tests.support import factories
from tests.support.client import PASSWORD, Client
from tests.support.people import signed_in


@pytest.fixture
def user(session: Session) -> User:
    user = factories.facilitator(session, factories.structure(session))
    factories.committed(session, user)
    return user


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_a_post_without_its_token_is_refused_everywhere(guarded: Flask, user: User) -> None:
    client = signed_in(guarded, user)
    adapter = guarded.url_map.bind("localhost")
    for rule in guarded.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values: dict[str, object] = dict.fromkeys(rule.arguments, 1)
            if "role" in values:
                values["role"] = "contractor"
            address = adapter.build(rule.endpoint, values, method="POST")
            assert client.post(address, data={"name": "x"}).status_code == 400, rule.rule


def test_every_answer_carries_the_headers(app: Flask, user: User, client: Client) -> None:
    for response in (client.get("/connexion"), signed_in(app, user).get("/marches/"), client.get("/absente")):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"


def test_signing_in_ends_the_session_that_the_browser_had(app: Flask, user: User, client: Client) -> None:
    with client.session_transaction() as kept:
        kept["planted"] = "by another"
    response = client.post("/connexion", data={"email": user.email, "password": PASSWORD})
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with client.session_transaction() as kept:
        assert "planted" not in kept


@pytest.mark.parametrize(
    "elsewhere", ["https://ailleurs.test/", "//ailleurs.test", "/\\ailleurs.test", "/%09/ailleurs.test", "\thttps:x"]
)
def test_signing_in_never_leads_elsewhere(user: User, client: Client, elsewhere: str) -> None:
    response = client.post(
        "/connexion", query_string={"suite": elsewhere}, data={"email": user.email, "password": PASSWORD}
    )
    assert response.status_code == 302
    assert response.location.startswith("/")
    assert not response.location.replace("\\", "/").replace("\t", "").startswith("//")


def test_logs_hold_no_person_and_no_secret(app: Flask, session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    of = factories.structure(session)
    user = factories.facilitator(session, of)
    person = factories.participant(session, of, last_name="Quintefeuille", birth_date=date(1987, 2, 3))
    factories.committed(session, user, person)
    client = signed_in(app, user)
    assert client.get(f"/personnes/{person.public_id}").status_code == 200
    client.get("/personnes/?q=Quintefeuille")
    client.get("/invitation/jeton-secret-de-l-invitation")
    client.post("/connexion", data={"email": user.email, "password": "un-mot-de-passe-faux"})
    written = capsys.readouterr().out
    assert [json.loads(line)["event"] for line in written.splitlines()] == ["request"] * 4
    for secret in ("Quintefeuille", "1987", "jeton-secret", "un-mot-de-passe", user.email, person.public_id):
        assert secret not in written


def _together(app: Flask, user: User, path: str, data: dict[str, str], times: int = 4) -> list[int]:
    """The same form sent by several browsers at the same moment."""
    statuses: list[int] = []
    start = threading.Barrier(times)

    def send() -> None:
        client = signed_in(app, user)
        start.wait()
        statuses.append(client.post(path, data=data).status_code)

    threads = [threading.Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def once(statuses: list[int]) -> bool:
    """One was accepted; the others read a sentence: that of the form, or that of a double click."""
    return statuses[0] == 302 and len(statuses) == 4 and set(statuses[1:]) <= {409, 422}


def _count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_operation_sent_four_times_at_once_is_one(engine: str, app: Flask, user: User) -> None:
    data = {
        "reference": "OP-DOUBLE", "title": "École", "authority_siret": factories.siret(), "authority_name": "Ville",
        "authority_kind": "commune",
    }  # fmt: skip
    assert once(_together(app, user, "/operations/nouvelle", data))
    assert (_count(app, Operation), _count(app, ContractingAuthority)) == (1, 1)


def test_a_company_sent_four_times_at_once_is_one(engine: str, app: Flask, user: User) -> None:
    data = {"siret": factories.siret(), "name": "Bâti", "kind": "company"}
    _together(app, user, "/organisations/entreprises/nouvelle", data)
    assert _count(app, Company) == 1


def test_a_person_proposed_four_times_at_once_is_one(engine: str, app: Flask, user: User) -> None:
    data = {
        "last_name": "Double",
        "first_name": "Sam",
        "birth_date": "01/02/1990",
        "sex": "f",
        "education_level": "unknown",
    }
    assert once(_together(app, user, "/personnes/nouvelle", data))
    assert _count(app, Participant) == 1


def test_an_invitation_sent_four_times_at_once_is_one(engine: str, app: Flask, session: Session) -> None:
    user = factories.facilitator(session, factories.structure(session))
    company: Establishment = factories.establishment(session)
    address = session.get_one(Company, company.company_id).public_id
    factories.committed(session, user)
    data = {"name": "Sam Double", "email": "double@exemple.test"}
    statuses = _together(app, user, f"/organisations/entreprises/{address}/inviter", data)
    assert once(statuses)
    assert _count(app, User) == 2


def test_a_decision_taken_four_times_at_once_is_one(engine: str, app: Flask, session: Session) -> None:
    of = factories.structure(session)
    user, person = factories.facilitator(session, of), factories.participant(session, of)
    row = factories.eligible(session, person)
    row.state, row.eligible_from, row.eligible_until = EligibilityState.SUBMITTED, None, None
    session.flush()
    factories.committed(session, user, row)
    data = {"outcome": "not_eligible", "reason": "Aucun critère rempli.", "version": str(row.version)}
    assert once(_together(app, user, f"/personnes/evaluations/{row.public_id}/decision", data))
    with app.app_context():
        acts = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == row.participant_id)).all()
    assert len([a for a in acts if "éligible" in a]) == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COMPANY])
def test_a_contract_sent_four_times_at_once_is_one(engine: str, app: Flask, session: Session, role: Role) -> None:
    of = factories.structure(session)
    user, person, employer = (
        factories.facilitator(session, of),
        factories.participant(session, of),
        factories.establishment(session),
    )
    market = factories.market(session, factories.operation(session, of), employer)
    factories.eligible(session, person)
    if role is Role.COMPANY:
        user = factories.user(session, role, company_id=employer.company_id)
        person.proposed_by_company_id = employer.company_id
    factories.committed(session, user, person, employer, market)
    data = {
        "employer": employer.public_id, "mode": "direct_hire", "contract_type": "cdd", "starts_on": "05/01/2026",
        "ends_on": "31/12/2026", "market": market.public_id,
    }  # fmt: skip
    assert once(_together(app, user, f"/contrats/nouveau?personne={person.public_id}", data))
    assert _count(app, EmploymentContract) == 1
