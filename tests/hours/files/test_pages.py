"""The pages of a month filled from a file: sent, mapped once, decided again, seen by nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from clause.access import Role
from clause.accounts.models import ReadLog
from clause.candidates.models import Participant
from clause.hours.actions import DraftData, DraftLine, save_draft
from clause.hours.codes import HourKind, HoursBasis
from clause.hours.files.models import CompanyFileMapping, PayrollHours
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.db import open_for_reading, open_for_writing
from clause.organisations.models import Company
from tests.hours.conftest import World
from tests.hours.files import sheets
from tests.hours.files.sheets import HEADINGS
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.queries import count_queries


@pytest.fixture
def scene(app: Flask, world: World, tmp_path: Path) -> dict[str, Any]:
    """Two people, and their month by the company and by the facilitator."""
    people = [world.session.get_one(Participant, c.participant_id) for c in world.contracts]
    company = world.session.get_one(Company, world.company.company_id)
    rows = [
        HEADINGS, sheets.line(world.contracts[0], people[0], 100), sheets.line(world.contracts[1], people[1], 50, 7),
    ]  # fmt: skip
    found = {
        "good": sheets.xlsx(tmp_path / "heures.xlsx", rows).read_bytes(),
        "bad": sheets.xlsx(tmp_path / "faux.xlsx", [*rows[:2], sheets.line(world.contracts[1], people[1], "x")]).read_bytes(),
        "own": sheets.xlsx(tmp_path / "paie.xlsx", [["Qui", "Qté"], [f"{people[0].first_name} {people[0].last_name}", "12,5"]]).read_bytes(),
        "company": world.company_user(), "facilitator": world.facilitator_user(),
        "grid": f"/heures/saisie/{world.market.public_id}/2026-03",
        "statement": f"/heures/releve/{world.market.public_id}/{company.public_id}/2026-03",
        "keys": [c.public_id for c in world.contracts], "market": world.market.public_id,
        "contract": world.contracts[0].id,
        "stranger": make.user(world.session, Role.COMPANY, company_id=make.establishment(world.session, "Autre").company_id),
    }  # fmt: skip
    make.committed(world.session, found["company"], found["facilitator"], found["stranger"])
    open_for_reading(world.session)
    return found


@contextmanager
def writing(world: World) -> Iterator[None]:
    """A short write of the test itself: nothing is held while the client asks for pages."""
    world.session.rollback()
    open_for_writing(world.session)
    yield
    world.session.commit()
    open_for_reading(world.session)


def send(client: Client, base: str, content: bytes, name: str = "heures.xlsx", **form: str) -> Any:
    data = {"file": (io.BytesIO(content), name), **form}
    return client.post(f"{base}/fichier", data=data, content_type="multipart/form-data")


def drafts(world: World) -> list[int]:
    world.session.rollback()
    return sorted(world.session.scalars(select(DeclarationLine.hours)))


@pytest.mark.parametrize(("who", "base"), [("company", "grid"), ("facilitator", "statement")])
def test_a_file_fills_the_draft_and_the_same_again_is_known(
    app: Flask, world: World, scene: dict[str, Any], who: str, base: str
) -> None:
    client = signed_in(app, scene[who])
    assert "Télécharger le modèle" in client.get(f"{scene[base]}/fichier").get_data(as_text=True)
    answer = send(client, scene[base], scene["good"])
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert "Le brouillon est rempli" in page
    assert drafts(world) == [700, 5000, 10000]
    page = client.get(send(client, scene[base], scene["good"]).location).get_data(as_text=True)
    assert "dit déjà tout" in page
    assert "Brouillon" in client.get(scene[base]).get_data(as_text=True)


def test_refused_lines_are_said_downloaded_and_the_good_ones_kept_on_demand(
    app: Flask, world: World, scene: dict[str, Any]
) -> None:
    client = signed_in(app, scene["company"])
    result = send(client, scene["grid"], scene["bad"]).location
    page = client.get(result).get_data(as_text=True)
    assert "Rien n'est écrit" in page.replace("&#39;", "'")
    assert "Heures, ligne 3" in page
    book = load_workbook(io.BytesIO(client.get(f"{result}/compte-rendu.xlsx").data))
    assert any("ligne" in str(c).lower() for row in book.active.iter_rows(values_only=True) for c in row if c)
    assert drafts(world) == []
    assert world.session.scalar(select(func.count()).select_from(Declaration)) == 0
    page = client.get(client.post(result, data={"valid_only": "1"}).location).get_data(as_text=True)
    assert "Le brouillon est rempli" in page
    assert drafts(world) == [10000]


def test_a_difference_is_applied_only_when_it_is_asked(app: Flask, world: World, scene: dict[str, Any]) -> None:
    client = signed_in(app, scene["company"])
    client.post(scene["grid"], data={"rows": f"{scene['keys'][0]}-0", f"{scene['keys'][0]}-0-work": "90", "version": "0", "action": "save"})  # fmt: skip
    assert drafts(world) == [9000]
    result = send(client, scene["grid"], scene["good"]).location
    assert "Prendre les valeurs du fichier" in client.get(result).get_data(as_text=True)
    assert drafts(world) == [700, 5000, 9000]
    answer = client.post(result, data={"update": "1"})
    assert drafts(world) == [700, 5000, 10000]
    # Nothing is left to decide: the content is gone, the report stays a while.
    token = answer.location.rsplit("/", 1)[1]
    assert not (app.config["CLAUSE"].data_dir / "waiting" / token).exists()
    assert client.get(answer.location).status_code == 200


def test_an_unknown_layout_is_said_once_and_read_alone_the_next_time(
    app: Flask, world: World, scene: dict[str, Any]
) -> None:
    client = signed_in(app, scene["company"])
    mapping = send(client, scene["grid"], scene["own"], "paie.xlsx").location
    page = client.get(mapping)
    assert "Colonnes de votre fichier" in page.get_data(as_text=True)
    said = {"full_name": "Qui", "work": "Qté"}
    refused = client.post(mapping, data=said)
    assert refused.status_code == 422
    assert "Donnez un nom" in refused.get_data(as_text=True)
    assert 'value="Qté" selected' in refused.get_data(as_text=True)
    assert client.post(mapping, data={"name": "Paie", "work": "Qté"}).status_code == 422
    page = client.get(client.post(mapping, data={**said, "name": "Paie"}).location)
    assert "Le brouillon est rempli" in page.get_data(as_text=True)
    assert drafts(world) == [1250]
    again = client.get(send(client, scene["grid"], scene["own"], "paie.xlsx").location).get_data(as_text=True)
    assert "dit déjà tout" in again
    row = world.session.scalars(select(CompanyFileMapping)).one()
    public_id = row.public_id
    world.session.rollback()
    assert signed_in(app, scene["stranger"]).get(f"{scene['grid']}/fichier").status_code == 404
    assert client.post(f"{scene['grid']}/fichier", data={"forget": public_id}).status_code == 302
    world.session.rollback()
    assert world.session.scalars(select(CompanyFileMapping)).all() == []


def test_a_column_taken_for_another_is_said_again_and_the_file_has_its_own_name(
    app: Flask, world: World, scene: dict[str, Any]
) -> None:
    """« Chantier » looks like the market; where it is the company's own site, the refusal must not be the end."""
    people = [world.session.get_one(Participant, c.participant_id) for c in world.contracts]
    rows = "".join(f"{p.last_name} {p.first_name};12,5;Site A\n" for p in people)
    client = signed_in(app, scene["company"])
    result = send(client, scene["grid"], f"Salarié;Heures;Chantier\n{rows}".encode(), "paie.csv").location
    page = client.get(result).get_data(as_text=True)
    assert "paie.csv, ligne 2" in page
    assert result.rsplit("/", 1)[1] not in re.sub(r'(href|action)="[^"]*"', "", page)
    assert f"{result}?colonnes=1" in page
    asked = client.get(f"{result}?colonnes=1").get_data(as_text=True)
    assert "Ce que contiennent vos colonnes" in asked
    said = {"name": "Paie", "full_name": "Salarié", "work": "Heures"}
    page = client.get(client.post(f"{result}?colonnes=1", data=said).location).get_data(as_text=True)
    assert "Le brouillon est rempli" in page
    assert drafts(world) == [1250, 1250]


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "vide"), (b"%PDF-1.7 rien", "classeur"), (b"PK\x03\x04 rien", "classeur"), (b"\x00" * 500, "classeur")],
)
def test_a_file_that_is_no_sheet_is_refused_and_not_kept(
    app: Flask, scene: dict[str, Any], content: bytes, word: str
) -> None:
    client = signed_in(app, scene["company"])
    answer = send(client, scene["grid"], content)
    assert answer.status_code == 422
    assert word in answer.get_data(as_text=True)
    assert list((app.config["CLAUSE"].data_dir / "waiting").iterdir()) == []
    assert client.post(f"{scene['grid']}/fichier").status_code == 422


