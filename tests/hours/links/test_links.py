"""Links that open a company's months: only these, only its own, until they are over or closed, renewed to one address."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role
from clause.accounts.models import FailedSignIn, User
from clause.accounts.rules.attempts import BY_MACHINE
from clause.guard import PUBLIC, access_of
from clause.hours.links import actions
from clause.hours.links.models import DeclarationLink
from clause.hours.links.rules import token_of
from clause.hours.links.sessions import ALLOWED
from clause.hours.recipients import Recipient
from clause.kernel import clock
from clause.kernel.audit import AuditEvent
from clause.kernel.outbox import OutboxMail
from clause.markets.models import Market
from clause.organisations.models import Company
from tests.hours.conftest import World
from tests.site.test_routes import address_of, methods_of, rules_of
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in

pytestmark = pytest.mark.usefixtures("engine")


@dataclass
class Sent:
    """A link as its mail carries it, with plain values: the session is committed."""

    url: str
    user: User
    market: Market
    people: list[str]

    @property
    def path(self) -> str:
        return self.url.split("5000", 1)[1]

    @property
    def month(self) -> str:
        return f"{self.path}/{self.market.public_id}/2026-03"


@pytest.fixture
def sent(app: Flask, session: Session, world: World) -> Sent:
    user = world.company_user()
    who = Recipient(world.company.company_id, user.email, user.id)
    address = actions.address_for(session, who, app.config["CLAUSE"])
    assert address is not None
    names = [contract.participant_id for contract in world.contracts]
    make.committed(session, user, world.market)
    return Sent(address.url, user, world.market, [str(n) for n in names])


def opened(app: Flask, sent: Sent) -> Client:
    client = Client(app)
    assert client.post(sent.path).status_code == 302
    return client


def test_the_month_of_the_mail_is_opened_by_a_button_and_by_nothing_less(
    app: Flask, session: Session, sent: Sent
) -> None:
    client = Client(app)
    page = client.get(sent.month)
    assert page.status_code == 200
    assert "Déclarer mars 2026" in page.get_data(as_text=True)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/heures/").status_code == 302  # a scanner that followed the link is nobody
    assert session.scalars(select(DeclarationLink.last_used_at)).one() is None
    session.rollback()
    response = client.post(sent.month)
    assert response.headers["Location"].endswith(f"/heures/saisie/{sent.market.public_id}/2026-03")
    assert client.get(response.headers["Location"]).status_code == 200
    assert session.scalars(select(DeclarationLink.last_used_at)).one() is not None


def test_without_a_month_the_link_opens_the_oldest_one_to_declare(app: Flask, sent: Sent) -> None:
    page = Client(app).get(sent.path).get_data(as_text=True)
    assert "Déclarer janvier 2026" in page
    response = Client(app).post(sent.path)
    assert response.headers["Location"] == f"/heures/saisie/{sent.market.public_id}/2026-01"


def test_where_several_markets_wait_for_the_same_month_the_link_opens_them_all(
    app: Flask, session: Session, world: World, sent: Sent
) -> None:
    operation = make.operation(session, world.structure)
    other = make.market(session, operation, world.company)
    make.committed(session, other)
    client = Client(app)
    response = client.post(sent.path)
    assert response.headers["Location"] == "/heures/mois/2026-01"
    assert client.get(response.headers["Location"]).status_code == 200


def test_the_link_opens_declaring_and_nothing_else(app: Flask, sent: Sent) -> None:
    """Every route of the site, from the URL map: what is not declaring is refused."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = opened(app, sent)
    faults = []
    for rule in rules_of(app):
        permission = access_of(app, rule.endpoint)
        if permission == PUBLIC or permission in ALLOWED:
            continue
        for method in methods_of(rule):
            status = client.open(address_of(app, rule), method=method).status_code
            if status != 403:
                faults.append(f"{method} {rule.rule}: {status}")
    assert not faults, "\n".join(faults)


def test_a_page_out_of_reach_says_to_sign_in(app: Flask, sent: Sent) -> None:
    refused = opened(app, sent).get("/marches/")
    assert refused.status_code == 403
    assert "connectez-vous avec un compte de votre entreprise" in html.unescape(refused.get_data(as_text=True))


def test_what_it_may_do_is_two_rights_of_a_company() -> None:
    assert {Permission.SEE_DECLARATIONS, Permission.DECLARE_HOURS} == ALLOWED


