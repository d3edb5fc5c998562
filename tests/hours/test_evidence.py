"""The contradictory stage by its pages: asked, answered (late too), decided; adjusting and reopening a line."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.models import Participant
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import DeclarationState, HourKind, LineState
from clause.hours.evidence import actions as evidence
from clause.hours.evidence.codes import EvidenceState
from clause.hours.evidence.models import EvidenceReview
from clause.hours.evidence.rules import TRANSITIONS, Refusal, answer_refusal, decide_refusal
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.audit import AuditEvent
from clause.kernel.db import open_for_reading, open_for_writing
from clause.kernel.outbox import OutboxMail
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from tests.hours.conftest import World
from tests.hours.test_pages import publish, text
from tests.support import factories as make
from tests.support.client import Client

BEFORE = date(2026, 4, 25)
PDF = b"%PDF-1.4\nrien"
SECRET = "Le relevé de la deuxième quinzaine manque."


@dataclass
class Stage:
    """A month sent, a browser for each side."""

    world: World
    public_id: str
    key: str
    company: Client
    judge: Client

    @property
    def url(self) -> str:
        return f"/validation/{self.public_id}"

    def fresh(self) -> Declaration:
        session = self.world.session
        session.rollback()
        session.expire_all()
        return session.scalars(select(Declaration)).one()

    def review(self) -> EvidenceReview:
        self.world.session.rollback()
        self.world.session.expire_all()
        return self.world.session.scalars(select(EvidenceReview)).one()

    def ask(self) -> EvidenceReview:
        data = {"reason": SECRET, "answer_before": "25/04/2026", "version": str(self.fresh().version)}
        assert self.judge.post(f"/heures/pieces/demander/{self.public_id}/{self.key}", data=data).status_code == 302  # fmt: skip
        return self.review()

    def version(self) -> str:
        return str(self.fresh().version)


def key_of(world: World, declaration: Declaration) -> str:
    """How a page names the first line."""
    line = declaration.lines[0]
    contract = next(c for c in world.contracts if c.id == line.employment_contract_id)
    return f"{contract.public_id}.work.{line.worked_from.isoformat()}"


@pytest.fixture
def stage(world: World, session: Session, app: Flask) -> Stage:
    company, judge = world.company_user().email, world.facilitator_user().email
    declaration = world.declared(14000)
    public_id, key = declaration.public_id, key_of(world, declaration)
    publish(session)
    clients = Client(app), Client(app)
    for client, email in zip(clients, (company, judge), strict=True):
        client.sign_in(email)
    return Stage(world, public_id, key, *clients)


@pytest.mark.usefixtures("engine")
def test_asked_answered_and_accepted(stage: Stage, session: Session) -> None:
    page = stage.judge.get(f"/heures/pieces/demander/{stage.public_id}/{stage.key}")
    assert "25/04/2026" in text(page), "fifteen days, unless the structure says otherwise"
    review = stage.ask()
    url = f"/heures/pieces/{review.public_id}"
    assert "Pièce demandée" in text(stage.company.get(f"/heures/{stage.public_id}"))
    assert SECRET in text(stage.company.get(url))
    answer = {
        "answer": "Le voici.",
        "pieces": [(io.BytesIO(PDF), "relevé.pdf"), (io.BytesIO(PDF + b"2"), "planning.pdf")],
        "version": stage.version(),
    }
    assert stage.company.post(f"{url}/reponse", data=answer, content_type="multipart/form-data").status_code == 302
    assert "Réponse reçue" in text(stage.judge.get("/heures/pieces/"))
    assert stage.judge.get(f"{url}/piece/1").get_data() == PDF
    # What is added later comes after, and takes the place of nothing.
    more = {"answer": "Et la fin du mois.", "pieces": [(io.BytesIO(PDF + b"3"), "fin.pdf")], "version": stage.version()}
    assert stage.company.post(f"{url}/reponse", data=more, content_type="multipart/form-data").status_code == 302
    assert [stage.judge.get(f"{url}/piece/{n}").get_data() for n in (1, 2, 3)] == [PDF, PDF + b"2", PDF + b"3"]
    assert stage.judge.get(f"{url}/piece/4").status_code == stage.judge.get(f"{url}/piece/0").status_code == 404
    names = [n for n in ("relevé.pdf", "planning.pdf", "fin.pdf") if n in text(stage.company.get(url))]
    assert len(names) == 3
    decision = {"decision": "accept", "text": "", "version": stage.version()}
    assert stage.judge.post(f"{url}/decision", data=decision).status_code == 302
    assert stage.review().state is EvidenceState.ACCEPTED
    assert sorted(line.state for line in session.scalars(select(DeclarationLine))) == [LineState.DECLARED, LineState.VALIDATED]  # fmt: skip
    assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 14000
    assert "Heures acceptées" in text(stage.company.get("/heures/pieces/?tout=1"))


def test_refused_without_an_answer_only_once_the_day_has_passed(stage: Stage, session: Session) -> None:
    url = f"/heures/pieces/{stage.ask().public_id}/decision"
    refused = stage.judge.post(url, data={"decision": "reject", "text": "Rien reçu.", "version": stage.version()})
    assert refused.status_code == 422
    assert "pas encore répondu" in text(refused)
    assert "Rien reçu." in text(refused), "nothing typed is lost"
    clock.move_to(datetime(2026, 4, 26, 9, 0))
    empty = stage.judge.post(url, data={"decision": "reject", "text": "", "version": stage.version()})
    assert "pourquoi ces heures sont refusées" in text(empty)
    assert stage.judge.post(url, data={"decision": "reject", "text": "Rien reçu.", "version": stage.version()}).status_code == 302  # fmt: skip
    page = text(stage.company.get(f"/heures/{stage.public_id}"))
    assert "Refusée" in page
    assert "Rien reçu." in page
    assert session.scalar(select(func.count(LedgerEntry.id))) == 0


def test_a_late_answer_is_taken_until_it_is_decided_and_a_second_one_is_added(stage: Stage) -> None:
    url = f"/heures/pieces/{stage.ask().public_id}"
    clock.move_to(datetime(2026, 5, 20, 9, 0))
    for words in ("Le voici enfin.", "Et la facture."):
        assert stage.company.post(f"{url}/reponse", data={"answer": words, "version": stage.version()}).status_code == 302  # fmt: skip
    assert stage.review().answer == "Le voici enfin.\n\nAjouté le 20/05/2026 :\nEt la facture."
    stage.judge.post(f"{url}/decision", data={"decision": "accept", "version": stage.version()})
    late = stage.company.post(f"{url}/reponse", data={"answer": "Trop tard ?", "version": stage.version()})
    assert late.status_code == 422
    assert "déjà décidé" in text(late)


def test_what_is_typed_stays_where_somebody_else_moved_first(stage: Stage) -> None:
    """Each form of the hours, refused by a version that is no longer the right one."""
    stale = {"version": "999"}
    asked = f"/heures/pieces/demander/{stage.public_id}/{stage.key}"
    for url, data in (
        (asked, {"reason": "Mes mots", "answer_before": "30/04/2026"}),
        (f"{stage.url}/ajuster/{stage.key}", {"reason": "Mes mots", "hours": "132,5"}),
        (stage.url, {"action": "return_all", "reason": "Mes mots"}),
    ):
        answer = stage.judge.post(url, data={**data, **stale})
        page = text(answer)
        assert answer.status_code == 422, url
        assert "a changé pendant que vous l'aviez sous les yeux" in page
        assert "Mes mots" in page
        assert data.get("hours", "") in page
    review = stage.ask()
    url = f"/heures/pieces/{review.public_id}"
    for client, path, name in ((stage.company, "reponse", "answer"), (stage.judge, "decision", "text")):
        answer = client.post(f"{url}/{path}", data={name: "Mes mots", "decision": "accept", **stale})
        assert answer.status_code == 422
        assert "Mes mots" in text(answer)
    stage.judge.post(stage.url, data={"action": "validate_all", "version": stage.version()})
    reopened = stage.judge.post(f"{stage.url}/rouvrir", data={"reason": "Mes mots", **stale})
    assert reopened.status_code == 422
    assert "Mes mots" in text(reopened)


@pytest.mark.usefixtures("engine")
def test_a_contested_line_is_locked_for_everything_else(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    first, second = declaration.lines
    evidence.ask(session, world.as_facilitator, declaration, first, SECRET, BEFORE)
    with pytest.raises(Refused):
        evidence.ask(session, world.as_facilitator, declaration, first, SECRET, BEFORE)
    actions.return_(session, world.as_facilitator, declaration, "À revoir.")
    assert (first.state, second.state) == (LineState.CONTESTED, LineState.RETURNED)
    lines = tuple(DraftLine(c.id, HourKind.WORK, 1000) for c in world.contracts)
    with pytest.raises(Refused, match="Pièces demandées"):
        actions.save_draft(session, world.as_company, declaration, DraftData(lines))
    actions.save_draft(session, world.as_company, declaration, DraftData(lines[1:]))
    actions.submit(session, world.as_company, declaration)
    assert first.hours == 14000
    assert first.state is LineState.CONTESTED
    assert actions.validate_lines(session, world.as_facilitator, declaration) == 1
    assert declaration.state is DeclarationState.SUBMITTED, "it waits for the end of the exchange"


@pytest.mark.usefixtures("engine")
def test_refused_hours_cannot_be_declared_again_but_by_a_reopening(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    first = declaration.lines[0]
    review = evidence.ask(session, world.as_facilitator, declaration, first, SECRET, BEFORE)
    evidence.answer(session, world.as_company, declaration, review, "Nous ne l'avons pas.")
    evidence.decide(session, world.as_facilitator, declaration, review, accept=False, text="Sans preuve.")
    actions.return_(session, world.as_facilitator, declaration, "L'autre ligne.")
    lines = tuple(DraftLine(c.id, HourKind.WORK, 14000) for c in world.contracts)
    with pytest.raises(Refused, match="refusées"):
        actions.save_draft(session, world.as_company, declaration, DraftData(lines))


def test_only_the_two_sides_see_and_act(stage: Stage, session: Session, app: Flask) -> None:
    url = f"/heures/pieces/{stage.ask().public_id}"
    open_for_writing(session)
    other = make.user(session, Role.FACILITATOR, structure_id=make.structure(session, "Ailleurs").id).email
    stranger = make.user(session, Role.COMPANY, company_id=make.establishment(session, "Autre").company_id).email
    publish(session)
    for email in (other, stranger):
        client = Client(app)
        client.sign_in(email)
        assert client.get(url).status_code == 404
        assert client.get(f"{url}/piece/1").status_code == 404
        assert "Aucune pièce" in text(client.get("/heures/pieces/"))
    assert stage.judge.post(f"{url}/reponse", data={"answer": "Pour elle."}).status_code == 403
    assert stage.company.post(f"{url}/decision", data={"decision": "accept"}).status_code == 403


def test_mails_and_history_say_neither_names_nor_words(stage: Stage, session: Session) -> None:
    url = f"/heures/pieces/{stage.ask().public_id}"
    stage.company.post(f"{url}/reponse", data={"answer": "Réponse confidentielle.", "version": stage.version()})
    stage.judge.post(f"{url}/decision", data={"decision": "accept", "version": stage.version()})
    session.rollback()
    mails = session.scalars(select(OutboxMail).where(OutboxMail.kind.startswith("evidence"))).all()
    assert [mail.kind for mail in mails] == ["evidence_asked", "evidence_answered", "evidence_decided"]
    said = " ".join([mail.subject + mail.body for mail in mails] + [str(e.action) + str(e.changes) for e in session.scalars(select(AuditEvent))])  # fmt: skip
    names = session.scalars(select(Participant.last_name)).all()
    assert not [word for word in (SECRET, "Réponse confidentielle", *names) if word in said]
    assert "{" not in said.replace("{}", "").replace("{'Heures'", "")


def test_adjusting_shows_both_figures_to_the_company(stage: Stage, session: Session) -> None:
    reason = "D'après le relevé signé."
    answer = stage.judge.post(f"{stage.url}/ajuster/{stage.key}", data={"hours": "132", "reason": reason, "version": stage.version()})  # fmt: skip
    assert answer.status_code == 302
    page = text(stage.company.get(f"/heures/{stage.public_id}"))
    assert "140 déclarées" in page
    assert reason in page
    session.rollback()
    assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 13200
    assert stage.judge.get(f"{stage.url}/ajuster/{stage.key}").status_code == 404, "it no longer waits"


def test_reopening_has_its_page_and_gives_the_month_back(stage: Stage, session: Session) -> None:
    stage.judge.post(stage.url, data={"action": "validate_all", "version": stage.version()})
    page = text(stage.judge.get(f"{stage.url}/rouvrir"))
    assert "écriture contraire" in page
    assert "280 h" in page
    assert stage.judge.post(f"{stage.url}/rouvrir", data={"reason": ""}).status_code == 422
    answer = stage.judge.post(f"{stage.url}/rouvrir/{stage.key}", data={"reason": "À revoir.", "version": stage.version()})  # fmt: skip
    assert answer.status_code == 302
    assert stage.fresh().state is DeclarationState.RETURNED
    assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 14000
    grid = text(stage.company.get(f"/heures/{stage.public_id}"))
    assert "À revoir." in grid
    assert stage.judge.get(f"/validation/{'0' * 20}/rouvrir").status_code == 404


@pytest.mark.usefixtures("engine")
def test_two_facilitators_decide_at_once(app: Flask, world: World, session: Session) -> None:
    emails = [make.user(session, Role.FACILITATOR, structure_id=world.structure.id).email for _ in range(3)]
    declaration = world.declared(14000)
    review = evidence.ask(session, world.as_facilitator, declaration, declaration.lines[0], SECRET, BEFORE)
    url, version = f"/heures/pieces/{review.public_id}/decision", str(declaration.version)
    session.commit()
    open_for_reading(session)

    def decide(email: str) -> int:
        client = Client(app)
        client.sign_in(email)
        return client.post(url, data={"decision": "accept", "version": version}).status_code

    with ThreadPoolExecutor(len(emails)) as pool:
        assert sorted(pool.map(decide, emails)) == [302, 422, 422]
    session.rollback()
    assert session.scalar(select(func.count(LedgerEntry.id))) == 1
    open_for_writing(session)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("act", ["ajuster", "rouvrir", "pieces"])
def test_a_double_click_does_it_once(app: Flask, world: World, session: Session, act: str) -> None:
    email = world.facilitator_user().email
    declaration = world.declared(14000)
    if act == "rouvrir":
        actions.validate_lines(session, world.as_facilitator, declaration)
    stage = Stage(world, declaration.public_id, key_of(world, declaration), Client(app), Client(app))
    urls: dict[str, tuple[str, dict[str, Any]]] = {
        "ajuster": (f"{stage.url}/ajuster/{stage.key}", {"hours": "100", "reason": "Motif."}),
        "rouvrir": (f"{stage.url}/rouvrir", {"reason": "Motif."}),
        "pieces": (f"/heures/pieces/demander/{declaration.public_id}/{stage.key}", {"reason": "Motif.", "answer_before": "25/04/2026"}),
    }  # fmt: skip
    url, data = urls[act][0], {**urls[act][1], "version": str(declaration.version)}
    session.commit()
    open_for_reading(session)
    clients = [Client(app) for _ in range(2)]
    for client in clients:
        client.sign_in(email)
    click: Callable[[Client], int] = lambda client: client.post(url, data=data).status_code  # noqa: E731
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(click, clients))
    assert statuses in ([302, 404], [302, 422])
    session.rollback()
    changed = {"ajuster": 1, "rouvrir": 4, "pieces": 0}
    assert session.scalar(select(func.count(LedgerEntry.id))) == changed[act]
    open_for_writing(session)


def test_the_stage_as_a_table() -> None:
    state = EvidenceState
    assert [s for s in state if not TRANSITIONS[s]] == [state.ACCEPTED, state.REJECTED]
    assert answer_refusal(state.REJECTED, "Bonjour") is Refusal.DECIDED
    assert answer_refusal(state.SENT, " ") is Refusal.NO_ANSWER
    day = date(2026, 4, 25)
    assert decide_refusal(state.SENT, day, day, accept=False, text="Non.") is Refusal.TOO_EARLY
    assert decide_refusal(state.SENT, day, date(2026, 4, 26), accept=False, text="Non.") is None
    assert decide_refusal(state.ANSWERED, day, day, accept=False, text="") is Refusal.NO_DECISION
    assert decide_refusal(state.SENT, day, day, accept=True, text="") is None


@pytest.mark.usefixtures("engine")
def test_the_first_pages_say_what_waits_for_each_side(world: World, session: Session) -> None:
    from clause.dashboard import boards

    declaration = world.declared(14000)
    review = evidence.ask(session, world.as_facilitator, declaration, declaration.lines[0], SECRET, BEFORE)

    def said(today: date) -> tuple[int, list[int]]:
        todos = boards.structure(session, world.as_facilitator, today)["todos"]
        asked = boards.company(session, world.as_company, today)["evidence"]
        return asked[0], [todo.count for todo in todos if todo.endpoint == "evidence.index"]

    assert said(date(2026, 4, 10)) == (1, [])
    assert said(date(2026, 4, 26)) == (1, [1]), "the day has passed: the facilitator may decide"
    evidence.answer(session, world.as_company, declaration, review, "Le voici.")
    assert said(date(2026, 4, 10)) == (0, [1])
    evidence.decide(session, world.as_facilitator, declaration, review, accept=True, text="")
    assert said(date(2026, 4, 26)) == (0, [])


def test_the_queue_says_that_a_line_waits_for_evidence(stage: Stage) -> None:
    """Fewer people and hours than the company declared: the list must say why, not only the page behind it."""
    assert "une pièce" not in text(stage.judge.get("/validation/"))
    stage.ask()
    assert "et 1 ligne attend une pièce" in text(stage.judge.get("/validation/"))
