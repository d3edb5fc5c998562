"""Signing in and out: who gets in, who does not, and how guessing is slowed."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import FailedSignIn, ReadLog, User
from clause.accounts.reading import EXPORT, PAGE, log_read
from clause.accounts.sign_in import REFUSED
from clause.app import create_app
from clause.config import Settings
from clause.kernel import clock
from tests.support import factories
from tests.support.client import PASSWORD, Client
from tests.support.queries import count_queries


@pytest.fixture
def user(session: Session) -> User:
    of = factories.structure(session)
    user: User = factories.facilitator(session, of)
    factories.committed(session, user)
    return user


def test_the_right_password_opens_the_site(client: Client, user: User) -> None:
    response = client.sign_in(user.email)
    assert (response.status_code, response.location) == (302, "/")
    assert client.get("/compte").status_code == 200


def test_the_address_is_read_without_its_capitals(client: Client, user: User) -> None:
    assert client.sign_in("  " + user.email.upper()).status_code == 302


@pytest.mark.parametrize("email", ["known", "inconnu@exemple.test"])
def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(client: Client, user: User, email: str) -> None:
    response = client.sign_in(user.email if email == "known" else email, "un-mauvais-mot-de-passe")
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    assert REFUSED in page
    assert "<title>Erreur : Connexion" in page
    assert "un-mauvais" not in page


def test_a_refusal_keeps_the_address_typed(client: Client, user: User) -> None:
    assert 'value="qui@exemple.test"' in client.sign_in("qui@exemple.test").get_data(as_text=True)


def test_an_empty_form_is_refused_without_counting(client: Client, session: Session, user: User) -> None:
    response = client.post("/connexion", data={"email": "", "password": ""})
    assert response.status_code == 422
    assert "Indiquez votre adresse e-mail." in response.get_data(as_text=True)
    assert session.scalar(select(func.count(FailedSignIn.id))) == 0


def test_a_closed_account_is_refused_like_a_wrong_password(client: Client, session: Session, user: User) -> None:
    session.execute(update(User).values(closed_at=clock.now()))
    session.commit()
    assert REFUSED in client.sign_in(user.email).get_data(as_text=True)


def test_closing_an_account_ends_its_session(client: Client, session: Session, user: User) -> None:
    client.sign_in(user.email)
    session.execute(update(User).values(closed_at=clock.now()))
    session.commit()
    assert client.get("/compte").location.startswith("/connexion")


def test_a_new_stamp_ends_the_open_sessions(client: Client, session: Session, user: User) -> None:
    client.sign_in(user.email)
    session.execute(update(User).values(stamp="another"))
    session.commit()
    assert client.get("/compte").location.startswith("/connexion")


def test_signing_out_ends_the_session(client: Client, user: User) -> None:
    client.sign_in(user.email)
    assert client.get("/deconnexion").location == "/connexion"
    assert client.get("/compte").location.startswith("/connexion")


def test_another_site_cannot_sign_somebody_out(client: Client, user: User) -> None:
    client.sign_in(user.email)
    client.get("/deconnexion", headers={"Sec-Fetch-Site": "cross-site"})
    assert client.get("/compte").status_code == 200


def test_the_page_asked_is_shown_after_sign_in(client: Client, user: User) -> None:
    asked = client.get("/compte?a=1").location
    response = client.post(asked, data={"email": user.email, "password": PASSWORD})
    assert response.location == "/compte?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_no_address_of_another_site_is_followed(client: Client, user: User, elsewhere: str) -> None:
    response = client.post(
        "/connexion", query_string={"suite": elsewhere}, data={"email": user.email, "password": PASSWORD}
    )
    assert response.location == "/"


def test_the_session_lasts_twelve_hours(client: Client, user: User) -> None:
    client.sign_in(user.email)
    cookie = client.get_cookie("clause")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.expires is not None


def test_five_failures_lock_the_address_for_a_quarter_of_an_hour(client: Client, engine: str, user: User) -> None:
    clock.move_to(clock.now())
    for _ in range(5):
        assert client.sign_in(user.email, "un-mauvais-mot-de-passe").status_code == 422
    locked = client.sign_in(user.email)
    assert locked.status_code == 429
    assert "Attendez 15 minutes" in locked.get_data(as_text=True)
    assert locked.headers["Retry-After"] == "901"
    clock.move_to(clock.now() + timedelta(minutes=15))
    assert client.sign_in(user.email).status_code == 302


def test_the_lock_of_one_address_leaves_the_others_alone(client: Client, session: Session, user: User) -> None:
    other: User = factories.user(session, Role.ADMINISTRATOR)
    factories.committed(session, other)
    for _ in range(6):
        client.sign_in(user.email, "un-mauvais-mot-de-passe")
    assert client.sign_in(other.email).status_code == 302


def test_thirty_failures_lock_the_machine(client: Client, session: Session, user: User) -> None:
    for n in range(30):
        client.post("/connexion", data={"email": f"{n}@exemple.test", "password": ""})
        client.sign_in(f"{n}@exemple.test", "x") if n % 10 == 0 else _fail(session, n)
    assert client.sign_in(user.email).status_code == 429


def _fail(session: Session, n: int) -> None:
    from clause.accounts.sign_in import attempt_keys, note_attempt

    note_attempt(attempt_keys(f"{n}@exemple.test", "127.0.0.1", "test-secret-key-of-forty-characters-long"))


def test_a_success_forgets_the_failures_of_the_address(client: Client, session: Session, user: User) -> None:
    for _ in range(4):
        client.sign_in(user.email, "un-mauvais-mot-de-passe")
    client.sign_in(user.email)
    for _ in range(4):
        assert client.sign_in(user.email, "un-mauvais-mot-de-passe").status_code == 422


def test_neither_address_nor_machine_is_kept(client: Client, session: Session, user: User) -> None:
    client.sign_in(user.email, "un-mauvais-mot-de-passe")
    keys = session.scalars(select(FailedSignIn.key)).all()
    assert len(keys) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys)


def test_knowing_who_asks_costs_one_query(app: Flask, client: Client, user: User) -> None:
    client.sign_in(user.email)
    with count_queries(app) as queries:
        client.get("/une-page-qui-n-existe-pas")
    assert len(queries) == 1, queries


def test_a_form_without_its_token_is_refused(app: Flask, client: Client, user: User) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    response = client.post("/connexion", data={"email": user.email, "password": PASSWORD})
    assert response.status_code == 400
    assert client.get("/compte").location.startswith("/connexion")


def test_the_real_page_carries_its_token(app: Flask, client: Client, user: User) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = client.get("/connexion").get_data(as_text=True)
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    response = client.post("/connexion", data={"email": user.email, "password": PASSWORD, "csrf_token": token})
    assert response.status_code == 302


def test_somebody_signed_in_may_sign_in_as_somebody_else(client: Client, session: Session, user: User) -> None:
    """The attempt is counted in a transaction of its own: the request must not hold the writer's place meanwhile."""
    other: User = factories.user(session, Role.ADMINISTRATOR)
    factories.committed(session, other)
    client.sign_in(user.email)
    response = client.post("/connexion", data={"email": other.email, "password": PASSWORD})
    assert response.status_code == 302
    assert other.email in client.get("/compte").get_data(as_text=True)