def test_the_first_page_is_the_months_and_the_account_is_out_of_reach(app: Flask, sent: Sent) -> None:
    client = opened(app, sent)
    assert client.get("/").headers["Location"] == "/heures/"
    page = client.get("/heures/").get_data(as_text=True)
    assert f"Lien envoyé à {sent.user.email}" in page
    assert "/compte" not in page
    assert "/marches" not in page


def test_another_company_stays_closed(app: Flask, session: Session, world: World, sent: Sent) -> None:
    house = make.structure(session, "Autre structure")
    other = make.establishment(session, "Voisine")
    market = make.market(session, make.operation(session, house), other)
    reference, public_id = market.reference, market.public_id
    session.commit()
    client = opened(app, sent)
    assert client.get(f"/heures/saisie/{public_id}/2026-03").status_code == 404
    assert client.post(f"/heures/saisie/{public_id}/2026-03", data={"act": "nil"}).status_code == 404
    assert reference not in client.get("/heures/").get_data(as_text=True)
    # The address of another company's month after one's own token leads to one's own list.
    assert Client(app).post(f"{sent.path}/{public_id}/2026-03").headers["Location"] == "/heures/"


def test_what_is_done_by_a_link_is_signed_by_it(session: Session, world: World, sent: Sent) -> None:
    from clause.hours.links.sessions import viewer_of

    holder = viewer_of(session.scalars(select(DeclarationLink)).one())
    assert (holder.user_id, holder.company_id) == (sent.user.id, world.company.company_id)
    declaration = world.open(date(2026, 1, 1), holder)
    actor = session.scalars(select(AuditEvent.actor).order_by(AuditEvent.id.desc())).first()
    assert actor == f"Lien envoyé à {sent.user.email}"
    assert declaration.entered_by == actor


