"""The pages of penalty cases and difficulties, by a browser without a screen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.accounts.models import User
from clause.hours.penalties import actions
from clause.hours.penalties.actions import DifficultyData
from clause.hours.penalties.codes import DifficultyKind, PenaltyState
from clause.hours.penalties.models import Difficulty, PenaltyCase
from clause.kernel.db import open_for_reading
from tests.hours.penalties.scene import PDF, Scene, build
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.queries import count_queries


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


@pytest.fixture
def people(app: Flask, scene: Scene, session: Session) -> Callable[[], tuple[Client, Client, Client]]:
    """Browsers of the facilitator, the buyer and the company, once everything is committed."""
    users: tuple[User, ...] = scene.users()

    def browsers() -> tuple[Client, Client, Client]:
        session.commit()
        open_for_reading(session)
        one, two, three = (signed_in(app, user) for user in users)
        return one, two, three

    return browsers


def text(response: Any) -> str:
    said = response.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")
    return re.sub(r"\s+", " ", said)


def latest(session: Session) -> PenaltyCase:
    session.rollback()
    return session.scalars(select(PenaltyCase).order_by(PenaltyCase.id.desc())).first()  # type: ignore[return-value]  # found, or the test fails


def test_the_whole_road_by_the_screens(engine: str, scene: Scene, session: Session, people: Any) -> None:
    market = scene.market.public_id
    facilitator, buyer, company = people()
    examined = text(facilitator.get("/penalites/a-examiner"))
    assert "150,00 h" in examined or "150 h" in examined
    preview = facilitator.post(f"/penalites/nouveau/{market}", data={"with_hours": "y", "action": "preview"})
    assert preview.status_code == 200
    assert "30 000,00 €" in text(preview) or "30 000 €" in text(preview)
    assert latest(session) is None
    answer = facilitator.post(f"/penalites/nouveau/{market}", data={"with_hours": "y", "action": "open"})
    case = latest(session)
    url, version = f"/penalites/{case.public_id}", case.version
    assert answer.location == url
    assert company.get(url).status_code == buyer.get(url).status_code == 404

    asked = {"request": "Voici le calcul.", "answer_before": "01/05/2026", "version": str(version)}
    assert facilitator.post(url + "/observations", data=asked).status_code == 302
    assert "Répondre" in text(company.get(url))
    reply = {"text": "Chantier arrêté deux mois.", "file": (io.BytesIO(PDF), "courrier.pdf")}
    assert company.post(url + "/reponse", data=reply, content_type="multipart/form-data").status_code == 302
    got = facilitator.get(url + "/fichiers/reponse")
    assert (got.status_code, got.headers["Content-Disposition"].split(";")[0]) == (200, "attachment")

    low = {"amount": "20000", "motive": "", "text": ""}
    refused = facilitator.post(url + "/proposition", data=low)
    assert refused.status_code == 422
    assert "Expliquez pourquoi vous proposez moins" in text(refused)
    assert "20000" in text(refused)
    assert facilitator.post(url + "/proposition", data={**low, "text": "Deux mois d'arrêt."}).status_code == 302
    assert "Chantier arrêté deux mois." in text(buyer.get(url))
    assert "Deux mois d'arrêt." not in text(company.get(url))  # the proposal is for the authority

    decided = {"outcome": "appliquer", "amount": "20000", "text": "Suivi de la proposition."}
    assert facilitator.post(url + "/decision", data=decided).status_code == 403
    assert buyer.post(url + "/decision", data=decided).status_code == 302
    assert latest(session).state is PenaltyState.APPLIED
    assert "restent dues" in text(company.get(url))
    assert facilitator.post(url + "/classer", data={}).status_code == 302


def test_a_written_decision_needs_its_document(scene: Scene, session: Session, people: Any) -> None:
    case = scene.proposed()
    facilitator, _, company = people()
    url = f"/penalites/{case.public_id}"
    data = {"outcome": "ecarter", "motive": "force_majeure", "text": "Crue.", "decided_on": "10/04/2026"}
    refused = facilitator.post(url + "/decision-recue", data=data)
    assert refused.status_code == 422
    assert "Joignez la décision écrite" in text(refused)
    with_file = {**data, "file": (io.BytesIO(PDF), "d.pdf")}
    assert (
        facilitator.post(url + "/decision-recue", data=with_file, content_type="multipart/form-data").status_code == 302
    )
    assert "décision écrite, enregistrée par" in text(company.get(url))
    assert company.get(url + "/fichiers/decision").status_code == 200


def test_somebody_elses_case_does_not_exist(app: Flask, scene: Scene, session: Session) -> None:
    case = scene.proposed()
    others = build(session)
    users = others.users()
    session.commit()
    for user in users:
        browser = signed_in(app, user)
        assert browser.get(f"/penalites/{case.public_id}").status_code == 404
        assert browser.get(f"/penalites/{case.public_id}/fichiers/reponse").status_code == 404
        assert scene.market.reference not in text(browser.get("/penalites/"))
        assert scene.market.reference not in text(browser.get("/difficultes/"))


def test_a_difficulty_from_the_page_of_the_market(engine: str, scene: Scene, session: Session, people: Any) -> None:
    facilitator, buyer, company = people()
    home = text(company.get(f"/marches/{scene.market.public_id}"))
    assert "Annoncer une difficulté" in home
    address = f"/difficultes/nouvelle/{scene.market.public_id}"
    empty = company.post(address, data={"kind": "", "account": ""})
    assert empty.status_code == 422
    data = {"kind": "no_candidate", "account": "Personne ne se présente.", "file": (io.BytesIO(PDF), "lettre.pdf")}
    answer = company.post(address, data=data, content_type="multipart/form-data")
    assert answer.status_code == 302
    page = text(buyer.get(answer.location))
    assert "Personne ne se présente." in page
    assert buyer.get(answer.location + "/piece").status_code == 200
    followed = facilitator.post(
        answer.location + "/suite", data={"action_taken": "Deux candidats présentés.", "solved_on": ""}
    )
    assert followed.status_code == 302
    assert "Deux candidats présentés." in text(company.get(answer.location))
    assert company.post(answer.location + "/suite", data={}).status_code == 403
    session.rollback()
    assert session.scalars(select(Difficulty)).one().action_taken == "Deux candidats présentés."


def test_lists_are_filtered_and_exported(scene: Scene, session: Session, people: Any) -> None:
    scene.proposed()
    actions.announce(
        session, scene.contractor, scene.market, DifficultyData(DifficultyKind.SITE_LATE, "Grue en panne.")
    )
    facilitator, buyer, company = people()
    assert scene.market.reference in text(facilitator.get("/penalites/?etat=proposed&en_cours=1"))
    assert "Aucun dossier ne répond" in text(facilitator.get("/penalites/?q=introuvable"))
    for browser, proposal in ((facilitator, 30_000), (buyer, 30_000), (company, None)):
        book = load_workbook(io.BytesIO(browser.get("/penalites/export.xlsx").get_data()))
        rows = [r for r in book.active.iter_rows(values_only=True) if r[0] == scene.market.reference]
        assert rows[0][13] == proposal
    book = load_workbook(io.BytesIO(buyer.get("/difficultes/export.xlsx?nature=site_late").get_data()))
    assert any("Grue en panne." in row for row in book.active.iter_rows(values_only=True))


def test_pages_take_the_same_number_of_queries_whatever_the_number_of_cases(
    app: Flask, scene: Scene, session: Session, people: Any
) -> None:
    def more(count: int) -> None:
        for _ in range(count):
            lot = make.market(
                session, scene.operation, scene.company, ends_on=date(2026, 3, 31), parameters=scene.market.parameters
            )
            here = Scene(session, scene.structure, scene.authority, scene.company, scene.operation, lot)
            case = here.opened()
            actions.close(session, scene.facilitator, case, "Test") if count > 3 else None
            actions.announce(session, scene.contractor, lot, DifficultyData(DifficultyKind.OTHER, "Texte"))

    def counted() -> list[int]:
        facilitator = people()[0]
        counts = []
        for address in ("/penalites/", "/difficultes/", "/penalites/a-examiner", f"/marches/{scene.market.public_id}"):
            with count_queries(app) as seen:
                assert facilitator.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    more(1)
    before = counted()
    from clause.kernel.db import open_for_writing

    open_for_writing(session)
    more(8)
    assert counted() == before
