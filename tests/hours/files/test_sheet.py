"""What a sheet of hours writes: lines refused, drafts kept, people found, the command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.candidates.models import Participant
from clause.hours.actions import DraftData, DraftLine, open_declaration, save_draft, submit
from clause.hours.codes import DeclarationState, HourKind, LineState
from clause.hours.files.commands import hours
from clause.hours.files.reading import read_sheet
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.sheet_reader import Unreadable
from tests.hours.conftest import MARCH, World
from tests.hours.files import sheets
from tests.hours.files.filling import BOTH, NIR, counts, kept, run
from tests.hours.files.sheets import HEADINGS
from tests.support import factories as make


@BOTH
def test_all_or_nothing_unless_the_valid_lines_are_asked_for(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [HEADINGS, sheets.line(*people[0], 100), sheets.line(*people[1], "cent")]
    path = sheets.xlsx(tmp_path / "h.xlsx", rows)
    report = run(world, path)
    assert counts(report) == (2, 0, 0, 1, 1)
    assert (report.refused[0].line, report.refused[0].column, report.refused[0].value) == (
        3,
        "Heures travaillées",
        "cent",
    )
    assert world.session.scalar(select(func.count()).select_from(Declaration)) == 0
    assert counts(run(world, path, valid_only=True)) == (2, 1, 0, 0, 1)
    assert kept(world) == {(world.contracts[0].id, "work"): 10000}


@BOTH
def test_what_the_rules_never_let_pass_is_refused_line_by_line(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [HEADINGS, sheets.line(*people[0], 100), sheets.line(*people[1], 300)]
    path = sheets.xlsx(tmp_path / "h.xlsx", rows)
    report = run(world, path)
    assert counts(report) == (2, 0, 0, 1, 1)
    assert report.refused[0].line == 3
    assert "220" in report.refused[0].reason
    assert kept(world) == {}
    assert counts(run(world, path, valid_only=True)) == (2, 1, 0, 0, 1)


@BOTH
def test_what_was_typed_by_hand_is_never_overwritten_in_silence(
    world: World, people: list[Any], tmp_path: Path
) -> None:
    contract = world.contracts[0]
    declaration = world.open()
    typed = (DraftLine(contract.id, HourKind.WORK, 9000), DraftLine(contract.id, HourKind.ABSENCE, 700))
    save_draft(world.session, world.as_company, declaration, DraftData(typed, comment="Un mot"))
    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 100)])
    report = run(world, path)
    assert counts(report) == (1, 0, 1, 0, 0)
    assert "90 h dans le brouillon, 100 h dans le fichier" in report.different[0].value
    assert kept(world)[contract.id, "work"] == 9000
    report = run(world, path, update=True)
    assert counts(report) == (1, 0, 1, 0, 0)
    assert "remplacé" in report.different[0].reason
    assert kept(world) == {(contract.id, "work"): 10000, (contract.id, "absence"): 700}
    assert declaration.comment == "Un mot"
    assert run(world, path).different == []


def test_an_empty_cell_says_nothing_and_a_zero_says_zero(world: World, people: list[Any], tmp_path: Path) -> None:
    world.declared(9000, sent=False)
    blank = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], None)])
    assert counts(run(world, blank, update=True)) == (1, 0, 1, 0, 0)
    assert kept(world)[world.contracts[0].id, "work"] == 9000
    zero = sheets.xlsx(tmp_path / "z.xlsx", [HEADINGS, sheets.line(*people[0], 0)])
    run(world, zero, update=True)
    assert (world.contracts[0].id, "work") not in kept(world)


@BOTH
def test_hours_that_are_sent_or_validated_do_not_change(world: World, people: list[Any], tmp_path: Path) -> None:
    declaration = world.declared(9000)
    same = sheets.xlsx(tmp_path / "s.xlsx", [HEADINGS, *(sheets.line(*p, 90) for p in people)])
    assert counts(run(world, same)) == (2, 0, 2, 0, 0)
    other = sheets.xlsx(tmp_path / "o.xlsx", [HEADINGS, sheets.line(*people[0], 100)])
    report = run(world, other, update=True)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert "déjà envoyées" in report.refused[0].reason
    declaration.state = DeclarationState.RETURNED
    for line in declaration.lines:
        line.state = LineState.VALIDATED
    world.session.flush()
    assert "déjà validées" in run(world, other, update=True).refused[0].reason


@BOTH
def test_a_person_is_found_by_contract_first_then_by_names_and_birth(
    world: World, people: list[Any], tmp_path: Path
) -> None:
    (first, _), (second, two) = people
    rows = [
        HEADINGS,
        [None, None, None, first.reference.lower(), None, None, 10, None, None],
        [two.last_name.upper(), two.first_name.upper(), two.birth_date, None, None, None, 20, None, None],
    ]
    assert counts(run(world, sheets.xlsx(tmp_path / "h.xlsx", rows))) == (2, 2, 0, 0, 0)
    assert kept(world) == {(first.id, "work"): 1000, (second.id, "work"): 2000}


def test_a_refusal_never_tells_whether_somebody_exists_elsewhere(
    world: World, session: Session, tmp_path: Path
) -> None:
    """A person of the structure under contract in another company, and one who exists nowhere: the same answer."""
    elsewhere = make.establishment(session, "Autre SARL")
    stranger = make.participant(session, world.structure, last_name="Rousseau", first_name="Lina")
    make.contract(session, stranger, elsewhere, world.market, reference="CT-AILLEURS")
    rows = [
        HEADINGS,
        ["Rousseau", "Lina", stranger.birth_date, None, None, None, 10, None, None],
        ["Inconnue", "Personne", date(1990, 1, 1), None, None, None, 10, None, None],
        [None, None, None, "CT-AILLEURS", None, None, 10, None, None],
        [None, None, None, "CT-NULLE-PART", None, None, 10, None, None],
    ]
    report = run(world, sheets.xlsx(tmp_path / "h.xlsx", rows))
    assert len({r.reason for r in report.refused}) == 1
    assert len(report.refused) == 4


def test_lines_that_say_two_things_are_refused(world: World, people: list[Any], tmp_path: Path) -> None:
    (first, one), (_, two) = people
    rows = [
        HEADINGS,
        [two.last_name, two.first_name, two.birth_date, first.reference, None, None, 10, None, None],
        sheets.line(first, one, 10),
        sheets.line(first, one, 12),
        [one.last_name, one.first_name, one.birth_date, None, "UN-AUTRE-MARCHÉ", None, 10, None, None],
        [one.last_name, one.first_name, one.birth_date, None, None, "2026-02", 10, None, None],
        [None, None, None, None, None, None, 10, None, None],
    ]
    report = run(world, sheets.xlsx(tmp_path / "h.xlsx", rows))
    assert [r.line for r in report.refused] == [2, 4, 5, 6, 7]
    assert counts(report) == (6, 0, 0, 1, 5)


def test_two_people_of_one_name_need_a_birth_date(world: World, session: Session, tmp_path: Path) -> None:
    twins = [world.session.get_one(Participant, world.hire().participant_id) for _ in range(2)]
    for number, twin in enumerate(twins):
        twin.last_name, twin.first_name, twin.birth_date = "Petit", "Léa", date(1990 + number, 1, 1)
    session.flush()
    rows = [HEADINGS, ["PETIT", "lea", None, None, None, None, 10, None, None]]
    assert "Plusieurs personnes" in run(world, sheets.xlsx(tmp_path / "h.xlsx", rows)).refused[0].reason
    rows = [HEADINGS, ["PETIT", "lea", date(1991, 1, 1), None, None, None, 10, None, None]]
    assert counts(run(world, sheets.xlsx(tmp_path / "h.xlsx", rows))) == (1, 1, 0, 0, 0)
    assert kept(world) == {(world.contracts[3].id, "work"): 1000}


def test_a_social_security_number_is_neither_kept_nor_reported(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [
        (*HEADINGS, "N° SS"),
        [*sheets.line(*people[0], 10, comment=f"NIR {NIR}"), NIR],
        [*sheets.line(*people[1], 10), int(NIR)],
    ]
    report = run(world, sheets.xlsx(tmp_path / "h.xlsx", rows), valid_only=True)
    assert counts(report) == (2, 1, 0, 0, 1)
    assert NIR[:13] not in json.dumps(report.as_json())
    with pytest.raises(Unreadable, match="nom du fichier"):
        read_sheet(tmp_path / "h.xlsx", f"heures {NIR}.xlsx", MARCH)


def command(app: Flask, *arguments: object) -> Any:
    return app.test_cli_runner().invoke(hours, [str(a) for a in arguments])


@BOTH
def test_the_command_fills_a_draft_and_says_what_it_did(
    app: Flask, world: World, people: list[Any], tmp_path: Path
) -> None:
    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 10), sheets.line(*people[1], "x")])
    reference = world.market.reference
    world.session.commit()
    asked = (path, "--market", reference, "--month", "2026-03")
    result = command(app, *asked, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["read"], report["held"], len(report["refused"])) == (2, 1, 1)
    result = command(app, *asked, "--valid-only")
    assert result.exit_code == 1
    assert "1 écrite" in result.stdout
    assert command(app, *asked, "--valid-only", "--json").exit_code == 1
    path = sheets.xlsx(tmp_path / "ok.xlsx", [HEADINGS, sheets.line(*people[0], 10)])
    assert command(app, path, "--market", reference, "--month", "2026-03").exit_code == 0
    assert command(app, tmp_path / "absent.xlsx", "--market", reference, "--month", "2026-03").exit_code == 2
    assert command(app, path, "--market", "RIEN", "--month", "2026-03", "--json").exit_code == 1
    world.session.rollback()
    line = world.session.scalars(select(DeclarationLine)).one()
    assert (line.hours, line.state) == (1000, LineState.DECLARED)
    state = world.session.scalars(select(Declaration.state)).one()
    assert state is DeclarationState.DRAFT


def test_the_command_asks_which_company_where_several_declare(
    app: Flask, world: World, people: list[Any], session: Session, tmp_path: Path
) -> None:
    other = make.establishment(session, "Interim Val")
    person = make.participant(session, world.structure)
    make.contract(session, person, other, world.market)
    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 10)])
    reference, siret = world.market.reference, world.company.siret
    session.commit()
    asked = (path, "--market", reference, "--month", "2026-03")
    assert "--company" in command(app, *asked).stderr
    assert command(app, *asked, "--company", siret).exit_code == 0
    assert command(app, *asked, "--company", siret[:9]).exit_code == 0
    assert command(app, *asked, "--company", make.siret()).exit_code == 1


@BOTH
def test_an_import_leaves_the_months_of_others_alone(world: World, people: list[Any], tmp_path: Path) -> None:
    """What another month and the other person's draft hold stays; nothing becomes sent."""
    february = open_declaration(
        world.session, world.as_company, world.market, world.company.company_id, date(2026, 2, 1)
    )
    lines = tuple(DraftLine(c.id, HourKind.WORK, 8000) for c in world.contracts)
    save_draft(world.session, world.as_company, february, DraftData(lines))
    submit(world.session, world.as_company, february)
    march = world.open()
    save_draft(
        world.session, world.as_company, march, DraftData((DraftLine(world.contracts[1].id, HourKind.WORK, 7000),))
    )
    run(world, sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 10)]))
    found = world.session.execute(
        select(DeclarationLine.month, DeclarationLine.hours).order_by(DeclarationLine.id)
    ).all()
    assert [tuple(row) for row in found] == [(date(2026, 2, 1), 8000)] * 2 + [(MARCH, 7000), (MARCH, 1000)]
