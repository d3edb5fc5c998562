"""What a double click sends twice is kept once and said once, also where the database lets both requests in together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.hours.links import actions as links
from clause.hours.links.models import DeclarationLink
from clause.hours.penalties.models import Difficulty
from clause.hours.recipients import Recipient
from clause.hours.reporting.models import FormalNotice, ReportingObligation
from clause.kernel import audit, clock
from clause.kernel.db import open_for_reading, open_for_writing
from clause.kernel.outbox import OutboxMail
from clause.markets.models import Operation
from clause.organisations.models import Company
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("engine")
AT_ONCE = 4


def at_once(app: Flask, session: Session, email: str | None, address: str, data: dict[str, str]) -> list[int]:
    """The same form sent by several browsers of one person at the same instant; what each was answered."""
    session.commit()
    open_for_reading(session)
    browsers = [Client(app) for _ in range(AT_ONCE)]
    for browser in browsers:
        if email is not None:
            browser.sign_in(email)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda browser: browser.post(address, data=data).status_code, browsers))
    open_for_writing(session)
    return sorted(answers)


def rows(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_difficulty_is_announced_once(app: Flask, session: Session, world: World) -> None:
    data = {"kind": "no_candidate", "account": "Personne ne répond à l'annonce."}
    email, address = world.company_user().email, f"/difficultes/nouvelle/{world.market.public_id}"
    world.facilitator_user()
    answers = at_once(app, session, email, address, data)
    assert answers == [302] * AT_ONCE
    assert rows(session, Difficulty) == 1
    told = session.scalars(select(OutboxMail.recipient)).all()
    assert len(told) == len(set(told))


def test_a_notice_is_drafted_once_and_the_authority_told_once(app: Flask, session: Session, world: World) -> None:
    operation = session.get_one(Operation, world.market.operation_id)
    make.user(session, Role.AUTHORITY, authority_id=operation.authority_id)
    data = {"subject": "Mise en demeure", "answer_within_days": "15", "body": "Article 12 du CCAP."}
    email, address = world.facilitator_user().email, f"/mises-en-demeure/nouvelle/{world.market.public_id}"
    assert at_once(app, session, email, address, data) == [302] * AT_ONCE
    assert rows(session, FormalNotice) == 1
    assert session.scalar(select(func.count()).where(OutboxMail.kind == "notice_drafted")) == 1


def test_an_account_asked_for_twice_is_not_chased_twice(app: Flask, session: Session, world: World) -> None:
    data = {"subject": "follow_up", "label": "Bilan de la clause", "frequency": "half_yearly", "due_day": "15"}
    email, address = world.facilitator_user().email, f"/marches/{world.market.public_id}/comptes-rendus/nouveau"
    assert at_once(app, session, email, address, data) == [302, *[422] * (AT_ONCE - 1)]
    assert rows(session, ReportingObligation) == 1


def link_of(app: Flask, session: Session, world: World) -> tuple[DeclarationLink, str]:
    user = world.company_user()
    who = Recipient(world.company.company_id, user.email, user.id)
    address = links.address_for(session, who, app.config["CLAUSE"])
    assert address is not None
    return session.scalars(select(DeclarationLink)).one(), address.url.split("5000", 1)[1]


def test_a_link_is_renewed_once(app: Flask, session: Session, world: World) -> None:
    link, path = link_of(app, session, world)
    link.expires_on = clock.today() - timedelta(days=1)
    assert at_once(app, session, None, f"{path}/renouveler", {}) == [302] * AT_ONCE
    assert rows(session, DeclarationLink) == 2
    assert rows(session, OutboxMail) == 1


def test_a_link_is_closed_once_and_opened_again_once(app: Flask, session: Session, world: World) -> None:
    link, _ = link_of(app, session, world)
    public_id, email = link.public_id, world.company_user().email
    company = session.get_one(Company, world.company.company_id)
    before = len(audit.history(session, company))
    at_once(app, session, email, f"/heures/liens/{public_id}/fermer", {})
    at_once(app, session, email, f"/heures/liens/{public_id}/rouvrir", {})
    assert rows(session, DeclarationLink) == 2
    assert len(audit.history(session, company)) == before + 2
