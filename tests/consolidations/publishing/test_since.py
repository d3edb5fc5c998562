"""After a publication: its files do not move, the same day asked again gives what was published, today shows what differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from clause.app import create_app
from clause.candidates.models import EmploymentContract, Participant
from clause.cli import main
from clause.config import Settings
from clause.consolidations.as_json import as_data, as_json
from clause.consolidations.publishing import queries
from clause.consolidations.publishing.appendices import quality_appendix
from clause.consolidations.publishing.differences import compare
from clause.consolidations.publishing.files import files_of as written_files
from clause.consolidations.publishing.quality.review import review_year
from clause.consolidations.publishing.subjects import Subject, of_led, of_year
from clause.hours import actions
from clause.hours.codes import DeclarationState, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.db import Base, db
from clause.kernel.unit import open_for_writing
from clause.kernel.unit import work as unit
from clause.markets.codes import ObjectiveKind
from clause.markets.models import ObjectiveEvent, Operation
from clause.organisations.models import ContractingAuthority, Structure
from tests.consolidations.publishing.support import DAY, LATER, files, publish_bilan, publish_year
from tests.consolidations.support import Golden, golden, line, work
from tests.hours.pooling.scene import pool
from tests.support import factories as make


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(DAY)
    yield
    clock.move_to(None)


def line_of(session: Session, contract: EmploymentContract, month: date) -> tuple[Declaration, DeclarationLine]:
    L = DeclarationLine
    found = session.scalars(
        select(L).where(L.employment_contract_id == contract.id, L.month == month, L.standing)
    ).one()
    return session.get_one(Declaration, found.declaration_id), found


def correct(session: Session, case: Golden) -> None:
    """A reversal and its new line: 100 h of April become 90."""
    declaration, found = line_of(session, case.contracts["P3-a"], date(2026, 4, 1))
    actions.correct_line(session, make.viewer_of(case.structure), declaration, found, 9000, "relevé")


def adjust(session: Session, case: Golden) -> None:
    """A month sent late, validated with 40 h where 50 were stated."""
    waiting = line(session, case.contracts["P3-b"], case.markets["C2"], date(2026, 9, 1), 5000, state=LineState.DECLARED, decided_by="", decided_at=None)  # fmt: skip
    declaration = session.get_one(Declaration, waiting.declaration_id)
    declaration.state = DeclarationState.SUBMITTED
    session.flush()
    actions.adjust_line(session, make.viewer_of(case.structure), declaration, waiting, 4000, "relevé", notify=False)


def raise_objective(session: Session, case: Golden) -> None:
    event = ObjectiveEvent(
        market_id=case.markets["C2"].id, kind=ObjectiveKind.AMENDMENT, effective_on=clock.today(), recorded_on=clock.today(),
        delta_current=10_000, delta_due=10_000, reason="avenant 1", entered_by="Test", created_at=clock.now(),
    )  # fmt: skip
    make.add(session, event)


def naive(before: dict[str, Any], after: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The cells that differ, found by walking both JSON without the code under test."""
    found = set()
    for code, table in before["tables"].items():
        other = after["tables"][code]
        rows = [{"key": "total", **t["total"]} if t["total"] else {} for t in (table, other)]
        was = {r["key"]: r for r in [*table["rows"], *([rows[0]] if rows[0] else [])]}
        now = {r["key"]: r for r in [*other["rows"], *([rows[1]] if rows[1] else [])]}
        assert was.keys() == now.keys(), code
        found |= {
            (code, key, c["key"]) for key in was for c in table["columns"] if was[key].get(c["key"]) != now[key].get(c["key"])
        }  # fmt: skip
    return found


