"""Invitations and forgotten passwords: links used once, until their hour, and nobody learns who has an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause import worker
from clause.access import Role, Viewer
from clause.accounts import closing, invitations, links, password_changes
from clause.accounts.invitations import NewAccount
from clause.accounts.models import Invitation, PasswordReset, User
from clause.accounts.rules.granting import Affiliation, Denial
from clause.kernel import clock
from clause.kernel.outbox import OutboxMail
from clause.kernel.refusals import Refused
from tests.support import factories
from tests.support.client import PASSWORD, Client
from tests.support.people import signed_in

BASE = "https://clause.exemple.test"
NEW = "quatre-mots-bien-choisis"


def coordinator(session: Session) -> Viewer:
    of = factories.structure(session)
    user: User = factories.user(session, Role.COORDINATOR, structure_id=of.id)
    return user.viewer()


def invited(session: Session, email: str = "camille@exemple.test") -> tuple[User, str]:
    """Somebody invited as facilitator, and the token of their link."""
    viewer = coordinator(session)
    account = NewAccount(email, "Camille Roussel", Role.FACILITATOR, Affiliation(structure_id=viewer.structure_id))
    user, link = invitations.invite(session, viewer, account, BASE)
    return user, link.rsplit("/", 1)[1]


def test_an_invitation_becomes_an_account(session: Session, engine: str) -> None:
    user, token = invited(session)
    assert not user.is_active
    invitations.accept(session, token, NEW)
    assert user.is_active
    with pytest.raises(Refused, match="plus valable"):
        invitations.accept(session, token, "un-autre-mot-de-passe-long")


def test_the_token_is_kept_as_a_hash_only(session: Session, engine: str) -> None:
    _, token = invited(session)
    kept = session.scalars(select(Invitation.token_hash)).one()
    assert kept != token
    assert len(kept) == 64


def test_the_mail_of_an_invitation_says_who_invites_for_whom_and_how(session: Session, engine: str) -> None:
    _, token = invited(session)
    mail = session.scalars(select(OutboxMail)).one()
    assert mail.recipient == "camille@exemple.test"
    assert f"{BASE}/invitation/{token}" in mail.body
    assert "Organisation : PLIE du Val" in mail.body
    assert "Facilitateur" in mail.body


def test_a_sent_mail_is_kept_without_its_token(session: Session, app: Flask) -> None:
    _, token = invited(session)
    session.commit()
    worker.send_mail(app.config["CLAUSE"])
    mail = session.scalars(select(OutboxMail)).one()
    assert token not in mail.body
    [written] = (app.config["CLAUSE"].data_dir / "mail").glob("*.eml")
    assert token in written.read_text().replace("=\n", "")


def test_an_expired_invitation_is_renewed_by_the_invited_person(session: Session, engine: str) -> None:
    clock.move_to(clock.now())
    _, token = invited(session)
    clock.move_to(clock.now() + timedelta(days=7))
    with pytest.raises(Refused):
        invitations.accept(session, token, NEW)
    assert invitations.renew(session, token, BASE)
    bodies = session.scalars(select(OutboxMail.body).order_by(OutboxMail.id)).all()
    fresh = re.search(r"/invitation/(\S+)", bodies[-1])
    assert fresh is not None
    assert fresh[1] != token
    assert invitations.accept(session, fresh[1], NEW).is_active


def test_renewing_twice_in_a_row_sends_one_mail(session: Session, engine: str) -> None:
    clock.move_to(clock.now())
    _, token = invited(session)
    clock.move_to(clock.now() + timedelta(days=8))
    assert invitations.renew(session, token, BASE)
    assert invitations.renew(session, token, BASE)
    assert session.scalar(select(func.count(OutboxMail.id))) == 2


def test_a_new_invitation_ends_the_one_before(session: Session, engine: str) -> None:
    user, token = invited(session)
    viewer = Viewer(role=Role.COORDINATOR, name="Test", structure_id=user.structure_id)
    invitations.resend(session, viewer, user, BASE)
    with pytest.raises(Refused):
        invitations.accept(session, token, NEW)


@pytest.mark.parametrize("email", ["pas-une-adresse", "a@", "@b.fr", ""])
def test_a_wrong_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(Refused, match="adresse e-mail"):
        invited(session, email)


def test_an_address_has_one_account(session: Session, engine: str) -> None:
    invited(session)
    with pytest.raises(Refused, match="déjà un compte"):
        invited(session, "CAMILLE@exemple.test")


def test_the_accounts_of_a_structure_are_out_of_reach_of_another(session: Session, engine: str) -> None:
    user, _ = invited(session)
    other = coordinator(session)
    for act in (closing.close, closing.reopen):
        with pytest.raises(Refused, match=str(Denial.OTHER_STRUCTURE)):
            act(session, other, user)
    with pytest.raises(Refused, match=str(Denial.OTHER_STRUCTURE)):
        invitations.resend(session, other, user, BASE)


def test_a_facilitator_gives_no_role_of_the_team(session: Session) -> None:
    of = factories.structure(session)
    for role in (Role.COORDINATOR, Role.FACILITATOR, Role.PLIE_MANAGER, Role.ADMINISTRATOR):
        account = NewAccount("x@exemple.test", "X", role, Affiliation(structure_id=of.id))
        with pytest.raises(Refused, match=str(Denial.ROLE)):
            invitations.invite(session, factories.viewer_of(of), account, BASE)


def test_nobody_closes_their_own_account(session: Session) -> None:
    viewer = coordinator(session)
    with pytest.raises(Refused, match="votre propre compte"):
        closing.close(session, viewer, session.get_one(User, viewer.user_id))


# Forgotten passwords


@pytest.fixture
def user(session: Session) -> User:
    found: User = factories.facilitator(session, factories.structure(session))
    factories.committed(session, found)
    return found


def reset_token(session: Session) -> str:
    body = session.scalars(select(OutboxMail.body).order_by(OutboxMail.id.desc()).limit(1)).one()
    session.rollback()
    found = re.search(r"/mot-de-passe/nouveau/(\S+)", body)
    assert found is not None
    return found[1]


def test_the_answer_is_the_same_whether_the_address_is_known(client: Client, session: Session, user: User) -> None:
    pages = []
    for email in (user.email, "inconnu@exemple.test"):
        client.post("/mot-de-passe/oublie", data={"email": email})
        pages.append(client.get("/connexion").get_data(as_text=True))
    assert pages[0] == pages[1]
    assert "un message vient de lui être envoyé" in pages[0]
    assert session.scalars(select(OutboxMail.recipient)).all() == [user.email]


def test_a_reset_link_serves_once_and_ends_open_sessions(
    app: Flask, client: Client, session: Session, user: User
) -> None:
    open_elsewhere = signed_in(app, user)
    assert open_elsewhere.get("/compte").status_code == 200
    client.post("/mot-de-passe/oublie", data={"email": user.email})
    address = f"/mot-de-passe/nouveau/{reset_token(session)}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"password": NEW, "again": NEW}).location == "/connexion"
    assert open_elsewhere.get("/compte").location.startswith("/connexion")
    assert client.post(address, data={"password": NEW, "again": NEW}).status_code == 410
    assert client.sign_in(user.email).status_code == 422
    assert client.sign_in(user.email, NEW).status_code == 302


def test_a_reset_link_lives_one_hour(client: Client, session: Session, user: User) -> None:
    clock.move_to(clock.now())
    client.post("/mot-de-passe/oublie", data={"email": user.email})
    address = f"/mot-de-passe/nouveau/{reset_token(session)}"
    clock.move_to(clock.now() + timedelta(minutes=60))
    response = client.get(address)
    assert response.status_code == 410
    assert "plus valable" in response.get_data(as_text=True)


def test_a_refused_new_password_leaves_the_link_good(client: Client, session: Session, user: User) -> None:
    client.post("/mot-de-passe/oublie", data={"email": user.email})
    address = f"/mot-de-passe/nouveau/{reset_token(session)}"
    refused = client.post(address, data={"password": "court", "again": "court"})
    assert refused.status_code == 422
    assert "au moins 12 caractères" in refused.get_data(as_text=True)
    assert client.post(address, data={"password": NEW, "again": "autre chose"}).status_code == 422
    assert client.post(address, data={"password": NEW, "again": NEW}).status_code == 302


def test_a_reset_unlocks_an_address_that_failed_too_often(client: Client, session: Session, user: User) -> None:
    for _ in range(5):
        client.sign_in(user.email, "un-mauvais-mot-de-passe")
    client.post("/mot-de-passe/oublie", data={"email": user.email})
    client.post(f"/mot-de-passe/nouveau/{reset_token(session)}", data={"password": NEW, "again": NEW})
    assert client.sign_in(user.email, NEW).status_code == 302


def test_a_closed_account_gets_no_mail(session: Session, engine: str) -> None:
    of = factories.structure(session)
    closed = factories.user(session, Role.FACILITATOR, structure_id=of.id, closed_at=clock.now())
    password_changes.ask_reset(session, closed.email, BASE)
    assert session.scalar(select(func.count(OutboxMail.id))) == 0


def test_whoever_never_accepted_gets_a_new_invitation(session: Session, engine: str) -> None:
    clock.move_to(clock.now())
    user, _ = invited(session)
    clock.move_to(clock.now() + timedelta(minutes=5))
    password_changes.ask_reset(session, user.email, BASE)
    assert session.scalar(select(func.count(PasswordReset.id))) == 0
    assert session.scalar(select(func.count(Invitation.id))) == 2


def test_two_people_use_a_link_at_once_and_one_does(session: Session, engine: str) -> None:
    _, token = invited(session)
    found = links.find(session, Invitation, token)
    assert found is not None
    assert links.use(session, found[0])
    assert not links.use(session, found[0])


# Pages


def test_the_page_of_an_invitation_opens_the_account_and_the_session(client: Client, session: Session) -> None:
    _, token = invited(session)
    factories.committed(session)
    address = f"/invitation/{token}"
    assert "Camille Roussel" in client.get(address).get_data(as_text=True)
    assert client.post(address, data={"password": "azertyuiop12", "again": "azertyuiop12"}).status_code == 422
    assert client.post(address, data={"password": NEW, "again": NEW}).location == "/"
    assert client.get("/compte").status_code == 200
    again = client.get(address)
    assert again.status_code == 410
    assert "plus valable" in again.get_data(as_text=True)


def test_the_page_of_an_expired_invitation_offers_a_new_link(client: Client, session: Session) -> None:
    clock.move_to(clock.now())
    _, token = invited(session)
    factories.committed(session)
    clock.move_to(clock.now() + timedelta(days=8))
    page = client.get(f"/invitation/{token}")
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in page.get_data(as_text=True)
    assert client.post(f"/invitation/{token}/renouveler").location == "/connexion"
    signed = client.get("/connexion").get_data(as_text=True)
    assert "Un nouveau lien vient d&#39;être envoyé" in signed
    assert "/mail/" in signed


def test_an_unknown_token_is_no_page(client: Client) -> None:
    assert client.get("/invitation/inconnu").status_code == 404
    assert client.get("/mot-de-passe/nouveau/inconnu").status_code == 404


# One's own password


def test_changing_ones_password_keeps_this_session_and_ends_the_others(app: Flask, user: User) -> None:
    here, elsewhere = signed_in(app, user), signed_in(app, user)
    data = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert here.post("/compte/mot-de-passe", data=data).location == "/compte"
    assert here.get("/compte").status_code == 200
    assert elsewhere.get("/compte").location.startswith("/connexion")


def test_the_current_password_is_asked(app: Flask, user: User) -> None:
    data = {"current": "pas-celui-la-du-tout", "password": NEW, "again": NEW}
    response = signed_in(app, user).post("/compte/mot-de-passe", data=data)
    assert response.status_code == 422
    assert "pas votre mot de passe actuel" in response.get_data(as_text=True)
