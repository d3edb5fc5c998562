"""The queue and its gesture, by the pages: sorted by risk, as usual in one go, what moved meanwhile left out and said."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.models import Eligibility
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.actions.quiet import GONE, MOVED
from clause.hours.codes import DeclarationState, HourKind
from clause.hours.files.models import PayrollHours
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries import declarations_to_validate
from clause.hours.rules.risk import Reason
from clause.kernel import clock
from clause.kernel.db import open_for_reading, open_for_writing
from clause.kernel.outbox import OutboxMail
from clause.kernel.refusals import Refused
from clause.ledger.models import LedgerEntry
from tests.hours.conftest import MARCH, World
from tests.hours.test_pages import publish, text
from tests.support import factories as make
from tests.support.client import Client

FEBRUARY = date(2026, 2, 1)
ROWS = re.compile(r'name="rows" value="([^"]+)"')


def quiet_month(world: World) -> Declaration:
    """March like February: nothing to look at."""
    actions.validate_lines(world.session, world.as_facilitator, world.declared(14000, FEBRUARY), notify=False)
    return world.declared(14000)


def reasons(session: Session, world: World) -> list[list[Reason]]:
    return [list(row.reasons) for row in declarations_to_validate(session, world.as_facilitator)]


def sent_mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == "hours_validated")))


@pytest.mark.usefixtures("engine")
def test_a_month_like_the_last_is_quiet(world: World, session: Session) -> None:
    quiet_month(world)
    assert reasons(session, world) == [[]]


@pytest.mark.usefixtures("engine")
def test_the_first_month_of_a_company_is_read(world: World, session: Session) -> None:
    world.declared(14000)
    assert reasons(session, world) == [[Reason.NEW_PERSON, Reason.FIRST]]


def test_two_employers_who_claim_the_same_days(world: World, session: Session) -> None:
    quiet_month(world)
    person = world.contracts[0]
    other = make.establishment(session, "Nettoyage du Val")
    market = make.market(session, make.operation(session, world.structure), other)
    make.contract(session, session.get_one(type(person), person.id).participant, other, market)
    second = World(
        session, world.structure, other, market, [market.id and _contract_of(session, person, other.company_id)]
    )
    second.declared(3000)
    rows = declarations_to_validate(session, world.as_facilitator)
    said = {row.company_name: [remark.sentence for remark in row.remarks if remark.reason is Reason.TWO_EMPLOYERS] for row in rows}  # fmt: skip
    assert "Nettoyage du Val déclare aussi cette personne" in said["Bâti Val"][0]
    assert "Bâti Val déclare aussi cette personne" in said["Nettoyage du Val"][0]


def _contract_of(session: Session, first: Any, company_id: int) -> Any:
    from clause.candidates.models import EmploymentContract
    from clause.organisations.models import Establishment

    return session.scalars(
        select(EmploymentContract)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .where(EmploymentContract.participant_id == first.participant_id, Establishment.company_id == company_id)
    ).one()


def test_more_than_the_payroll(world: World, session: Session) -> None:
    quiet_month(world)
    session.add(PayrollHours(employment_contract_id=world.contracts[0].id, month=MARCH, hours=13000, overtime=500, read_at=clock.now(), read_by="DSN"))  # fmt: skip
    session.flush()
    assert reasons(session, world) == [[Reason.ABOVE_PAYROLL]]


def test_somebody_is_missing_and_a_nil_month_after_a_full_one(world: World, session: Session) -> None:
    actions.validate_lines(session, world.as_facilitator, world.declared(14000, FEBRUARY))
    declaration = world.open()
    line = DraftLine(world.contracts[0].id, HourKind.WORK, 14000)
    actions.save_draft(session, world.as_company, declaration, DraftData((line,)))
    actions.submit(session, world.as_company, declaration)
    [row] = declarations_to_validate(session, world.as_facilitator)
    assert [remark.sentence for remark in row.remarks] == ["Une personne toujours sous contrat n'a plus d'heures : 140 h le mois précédent."]  # fmt: skip
    actions.return_(session, world.as_facilitator, declaration, "Et l'autre personne ?")
    actions.save_draft(session, world.as_company, declaration, DraftData(()))
    actions.declare_nil(session, world.as_company, declaration)
    assert reasons(session, world) == [[Reason.MISSING]] or reasons(session, world) == [[Reason.RESENT, Reason.MISSING]]


def test_a_month_sent_again_and_a_line_reopened_are_said(world: World, session: Session) -> None:
    declaration = quiet_month(world)
    actions.validate_lines(session, world.as_facilitator, declaration)
    clock.move_to(datetime(2026, 4, 11, 9, 0))
    actions.reopen(session, world.as_facilitator, declaration, "À revoir.")
    clock.move_to(datetime(2026, 4, 12, 9, 0))
    actions.submit(session, world.as_company, declaration)
    assert reasons(session, world) == [[Reason.REOPENED, Reason.RESENT]]


def test_a_month_sent_again_stays_to_read_once_one_line_is_adjusted(
    world: World, session: Session, facilitator: Callable[[], Client]
) -> None:
    """What the company was asked is read beside the lines that are left, until the last is decided."""
    declaration = quiet_month(world)
    actions.return_(session, world.as_facilitator, declaration, "Vérifiez la journée du 14.")
    clock.move_to(datetime(2026, 4, 12, 9, 0))
    actions.submit(session, world.as_company, declaration)
    assert reasons(session, world) == [[Reason.RESENT]]
    clock.move_to(datetime(2026, 4, 13, 9, 0))
    actions.adjust_line(session, world.as_facilitator, declaration, declaration.lines[0], 13300, "Un jour de moins.")
    [row] = declarations_to_validate(session, world.as_facilitator)
    assert (row.reasons, row.quiet) == ((Reason.RESENT, Reason.PARTLY), False)
    client = facilitator()
    for address in ("/validation/", f"/validation/{declaration.public_id}"):
        page = text(client.get(address))
        assert "Il lui était demandé : « Vérifiez la journée du 14. »" in page
        assert "une ligne validée, dont 1 avec d'autres heures" in page


def test_a_line_decided_apart_leaves_the_others_to_read(world: World, session: Session) -> None:
    declaration = quiet_month(world)
    actions.validate_lines(session, world.as_facilitator, declaration, [declaration.lines[0].id])
    assert reasons(session, world) == [[Reason.PARTLY]]
    actions.return_(session, world.as_facilitator, declaration, "Et celui-ci ?")
    actions.submit(session, world.as_company, declaration)
    actions.validate_lines(session, world.as_facilitator, declaration)
    assert (reasons(session, world), declaration.return_reason) == ([], "")


@pytest.mark.usefixtures("engine")
def test_the_gesture_validates_what_is_as_usual_and_says_the_rest(world: World, session: Session) -> None:
    usual = quiet_month(world)
    moved, risky = _others(world, 2)
    asked = {
        usual.public_id: usual.version,
        moved.public_id: moved.version + 7,
        risky.public_id: risky.version,
        "0" * 20: 1,
    }
    session.execute(select(Eligibility.id))  # the person of ``risky`` is no longer eligible since the page was shown
    for window in session.scalars(
        select(Eligibility).where(Eligibility.participant_id == risky.lines[0].participant_id)
    ):
        window.eligible_until = date(2026, 2, 27)
    session.flush()
    outcome = actions.validate_quiet(session, world.as_facilitator, asked)
    assert [row.public_id for row in outcome.validated] == [usual.public_id]
    left = {one.public_id: one.why for one in outcome.left}
    assert left[moved.public_id] == MOVED
    assert left["0" * 20] == GONE
    assert "hors éligibilité" in left[risky.public_id]
    assert usual.state is DeclarationState.VALIDATED
    assert {moved.state, risky.state} == {DeclarationState.SUBMITTED}
    assert session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.month == MARCH)) == 2


def _others(world: World, count: int) -> list[Declaration]:
    """As many more markets of the same company, each with a person and a month as usual."""
    found = []
    for _ in range(count):
        market = make.market(world.session, make.operation(world.session, world.structure), world.company)
        found.append(quiet_month(_on(world, market)))
    return found


def _on(world: World, market: Any) -> World:
    one = World(world.session, world.structure, world.company, market)
    one.hire()
    return one


def test_one_mail_a_company_for_the_whole_gesture(world: World, session: Session) -> None:
    world.company_user()
    declarations = [quiet_month(world), *_others(world, 2)]
    actions.validate_quiet(session, world.as_facilitator, {d.public_id: d.version for d in declarations})
    [mail] = sent_mails(session)
    assert mail.body.count("mars 2026") == 3


def test_nothing_ticked_and_nobody_who_may(world: World, session: Session) -> None:
    declaration = quiet_month(world)
    with pytest.raises(Refused, match="Cochez"):
        actions.validate_quiet(session, world.as_facilitator, {})
    with pytest.raises(Refused):
        actions.validate_quiet(session, world.as_company, {declaration.public_id: declaration.version})


@pytest.fixture
def facilitator(world: World, session: Session, client: Client) -> Callable[[], Client]:
    """Signs in once the scene is set."""

    def enter() -> Client:
        user = world.facilitator_user()
        publish(session)
        client.sign_in(user.email)
        return client

    return enter


def test_the_pages_of_the_gesture(world: World, session: Session, facilitator: Callable[[], Client]) -> None:
    quiet_month(world)
    other = _others(world, 1)[0]
    risky = _on(world, make.market(session, make.operation(session, world.structure), world.company))
    risky.declared(15000)
    client = facilitator()
    page = text(client.get("/validation/"))
    assert "Valider les 2 déclarations sans surprise" in page
    assert page.index("À regarder (1)") < page.index("Sans surprise (2)")
    confirmation = text(client.get("/validation/sans-surprise"))
    rows = ROWS.findall(confirmation)
    assert len(rows) == 2
    assert "420 h" in confirmation or "Heures</dt><dd>420" in confirmation
    answer = client.post("/validation/sans-surprise", data={"rows": [*rows, f"{other.public_id}.999"]})
    assert answer.status_code == 302
    summary = text(client.get(answer.location))
    assert "Déclarations validées" in summary
    twice = client.post("/validation/sans-surprise", data={"rows": rows})
    assert "Une déclaration n'attend plus : elle a déjà été traitée." in text(client.get(twice.location))
    assert client.post("/validation/sans-surprise", data={}).status_code == 422
    session.rollback()
    assert session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.month == MARCH)) in (2, 3)
    assert client.get("/validation/file/bilan.xlsx").status_code == 200
    assert "Heures validées aujourd'hui" in text(client.get("/validation/file/bilan"))
    assert client.get("/validation/file/bilan?de=hier&a=9999-99").status_code == 200


def test_filters_sorts_and_export(world: World, session: Session, facilitator: Callable[[], Client]) -> None:
    quiet_month(world)
    world.market.title = "Crèche des Tilleuls"
    risky = _on(world, make.market(session, make.operation(session, world.structure), world.company, title="Voirie"))
    risky.declared(15000)
    client = facilitator()
    assert "Voirie" not in _rows(client, "q=creche")
    assert "Crèche" not in _rows(client, "motif=new_person")
    assert "Crèche" not in _rows(client, f"marche={risky.market.public_id}")
    assert "Aucune déclaration à valider ne répond" in text(client.get("/validation/?attente=30"))
    assert "Aucune déclaration à valider ne répond" in text(client.get("/validation/?mois=01/2026"))
    for sort in ("risque", "-entreprise", "marche", "mois", "-personnes", "heures", "envoi", "bidon"):
        assert client.get(f"/validation/?tri={sort}&groupe=calme").status_code == 200
    assert client.get("/validation/file/export.xlsx?motif=new_person").status_code == 200
    assert "Aucune déclaration sans surprise" in text(client.get("/validation/sans-surprise?motif=jump"))


def _rows(client: Client, query: str) -> str:
    """The tables of the queue, without its form."""
    return text(client.get(f"/validation/?{query}")).partition("</form>")[2]


@pytest.mark.parametrize("size", [2, 30])
def test_the_queue_asks_as_many_queries_for_2_as_for_30(world: World, session: Session, size: int) -> None:
    from sqlalchemy import event

    from clause.kernel.db import db

    quiet_month(world)
    _others(world, size - 1)
    session.flush()
    session.expunge_all()
    seen: list[str] = []
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert len(declarations_to_validate(session, world.as_facilitator)) == size
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(seen) <= 14, f"{len(seen)} queries"


@pytest.mark.usefixtures("engine")
def test_four_facilitators_with_the_same_gesture_at_once(app: Flask, world: World, session: Session) -> None:
    emails = [make.user(session, Role.FACILITATOR, structure_id=world.structure.id).email for _ in range(4)]
    declarations = [quiet_month(world), *_others(world, 5)]
    rows = [f"{d.public_id}.{d.version}" for d in declarations]
    session.commit()
    open_for_reading(session)

    def gesture(number: int) -> int:
        client = Client(app)
        client.sign_in(emails[number])
        mine = rows if number % 2 else rows[::-1]  # asked in another order: no deadlock
        return client.post("/validation/sans-surprise", data={"rows": mine}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(gesture, range(4))) == [302] * 4
    session.rollback()
    march = select(func.count(LedgerEntry.id)).where(LedgerEntry.month == MARCH)
    assert session.scalar(march) == 7
    assert session.scalar(select(func.sum(DeclarationLine.hours)).where(DeclarationLine.month == MARCH)) == 7 * 14000
    open_for_writing(session)