def test_the_accounts_of_the_demonstration_are_shown_there_only(
    settings: Settings, user: User, session: Session
) -> None:
    structure_id = user.structure_id
    shown = factories.user(session, Role.FACILITATOR, structure_id=structure_id)
    session.execute(update(User).where(User.id == shown.id).values(email="facilitateur@demo.example"))
    factories.committed(session)
    pages = []
    for password in ("", "demo-demo-2026"):
        app = create_app(dataclasses.replace(settings, demo_password=password))
        pages.append(Client(app).get("/connexion").get_data(as_text=True))
    assert "demo.example" not in pages[0]
    assert "demo-demo-2026" in pages[1]
    assert "facilitateur@demo.example" in pages[1]
    assert "admin@demo.example" not in pages[1]  # only the accounts that exist


def test_reading_a_page_leaves_a_trace_and_a_write_leaves_its_own(app: Flask, session: Session, user: User) -> None:
    viewer = user.viewer()
    session.rollback()
    for method, act in (("GET", PAGE), ("GET", EXPORT), ("POST", PAGE)):
        with app.test_request_context("/", method=method):
            log_read(viewer, user, act)
    rows = session.execute(select(ReadLog.user_id, ReadLog.act, ReadLog.subject_type, ReadLog.subject_id)).all()
    assert [tuple(row) for row in rows] == [(user.id, PAGE, "user", user.id), (user.id, EXPORT, "user", user.id)]