def test_a_file_is_for_who_sent_it_alone(app: Flask, world: World, scene: dict[str, Any]) -> None:
    result = send(signed_in(app, scene["company"]), scene["grid"], scene["bad"]).location
    with writing(world):
        colleague = world.company_user()
    world.session.refresh(colleague)
    for user in (colleague, scene["stranger"], scene["facilitator"]):
        assert signed_in(app, user).get(result).status_code in (403, 404)
    token = result.rsplit("/", 1)[1]
    assert signed_in(app, scene["facilitator"]).get(f"{scene['statement']}/fichier/{token}").status_code == 404
    company = signed_in(app, scene["company"])
    assert company.get(f"{scene['grid'].replace('2026-03', '2026-02')}/fichier/{token}").status_code == 404
    assert company.get(f"{scene['grid']}/fichier/..%2F..%2Fclause.db").status_code == 404


def test_the_template_is_filled_and_its_reading_is_traced(app: Flask, world: World, scene: dict[str, Any]) -> None:
    client = signed_in(app, scene["company"])
    answer = client.get(f"{scene['grid']}/modele.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Le brouillon" in client.get(send(client, scene["grid"], answer.data).location).get_data(as_text=True)
    world.session.rollback()
    assert world.session.scalar(select(func.count()).select_from(ReadLog)) == 2


def dsn_form(scene: dict[str, Any], **more: str) -> dict[str, str]:
    first, second = scene["keys"]
    return {
        f"paid-{first}": "10450", f"overtime-{first}": "600", f"hours-{first}-{scene['market']}": "104,5",
        f"paid-{second}": "jours", f"overtime-{second}": "0", f"hours-{second}-{scene['market']}": "126", **more,
    }  # fmt: skip


@pytest.mark.parametrize(("who", "base"), [("company", "grid"), ("facilitator", "statement")])
def test_what_the_browser_read_goes_into_the_draft_to_be_confirmed(
    app: Flask, world: World, scene: dict[str, Any], who: str, base: str
) -> None:
    client = signed_in(app, scene[who])
    assert client.get(f"{scene[base]}/dsn").status_code == 200
    answer = client.post(f"{scene[base]}/dsn", data=dsn_form(scene))
    assert answer.location == scene[base]
    assert drafts(world) == [10450, 12600]
    rows = world.session.execute(select(PayrollHours.hours, PayrollHours.overtime)).all()
    assert {tuple(r) for r in rows} == {(10450, 600), (None, 0)}
    world.session.rollback()
    page = client.get(scene[base]).get_data(as_text=True)
    assert "sont-ce les heures travaillées" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    key = scene["keys"][0]
    # Saving the grid as it is leaves the hours paid; confirming makes them worked.
    form = {"rows": f"{key}-0", f"{key}-0-work": "104,5", "version": version[1], "action": "save"}
    client.post(scene[base], data=form)
    world.session.rollback()
    assert HoursBasis.PAID in world.session.scalars(select(DeclarationLine.hours_basis)).all()
    world.session.rollback()
    client.post(f"{scene[base]}/payees", data={"contract": key})
    world.session.rollback()
    assert set(world.session.scalars(select(DeclarationLine.hours_basis))) == {HoursBasis.WORKED}


def test_hours_that_are_changed_in_the_grid_are_worked(app: Flask, world: World, scene: dict[str, Any]) -> None:
    client = signed_in(app, scene["company"])
    client.post(f"{scene['grid']}/dsn", data=dsn_form(scene))
    key = scene["keys"][0]
    version = re.search(r'name="version" value="(\d+)"', client.get(scene["grid"]).get_data(as_text=True))
    assert version is not None
    client.post(
        scene["grid"], data={"rows": f"{key}-0", f"{key}-0-work": "98", "version": version[1], "action": "save"}
    )
    world.session.rollback()
    lines = world.session.execute(select(DeclarationLine.hours, DeclarationLine.hours_basis).where(DeclarationLine.employment_contract_id == scene["contract"])).all()  # fmt: skip
    assert [tuple(line) for line in lines] == [(9800, HoursBasis.WORKED)]


def test_a_share_beyond_the_total_and_a_word_are_refused_with_what_was_typed(
    app: Flask, world: World, scene: dict[str, Any]
) -> None:
    client = signed_in(app, scene["company"])
    box = f"hours-{scene['keys'][0]}-{scene['market']}"
    for typed, word in (("200", "Vous répartissez"), ("beaucoup", "n'est pas un nombre")):
        answer = client.post(f"{scene['grid']}/dsn", data=dsn_form(scene, **{box: typed}))
        page = answer.get_data(as_text=True).replace("&#39;", "'")
        assert answer.status_code == 422
        assert word in page
        assert f'value="{typed}"' in page
    assert client.post(f"{scene['grid']}/dsn").status_code == 422
    assert drafts(world) == []


def test_a_made_up_request_reads_nothing_of_people_of_others(app: Flask, world: World, scene: dict[str, Any]) -> None:
    with writing(world):
        elsewhere = make.contract(world.session, make.participant(world.session, world.structure), make.establishment(world.session), world.market)  # fmt: skip
    key = elsewhere.public_id
    client = signed_in(app, scene["company"])
    assert key not in client.get(f"{scene['grid']}/dsn").get_data(as_text=True)
    assert client.post(f"{scene['grid']}/dsn", data={f"paid-{key}": "1000"}).status_code == 422
    client.post(f"{scene['grid']}/dsn", data={f"paid-{scene['keys'][0]}": "99999999999"})
    world.session.rollback()
    assert world.session.scalars(select(PayrollHours.hours)).all() in ([], [None])


def test_pages_ask_the_same_number_of_queries_for_2_and_20_people(
    app: Flask, world: World, scene: dict[str, Any]
) -> None:
    client = signed_in(app, scene["company"])
    counts = []
    for _round in range(2):
        with count_queries(app) as seen:
            client.get(f"{scene['grid']}/dsn")
            client.get(f"{scene['grid']}/modele.xlsx")
        counts.append(len([statement for statement in seen if statement.startswith("SELECT")]))
        with writing(world):
            for _ in range(18):
                world.hire()
    assert counts[0] == counts[1]


def test_a_declaration_by_hand_survives_a_refused_import(app: Flask, world: World, scene: dict[str, Any]) -> None:
    with writing(world):
        line = DraftLine(world.contracts[1].id, HourKind.WORK, 4000)
        save_draft(world.session, world.as_company, world.open(), DraftData((line,)))
    send(signed_in(app, scene["company"]), scene["grid"], scene["bad"])
    assert drafts(world) == [4000]
