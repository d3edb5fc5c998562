"""T-IND-1 (domain.md IND-05) typed into the template as a facilitator would, imported into an empty database, consolidated.

Written from the specification alone: it uses the commands and the files they write, and nothing of the code behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook

from clause.cli import main
from clause.kernel import clock
from tests.support.factories import siret

X, Y, Z, CITY, LANDLORD = (siret(n) for n in (7111, 7222, 7333, 7444, 7555))
Run = Callable[..., Result]
Rows = Sequence[Sequence[Any]]
FIRST = ("Femme", "2001-02-03", "bénéficiaire du RSA")
SHEETS: dict[str, tuple[Sequence[str], Rows]] = {
    "Maîtres d'ouvrage": (("SIRET", "Nom", "Type"), ((int(CITY), "Ville A", "COMMUNE"), (LANDLORD, "Bailleur B", "bailleur social"))),
    "Opérations": (
        ("Référence", "Intitulé", "SIRET maître d'ouvrage", "Programme", "Date de consultation"),
        (("O1", "Réhabilitation", int(CITY), "ANRU", date(2025, 1, 10)), ("O2", "Entretien", LANDLORD, "aucun", "2024-09-01"), ("O3", "Voirie", CITY, None, "01/09/2023")),
    ),
    "Marchés": (
        ("Référence", "Référence opération", "Objet", "Type de clause", "Nature", "Objectif heures", "Début", "Fin", "SIRET titulaire"),
        (
            ("C1", "O1", "Gros œuvre", "condition d’exécution", "Travaux", "1 000", date(2025, 6, 1), date(2026, 9, 30), int(X)),
            ("C2", "O1", "Espaces verts", "CONDITION D'EXECUTION", "services", 600, "01/03/2026", "28/02/2027", int(Y)),
            ("C3", "O2", "Nettoyage", "Condition d'exécution", None, "300,0", "2025-01-15", date(2026, 1, 31), X),
            ("C4", "O3", "Enrobés", "execution_condition", "TRAVAUX", 400.0, date(2024, 1, 1), date(2025, 12, 15), Z),
            ("C5", "O3", "Trottoirs", "critère d'attribution", None, 500, date(2027, 1, 10), date(2028, 1, 9), int(Z)),
        ),
    ),
    "Entreprises": (("SIRET", "Raison sociale", "Type"), ((int(X), "Xavier BTP", "Entreprise"), (int(Y), "Yvon", "ei"), (Z, "Zoé", None))),
    "Participants": (
        ("Identifiant", "Nom", "Prénom", "Sexe", "Date de naissance", "Public principal", "Éligible du", "Éligible au", "Niveau d'étude"),
        tuple((f"P{n}", f"Nom{n}", "Ali", *who, date(2023, 1, 1), end, level) for n, (who, end, level) in enumerate((
            (FIRST, None, None), (("h", "12/03/2002", "RSA"), date(2028, 1, 1), "Vbis"), (("F", date(1970, 11, 30), "DELD"), "31/12/2027", 3),
            (("H", "1985-01-01", "travailleur handicapé"), None, "IV"), (FIRST, None, None), (FIRST, None, None),
        ), 1)),
    ),
    "Contrats": (
        ("Identifiant", "Identifiant participant", "SIRET employeur", "Modalité", "Type de contrat", "Début", "Fin"),
        (
            ("K1", "P1", int(X), "embauche directe", "CDD", date(2026, 2, 1), date(2026, 6, 30)), ("K2", "P1", X, "Embauche Directe", "cdd", "02/01/2026", "2026-01-31"),
            ("K3", "P2", X, "MAD", "Mission", "01/02/2026", "30/06/2026"), ("K4", "P3", int(Y), "direct_hire", "CDDI", "2026-03-01", "2026-04-30"),
            ("K5", "P3", Y, "sous-traitance", "cddi", date(2026, 5, 1), date(2026, 6, 30)), ("K6", "P5", Y, "cotraitance", "CDI", date(2026, 3, 1), None),
            ("K7", "P4", X, "embauche directe", "CDD", date(2025, 1, 15), date(2025, 12, 31)), ("K8", "P5", X, "embauche directe", "CDD", date(2025, 6, 1), "31/10/2025"),
            ("K9", "P6", Z, "embauche directe", "CDI", date(2024, 1, 1), None),
        ),
    ),
    "Heures": (
        ("Identifiant contrat", "Référence marché", "Mois", "Heures travaillées", "Heures de formation", "Du", "Au"),
        (
            ("K1", "C1", "2026-02", "120,5"), ("K1", "C1", date(2026, 3, 1), "129h30"), ("K1", "C1", "2026-04", 150), ("K2", "C3", "2026-01", 20.0),
            ("K3", "C1", "2026-02", 100, "10,25"), ("K3", "C1", "2026-03", "89.75"), ("K3", "C1", "2026-04", "100,00"),
            ("K4", "C2", "2026-03", 60, None, date(2026, 3, 1), "15/03/2026"), ("K4", "C2", "2026-03", 40, None, "2026-03-16", date(2026, 3, 31)),
            ("K5", "C2", "2026-05", 50, None, "01/05/2026", "31/05/2026"), ("K6", "C2", "2026-04", 90),
            ("K7", "C3", "2025-03", 140), ("K7", "C3", "2025-04", 140), ("K8", "C1", "2025-07", 120), ("K8", "C1", "2025-08", 120), ("K8", "C1", "2025-09", 110),
            ("K9", "C4", "2024-05", 125), ("K9", "C4", "2024-06", 125), ("K9", "C4", "2025-02", 120),
        ),
    ),
}  # fmt: skip
GOLDEN = {
    "contracting_authorities": 2, "operations": 2, "markets": 3, "companies": 2, "participants": 4, "employment_contracts": 6, "hours": 960, "fte": 0.597,
}  # fmt: skip
OF_C02 = {
    "objective_due": 1900, "hours_year": 960, "hours_cumulative": 1590, "hours_remaining": 360, "hours_surplus": 50, "rate": 83.68, "rate_capped": 81.05,
}  # fmt: skip
REPORT = ["read", "written", "known", "held", "refused", "different", "warnings"]
LINES = sum(len(rows) for _columns, rows in SHEETS.values())
FILES: dict[str, bytes] = {}  # what each engine wrote


@pytest.fixture
def run(app: Flask) -> Run:
    clock.move_to(datetime(2026, 11, 21, 9))
    return lambda *arguments: app.test_cli_runner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def book(run: Run, tmp_path: Path) -> Path:
    """The template of the command, filled under its example lines."""
    path = tmp_path / "reprise.xlsx"
    assert run("import", "workbook", "--template", path).exit_code == 0
    wb = load_workbook(path)
    for name, (columns, rows) in SHEETS.items():
        heads = {str(cell.value).partition("*")[0].strip(): int(cell.column or 0) for cell in wb[name][1]}
        for line, row in enumerate(rows, 3):
            for head, value in zip(columns, row, strict=False):
                wb[name].cell(line, heads[head], value)
    wb.save(path)
    return path


@pytest.fixture
def imported(run: Run, book: Path) -> dict[str, Any]:
    return report_of(run("import", "workbook", book, "--json"), 0)


def report_of(result: Result, code: int) -> dict[str, Any]:
    """The report, which is all there is on standard output, and whose counts add up."""
    assert result.exit_code == code, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    assert list(report) == REPORT
    assert report["read"] == report["written"] + report["known"] + report["held"] + len(report["refused"])
    return report


def consolidated(run: Run, out: Path, *arguments: str) -> dict[str, Any]:
    result = run("consolidate", *arguments, "--out", out)
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(out.read_text()) if out.suffix == ".json" else {}
    return read


def by_key(table: dict[str, Any], column: str) -> dict[str, Any]:
    return {row["key"]: row[column] for row in table["rows"]}


def test_golden_figures(engine: str, run: Run, imported: dict[str, Any], tmp_path: Path) -> None:
    assert (imported["read"], imported["written"], imported["refused"]) == (LINES, LINES, [])
    report = consolidated(run, tmp_path / "x.json", "year", "2026")
    figures = by_key(report["tables"]["C01"], "value")
    assert {key: figures[key] for key in GOLDEN} == GOLDEN
    assert by_key(report["tables"]["C01"], "previous")["hours"] == 750
    total = report["tables"]["C02"]["total"]
    assert {key: total[key] for key in OF_C02} == OF_C02
    assert by_key(report["tables"]["C02"], "hours_cumulative") == {
        "ended_in_year": 1350, "running": 240, "to_come": 0, "ended_before": 370, "without_objective": 0,
    }  # fmt: skip
    FILES[engine] = (tmp_path / "x.json").read_bytes()
    assert len(set(FILES.values())) == 1, "the two engines wrote different bytes"


def test_shape_of_the_json(run: Run, imported: dict[str, Any], tmp_path: Path) -> None:
    report = consolidated(run, tmp_path / "x.json", "year", "2026")
    assert (report["kind"], report["year"], report["as_of"]) == ("annual", 2026, "2026-11-21")
    assert {"perimeter", "rules", "tables"} <= set(report)
    for code, table in report["tables"].items():
        keys = [column["key"] for column in table["columns"]]
        assert all(set(column) >= {"key", "label", "unit"} for column in table["columns"]), code
        assert all({"key", "label", *keys} <= set(row) for row in table["rows"]), code
        flat = [*table["rows"], *([table["total"]] if table["total"] else [])]
        assert not any(isinstance(value, dict | list) for row in flat for value in row.values()), code
    assert list(by_key(report["tables"]["C01"], "value")) == [
        "structures", "facilitators", "contracting_authorities", "operations", "markets", "companies", "participants",
        "employment_contracts", "hours", "fte",
    ]  # fmt: skip
    assert "960.0" not in (tmp_path / "x.json").read_text()


def test_second_import_writes_nothing_and_yesterday_knew_nothing(engine: str, run: Run, imported: dict[str, Any], book: Path, tmp_path: Path) -> None:  # fmt: skip
    before = consolidated(run, tmp_path / "a.json", "year", "2026")
    again = report_of(run("import", "workbook", book, "--json"), 0)
    assert (again["written"], again["known"], again["different"]) == (0, LINES, [])
    assert consolidated(run, tmp_path / "b.json", "year", "2026") == before
    yesterday = consolidated(run, tmp_path / "c.json", "year", "2026", "--as-of", "2026-11-20")["tables"]
    figures = by_key(yesterday["C01"], "value")
    assert [figures[key] for key in ("hours", "participants", "employment_contracts", "fte")] == [0, 0, 0, 0]
    assert yesterday["C02"]["total"]["hours_cumulative"] == 0


@pytest.mark.parametrize("what", [("year", "2026"), ("operation", "O1")])
def test_workbook_says_what_the_json_says(run: Run, imported: dict[str, Any], tmp_path: Path, what: tuple[str, str]) -> None:  # fmt: skip
    report = consolidated(run, tmp_path / "x.json", *what)
    for name in ("a.xlsx", "b.xlsx"):
        consolidated(run, tmp_path / name, *what)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    wb = load_workbook(tmp_path / "a.xlsx", data_only=True)
    sheets = {name.partition(" ")[0]: wb[name] for name in wb.sheetnames}
    for code, table in report["tables"].items():
        lines = [[cell.value for cell in row] for row in sheets[code].iter_rows()]
        keys = [column["key"] for column in table["columns"]]
        for row in [*table["rows"], *([{"label": None, **table["total"]}] if table["total"] else [])]:
            wanted = [row.get(key) for key in keys]
            found = [line[1 : len(keys) + 1] for line in lines if row["label"] in (None, line[0])]
            assert any(same(line, wanted) for line in found), (code, row, found[:1])


def same(found: list[Any], wanted: list[Any]) -> bool:
    """Numbers are equal; what is hidden, empty or « sans objet » is no number in the workbook either."""
    return all(not isinstance(f, int | float) if w is None else (f or "") == w if isinstance(w, str) else f == w for f, w in zip(found, wanted, strict=True))  # fmt: skip


def test_the_operation_alone(run: Run, imported: dict[str, Any], tmp_path: Path) -> None:
    report = consolidated(run, tmp_path / "o.json", "operation", "O1")
    figures = by_key(report["tables"]["B02"], "value")
    assert (figures["hours"], figures["participants"], figures["objective_due"], figures["rate"], figures["rate_capped"]) == (1290, 4, 1600, 80.63, 77.5)  # fmt: skip
    assert not any(f"Nom{n}" in (tmp_path / "o.json").read_text() for n in range(1, 7))


def spoiled(book: Path, change: Callable[[Any], None]) -> Path:
    wb = load_workbook(book)
    change(wb)
    wb.save(book)
    return book


def other_shape(wb: Any) -> None:
    """Headers without accents, in capitals, with spaces; a column more; sheets the other way round, empty ones left out."""
    for name in SHEETS:
        for cell in wb[name][1]:
            cell.value = f"  {str(cell.value).upper().replace('É', 'E').replace('Ô', 'O')}  "
        wb[name].cell(1, wb[name].max_column + 1, "Remarques")
    del wb["Parcours PLIE"], wb["Étapes"]
    wb.move_sheet("Heures", -7)


def test_another_shape_of_the_same_workbook(run: Run, book: Path, tmp_path: Path) -> None:
    report = report_of(run("import", "workbook", spoiled(book, other_shape), "--json"), 0)
    assert report["written"] == LINES
    assert [w["column"] for w in report["warnings"]].count("Remarques") == len(SHEETS)
    figures = by_key(consolidated(run, tmp_path / "x.json", "year", "2026")["tables"]["C01"], "value")
    assert figures["hours"] == 960


def test_one_wrong_line_holds_all_the_others(engine: str, run: Run, book: Path, tmp_path: Path) -> None:
    def unknown_market(wb: Any) -> None:
        wb["Heures"]["B3"] = "C77"

    report = report_of(run("import", "workbook", spoiled(book, unknown_market), "--json"), 1)
    assert (report["written"], report["held"]) == (0, LINES - 1)
    (refused,) = report["refused"]
    assert (refused["where"], refused["line"], refused["column"], refused["value"]) == ("Heures", 3, "Référence marché", "C77")  # fmt: skip
    figures = by_key(consolidated(run, tmp_path / "x.json", "year", "2026")["tables"]["C01"], "value")
    assert set(figures.values()) == {0}
    report = report_of(run("import", "workbook", book, "--json", "--valid-only"), 1)
    assert (report["written"], report["held"]) == (LINES - 1, 0)


def test_what_is_no_workbook_is_unreadable(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "reprise.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    result = run("import", "workbook", path, "--json")
    assert report_of(result, 2)["read"] == 0
    assert "rien n'est importé" in result.stderr