def test_a_correction_leaves_the_files_and_shows_the_gaps(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_year(session, case)
    kept = files(session, made)
    clock.move_to(LATER)
    correct(session, case)
    adjust(session, case)
    raise_objective(session, case)
    session.expire_all()
    assert files(session, made) == kept
    subject = of_year(session, case.structure.id, 2026)
    assert as_json(subject.report(session, made.as_of)).decode() == made.content
    today = subject.report(session, clock.today())
    found = queries.since(made, today)
    expected = {cell for cell in naive(json.loads(made.content), as_data(today)) if cell[0] not in queries.MOVING}
    assert {(d.table, d.row_key, d.column_key) for d in found.cells} == expected
    figures = {d.row_key: d for d in found.cells if d.table == "C01" and d.column_key == "value"}
    assert figures.keys() == {"hours", "fte"}
    hours = figures["hours"]
    assert (hours.published.value, hours.today.value, hours.gap, hours.growth) == (960, 990, 30, 3.125)
    assert (hours.gap_said, hours.growth_said) == ("+30", "+3,1\N{NO-BREAK SPACE}%")
    due = next(d for d in found.cells if (d.table, d.row_key, d.column_key) == ("C02", "total", "objective_due"))
    assert due.gap == 100
    rate = next(d for d in found.cells if (d.table, d.row_key, d.column_key) == ("C02", "total", "rate"))
    assert rate.growth is None
    assert "point" in rate.gap_said


def test_what_explains_the_gaps(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_year(session, case)
    correct(session, case)  # the same day: after the publication all the same
    clock.move_to(LATER)
    adjust(session, case)
    raise_objective(session, case)
    work(
        session, case.contracts["P6-C4"], case.markets["C4"], date(2024, 7, 1), 700
    )  # neither in the year nor before it
    subject, viewer = of_year(session, case.structure.id, 2026), make.viewer_of(case.structure)
    rows = session.execute(queries.entries_since(viewer, subject, made)).all()
    assert sorted(row.hours_real for row in rows) == [-10_000, 4_000, 9_000]
    assert [event.delta_due for event in queries.events_since(session, subject, made)] == [10_000]
    assert queries.hours_of_others_since(session, viewer, subject, made) == 0
    assert queries.hours_of_others_since(session, make.viewer_of(make.structure(session, "MDE voisine")), subject, made) == 3_000  # fmt: skip


def test_a_transfer_moves_attainment_and_is_replayed(session: Session, engine: str, tmp_path: Path) -> None:
    clock.move_to(DAY)
    of = pool(session, tmp_path)
    case = Golden(of.structure, {}, {}, {}, {})
    made = publish_year(session, case)
    kept = files(session, made)
    clock.move_to(LATER)
    of.move()
    session.expire_all()
    assert files(session, made) == kept
    subject = of_year(session, of.structure.id, 2026)
    assert as_json(subject.report(session, made.as_of)).decode() == made.content
    found = queries.since(made, subject.report(session, clock.today()))
    assert {d.table for d in found.cells} == {"C02"}
    assert {d.column_key for d in found.cells if d.row_key == "total"} == {
        "hours_remaining",
        "hours_surplus",
        "rate_capped",
    }
    rows = session.execute(queries.entries_since(make.viewer_of(of.structure), subject, made)).all()
    assert sorted(row.hours_real for row in rows) == [-6_000, 6_000]


def test_settings_that_change_are_said(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_year(session, case)
    kept = files(session, made)
    session.get_one(Structure, case.structure.id).parameters = {"etp.hours": 1820, "stats.min_cell": 10}
    session.flush()
    subject = of_year(session, case.structure.id, 2026)
    found = queries.since(made, subject.report(session, clock.today()))
    assert {(d.table, d.row_key, d.column_key) for d in found.cells} == {
        ("C01", "fte", "value"),
        ("C01", "fte", "previous"),
    }
    assert [name for name, _then, _now in queries.changed_settings(made, subject)] == [
        "Heures d'un équivalent temps plein", "Effectif en dessous duquel un chiffre est masqué",
    ]  # fmt: skip
    assert files(session, made) == kept


def test_the_bilan_is_compared_too(session: Session, engine: str) -> None:
    case = golden(session)
    made = publish_bilan(session, case)
    kept = files(session, made)
    clock.move_to(LATER)
    correct(session, case)
    session.expire_all()
    assert files(session, made) == kept
    subject = of_led(session, case.operations["O1"])
    replayed = json.loads(as_json(subject.report(session, made.as_of)))
    assert replayed["tables"]["B02"] == json.loads(made.content)["tables"]["B02"]
    assert replayed["tables"]["B05"] == json.loads(made.content)["tables"]["B05"]
    found = queries.since(made, subject.report(session, clock.today()))
    hours = next(d for d in found.cells if (d.table, d.row_key) == ("B02", "hours"))
    assert hours.gap == -10


def test_nothing_changed_nothing_differs(session: Session) -> None:
    case = golden(session)
    made = publish_year(session, case)
    clock.move_to(LATER)
    found = queries.since(made, of_year(session, case.structure.id, 2026).report(session, clock.today()))
    assert found.count == 0
    assert [code for code, _title in found.moving] == ["C15"]  # lateness grows with the days, whatever is entered


# Comparing, alone


def table(rows: list[dict[str, Any]], total: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    columns = [
        {"key": "hours", "label": "Heures", "unit": "hours"}, {"key": "rate", "label": "Taux", "unit": "percent"},
        {"key": "words", "label": "Texte", "unit": "text"},
    ]  # fmt: skip
    return {"title": "T", "columns": columns, "rows": rows, "total": total, "notes": [], **more}


def both(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    found = compare({"tables": {"X": before}}, {"tables": {"X": after}})
    return [(d.row_key, d.column_key, d.gap_said, d.growth_said) for d in found.cells]


def row(key: str, hours: Any, rate: Any = None, words: str = "") -> dict[str, Any]:
    return {"key": key, "label": key, "hours": hours, "rate": rate, "words": words}


NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (table([row("a", 10)]), table([row("a", 10)]), []),
        (table([row("a", 10)]), table([row("a", 12.5)]), [("a", "hours", "+2,5", f"+25{NB}%")]),
        (table([row("a", 0)]), table([row("a", 5)]), [("a", "hours", "+5", "—")]),
        (table([row("a", 34725.5)]), table([row("a", 34715.5)]), [("a", "hours", "-10", f"moins de 0,1{NB}%")]),
        (table([row("a", 20000)]), table([row("a", 20010)]), [("a", "hours", "+10", f"+0,1{NB}%")]),
        (table([row("a", 8, 50)]), table([row("a", 8, 48.5)]), [("a", "rate", f"-1,5{NB}point", "—")]),
        (table([row("a", 8, None)]), table([row("a", 8, 40)]), [("a", "rate", "—", "—")]),
        (table([]), table([row("b", 4, words="mot")]), [("b", "hours", "+4", "—")]),
        (table([row("b", 4)]), table([]), [("b", "hours", "-4", f"-100{NB}%")]),
        (table([row("b", 0)]), table([]), []),
        (table([row("b", None)], hidden=[["b", "hours"]]), table([row("b", 4)]), [("b", "hours", "—", "—")]),
        (table([], {"hours": 7}), table([], {"hours": 8}), [("total", "hours", "+1", f"+14,3{NB}%")]),
        (table([row("a", 1), row("a", 2)]), table([row("a", 1), row("a", 3)]), [("a", "hours", "+1", f"+50{NB}%")]),
        (table([row("c", None, words="un")]), table([row("c", None, words="deux")]), [("c", "words", "—", "—")]),
    ],
)
def test_cells_compared(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    assert [tuple(t.replace("\N{MINUS SIGN}", "-") for t in found) for found in both(before, after)] == expected


def test_tables_of_one_side_are_said_not_counted() -> None:
    found = compare(
        {"tables": {"X": table([]), "Z": table([])}}, {"tables": {"X": table([]), "Y": table([row("a", 1)])}}
    )
    assert (found.count, found.added, found.dropped) == (0, [("Y", "T")], [("Z", "T")])


# The same bytes


def _bytes(session: Session, subject: Subject, as_of: date) -> list[bytes]:
    report = subject.report(session, as_of)
    more = []
    if subject.year:
        viewer = make.viewer_of(subject.structure)
        more = [quality_appendix(review_year(session, viewer, subject.perimeter, subject.year, as_of))]
    return [file.content for file in written_files(subject, 1, report, more)]


def _rows(session: Session) -> list[tuple[Any, list[dict[str, Any]]]]:
    session.flush()
    tables = Base.metadata.sorted_tables
    return [(each, [dict(r._mapping) for r in session.execute(select(each))]) for each in tables]


def test_the_same_data_gives_the_same_bytes_on_both_engines(
    session: Session, engine: str, sqlite_template: Path, tmp_path: Path
) -> None:
    """Twice on one engine, then on SQLite from the same rows; with names that collations sort differently."""
    case = golden(session)
    communes = iter(["Évry", "evry", "Eu", "zoo", "Île", "ile d'Yeu"])
    for person in session.scalars(select(Participant).order_by(Participant.id)):
        person.commune, person.education_level = next(communes), person.education_level
    jobs = iter(["Maçon", "macon", "Ébéniste", "electricien", "Zingueur", "_autre", "a b", "a-b", "A.c"])
    for contract in session.scalars(select(EmploymentContract).order_by(EmploymentContract.id)):
        contract.job = next(jobs)
    for buyer, name in zip(session.scalars(select(ContractingAuthority).order_by(ContractingAuthority.id)), ["Épernay", "epernay"], strict=True):  # fmt: skip
        buyer.name = name
    subjects = [of_year(session, case.structure.id, 2026), of_led(session, case.operations["O1"])]
    first = [_bytes(session, subject, DAY.date()) for subject in subjects]
    assert first == [_bytes(session, subject, DAY.date()) for subject in subjects]
    rows, operation_id = _rows(session), case.operations["O1"].id
    structure_id, path = case.structure.id, tmp_path / "other.db"
    path.write_bytes(sqlite_template.read_bytes())
    other = create_app(Settings(database_url=f"sqlite:///{path}", data_dir=tmp_path / "other", secret_key="k" * 40))
    with other.app_context():
        with unit() as copied:
            for each, found in rows:
                if found:
                    copied.execute(insert(each), found)
            there = [
                of_year(copied, structure_id, 2026),
                of_led(copied, copied.get_one(Operation, operation_id)),
            ]
            assert [_bytes(copied, subject, DAY.date()) for subject in there] == first
        db.engine.dispose()


def test_the_commands_give_the_published_bytes_and_figures_and_todays_gaps(app: Flask, session: Session, tmp_path: Path, engine: str) -> None:  # fmt: skip
    """Published by the command, corrected a month later: the files, the day asked again, and what differs today."""
    case = golden(session)
    siret, run = str(case.structure.siret), app.test_cli_runner()
    session.commit()
    folder = tmp_path / "publié"
    folder.mkdir()

    def done(*arguments: str) -> str:
        result = run.invoke(main, [*arguments, "--structure", siret])
        assert result.exit_code == 0, result.output
        return result.output

    done("publish", "year", "2026")
    done("publications", "--out", str(folder))
    kept = {path.name.split("-", 1)[1]: path.read_bytes() for path in folder.iterdir()}
    assert "Aucun écart depuis" in done("publications", "--gaps")
    clock.move_to(LATER)
    open_for_writing(session)
    correct(session, case)
    session.commit()
    done("publications", "--out", str(folder))
    assert {path.name.split("-", 1)[1]: path.read_bytes() for path in folder.iterdir()} == kept
    for kind in ("json", "xlsx"):
        out = tmp_path / f"x.{kind}"
        done("consolidate", "year", "2026", "--as-of", "2027-01-15", "--out", str(out))
        assert out.read_bytes() == kept[f"consolidation-2026-n1.{kind}"]
        done("consolidate", "year", "2026", "--out", str(out))
        assert out.read_bytes() != kept[f"consolidation-2026-n1.{kind}"]
    gaps = done("publications", "--gaps")
    assert "C17, Total, Heures : 960 publié, 950 aujourd'hui" in gaps
