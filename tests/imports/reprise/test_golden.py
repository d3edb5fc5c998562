"""T-IND-1 as a workbook, imported by the command into an empty database, on both engines."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from clause.candidates.models import Assignment, ClauseEntry, Eligibility, EmploymentContract, Participant
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.unit import current_session
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market
from clause.markets.objectives import objectives
from clause.organisations.models import Structure
from tests.imports.reprise.workbooks import changed, ind1, plie


def counts(app: Flask) -> dict[str, int]:
    """Rows of every table."""
    from clause.kernel.db import Base

    with app.app_context():
        session = current_session()
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def test_golden_figures(engine, app, import_book, run, tmp_path: Path):
    code, report = import_book(ind1())
    assert report["refused"] == []
    assert code == 0
    assert report["written"] == report["read"] == 2 + 3 + 5 + 3 + 5 + 9 + len(ind1()["Heures"]) - 1
    assert "Structure à compléter" in report["warnings"][0]["reason"]
    with app.app_context():
        session = current_session()
        total = session.scalar(select(func.sum(LedgerEntry.hours_real)))
        in_2026 = session.scalar(select(func.sum(LedgerEntry.hours_real)).where(LedgerEntry.month >= date(2026, 1, 1)))
        assert (total, in_2026) == (1960_00, 960_00)
        assert session.scalars(select(Structure.name)).all() == ["Structure à compléter"]
        people = session.scalar(
            select(func.count(func.distinct(LedgerEntry.participant_id))).where(LedgerEntry.month >= date(2026, 1, 1))
        )
        assert people == 4
    out = tmp_path / "x.json"
    result = run("consolidate", "year", "2026", "--out", str(out))
    assert result.exit_code == 0, result.output
    tables = json.loads(out.read_text())["tables"]
    figures = {row["key"]: row["value"] for row in tables["C01"]["rows"]}
    expected = {
        "hours": 960,
        "contracting_authorities": 2,
        "operations": 2,
        "markets": 3,
        "companies": 2,
        "participants": 4,
        "employment_contracts": 6,
        "fte": 0.597,
    }
    assert {k: figures[k] for k in expected} == expected
    total_row = tables["C02"]["total"]
    assert (total_row["rate"], total_row["rate_capped"], total_row["hours_remaining"], total_row["hours_surplus"]) == (
        83.68,
        81.05,
        360,
        50,
    )


def test_second_import_writes_nothing(engine, app, import_book):
    import_book({**ind1(), **plie()})
    before = counts(app)
    code, report = import_book({**ind1(), **plie()})
    assert code == 0
    assert (report["written"], report["different"], report["known"]) == (0, [], report["read"])
    assert counts(app) == before


def test_one_cell_changed_is_different_then_updated(engine, app, import_book):
    import_book(ind1())
    other = changed(ind1(), "Heures", 2, "Heures travaillées", 80)
    before = counts(app)
    code, report = import_book(other)
    assert (code, report["written"], len(report["different"])) == (0, 0, 1)
    assert report["different"][0]["value"] == "Heures travaillées : 100 h → 80 h"
    assert counts(app) == before
    code, report = import_book(other, "--update")
    assert (code, report["known"], len(report["different"])) == (0, report["read"], 1)
    after = counts(app)
    assert after["ledger_entry"] == before["ledger_entry"] + 2
    with app.app_context():
        session = current_session()
        assert session.scalar(select(func.sum(LedgerEntry.hours_real))) == 1940_00
        old, new = session.scalars(select(DeclarationLine).where(DeclarationLine.correction_reason != "")).one(), 80_00
        assert not old.standing
        assert session.get_one(DeclarationLine, old.corrected_by_id).hours == new
    assert import_book(other)[1]["different"] == []


def test_what_it_makes(app, import_book):
    import_book({**ind1(), **plie()})
    with app.app_context():
        session = current_session()
        assert {e.age for e in session.scalars(select(ClauseEntry))} == {35, 24, 55, 38, 46}
        first = session.scalars(
            select(ClauseEntry)
            .join(Participant, Participant.id == ClauseEntry.participant_id)
            .where(Participant.reference == "P1")
        ).one()
        assert (first.qpv_code, first.prescriber, first.primary_public.value) == ("QP059001", "Mission locale", "rsa")
        assert session.scalar(select(func.count(Assignment.id))) == 9
        line = session.scalars(select(DeclarationLine).limit(1)).one()
        assert line.decided_by == "Reprise de données"
        assert {d.origin.value for d in session.scalars(select(Declaration))} == {"import"}
        assert {e.decided_by for e in session.scalars(select(Eligibility))} == {"Claude Facilitateur"}
        markets = {m.reference: m for m in session.scalars(select(Market))}
        assert {r: m.status.value for r, m in markets.items()} == {
            "C1": "received",
            "C2": "in_progress",
            "C3": "received",
            "C4": "received",
            "C5": "awarded",
        }
        due = objectives(session, [m.id for m in markets.values()])
        assert due[markets["C3"].id].due == 300_00
        job = session.scalars(select(EmploymentContract).where(EmploymentContract.reference == "K1")).one()
        assert (job.job, job.rome) == ("Maçon", "F1703")
        assert session.execute(text("SELECT count(*) FROM pathway WHERE exit_kind = 'durable_job'")).scalar() == 1
