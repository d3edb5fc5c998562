"""A DSN fills drafts with hours paid, keeps a ceiling, and leaves nothing of anybody else anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, Text, select
from sqlalchemy.types import JSON

from clause.candidates.models import Assignment, EmploymentContract, Participant
from clause.hours.actions import DraftData, DraftLine, save_draft, submit
from clause.hours.codes import DeclarationState, HourKind, HoursBasis
from clause.hours.files.ceiling import over_payroll
from clause.hours.files.commands import dsn
from clause.hours.files.models import PayrollHours
from clause.hours.files.payroll import Entry, confirm_worked, take_payroll
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.db import Base
from clause.kernel.refusals import Refused
from clause.kernel.report import Report
from clause.organisations.codes import EmployerType
from clause.organisations.models import Company
from clause.organisations.register import establishment_by_siret
from tests.hours.conftest import MARCH, World
from tests.support import factories as make
from tests.support.dsn import NIR, Dsn, Employee, Pay, golden_like, reference_file

BOTH = pytest.mark.usefixtures("engine")
GOLDEN = (
    ("d'Orgeval", "Inès", date(1994, 8, 15), "C-1", date(2026, 1, 5)),
    ("Loeuvre-Étienne", "Zoé", date(1980, 1, 1), "C-2", date(2020, 2, 1)),
    ("Tran", "Mai", date(1988, 11, 23), "M-1", date(2026, 3, 2)),
    ("Cadre", "Paul", date(1975, 10, 10), "C-4", date(2015, 1, 1)),
)  # fmt: skip


def hire_the_golden_people(world: World) -> dict[str, EmploymentContract]:
    """The people of the made-up DSN, under contract on the world's market; its fifth employee is not of the clause."""
    contracts = {}
    for last, first, born, reference, since in GOLDEN:
        person = make.participant(world.session, world.structure, last_name=last, first_name=first, birth_date=born)
        make.eligible(world.session, person)
        contracts[reference] = make.contract(
            world.session, person, world.company, world.market, reference=reference, starts_on=since, ends_on=None
        )
        if reference == "M-1":
            contracts["M-2"] = make.contract(world.session, person, world.company, world.market, reference="M-2", starts_on=date(2026, 3, 16))  # fmt: skip
    return contracts


@pytest.fixture
def golden(builder: Callable[..., World], session: Any) -> World:
    return builder(session, 0)


def run(app: Flask, *arguments: object) -> Any:
    return app.test_cli_runner().invoke(dsn, [str(a) for a in arguments])


def company_of(world: World) -> Company:
    return world.session.get_one(Company, world.company.company_id)


def paid_by_reference(world: World) -> dict[str, tuple[int | None, int]]:
    rows = world.session.execute(
        select(EmploymentContract.reference, PayrollHours.hours, PayrollHours.overtime).join(
            PayrollHours, PayrollHours.employment_contract_id == EmploymentContract.id
        )
    )
    return {reference: (hours, overtime) for reference, hours, overtime in rows}


def drafts(world: World) -> list[tuple[int, HoursBasis]]:
    world.session.flush()
    rows = world.session.execute(
        select(DeclarationLine.hours, DeclarationLine.hours_basis).order_by(DeclarationLine.hours)
    )
    return [tuple(row) for row in rows]


@BOTH
def test_the_command_reads_a_dsn_and_again_changes_nothing(app: Flask, golden: World, tmp_path: Path) -> None:
    hire_the_golden_people(golden)
    path = golden_like(golden.company.siret).write(tmp_path / "mars.dsn")
    golden.session.commit()
    result = run(app, path, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["read"], report["written"], report["known"], report["refused"]) == (5, 5, 0, [])
    golden.session.rollback()
    assert paid_by_reference(golden) == {"C-1": (10450, 0), "C-2": (15167, 600), "M-1": (7000, 0), "M-2": (6300, 0), "C-4": (None, 0)}  # fmt: skip
    assert drafts(golden) == [(hours, HoursBasis.PAID) for hours in (6300, 7000, 10450, 15167)]
    assert golden.session.scalars(select(Declaration.state)).one() is DeclarationState.DRAFT
    asked = {r["column"]: (r["value"], r["reason"]) for r in report["warnings"]}
    assert "saisissez" in asked["C-4"][1]
    assert "6 h supplémentaires" in asked["C-2"][0]
    golden.session.rollback()
    report = json.loads(run(app, path, "--json").stdout)
    assert (report["read"], report["written"], report["known"], report["different"]) == (5, 0, 5, [])


