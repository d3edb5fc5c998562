"""Formal notices: drafted from facts, sent by the authority outside the tool, their day recorded; reminders stop there."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.hours.reporting import run
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice, Reminder
from clause.hours.reporting.queries.notices import notices
from clause.kernel import clock
from clause.kernel.outbox import OutboxMail
from clause.markets.models import Operation
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.people import signed_in

pytestmark = pytest.mark.usefixtures("engine")
PDF = b"%PDF-1.4 lettre"


@pytest.fixture
def people(session: Session, world: World) -> dict[str, User]:
    operation = session.get_one(Operation, world.market.operation_id)
    other = make.establishment(session, "Voisine")
    found = {
        "facilitator": world.facilitator_user(),
        "authority": make.user(session, Role.AUTHORITY, authority_id=operation.authority_id),
        "company": world.company_user(),
        "stranger": make.user(session, Role.AUTHORITY, authority_id=make.authority(session, "Autre ville").id),
        "neighbour": make.user(session, Role.COMPANY, company_id=other.company_id),
    }
    make.committed(session, *found.values(), world.market)
    return found


def drafted(app: Flask, session: Session, world: World, people: dict[str, User]) -> str:
    client, address = signed_in(app, people["facilitator"]), f"/mises-en-demeure/nouvelle/{world.market.public_id}"
    page = client.get(address).get_data(as_text=True)
    assert "Heures, janvier 2026, à envoyer au plus tard le 14/02/2026" in page
    assert "1 000 h à réaliser" in page.replace("\u202f", " ").replace("\xa0", " ")
    form = {"subject": "Mise en demeure", "answer_within_days": "15", "body": "Article 12 du CCAP."}
    assert client.post(address, data={**form, "body": ""}).status_code == 422
    assert client.post(address, data=form).status_code == 302
    public_id = session.scalars(select(FormalNotice.public_id)).one()
    session.rollback()
    return public_id


def test_the_late_list_says_what_is_already_drafted(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    team = signed_in(app, people["facilitator"])
    assert "Mise en demeure préparée" not in team.get("/heures/retards").get_data(as_text=True)
    notice = drafted(app, session, world, people)
    page = team.get("/heures/retards").get_data(as_text=True)
    assert f'href="/mises-en-demeure/{notice}">Mise en demeure préparée' in page


def test_the_authority_reads_takes_away_sends_and_records(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    notice = drafted(app, session, world, people)
    site, address = signed_in(app, people["authority"]), f"/mises-en-demeure/{notice}"
    assert f'href="{address}"' in site.get("/").get_data(as_text=True), "its first page says that it waits"
    page = site.get(address).get_data(as_text=True)
    assert "Article 12 du CCAP." in page
    assert "la plateforme ne l'enverra pas" in page
    text = site.get(f"{address}/texte")
    assert (text.mimetype, text.get_data(as_text=True)) == ("text/plain", "Article 12 du CCAP.\r\n")
    form: dict[str, Any] = {"sent_on": "11/04/2026", "how": "Recommandé n° 1A"}
    assert site.post(f"{address}/envoi", data=form).status_code == 422  # a day to come
    assert site.post(f"{address}/envoi", data={**form, "sent_on": "10/04/2026"}).status_code == 302
    row = session.scalars(select(FormalNotice)).one()
    assert (row.state, row.sent_on, row.sent_how) == (NoticeState.SENT, date(2026, 4, 10), "Recommandé n° 1A")
    assert row.recorded_by == people["authority"].name
    session.rollback()
    team = signed_in(app, people["facilitator"])
    assert team.post(f"{address}/modifier", data={"subject": "x", "answer_within_days": "9", "body": "y"}).status_code == 422  # fmt: skip
    assert team.post(f"{address}/abandonner").status_code == 422
    assert "Envoyée par le maître d&#39;ouvrage" in team.get(f"/marches/{world.market.public_id}").get_data(as_text=True)  # fmt: skip
    assert f'href="{address}"' not in site.get("/").get_data(as_text=True)


def test_the_tool_sends_nothing_to_the_company(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    notice = drafted(app, session, world, people)
    signed_in(app, people["authority"]).post(f"/mises-en-demeure/{notice}/envoi", data={"sent_on": "10/04/2026", "how": "Remise en main propre"})  # fmt: skip
    mails = session.scalars(select(OutboxMail)).all()
    assert [mail.recipient for mail in mails] == [people["authority"].email]
    assert "Article 12" not in mails[0].body


def test_the_facilitation_records_for_the_authority_with_the_copy(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    notice = drafted(app, session, world, people)
    team, address = signed_in(app, people["facilitator"]), f"/mises-en-demeure/{notice}"
    form: dict[str, Any] = {"sent_on": "10/04/2026", "how": "Recommandé"}
    refused = team.post(f"{address}/envoi-constate", data=form)
    assert (refused.status_code, "Joignez la copie" in refused.get_data(as_text=True)) == (422, True)
    assert team.post(f"{address}/envoi", data=form).status_code == 403
    sent = team.post(f"{address}/envoi-constate", data={**form, "file": (io.BytesIO(PDF), "lettre.pdf")})
    assert sent.status_code == 302
    assert signed_in(app, people["company"]).get(f"{address}/document").data == PDF


def test_a_text_changed_meanwhile_is_not_recorded_as_sent(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    address = f"/mises-en-demeure/{drafted(app, session, world, people)}"
    site, team = signed_in(app, people["authority"]), signed_in(app, people["facilitator"])

    def version(page: str) -> str:
        return page.split('name="version"')[1].split('value="')[1].split('"')[0]

    form = {"sent_on": "10/04/2026", "how": "Recommandé n° 7"}
    seen = version(site.get(f"{address}/envoi").get_data(as_text=True))
    text = {"subject": "Autre", "answer_within_days": "9", "body": "Article 13.", "version": seen}
    assert team.post(f"{address}/modifier", data=text).status_code == 302
    refused = site.post(f"{address}/envoi", data={**form, "version": seen})
    page = refused.get_data(as_text=True)
    assert (refused.status_code, "a changé depuis" in page, "Recommandé n° 7" in page) == (422, True, True)
    assert session.scalars(select(FormalNotice.state)).one() is NoticeState.DRAFTED
    session.rollback()
    assert site.post(f"{address}/envoi", data={**form, "version": version(page)}).status_code == 302


def test_who_sees_a_notice(app: Flask, session: Session, world: World, people: dict[str, User]) -> None:
    notice = drafted(app, session, world, people)
    address = f"/mises-en-demeure/{notice}"

    def seen(who: str) -> int:
        return signed_in(app, people[who]).get(address).status_code

    assert [seen(who) for who in people] == [200, 200, 404, 404, 404]  # the company does not see a draft
    signed_in(app, people["authority"]).post(f"{address}/envoi", data={"sent_on": "10/04/2026", "how": "Recommandé"})
    assert [seen(who) for who in people] == [200, 200, 200, 404, 404]
    stranger = make.facilitator(session, make.structure(session, "Autre"))
    make.committed(session, stranger)
    assert signed_in(app, stranger).get(address).status_code == 404
    assert notice not in signed_in(app, stranger).get("/mises-en-demeure/").get_data(as_text=True)


def test_a_draft_given_up_is_out_of_the_authority_s_sight(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    notice = drafted(app, session, world, people)
    team, address = signed_in(app, people["facilitator"]), f"/mises-en-demeure/{notice}"
    assert "Rien n'a été envoyé" in team.get(f"{address}/abandonner").get_data(as_text=True)
    team.post(f"{address}/abandonner")
    assert "Abandonnée" in team.get(address).get_data(as_text=True)
    assert signed_in(app, people["authority"]).get(address).status_code == 404


def test_it_is_suggested_after_the_delay_and_stops_the_reminders_of_what_it_claims(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    team, market = signed_in(app, people["facilitator"]), f"/marches/{world.market.public_id}"
    assert "le délai fixé pour une mise en demeure est passé" in team.get(market).get_data(as_text=True)
    late = team.get("/heures/retards").get_data(as_text=True)
    assert late.count('scope="row"') > 1  # several months, one notice
    assert late.count("Mise en demeure à envisager") == 1
    notice = drafted(app, session, world, people)
    signed_in(app, people["authority"]).post(f"/mises-en-demeure/{notice}/envoi", data={"sent_on": "10/04/2026", "how": "Recommandé"})  # fmt: skip
    assert "le délai fixé" not in team.get(market).get_data(as_text=True)
    clock.move_to(datetime(2026, 4, 14, 9))
    run.daily(session, app.config["CLAUSE"])
    months = session.scalars(select(Reminder.period_start)).all()
    assert months == [date(2026, 3, 1)]  # January and February are in the notice; March falls due today


def test_the_late_list_keeps_the_notice_sent_its_ages_and_its_workbook(
    app: Flask, session: Session, world: World, people: dict[str, User]
) -> None:
    team = signed_in(app, people["facilitator"])
    notice = drafted(app, session, world, people)
    signed_in(app, people["authority"]).post(f"/mises-en-demeure/{notice}/envoi", data={"sent_on": "10/04/2026", "how": "Recommandé"})  # fmt: skip
    page = team.get("/heures/retards").get_data(as_text=True)
    assert f'href="/mises-en-demeure/{notice}">Mise en demeure envoyée le 10/04/2026' in page
    old = team.get("/heures/retards?age=from_84&tri=entreprise").get_data(as_text=True)
    assert "Filtres : retard : 84 jours et plus" in old
    said = sheet_text(team.get("/heures/retards.xlsx").get_data())
    assert "Jours de retard" in said
    assert "Envoyée le 10/04/2026" in said
    assert "Envoyée" not in sheet_text(team.get("/heures/retards.xlsx?q=personne").get_data())


def sheet_text(content: bytes) -> str:
    """Every text of a workbook's sheet, one after the other."""
    sheet = load_workbook(io.BytesIO(content)).active
    return " | ".join(str(value) for row in sheet.values for value in row if value is not None)


def test_a_page_of_notices_has_those_to_send_first(session: Session, world: World) -> None:
    def note(state: NoticeState, subject: str) -> FormalNotice:
        return FormalNotice(
            market_id=world.market.id, company_id=world.company.company_id, state=state, subject=subject, body="…",
            answer_within_days=15, drafted_on=date(2026, 4, 1), drafted_by="Test", created_at=clock.now(),
        )  # fmt: skip

    session.add_all([note(NoticeState.DRAFTED, "Projet"), *(note(NoticeState.SENT, f"Lettre {n}") for n in range(26))])
    session.flush()
    first, second = (notices(session, world.as_facilitator, number) for number in (1, 2))
    assert (first.total, len(first.rows), len(second.rows)) == (27, 25, 2)
    assert [row.notice.subject for row in first.rows[:2]] == ["Projet", "Lettre 25"]
    assert [row.notice.subject for row in second.rows] == ["Lettre 1", "Lettre 0"]
    elsewhere = make.viewer_of(make.structure(session, "PLIE voisin"))
    assert notices(session, elsewhere, 1).total == 0
