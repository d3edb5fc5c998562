"""``clause transfer …`` and ``clause consolidate national``: what they write, say and refuse, on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.cli import main
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure
from clause.kernel import clock
from tests.consolidations.transfer.support import YEAR, file_of, pair, resealed

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *arguments: app.test_cli_runner().invoke(main, [str(a) for a in arguments])


def counts(session: Session) -> tuple[int, int]:
    found = tuple(len(session.scalars(select(table)).all()) for table in (ReceivedTransfer, RegisteredStructure))
    session.rollback()
    return found  # type: ignore[return-value]  # found, or the test fails


def test_a_year_goes_out_comes_in_and_is_consolidated(session: Session, run: Run, tmp_path: Path, engine: str) -> None:
    """Two structures, 960 h and 300 h: exported together, received, the country counts 1,260 h and each company once."""
    pair(session)
    session.commit()
    folder = tmp_path / "fichiers"
    sent = run("transfer", "export", YEAR, "--all", "--out", folder)
    assert sent.exit_code == 0, sent.output
    files = sorted(folder.iterdir())
    assert len(files) == 2
    before = [f.read_bytes() for f in files]
    assert run("transfer", "export", YEAR, "--all", "--out", folder).exit_code == 0
    assert [f.read_bytes() for f in files] == before
    received = run("transfer", "import", *files)
    assert received.exit_code == 0, received.output
    assert received.output.count("reçu, arrêté au 15/12/2026") == 2
    assert received.output.count("à compléter") == 2
    again = run("transfer", "import", *files)
    assert again.exit_code == 0
    assert again.output.count("déjà connu, rien n'a changé") == 2
    out = tmp_path / "nationale.json"
    told = run("consolidate", "national", YEAR, "--out", out, "--unmasked")
    assert told.exit_code == 0, told.output
    assert "2 structures reçues sur 2 enregistrées" in told.output
    figures = {row["key"]: row["value"] for row in json.loads(out.read_text())["tables"]["C01"]["rows"]}
    assert (figures["structures"], figures["hours"], figures["companies"], figures["participants"]) == (2, 1260, 3, 7)
    base = tmp_path / "base.json"
    assert run("consolidate", "national", YEAR, "--from", "base", "--out", base, "--unmasked").exit_code == 0
    assert json.loads(base.read_text())["tables"]["C05"] == json.loads(out.read_text())["tables"]["C05"]
    assert run("consolidate", "national", YEAR, "--out", tmp_path / "n.xlsx").exit_code == 0
    assert (tmp_path / "n.xlsx").read_bytes()[:2] == b"PK"


def test_a_newer_file_replaces_an_older_one_never(session: Session, run: Run, tmp_path: Path, engine: str) -> None:
    case = pair(session)
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_bytes(file_of(session, case.second, date(2026, 5, 31)))
    new.write_bytes(file_of(session, case.second, date(2026, 12, 14)))
    session.commit()
    assert "reçu" in run("transfer", "import", old).output
    assert "remplace le précédent" in run("transfer", "import", new).output
    assert "déjà connu" in run("transfer", "import", old).output
    used = session.scalars(select(ReceivedTransfer).where(ReceivedTransfer.replaced_by_id.is_(None))).one()
    assert used.as_of == date(2026, 12, 14)
    session.rollback()
    assert counts(session) == (2, 1)


def test_a_file_that_bears_the_siret_of_another_name_is_pointed_out(session: Session, run: Run, tmp_path: Path) -> None:
    """Nothing in a file proves who wrote it: the body that receives it is told what does not fit."""
    case = pair(session)
    row = RegisteredStructure(name="PLIE d'ailleurs", siret=case.second.siret, region="Corse", created_at=clock.now())
    session.add(row)
    path = tmp_path / "f.json"
    path.write_bytes(file_of(session, case.second))
    session.commit()
    said = run("transfer", "import", path).output
    assert "PLIE d'ailleurs, 2026 : reçu" in said
    assert "nomme « Maison de l'emploi du Bocage » : vérifiez que ce SIRET est bien le sien" in said


def test_wrong_files_are_said_and_change_nothing_the_good_one_is_kept(
    session: Session, run: Run, tmp_path: Path
) -> None:
    case = pair(session)
    good = file_of(session, case.second)
    session.commit()
    data = json.loads(good)
    other = {**data, "structure": {**data["structure"], "siret": case.first.structure.siret}}
    wrong = {
        "texte.json": (b"Bonjour", 2, "n'est pas du JSON"),
        "empreinte.json": (json.dumps({**data, "year": 2025}).encode(), 1, "modifié ou abîmé"),
        "autre-siret.json": (json.dumps(other).encode(), 1, "modifié ou abîmé"),
        "schema.json": (resealed({**data, "people": []}), 1, "pas prévue"),
        "regles.json": (resealed({**data, "rules": "99"}), 1, "version 99"),
    }
    for name, (content, code, said) in wrong.items():
        path = tmp_path / name
        path.write_bytes(content)
        result = run("transfer", "import", path)
        assert (result.exit_code, said in result.output) == (code, True), result.output
        assert "rien n'en est gardé" in result.output
    assert counts(session) == (0, 0)
    (tmp_path / "bon.json").write_bytes(good)
    both = run("transfer", "import", tmp_path / "bon.json", tmp_path / "schema.json", tmp_path / "absent.json")
    assert both.exit_code == 2
    assert "introuvable" in both.output
    assert counts(session) == (1, 1)


def test_exports_that_cannot_be_made_are_refused(session: Session, run: Run, tmp_path: Path) -> None:
    case = pair(session)
    case.second.siret = None
    session.commit()
    out = tmp_path / "f.json"
    for arguments, said in (
        (("export", YEAR, "--out", out), "--structure SIRET"),
        (("export", "deux-mille", "--out", out), "année"),
        (("export", YEAR, "--structure", "73282932000074", "--out", out), "SIRET"),
        (("export", YEAR, "--structure", case.first.structure.siret, "--out", tmp_path / "absent" / "f.json"), "ne peut pas être écrit"),
        (("export", YEAR, "--all", "--out", tmp_path / "absent" / "f"), "ne peut pas être créé"),
        (("export", YEAR, "--structure", case.first.structure.siret, "--out", out, "--as-of", "31/02/2026"), "31/02/2026"),
    ):  # fmt: skip
        result = run("transfer", *arguments)
        assert result.exit_code != 0, arguments
        assert said in result.output, result.output
        assert "Traceback" not in result.output
    assert not out.exists()
    assert "n'a pas de SIRET" in run("transfer", "export", YEAR, "--all", "--out", tmp_path / "tous").output


def test_without_any_file_there_is_no_national_consolidation(session: Session, run: Run, tmp_path: Path) -> None:
    session.commit()
    result = run("consolidate", "national", YEAR, "--out", tmp_path / "n.json")
    assert result.exit_code != 0
    assert "Aucun fichier de l'année 2026 n'est reçu" in result.output
    assert not (tmp_path / "n.json").exists()


def test_the_registry_is_read_completed_and_its_bad_lines_are_said(session: Session, run: Run, tmp_path: Path, engine: str) -> None:  # fmt: skip
    session.commit()
    path = tmp_path / "registre.csv"
    path.write_text(
        "Nom;SIRET;Région;Emploie des facilitateurs;Facilitateurs\nPLIE du Val;73282932000074;Bretagne;oui;3\n"
        "Sans SIRET;;Corse;non;\nFaux SIRET;73282932000075;Corse;oui;1\nTrop;;Corse;oui;-2\nPeut-être;;Corse;peut-être;1\n",
        encoding="utf-8",
    )
    result = run("transfer", "registry", path)
    assert result.exit_code == 1
    for said in ("ligne 4", "ligne 5", "ligne 6", "oui ou non", "nombre entier"):
        assert said in result.output
    assert counts(session) == (0, 2)
    path.write_text("Nom;Région;Facilitateurs\nplie du val;;4\nSANS SIRET;;\n", encoding="utf-8")
    assert run("transfer", "registry", path).exit_code == 0
    rows = {r.name.lower(): (r.region, r.facilitators, r.employs_facilitators) for r in session.scalars(select(RegisteredStructure))}  # fmt: skip
    assert rows == {"plie du val": ("Bretagne", 4, True), "sans siret": ("Corse", None, False)}
    session.rollback()
    path.write_text("Rien;Autre\n1;2\n", encoding="utf-8")
    unreadable = run("transfer", "registry", path)
    assert (unreadable.exit_code, "colonne « Nom »" in unreadable.output) == (2, True)


def test_the_schema_is_printed_as_it_is_published(app: Flask, run: Run) -> None:
    printed = run("transfer", "schema").output
    assert json.loads(printed)["$schema"].startswith("https://json-schema.org/")
    with app.test_client() as client:
        assert client.get("/transferts/schemas/transfert-1.json").get_data(as_text=True) == printed
