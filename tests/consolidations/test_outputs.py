"""The workbook says what the JSON says; both repeat byte for byte; the commands write them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.cli import main
from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_data, as_json
from clause.consolidations.bilan import operation_report
from clause.consolidations.perimeter import every_structure
from clause.consolidations.report import Report
from clause.consolidations.workbook import as_workbook
from tests.consolidations.support import AS_OF, golden


def _report(session: Session) -> Report:
    return annual(session, every_structure(), 2026, AS_OF)


def _sheet_rows(book: Any, table: str) -> dict[str, list[Any]]:
    """The rows of the sheet of a table, by the text of their first cell."""
    sheet = next(s for s in book.worksheets if s.title.split(" ")[0] == table)
    return {row[0].value: [c.value for c in row[1:]] for row in sheet.iter_rows() if row[0].value}


def assert_same(report: Report) -> None:
    """Every figure of the JSON is in the workbook, at its row and column, totals included."""
    book = openpyxl.load_workbook(BytesIO(as_workbook(report)), data_only=True)
    for code, table in as_data(report)["tables"].items():
        found = _sheet_rows(book, code)
        keys = [c["key"] for c in table["columns"]]
        lines = [
            *table["rows"],
            *([{"label": report.table(code).total_label, **table["total"]}] if table["total"] else []),
        ]  # type: ignore[union-attr]  # it is there, or the test fails
        for line in lines:
            written = [None if v in ("sans objet", "n. c.") else v for v in found[line["label"]][: len(keys)]]
            assert written == [line.get(key) or (line.get(key) if line.get(key) != "" else None) for key in keys], (code, line["label"])  # fmt: skip


def test_the_workbook_says_what_the_json_says(session: Session) -> None:
    case = golden(session)
    assert_same(_report(session))
    operation = operation_report(session, case.operations["O2"], AS_OF)
    assert operation.table("B02") is not None
    book = openpyxl.load_workbook(BytesIO(as_workbook(operation)), data_only=True)
    assert _sheet_rows(book, "B02")["Heures d'insertion validées"][0] == 300


def test_the_same_call_gives_the_same_bytes(session: Session, engine: str) -> None:
    case = golden(session)
    assert as_workbook(_report(session)) == as_workbook(_report(session))
    assert as_json(_report(session)) == as_json(_report(session))
    bilans = [operation_report(session, case.operations["O1"], AS_OF) for _ in "ab"]
    assert as_workbook(bilans[0]) == as_workbook(bilans[1])


def test_the_workbook_is_made_to_be_printed(session: Session) -> None:
    golden(session)
    book = openpyxl.load_workbook(BytesIO(as_workbook(_report(session))))
    assert book.sheetnames[:3] == ["Sommaire", "C01 Chiffres clés", "C02 Objectifs et réalisation"]
    assert all(len(name) <= 31 for name in book.sheetnames)
    for sheet in book.worksheets[1:]:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref or sheet.max_row < 20
    charts = {s.title.split(" ")[0] for s in book.worksheets if s._charts}
    assert {"C01", "C02", "C04", "C06a", "C17"} <= charts
    months = next(s for s in book.worksheets if s.title.startswith("C17 "))
    total = next(row for row in months.iter_rows() if row[0].value == "Total")
    assert total[1].value == "=SUM(B7:B18)"
    assert total[3].value == 4


def test_commands_write_the_golden_figures(app: Flask, session: Session, tmp_path: Path) -> None:
    case = golden(session)
    session.commit()
    out = tmp_path / "x.json"
    run = app.test_cli_runner()
    result = run.invoke(main, ["consolidate", "year", "2026", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "Participants : 4" in result.output
    rows = {r["key"]: r["value"] for r in json.loads(out.read_text())["tables"]["C01"]["rows"]}
    assert (rows["hours"], rows["fte"], rows["companies"]) == (960, 0.597, 2)
    book = tmp_path / "o.xlsx"
    result = run.invoke(
        main, ["consolidate", "operation", "O1", "--structure", str(case.structure.siret), "--out", str(book)]
    )
    assert result.exit_code == 0, result.output
    assert book.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["operation", "RIEN", "--out", "x.json"], "Aucune opération n'a la référence « RIEN »"),
        (["operation", "O1", "--out", "x.txt"], "doit se terminer par .xlsx, .json ou .pdf"),
        (["year", "26", "--out", "x.json"], "n'est pas une année"),
        (["year", "2026", "--programme", "FEDER", "--out", "x.json"], "Le programme « FEDER » n'existe pas"),
        (["year", "2026", "--authority", "12345678901234", "--out", "x.json"], "clé de contrôle est fausse"),
        (["year", "2026", "--as-of", "hier", "--out", "x.json"], "n'est pas une date"),
        (["year", "2026", "--out", "absent/x.json"], "n'existe pas"),
    ],
)
def test_commands_refuse_with_a_sentence(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    golden(session)
    session.commit()
    monkeypatch.chdir(tmp_path)
    result = app.test_cli_runner().invoke(main, ["consolidate", *arguments])
    assert result.exit_code == 1
    assert sentence in result.output
    assert list(tmp_path.glob("*.json")) == []
