"""The log of mails: a structure reads its own part, no secret, what became of each, and may send one again."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause import worker
from clause.hours import actions
from clause.hours.reporting import run
from clause.kernel import clock, outbox
from clause.kernel.outbox import OutboxMail
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in

pytestmark = pytest.mark.usefixtures("engine")


def reminded(app: Flask, session: Session) -> OutboxMail:
    clock.move_to(datetime(2026, 4, 7, 9))
    assert run.daily(session, app.config["CLAUSE"]).ran
    return session.scalars(select(OutboxMail).where(OutboxMail.kind == run.KIND)).one()


def facilitators(app: Flask, session: Session, world: World) -> tuple[Client, Client]:
    """One who follows the market, one of another structure that follows another market of the same company."""
    own, other = world.facilitator_user(), make.structure(session, "Structure voisine")
    make.market(session, make.operation(session, other), world.company, reference="AUTRE-9")
    stranger = make.facilitator(session, other)
    world.company_user()
    mail = reminded(app, session)
    assert "AUTRE-9" in mail.body
    assert world.market.reference in mail.body
    make.committed(session, own, stranger, world.market)
    return signed_in(app, own), signed_in(app, stranger)


def test_one_mail_of_two_structures_is_read_by_each_in_its_part(app: Flask, session: Session, world: World) -> None:
    own, stranger = facilitators(app, session, world)
    address = "/heures/courriels/" + session.scalars(select(OutboxMail.public_id)).one()
    session.rollback()
    read, elsewhere = own.get(address).get_data(as_text=True), stranger.get(address).get_data(as_text=True)
    assert world.market.reference in read
    assert "AUTRE-9" not in read
    assert "AUTRE-9" in elsewhere
    assert world.market.reference not in elsewhere
    assert "/heures/lien/" not in read


def test_the_log_shows_no_link_and_only_to_its_structure(app: Flask, session: Session, world: World) -> None:
    world.company_user()
    own, stranger = world.facilitator_user(), make.facilitator(session, make.structure(session, "Voisine"))
    mail = reminded(app, session)
    assert "/heures/lien/" in mail.body
    make.committed(session, own, stranger, mail)
    page = signed_in(app, own).get(f"/heures/courriels/{mail.public_id}").get_data(as_text=True)
    assert "/heures/lien/[lien envoyé]" in page
    assert "En attente" in page
    assert mail.recipient in signed_in(app, own).get("/heures/courriels/").get_data(as_text=True)
    assert signed_in(app, stranger).get(f"/heures/courriels/{mail.public_id}").status_code == 404
    assert mail.recipient not in signed_in(app, stranger).get("/heures/courriels/").get_data(as_text=True)


def test_every_mail_about_hours_is_in_the_log(app: Flask, session: Session, world: World) -> None:
    world.company_user()
    own = world.facilitator_user()
    actions.return_(session, world.as_facilitator, world.declared(), "Précisez le contrat.")
    make.committed(session, own)
    client = signed_in(app, own)
    page = client.get("/heures/courriels/").get_data(as_text=True)
    assert "Heures de mars 2026 à corriger" in page
    assert "Heures de mars 2026 à valider" not in page
    assert "Heures de mars 2026 à valider" in client.get("/heures/courriels/?equipe=1").get_data(as_text=True)


def test_a_mail_that_was_given_up_says_why_and_leaves_again(
    app: Flask, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.company_user()
    own = world.facilitator_user()
    mail = reminded(app, session)
    mail.attempts, mail.error = outbox.MAX_ATTEMPTS, "SMTPRecipientsRefused: boîte inconnue"
    make.committed(session, own, mail)
    client, address = signed_in(app, own), f"/heures/courriels/{mail.public_id}"
    page = client.get(address).get_data(as_text=True)
    assert "Abandonné après plusieurs refus" in page
    assert "boîte inconnue" in page
    assert mail.recipient in client.get("/heures/courriels/?etat=failed").get_data(as_text=True)
    assert mail.recipient not in client.get("/heures/courriels/?etat=sent").get_data(as_text=True)
    client.post(f"{address}/renvoyer")
    worker.send_mail(app.config["CLAUSE"])
    assert "Envoyé" in client.get(address).get_data(as_text=True)
    client.post(f"{address}/renvoyer")
    assert len(list((app.config["CLAUSE"].data_dir / "mail").glob("*.eml"))) == 1
