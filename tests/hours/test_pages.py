"""The pages of hours through a browser without a screen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import ReadLog
from clause.hours import actions
from clause.hours.codes import DeclarationState, HourKind, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.db import db, open_for_reading, open_for_writing
from clause.ledger.models import LedgerEntry
from clause.markets.models import OperationPartner
from tests.hours.conftest import MARCH, World
from tests.support import factories as make
from tests.support.client import Client


def publish(session: Session) -> None:
    """Commit, then only read: a writer of SQLite would keep the client out."""
    session.commit()
    open_for_reading(session)


def grid_url(world: World, month: str = "2026-03") -> str:
    return f"/heures/saisie/{world.market.public_id}/{month}"


def cell(world: World, index: int = 0, kind: str = "work", part: int = 0) -> str:
    return f"{world.contracts[index].public_id}-{part}-{kind}"


def rows(world: World, *parts: tuple[int, int]) -> list[str]:
    return [f"{world.contracts[i].public_id}-{n}" for i, n in parts or [(k, 0) for k in range(len(world.contracts))]]


def typed(world: World, action: str = "submit", **values: str) -> dict[str, Any]:
    return {"action": action, "version": "0", "rows": rows(world), **values}


@pytest.fixture
def signed_in(world: World, session: Session, client: Client) -> Client:
    user = world.company_user()
    publish(session)
    client.sign_in(user.email)
    return client


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " ")).replace(
        "&#39;", "'"
    )


def test_a_company_sees_its_months_and_opens_one(world: World, signed_in: Client) -> None:
    home = text(signed_in.get("/heures/"))
    assert "janvier 2026" in home
    assert "En retard de" in home
    assert "Mois en cours" in home
    page = signed_in.get(grid_url(world))
    assert page.status_code == 200
    assert cell(world) in text(page)


def test_a_month_is_sent(world: World, session: Session, signed_in: Client) -> None:
    answer = signed_in.post(
        grid_url(world),
        data=typed(world, **{cell(world): "35h30", cell(world, 1): "100,5", cell(world, 1, "absence"): "7:30"}),
    )
    assert answer.status_code == 302
    session.rollback()
    declaration = session.scalars(select(Declaration)).one()
    assert declaration.state is DeclarationState.SUBMITTED
    lines = session.execute(
        select(DeclarationLine.hour_kind, DeclarationLine.hours).order_by(DeclarationLine.hours)
    ).all()
    assert [tuple(x) for x in lines] == [(HourKind.ABSENCE, 750), (HourKind.WORK, 3550), (HourKind.WORK, 10050)]
    assert "À valider" in text(signed_in.get(answer.location))
    assert signed_in.get(grid_url(world)).status_code == 302


def test_300_hours_are_refused_with_everything_kept(world: World, session: Session, signed_in: Client) -> None:
    for action in ("submit", "save"):
        answer = signed_in.post(
            grid_url(world), data=typed(world, action, **{cell(world): "300", cell(world, 1): "12,25"})
        )
        page = text(answer)
        assert answer.status_code == 422
        assert "refuse plus de 220 h par mois" in page
        assert 'value="300"' in page
        assert 'value="12,25"' in page
        assert "Erreur :" in page
    assert session.scalar(select(func.count(Declaration.id))) == 0


def test_what_cannot_be_read_is_said_beside_its_cell(world: World, session: Session, signed_in: Client) -> None:
    answer = signed_in.post(grid_url(world), data=typed(world, **{cell(world): "beaucoup", cell(world, 1): "10"}))
    page = text(answer)
    assert answer.status_code == 422
    assert "« beaucoup » n'est pas un nombre" in page
    assert f'href="#{cell(world)}"' in page
    assert session.scalar(select(func.count(Declaration.id))) == 0


def test_the_draft_is_kept_without_asking(world: World, session: Session, signed_in: Client) -> None:
    first = signed_in.post(
        grid_url(world) + "/brouillon", data=typed(world, **{cell(world): "200", cell(world, 1): "zut"})
    )
    assert first.status_code == 200
    answer = first.get_json()
    assert answer["saved"]
    assert list(answer["errors"]) == [cell(world, 1)]
    assert "44 h par semaine" in answer["rows"][rows(world)[0]][0]["text"]
    data = {**typed(world, **{cell(world): "300", cell(world, 1): "10"}), "version": str(answer["version"])}
    second = signed_in.post(grid_url(world) + "/brouillon", data=data).get_json()
    assert any("220" in f["text"] for f in second["rows"][rows(world)[0]])
    session.rollback()
    kept = session.scalars(select(DeclarationLine.hours).order_by(DeclarationLine.hours)).all()
    assert kept == [1000, 20000], "what can never pass leaves the last good value"


def test_two_people_on_one_draft(world: World, session: Session, signed_in: Client) -> None:
    url = grid_url(world)
    version = signed_in.post(url + "/brouillon", data=typed(world, **{cell(world): "10"})).get_json()["version"]
    signed_in.post(url + "/brouillon", data={**typed(world, **{cell(world): "20"}), "version": str(version)})
    late = {**typed(world, "save", **{cell(world): "30"}), "version": str(version)}
    conflict = signed_in.post(url + "/brouillon", data=late)
    assert conflict.status_code == 409
    assert "a changé pendant que vous l'aviez sous les yeux" in conflict.get_json()["message"]
    page = signed_in.post(url, data=late)
    assert page.status_code == 422
    assert 'value="30"' in text(page)
    session.rollback()
    assert session.scalars(select(DeclarationLine.hours)).all() == [2000]


def test_a_line_is_split_at_the_end_of_eligibility(world: World, session: Session, signed_in: Client) -> None:
    from clause.candidates.models import Eligibility

    window = session.scalars(
        select(Eligibility).where(Eligibility.participant_id == world.contracts[0].participant_id)
    ).one()
    open_for_writing(session)
    window = session.get_one(Eligibility, window.id)
    window.eligible_until = date(2026, 3, 9)
    publish(session)
    refused = signed_in.post(grid_url(world), data=typed(world, **{cell(world): "140"}))
    assert refused.status_code == 422
    assert "Séparez les heures" in text(refused)
    split = text(signed_in.post(grid_url(world), data=typed(world, f"split:{rows(world)[0]}", **{cell(world): "140"})))
    assert 'value="09/03/2026"' in split
    assert 'value="10/03/2026"' in split
    key = world.contracts[0].public_id
    parts = {
        "rows": [f"{key}-0", f"{key}-1"], f"{key}-0-work": "42", f"{key}-0-since": "01/03/2026", f"{key}-0-until": "09/03/2026",
        f"{key}-1-work": "98", f"{key}-1-since": "10/03/2026", f"{key}-1-until": "31/03/2026", "action": "submit", "version": "0",
    }  # fmt: skip
    assert signed_in.post(grid_url(world), data=parts).status_code == 302
    session.rollback()
    spans = session.execute(select(DeclarationLine.hours, DeclarationLine.worked_to).order_by(DeclarationLine.id)).all()
    assert [tuple(s) for s in spans] == [(4200, date(2026, 3, 9)), (9800, date(2026, 3, 31))]


def test_copy_nil_paste_and_rare_kinds(world: World, session: Session, signed_in: Client) -> None:
    signed_in.post(grid_url(world, "2026-02"), data=typed(world, **{cell(world): "100", cell(world, 1): "90"}))
    page = text(signed_in.get(grid_url(world)))
    assert "Copier le mois précédent" in page
    assert "100 le mois précédent" in page
    assert signed_in.post(grid_url(world), data=typed(world, "copy", **{cell(world): "5"})).status_code == 302
    session.rollback()
    kept = session.scalars(
        select(DeclarationLine.hours).where(DeclarationLine.month == MARCH).order_by(DeclarationLine.id)
    ).all()
    assert kept == [500, 9000]
    nil = signed_in.post(grid_url(world, "2026-01"), data=typed(world, "nil"))
    assert nil.status_code == 302
    assert "personne n'a travaillé" in text(signed_in.get(nil.location))
    name = session.scalars(select(make.Participant.last_name).order_by(make.Participant.id)).all()[1]
    filled = signed_in.post(
        grid_url(world, "2026-04"), data=typed(world, "paste", block=f"{name} Sam\t35,5\t7\nInconnue Zoé\t1")
    )
    assert filled.status_code == 200
    assert 'value="35,5"' in text(filled)
    assert "Inconnue Zoé" in text(filled)
    rare = text(signed_in.post(grid_url(world, "2026-04"), data=typed(world, "rare", **{cell(world): "3"})))
    assert "Tutorat" in rare
    assert 'value="3"' in rare


def test_the_facilitator_validates_returns_and_corrects(world: World, session: Session, client: Client) -> None:
    facilitator, company = world.facilitator_user(), world.company_user()
    declaration = world.declared(14000)
    public_id = declaration.public_id
    publish(session)
    client.sign_in(facilitator.email)
    assert world.market.reference in text(client.get("/validation/"))
    page = text(client.get(f"/validation/{public_id}"))
    assert "Nouvelle personne" in page
    keys = re.findall(r'name="lines" value="([^"]+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    empty = client.post(f"/validation/{public_id}", data={"action": "return_all", "version": version[1]})
    assert empty.status_code == 422
    sent = {"action": "return_selected", "version": version[1], "lines": keys[:1], "reason": "Retirez les congés"}
    assert client.post(f"/validation/{public_id}", data=sent).status_code == 302
    client.sign_in(company.email)
    returned = text(client.get(f"/heures/{public_id}"))
    assert "Retirez les congés" in returned
    assert "Corriger et renvoyer" in returned
    again = typed(world, **{cell(world): "130", cell(world, 1): "140"})
    session.rollback()
    again["version"] = str(session.scalars(select(Declaration.version)).one())
    session.rollback()
    assert client.post(grid_url(world), data=again).status_code == 302
    client.sign_in(facilitator.email)
    page = text(client.get(f"/validation/{public_id}"))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    decision = {"action": "validate_all", "version": version[1]}
    assert client.post(f"/validation/{public_id}", data=decision).status_code == 302
    twice = client.post(f"/validation/{public_id}", data=decision)
    assert twice.status_code == 422
    assert "a changé pendant que vous l'aviez" in text(twice)
    session.rollback()
    assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 27000
    page = text(client.get(f"/validation/{public_id}"))
    link = re.search(r'href="(/validation/[^"]+/corriger/[^"]+)"', page)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert client.post(link[1], data={"hours": "", "reason": ""}).status_code == 422
    refused = client.post(link[1], data={"hours": "abc", "reason": "Relevé"})
    assert refused.status_code == 422
    assert 'value="abc"' in text(refused)
    done = client.post(link[1], data={"hours": "120,5", "reason": "Relevé rectifié"}, follow_redirects=True)
    assert "Relevé rectifié" in text(done)
    session.rollback()
    assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 12050 + 14000


def test_a_facilitator_enters_a_signed_statement(world: World, session: Session, client: Client) -> None:
    facilitator, company = world.facilitator_user(), world.company_user()
    from clause.organisations.models import Company

    company_id = session.scalars(select(Company.public_id).where(Company.id == world.company.company_id)).one()
    publish(session)
    client.sign_in(facilitator.email)
    assert "Saisir d'après un relevé" in text(client.get("/heures/retards"))
    url = f"/heures/releve/{world.market.public_id}/{company_id}/2026-03"
    assert "d'après son relevé signé" in text(client.get(url))
    without = client.post(url, data=typed(world, **{cell(world): "140"}))
    assert without.status_code == 422
    assert "Joignez le relevé" in text(without)
    bad = typed(world, **{cell(world): "140"}, statement=(io.BytesIO(b"<script>"), "releve.pdf"))
    assert client.post(url, data=bad).status_code == 422
    good = typed(world, **{cell(world): "140"}, statement=(io.BytesIO(b"%PDF-1.7\n..."), "relevé mars.pdf"))
    answer = client.post(url, data=good)
    assert answer.status_code == 302
    page = text(client.get(answer.location))
    assert Origin.STATEMENT.label in page
    session.rollback()
    public_id = session.scalars(select(Declaration.public_id)).one()
    session.rollback()
    file = client.get(f"/heures/{public_id}/releve/1")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    file.close()
    client.sign_in(company.email)
    shared = client.get(f"/heures/{public_id}/releve/1")
    assert shared.status_code == 200
    shared.close()


def test_exports_hold_the_lines(world: World, session: Session, client: Client) -> None:
    from openpyxl import load_workbook

    company, declaration = world.company_user(), world.declared(14050)
    public_id = declaration.public_id
    publish(session)
    client.sign_in(company.email)
    answer = client.get(f"/heures/{public_id}/export.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    values = [c for row in sheet.iter_rows(values_only=True) for c in row]
    assert values.count(140.5) == 2
    session.rollback()
    assert session.scalar(select(func.count(ReadLog.id))) == 2, "an export of people's hours leaves a trace"


def test_nobody_sees_what_is_not_theirs(
    world: World, session: Session, client: Client, builder: Callable[..., World]
) -> None:
    other = builder(session)
    declaration, statement = other.declared(14000), "/releve/1"
    address = f"/heures/{declaration.public_id}"
    company, facilitator = world.company_user(), world.facilitator_user()
    authority = make.user(session, Role.AUTHORITY, authority_id=make.authority(session).id)
    names = [session.get_one(make.Participant, c.participant_id).last_name for c in other.contracts]
    foreign = grid_url(other)
    publish(session)
    for user in (company, facilitator):
        client.sign_in(user.email)
        for path in (address, address + "/export.xlsx", address + statement):
            assert client.get(path).status_code == 404, path
        assert not any(name in text(client.get("/heures/")) for name in names)
    client.sign_in(company.email)
    assert client.get(foreign).status_code == 404
    assert client.post(foreign, data=typed(other)).status_code == 404
    assert client.get("/validation/").status_code == 403
    client.sign_in(facilitator.email)
    assert client.get(f"/validation/{declaration.public_id}").status_code == 404
    assert client.get(foreign).status_code == 403
    client.sign_in(authority.email)
    for path in ("/heures/", address, foreign, "/validation/", "/heures/retards"):
        assert client.get(path).status_code == 403, path


def test_a_partner_sees_sums_of_the_others(world: World, session: Session, client: Client) -> None:
    partner = make.structure(session, "PLIE voisin")
    session.add(
        OperationPartner(operation_id=world.market.operation_id, structure_id=partner.id, agreed_on=date(2026, 1, 1))
    )
    person = make.participant(session, partner, last_name="Voisine")
    make.eligible(session, person)
    world.contracts.append(make.contract(session, person, world.company, world.market))
    public_id = world.declared(10000).public_id
    lead, neighbour = world.facilitator_user(), make.facilitator(session, partner)
    names = [session.get_one(make.Participant, c.participant_id).last_name for c in world.contracts[:2]]
    publish(session)
    client.sign_in(neighbour.email)
    for path in (f"/heures/{public_id}", f"/validation/{public_id}"):
        page = text(client.get(path))
        assert "Voisine" in page
        assert f"2 personnes suivies par {world.structure.name}" in page
        assert not any(name in page for name in names)
    client.sign_in(lead.email)
    page = text(client.get(f"/validation/{public_id}"))
    assert "Voisine" not in page
    assert "1 personne suivie par PLIE voisin" in page


def queries_of(client: Client, path: str, app: Any) -> int:
    with app.app_context():
        engine = db.engine
    count = 0

    def tick(*_: Any) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", tick)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", tick)
    return count


@pytest.mark.parametrize("page", ["grid", "detail", "validation", "queue", "late", "list", "company"])
def test_a_page_asks_the_same_number_of_queries_for_1_and_30_people(
    page: str, world: World, session: Session, client: Client, app: Any, builder: Callable[..., World]
) -> None:
    counts = []
    for people in (1, 30):
        open_for_writing(session)
        one = builder(session, people)
        company, facilitator = one.company_user(), one.facilitator_user()
        actions.validate_lines(session, one.as_facilitator, one.declared(10000, date(2026, 2, 1)))
        public_id = one.declared(12000).public_id
        one.declared(9000, date(2026, 1, 1), sent=False)
        publish(session)
        paths = {
            "grid": (company, grid_url(one, "2026-01")), "detail": (company, f"/heures/{public_id}"),
            "validation": (facilitator, f"/validation/{public_id}"), "queue": (facilitator, "/validation/"),
            "late": (facilitator, "/heures/retards"), "list": (facilitator, "/heures/"), "company": (company, "/heures/"),
        }  # fmt: skip
        user, path = paths[page]
        client.sign_in(user.email)
        counts.append(queries_of(client, path, app))
        session.rollback()
    assert counts[0] == counts[1]
    assert counts[0] <= 22