def test_only_its_hash_is_kept_and_no_log_has_it(
    app: Flask, session: Session, sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    token = sent.path.rsplit("/", 1)[1]
    link = session.scalars(select(DeclarationLink)).one()
    assert token == token_of(link.public_id, app.config["CLAUSE"].secret_key)
    assert token not in (link.token_hash, link.public_id)
    session.rollback()
    client = Client(app)
    client.get(sent.path)
    client.post(sent.month)
    client.get(sent.path[:-2] + "xx")
    logged = "".join(capsys.readouterr())
    assert "/heures/lien/<token>" in logged
    assert token not in logged


def test_a_full_session_of_the_company_is_kept(app: Flask, sent: Sent) -> None:
    client = signed_in(app, sent.user)
    assert client.post(sent.path).status_code == 302
    assert client.get("/compte").status_code == 200


def test_it_lives_long_and_its_holder_alone_gets_another(app: Flask, session: Session, sent: Sent) -> None:
    clock.move_to(clock.now() + timedelta(days=400))
    assert Client(app).get(sent.path).status_code == 200
    client = opened(app, sent)
    clock.move_to(clock.now() + timedelta(days=1))
    assert client.get("/heures/").status_code == 302  # the session ends with the link
    page = Client(app).get(sent.path)
    assert (page.status_code, "Recevoir un nouveau lien" in page.get_data(as_text=True)) == (410, True)
    assert sent.user.email not in page.get_data(as_text=True)
    assert Client(app).post(sent.path).headers["Location"] == sent.path
    for _ in range(2):  # pressed twice, sent once
        Client(app).post(f"{sent.path}/renouveler")
    mail = session.scalars(select(OutboxMail)).one()
    assert mail.recipient == sent.user.email
    session.rollback()
    fresh = re.search(r"5000(/heures/lien/\S+)", mail.body)
    assert fresh is not None
    assert fresh[1] != sent.path
    assert Client(app).get(fresh[1]).status_code == 200


def test_the_mails_of_a_year_carry_one_link_and_the_last_weeks_a_new_one(
    app: Flask, session: Session, world: World, sent: Sent
) -> None:
    who = Recipient(world.company.company_id, sent.user.email, sent.user.id)
    settings = app.config["CLAUSE"]
    clock.move_to(clock.now() + timedelta(days=300))
    again = actions.address_for(session, who, settings)
    assert again is not None
    assert again.url == sent.url
    clock.move_to(clock.now() + timedelta(days=60))
    last = actions.address_for(session, who, settings)
    assert last is not None
    assert last.url != sent.url
    assert actions.find(session, sent.url.rsplit("/", 1)[1]) is not None  # the old one still works to its day


@pytest.mark.parametrize("by", ["company", "facilitation"])
def test_it_is_closed_by_the_company_and_by_the_facilitation(
    app: Flask, session: Session, world: World, sent: Sent, by: str
) -> None:
    facilitator = world.facilitator_user()
    public_id = session.scalars(select(DeclarationLink.public_id)).one()
    make.committed(session, facilitator)
    client, holder = (opened(app, sent) if by == "company" else signed_in(app, facilitator)), opened(app, sent)
    assert sent.user.email in client.get("/heures/liens").get_data(as_text=True)
    assert client.get(f"/heures/liens/{public_id}/fermer").status_code == 200
    client.post(f"/heures/liens/{public_id}/fermer")
    assert holder.get("/heures/").status_code == 302  # the session it opened is over at once
    page = Client(app).get(sent.path)
    assert (page.status_code, "Ce lien est fermé" in page.get_data(as_text=True)) == (410, True)
    Client(app).post(f"{sent.path}/renouveler")
    assert session.scalars(select(OutboxMail)).all() == []
    who = Recipient(world.company.company_id, sent.user.email, sent.user.id)
    assert actions.address_for(session, who, app.config["CLAUSE"]) is None  # no mail carries one before it is allowed
    session.rollback()
    again = signed_in(app, facilitator).post(f"/heures/liens/{public_id}/rouvrir")
    assert again.status_code == 302
    allowed = actions.address_for(session, who, app.config["CLAUSE"])
    assert allowed is not None
    assert allowed.url != sent.url


def test_a_structure_without_market_of_the_company_neither_sees_nor_closes(
    app: Flask, session: Session, sent: Sent
) -> None:
    stranger = make.facilitator(session, make.structure(session, "Autre structure"))
    public_id = session.scalars(select(DeclarationLink.public_id)).one()
    make.committed(session, stranger)
    client = signed_in(app, stranger)
    assert sent.user.email not in client.get("/heures/liens").get_data(as_text=True)
    assert client.post(f"/heures/liens/{public_id}/fermer").status_code == 404


def test_who_came_by_a_link_sees_that_address_alone(app: Flask, session: Session, world: World, sent: Sent) -> None:
    colleague = make.user(session, Role.COMPANY, company_id=world.company.company_id)
    who = Recipient(world.company.company_id, colleague.email, colleague.id)
    actions.address_for(session, who, app.config["CLAUSE"])
    other = session.scalars(select(DeclarationLink.public_id).where(DeclarationLink.recipient == colleague.email)).one()
    session.commit()
    client = opened(app, sent)
    assert who.address not in client.get("/heures/liens").get_data(as_text=True)
    assert client.post(f"/heures/liens/{other}/fermer").status_code == 404


def test_it_stops_with_the_account_that_got_it(app: Flask, session: Session, sent: Sent) -> None:
    client = opened(app, sent)
    session.get_one(User, sent.user.id).closed_at = clock.now()
    session.commit()
    assert client.get("/heures/").status_code == 302
    assert Client(app).get(sent.path).status_code == 410


def test_it_stops_with_the_address_of_contact(app: Flask, session: Session, world: World) -> None:
    company = session.get_one(Company, world.company.company_id)
    company.email = "contact@bati.test"
    address = actions.address_for(session, Recipient(company.id, company.email), app.config["CLAUSE"])
    assert address is not None
    path, company_id = address.url.split("5000", 1)[1], company.id
    session.commit()
    assert Client(app).get(path).status_code == 200
    session.get_one(Company, company_id).email = "nouvelle@bati.test"
    session.commit()
    assert Client(app).get(path).status_code == 410


def test_links_are_not_tried_one_after_the_other(app: Flask, session: Session, sent: Sent) -> None:
    for _ in range(BY_MACHINE):
        assert Client(app).get("/heures/lien/" + "x" * 43).status_code == 404
    refused = Client(app).get("/heures/lien/" + "y" * 43)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert len(session.scalars(select(FailedSignIn)).all()) == BY_MACHINE
    session.rollback()
    clock.move_to(clock.now() + timedelta(minutes=16))
    assert Client(app).get(sent.path).status_code == 200
