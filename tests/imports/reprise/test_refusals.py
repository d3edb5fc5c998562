"""What bad input gets: a sentence with sheet, line and column, and nothing half-written."""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from clause.candidates.models import Participant
from clause.hours.models import DeclarationLine
from clause.kernel.unit import current_session
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation
from clause.organisations.models import Structure
from tests.imports.reprise.workbooks import Formula, changed, ind1, plie, save, without_column
from tests.support.factories import siret

REFUSED = [
    ("Maîtres d'ouvrage", 2, "SIRET", "12345678901234", "clé de contrôle"),
    ("Entreprises", 2, "SIRET", "abc", "chiffres"),
    ("Entreprises", 2, "Type", "boutique", "liste"),
    ("Opérations", 2, "Intitulé", "", "obligatoire"),
    ("Opérations", 2, "SIRET maître d'ouvrage", siret(9777), "ni dans la feuille"),
    ("Marchés", 2, "Référence opération", "O9", "ni dans la feuille"),
    ("Marchés", 2, "Fin", date(2020, 1, 1), "avant la date de début"),
    ("Marchés", 2, "Type de clause", "sans clause", "n'a pas d'objectif"),
    ("Marchés", 2, "Type de clause", "clause magique", "type de clause"),
    ("Marchés", 2, "Objectif heures", Formula("=NA()", "#N/A"), "La cellule F2 est en erreur (#N/A)"),
    ("Marchés", 2, "Objectif heures", "mille", "nombre"),
    ("Marchés", 3, "Référence", "C1", "Déjà à la ligne 2"),
    ("Participants", 3, "Identifiant", "P1", "gardez une seule"),
    ("Participants", 2, "Date de naissance", "31/02/1990", "n'est pas une date"),
    ("Participants", 2, "Public principal", "gentil", "liste"),
    ("Participants", 2, "Éligible au", date(2020, 1, 1), "avant « Éligible du »"),
    ("Participants", 2, "Prénom", "Ana 2 55 08 14 168 025 38", "sécurité sociale"),
    ("Contrats", 2, "Identifiant participant", "P9", "ni dans la feuille"),
    ("Contrats", 3, "Fin", date(2025, 1, 1), "précède"),
    ("Heures", 2, "Heures travaillées", 300, "220 h"),
    ("Heures", 2, "Heures travaillées", 195, "192 h"),
    ("Heures", 2, "Identifiant contrat", "K99", "ni dans la feuille"),
    ("Heures", 2, "Mois", "2027-01", "en dehors des dates du marché"),
    ("Heures", 2, "Mois", "2026-03", "même"),
    ("Heures", 2, "Du", date(2026, 4, 1), "coupent le mois"),
    ("Heures", 2, "Heures travaillées", "-5", "négatif"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "line", "column", "value", "said"), REFUSED)
def test_a_refused_line_holds_the_others(app, import_book, sheet, line, column, value, said):
    code, report = import_book(changed(ind1(), sheet, line, column, value))
    assert code == 1
    assert report["written"] == 0
    assert report["held"] > 0
    found = [r for r in report["refused"] if r["where"] == sheet]
    assert any(said.casefold() in r["reason"].casefold() for r in found), found
    assert any(r["line"] in (line, line + 1) for r in found)
    with app.app_context():
        session = current_session()
        for table in (Structure, Operation, Market, Participant, DeclarationLine, LedgerEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_nir_is_never_repeated(import_book):
    number = "255081416802538"
    code, report = import_book(changed(ind1(), "Participants", 2, "Commune", number))
    assert code == 1
    assert number not in str(report)


def test_missing_column_refuses_each_line(import_book):
    code, report = import_book(without_column(ind1(), "Opérations", "Intitulé"))
    assert code == 1
    mine = [r for r in report["refused"] if r["where"] == "Opérations"]
    assert [r["line"] for r in mine] == [2, 3, 4]
    assert all("La colonne « Intitulé » manque" in r["reason"] for r in mine)


def test_valid_only_writes_the_good_lines(engine, app, import_book):
    book = changed(ind1(), "Heures", 2, "Heures travaillées", 300)
    code, report = import_book(book, "--valid-only")
    assert (code, len(report["refused"]), report["held"]) == (1, 1, 0)
    with app.app_context():
        assert current_session().scalar(select(func.sum(LedgerEntry.hours_real))) == 1860_00
    code, report = import_book(ind1())
    assert (code, report["written"]) == (0, 1)


def test_unknown_sheets_and_columns_are_said(import_book):
    book = {**ind1(), "Divers": [["a", "b"], ["c", "d"]]}
    book["Entreprises"] = [[*row, "x"] for row in book["Entreprises"]]
    book["Entreprises"][0][-1] = "Couleur"
    code, report = import_book(book)
    assert code == 0
    said = [(w["where"], w["column"]) for w in report["warnings"]]
    assert ("Divers", "") in said
    assert ("Entreprises", "Couleur") in said


def test_only_wrong_sheets_is_unreadable(run, tmp_path: Path):
    path = save({"Feuil1": [["Nom"], ["Ana"]]}, tmp_path / "x.xlsx")
    result = run("import", "workbook", str(path))
    assert result.exit_code == 2
    assert "Feuilles attendues" in result.stderr


def test_text_of_a_formula_stays_text(app, import_book):
    code, _report = import_book(changed(ind1(), "Opérations", 2, "Intitulé", "=1+1"))
    assert code == 0
    with app.app_context():
        assert "=1+1" in current_session().scalars(select(Operation.title)).all()


def test_files_that_are_no_workbooks(run, tmp_path: Path):
    good = save(ind1(), tmp_path / "good.xlsx").read_bytes()
    bad = {
        "truncated.xlsx": good[: len(good) // 2], "text.xlsx": b"bonjour tout le monde", "empty.xlsx": b"",
        "binary.xls": b"\x00\x01\x02" * 100, "ole.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    }  # fmt: skip
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        result = run("import", "workbook", str(tmp_path / name))
        assert (name, result.exit_code) == (name, 2), result.output
        assert "illisible" in result.stderr
        assert "Traceback" not in result.output
    assert run("import", "workbook", str(tmp_path / "absent.xlsx")).exit_code == 2


def test_a_zip_bomb_is_refused_without_unfolding(run, tmp_path: Path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(1024):
                sheet.write(b"\x00" * 2**20)
    assert path.stat().st_size < 2**21
    result = run("import", "workbook", str(path))
    assert result.exit_code == 2
    assert "Une fois déplié" in result.stderr


def test_a_zip_that_lies_about_its_size(run, tmp_path: Path):
    path = tmp_path / "lie.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * 2**22)
    content = path.read_bytes().replace(struct.pack("<L", 2**22), struct.pack("<L", 1000))
    path.write_bytes(content)
    assert run("import", "workbook", str(path)).exit_code == 2


@pytest.mark.parametrize(
    ("entry", "said"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "liaisons")]
)
def test_macros_and_links_are_refused(run, tmp_path: Path, entry, said):
    path = save(ind1(), tmp_path / "x.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, b"x")
    result = run("import", "workbook", str(path))
    assert result.exit_code == 2
    assert said in result.stderr


def test_pathways_refused(import_book):
    book = changed({**ind1(), **plie()}, "Parcours PLIE", 3, "Type de sortie", "")
    code, report = import_book(book)
    assert code == 1
    assert "vont ensemble" in report["refused"][0]["reason"]
    book = changed({**ind1(), **plie()}, "Étapes", 2, "Identifiant participant", "P2")
    assert "n'a pas de parcours" in import_book(book)[1]["refused"][0]["reason"]