@BOTH
def test_nothing_of_a_number_or_of_anybody_else_is_stored_said_or_logged(
    app: Flask, golden: World, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    hire_the_golden_people(golden)
    path = golden_like(golden.company.siret).write(tmp_path / "mars.dsn")
    golden.session.commit()
    said = run(app, path).output + run(app, path, "--json").output + "".join(capfd.readouterr())
    golden.session.rollback()
    said += "".join(_texts(golden))
    files = [p for p in tmp_path.rglob("*") if p.is_file() and p != path]
    said += "".join(p.read_bytes().decode("latin-1") for p in files)
    for secret in (NIR, "1700512345678", "SECRETARIAT", "GISELE"):
        assert secret not in said
    assert not re.search(r"(?<!\w)1390(20)?(?!\w)", said), (
        "the pay; as a word, for random addresses hold any four digits"
    )
    assert "C-1" in said


def _texts(world: World) -> list[str]:
    """Every text of every table."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, String | Text | JSON)]
        for row in world.session.execute(select(*columns)) if columns else ():
            found += [str(value) for value in row if value is not None]
    return found


def test_a_company_or_a_month_that_is_not_known_is_read_for_nothing(app: Flask, golden: World, tmp_path: Path) -> None:
    hire_the_golden_people(golden)
    unknown = golden_like(make.siret()).write(tmp_path / "autre.dsn")
    other = golden_like(golden.company.siret)
    other.month = "01032014"
    other.write(tmp_path / "ancien.dsn")
    golden.session.commit()
    for path, word in ((unknown, "n'est pas connue"), (tmp_path / "ancien.dsn", "personne sous contrat")):
        result = run(app, path, "--json")
        assert result.exit_code == 0
        report = json.loads(result.stdout)
        assert report["read"] == 0
        assert word in report["warnings"][0]["reason"]
        assert word in run(app, path).stdout


def test_what_is_no_monthly_dsn_is_read_for_nothing(app: Flask, golden: World, tmp_path: Path) -> None:
    hire_the_golden_people(golden)
    golden.session.commit()
    signal = golden_like(golden.company.siret)
    signal.nature = "07"
    cancel = golden_like(golden.company.siret)
    cancel.kind = "04"
    for number, each in enumerate((signal, cancel)):
        result = run(app, each.write(tmp_path / f"{number}.dsn"), "--json")
        assert (result.exit_code, json.loads(result.stdout)["read"]) == (0, 0)
    assert run(app, tmp_path / "absent.dsn").exit_code == 2
    (tmp_path / "x.dsn").write_bytes(b"%PDF-1.7")
    assert run(app, tmp_path / "x.dsn", "--json").exit_code == 2
    (tmp_path / "ligne.dsn").write_bytes(b"S10.G00.00.001,'" + b"x" * 3_000_000)
    assert run(app, tmp_path / "ligne.dsn").exit_code == 2


def test_only_a_dsn_that_replaces_changes_what_one_gave(app: Flask, golden: World, tmp_path: Path) -> None:
    hire_the_golden_people(golden)
    golden.session.commit()
    first = golden_like(golden.company.siret)
    run(app, first.write(tmp_path / "1.dsn"))
    second = golden_like(golden.company.siret)
    second.employees[0].pays[0].activities = [("01", "90.00", "10")]
    report = json.loads(run(app, second.write(tmp_path / "2.dsn"), "--json").stdout)
    assert (report["known"], len(report["different"])) == (5, 1)
    golden.session.rollback()
    assert paid_by_reference(golden)["C-1"] == (10450, 0)
    golden.session.rollback()
    second.kind = "03"
    report = json.loads(run(app, second.write(tmp_path / "3.dsn"), "--json").stdout)
    assert (report["written"], report["known"], report["different"]) == (1, 4, [])
    golden.session.rollback()
    assert paid_by_reference(golden)["C-1"] == (9000, 0)
    assert (9000, HoursBasis.PAID) in drafts(golden)


def take(world: World, entries: dict[EmploymentContract, Entry], **options: bool) -> Report:
    report = take_payroll(
        world.session, world.as_company, company_of(world), MARCH, {c.id: e for c, e in entries.items()}, **options
    )
    assert report.adds_up
    return report


@BOTH
def test_hours_typed_by_hand_stay_and_the_difference_is_said(world: World) -> None:
    first, second = world.contracts
    save_draft(world.session, world.as_company, world.open(), DraftData((DraftLine(first.id, HourKind.WORK, 9000),)))
    report = take(world, {first: Entry(10000), second: Entry(5000)})
    assert [r.value for r in report.different] == ["90 h dans le brouillon, 100 h d'après la DSN"]
    assert drafts(world) == [(5000, HoursBasis.PAID), (9000, HoursBasis.WORKED)]
    take(world, {first: Entry(10000)}, update=True)
    assert drafts(world) == [(5000, HoursBasis.PAID), (10000, HoursBasis.PAID)]


def test_a_month_that_is_sent_keeps_its_hours_and_gets_its_ceiling(world: World) -> None:
    declaration = world.declared(14000)
    report = take(world, {world.contracts[0]: Entry(10000)}, update=True)
    assert "déjà envoyées" in report.warnings[-1].reason
    assert {line.hours for line in declaration.lines} == {14000}
    assert world.session.scalars(select(PayrollHours.hours)).one() == 10000


def test_who_works_on_two_markets_has_a_total_to_share(world: World) -> None:
    contract = world.contracts[0]
    other = make.market(world.session, make.operation(world.session, world.structure), world.company)
    make.add(world.session, Assignment(employment_contract_id=contract.id, market_id=other.id))
    report = take(world, {contract: Entry(10000)})
    assert drafts(world) == []
    assert "répartissez" in report.warnings[0].reason
    take(world, {contract: Entry(10000, shares={world.market.id: 6000, other.id: 4000})})
    assert drafts(world) == [(4000, HoursBasis.PAID), (6000, HoursBasis.PAID)]
    lines = world.session.scalars(select(DeclarationLine.market_id)).all()
    assert sorted(lines) == sorted([world.market.id, other.id])


def test_a_value_typed_in_place_of_days_is_worked(world: World) -> None:
    take(world, {world.contracts[0]: Entry(None, shares={world.market.id: 12600})})
    assert drafts(world) == [(12600, HoursBasis.WORKED)]


def test_more_than_the_law_lets_pass_is_left_to_be_typed(world: World) -> None:
    first, second = world.contracts
    report = take(world, {first: Entry(30000), second: Entry(10000)})
    assert drafts(world) == [(10000, HoursBasis.PAID)]
    assert any("220" in r.reason for r in report.warnings)


def test_people_of_others_are_never_taken(world: World) -> None:
    """Another company's contract, named by its id, is left out: nothing is read of it."""
    elsewhere = make.contract(world.session, make.participant(world.session, world.structure), make.establishment(world.session), world.market)  # fmt: skip
    assert take(world, {elsewhere: Entry(10000)}).read == 0
    assert world.session.scalars(select(PayrollHours)).all() == []


@BOTH
def test_hours_paid_become_worked_when_somebody_says_so(world: World) -> None:
    first, second = world.contracts
    take(world, {first: Entry(10000), second: Entry(5000)})
    declaration = world.open()
    assert confirm_worked(world.session, world.as_company, declaration, {first.id}, declaration.version) == 1
    assert drafts(world) == [(5000, HoursBasis.PAID), (10000, HoursBasis.WORKED)]
    with pytest.raises(Refused):
        confirm_worked(world.session, world.as_company, declaration, {second.id}, declaration.version - 1)
    submit(world.session, world.as_company, declaration)
    with pytest.raises(Refused, match="déjà envoyées"):
        confirm_worked(world.session, world.as_company, declaration, {second.id})


def test_what_goes_beyond_the_pay_slip_is_said_over_all_markets(world: World) -> None:
    contract = world.contracts[0]
    take(world, {contract: Entry(10000, 500)})
    assert over_payroll(world.session, MARCH, {contract.id: 501}, []).keys() == {contract.id}
    declaration = world.open()
    assert over_payroll(world.session, MARCH, {contract.id: 10500}, [declaration.id]) == {}
    assert over_payroll(world.session, MARCH, {contract.id: 10501}, [declaration.id]).keys() == {contract.id}
    findings = save_draft(world.session, world.as_company, declaration, DraftData((DraftLine(contract.id, HourKind.WORK, 11000),)))  # fmt: skip
    assert any("d'après la paie" in f.sentence and not f.blocking for f in findings)


def test_a_person_of_a_neighbouring_structure_is_taken_under_its_own_name(
    app: Flask, world: World, tmp_path: Path
) -> None:
    """A DSN is the company's: each structure gets its own people, and --structure narrows to one."""
    neighbour = make.structure(world.session, "PLIE voisin")
    market = make.market(world.session, make.operation(world.session, neighbour), world.company)
    person = make.participant(
        world.session, neighbour, last_name="Voisin", first_name="Ali", birth_date=date(1990, 1, 1)
    )
    make.contract(world.session, person, world.company, market, reference="V-1")
    mine = world.session.get_one(Participant, world.contracts[0].participant_id)
    employees = [
        Employee("VOISIN", "ALI", date(1990, 1, 1), [Pay("V-1", date(2026, 1, 5))]),
        Employee(mine.last_name.upper(), mine.first_name, mine.birth_date, [Pay("X", date(2026, 1, 5))]),
    ]
    path = Dsn(world.company.siret, employees).write(tmp_path / "m.dsn")
    siret = neighbour.siret
    world.session.commit()
    assert json.loads(run(app, path, "--structure", siret, "--json").stdout)["read"] == 1
    assert json.loads(run(app, path, "--json").stdout)["written"] == 1
    assert run(app, path, "--structure", make.siret()).exit_code == 1


def test_the_reference_file_gives_its_figures_by_the_command(app: Flask, world: World, tmp_path: Path) -> None:
    """104,5 h, 151,67 h and 6 h, 70 h, 63 h, and one value asked for."""
    employer = establishment_by_siret(world.session, "00000001800010", name="EI Démo", kind=EmployerType.EI)
    people = (
        ("D'Almeida", "Aïcha", date(1994, 8, 15), ("C2026-001", date(2026, 1, 5))),
        ("Martin-Étienne", "Zoé", date(1980, 1, 1), ("C2020-014", date(2020, 2, 1))),
        ("Nguyen", "Van", date(1988, 11, 23), ("M2026-0302", date(2026, 3, 2)), ("M2026-0316", date(2026, 3, 16))),
        ("Cadre", "Paul", date(1975, 10, 10), ("C2015-001", date(2015, 1, 1))),
    )
    for last, first, born, *contracts in people:
        person = make.participant(world.session, world.structure, last_name=last, first_name=first, birth_date=born)
        for reference, since in contracts:
            make.contract(
                world.session, person, employer, world.market, reference=reference, starts_on=since, ends_on=None
            )
    world.session.commit()
    file = tmp_path / "reference.dsn"
    file.write_bytes(reference_file())
    result = run(app, file, "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["read"], report["written"]) == (5, 5)
    world.session.rollback()
    assert paid_by_reference(world) == {
        "C2026-001": (10450, 0), "C2020-014": (15167, 600), "M2026-0302": (7000, 0), "M2026-0316": (6300, 0),
        "C2015-001": (None, 0),
    }  # fmt: skip
    assert drafts(world) == [(hours, HoursBasis.PAID) for hours in (6300, 7000, 10450, 15167)]
    assert [r["column"] for r in report["warnings"] if "saisissez" in r["reason"]] == ["C2015-001"]
