"""How a sheet of hours is read: formats, durations, layouts of other tools."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clause.hours.actions import DraftData, DraftLine, save_draft
from clause.hours.codes import DeclarationState, HourKind, HoursBasis
from clause.hours.files.filling import Month, Options, fill
from clause.hours.files.mappings import headings_of, keep_mapping
from clause.hours.files.reading import Unknown, hours_of, read_sheet
from clause.hours.files.rules.columns import Col
from clause.hours.files.template import template
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.values import BadValue
from clause.organisations.models import Company
from tests.hours.conftest import MARCH, World
from tests.hours.files import sheets
from tests.hours.files.filling import BOTH, NIR, WRITERS, counts, kept, run
from tests.hours.files.sheets import HEADINGS


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_fills_a_draft_and_again_changes_nothing(
    world: World, people: list[Any], tmp_path: Path, ending: str
) -> None:
    rows = [
        HEADINGS, sheets.line(*people[0], "104.5", 7, "Chantier arrêté deux jours"), sheets.line(*people[1], "35h30"),
    ]  # fmt: skip
    path = WRITERS[ending](tmp_path / f"heures.{ending}", rows)
    assert counts(run(world, path)) == (2, 2, 0, 0, 0)
    first, second = world.contracts
    assert kept(world) == {(first.id, "work"): 10450, (first.id, "training"): 700, (second.id, "work"): 3550}
    declaration = world.session.scalars(select(Declaration)).one()
    assert declaration.state is DeclarationState.DRAFT
    assert declaration.submitted_at is None
    version = declaration.version
    assert counts(run(world, path)) == (2, 0, 2, 0, 0)
    assert declaration.version == version


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("35,5", 3550), ("35.5", 3550), ("35h30", 3550), ("35:30", 3550), (35.5, 3550), (35, 3500), (0, 0),
        (timedelta(hours=35, minutes=30), 3550), (time(8, 0), 800), (datetime(1900, 1, 1, 11, 30), 3550),
        (0.1 + 0.2, 30), ("1 607", 160700), ("151,67", 15167),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(cell: Any, expected: int) -> None:
    assert hours_of(cell) == expected


@pytest.mark.parametrize(
    "cell", [True, date(2026, 3, 1), datetime(2026, 3, 1, 8), "beaucoup", -3, "35,555", timedelta(hours=-1)]
)
def test_what_is_not_hours_is_refused(cell: Any) -> None:
    with pytest.raises(BadValue):
        hours_of(cell)


@pytest.mark.parametrize("number_format", ["[h]:mm", "h:mm", "[hh]:mm:ss"])
def test_a_duration_typed_in_a_spreadsheet_is_a_duration(
    world: World, people: list[Any], tmp_path: Path, number_format: str
) -> None:
    rows = [HEADINGS, sheets.line(*people[0], 35.5 / 24), sheets.line(*people[1], 8 / 24)]
    path = sheets.xlsx(tmp_path / "h.xlsx", rows, formats={"G2": number_format, "G3": number_format})
    run(world, path)
    assert sorted(kept(world).values()) == [800, 3550]


def test_a_duration_of_an_ods_is_a_duration(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [HEADINGS, sheets.line(*people[0], timedelta(hours=135, minutes=30))]
    run(world, sheets.ods(tmp_path / "h.ods", rows))
    assert list(kept(world).values()) == [13550]


def test_a_formula_in_error_is_refused_with_its_place(world: World, people: list[Any], tmp_path: Path) -> None:
    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], "#N/A")])
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["Heures"]["G2"].data_type = "e"
    book.save(path)
    report = run(world, path)
    [refused] = report.refused
    assert (refused.where, refused.line, refused.column) == ("Heures", 2, "Heures travaillées")
    assert "#N/A" in refused.reason


def test_titles_totals_and_empty_lines_are_not_people(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [
        ["Relevé de mars"],
        [],
        HEADINGS,
        sheets.line(*people[0], 10),
        [None] * 9,
        ["TOTAL", None, None, None, None, None, 10, None, None],
    ]
    report = run(world, sheets.xlsx(tmp_path / "h.xlsx", rows))
    assert counts(report) == (1, 1, 0, 0, 0)
    assert [w.line for w in report.warnings] == [6]


def test_our_template_is_filled_with_the_people_of_the_month_and_reads_back(world: World, tmp_path: Path) -> None:
    world.declared(9000, sent=False)
    meant = Month(world.market, world.session.get_one(Company, world.company.company_id), MARCH)
    path = tmp_path / "modele.xlsx"
    path.write_bytes(template(world.session, world.as_company, meant))
    report = run(world, path)
    assert counts(report) == (2, 0, 2, 0, 0)
    assert report.different == []


@BOTH
def test_another_layout_is_mapped_once_and_found_again(world: World, people: list[Any], tmp_path: Path) -> None:
    rows = [
        ["Export paie"], ["Matr.", "Collaborateur", "Qté"],
        ["M1", f"{people[0][1].first_name} {people[0][1].last_name}", "12,5"],
    ]  # fmt: skip
    path = sheets.xlsx(tmp_path / "p.xlsx", rows)
    unknown = read_sheet(path, "p.xlsx", MARCH)
    assert isinstance(unknown, Unknown)
    assert unknown.headings[:3] == ("Matr.", "Collaborateur", "Qté")
    said = {Col.FULL_NAME: "Collaborateur", Col.WORK: "Qté"}
    mapping = keep_mapping(world.session, world.as_company, world.company.company_id, "Paie", said)
    meant = Month(world.market, world.session.get_one(Company, world.company.company_id), MARCH)
    sheet = read_sheet(path, "p.xlsx", MARCH, [headings_of(mapping)])
    assert not isinstance(sheet, Unknown)
    assert counts(fill(world.session, world.as_company, meant, sheet, Options())) == (1, 1, 0, 0, 0)
    assert list(kept(world).values()) == [1250]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", {Col.FULL_NAME: "A", Col.WORK: "B"}),
        ("Paie", {Col.WORK: "B"}),
        ("Paie", {Col.FULL_NAME: "A"}),
        ("Paie", {Col.FULL_NAME: "A", Col.WORK: "a"}),
        (f"Paie {NIR}", {Col.FULL_NAME: "A", Col.WORK: "B"}),
    ],
)
def test_a_mapping_that_says_too_little_is_refused(world: World, name: str, said: dict[Col, str]) -> None:
    with pytest.raises(Refused):
        keep_mapping(world.session, world.as_company, world.company.company_id, name, said)


def test_of_several_sheets_only_the_one_of_the_month_is_read(world: World, people: list[Any], tmp_path: Path) -> None:
    import openpyxl

    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 10)], title="Mars 2026")
    book = openpyxl.load_workbook(path)
    for name in ("Février 2026", "Avril 2026"):
        book.create_sheet(name).append(list(HEADINGS))
        book[name].append(["Ailleurs", "Un", None, None, None, None, 99, None, None])
    book.save(path)
    assert counts(run(world, path)) == (1, 1, 0, 0, 0)
    book["Mars 2026"].title = "Un"
    book["Février 2026"].title = "Deux"
    book.save(path)
    with pytest.raises(Unreadable, match="Plusieurs feuilles"):
        read_sheet(path, "h.xlsx", MARCH)


def test_paid_hours_become_worked_hours_when_the_sheet_says_so(world: World, people: list[Any], tmp_path: Path) -> None:
    line = DraftLine(world.contracts[0].id, HourKind.WORK, 10000, basis=HoursBasis.PAID)
    save_draft(world.session, world.as_company, world.open(), DraftData((line,)))
    path = sheets.xlsx(tmp_path / "h.xlsx", [HEADINGS, sheets.line(*people[0], 100)])
    assert "payées" in run(world, path).different[0].value
    run(world, path, update=True)
    assert world.session.scalars(select(DeclarationLine.hours_basis)).one() is HoursBasis.WORKED
