"""``clause import decp`` on every real file, twice; its report, its exit codes, its territory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from clause.imports.decp.command import decp
from clause.imports.decp.models import DecpContract, DecpRecord
from clause.imports.decp.reading import read_records
from clause.imports.decp.sources import open_source
from clause.kernel.unit import current_session
from tests.imports.decp.support import BUYER, DATA, FILES, record, write_json

CROIX = DATA / "2019" / "marches-securises_21590163800019_2019-2021.json"


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(decp, [str(a) for a in arguments])


def run_json(app: Flask, *arguments: object) -> tuple[int, dict[str, Any]]:
    result = run(app, "--json", *arguments)
    report: dict[str, Any] = json.loads(result.stdout)
    assert list(report) == ["read", "written", "known", "held", "refused", "different", "warnings"]
    assert report["read"] == report["written"] + report["known"] + report["held"] + len(report["refused"])
    assert all(set(r) == {"where", "line", "column", "value", "reason"} for r in report["refused"] + report["warnings"])
    return result.exit_code, report


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_real_file_adds_up_and_the_second_time_writes_nothing(app: Flask, path: Path) -> None:
    code, first = run_json(app, path)
    assert first["read"] == sum(1 for _ in read_records(open_source(path)))
    assert code == (1 if first["refused"] else 0)
    again, second = run_json(app, path)
    assert (again, second["read"], second["refused"]) == (code, first["read"], first["refused"])
    assert (second["written"], second["known"]) == (0, first["read"] - len(first["refused"]))


def test_all_the_files_at_once_on_both_engines(app: Flask, engine: str) -> None:
    code, first = run_json(app, *FILES)
    assert code == 1
    assert (first["read"], len(first["refused"])) == (1141, 33)
    assert {r["where"] for r in first["refused"]} == {CROIX.name}
    assert {r["column"] for r in first["refused"]} == {"id"}
    with app.app_context():
        assert current_session().scalar(select(func.count()).select_from(DecpRecord)) == first["written"]
    _, second = run_json(app, *FILES)
    assert (second["written"], second["known"]) == (0, 1141 - 33)


def test_a_file_that_is_unreadable_leaves_nothing_and_the_others_are_written(app: Flask, tmp_path: Path) -> None:
    good, broken = write_json(tmp_path / "bon.json", record()), tmp_path / "abime.json"
    broken.write_bytes(
        write_json(tmp_path / "entier.json", *(record(id=str(n)) for n in range(2000))).read_bytes()[:-100]
    )
    code, report = run_json(app, broken, good)
    assert code == 2
    assert (report["read"], report["written"]) == (1, 1)
    assert report["warnings"][0]["where"] == "abime.json"
    assert "s'arrête au milieu" in report["warnings"][0]["reason"]
    with app.app_context():
        assert current_session().scalars(select(DecpContract.identifier)).all() == ["2026-001"]


def test_the_summary_is_french_and_the_fault_goes_to_standard_error(app: Flask, tmp_path: Path) -> None:
    good = write_json(tmp_path / "bon.json", record(), record(id=""), record(montant="beaucoup", id="2"))
    result = run(app, good, tmp_path / "absent.json")
    assert result.exit_code == 2
    assert "Lignes : 3 lues, 2 écrites, 1 refusée." in result.stdout
    assert "enregistrement 2, id : Le marché n'a pas d'identifiant" in result.stdout
    assert "montant « beaucoup »" in result.stdout
    assert "absent.json : Fichier illisible" in result.stderr


def test_refused_lines_exit_with_one(app: Flask, tmp_path: Path) -> None:
    code, report = run_json(app, write_json(tmp_path / "f.json", record(id=None), "un mot"))
    assert (code, report["read"], len(report["refused"])) == (1, 2, 2)
    assert [r["line"] for r in report["refused"]] == [1, 2]


def test_territory_keeps_its_place_and_its_buyers(app: Flask, tmp_path: Path) -> None:
    elsewhere = {"id": "55208131766522"}
    path = write_json(
        tmp_path / "f.json",
        record(id="lieu", acheteur=elsewhere),
        record(id="acheteur", lieuExecution=None),
        record(id="ailleurs", acheteur=elsewhere, lieuExecution={"code": "75001", "typeCode": "Code postal"}),
        record(id="", acheteur=elsewhere, lieuExecution={"code": "75001", "typeCode": "Code postal"}),
    )
    code, report = run_json(app, path, "--territory", "59")
    assert (code, report["read"], report["written"]) == (0, 2, 2)
    assert [w["reason"] for w in report["warnings"]] == ["2 enregistrements hors du territoire demandé, non lus."]
    with app.app_context():
        assert set(current_session().scalars(select(DecpContract.identifier))) == {"lieu", "acheteur"}


def test_territory_is_a_department_or_a_commune(app: Flask, tmp_path: Path) -> None:
    path = write_json(tmp_path / "f.json", record())
    assert run_json(app, path, "--territory", "62,59170")[1]["read"] == 1
    assert run(app, path, "--territory", "Nord").exit_code == 2


def test_a_lone_record_is_one_line(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "marche.xml"
    path.write_text(
        f"<marche><id>A1</id><acheteur><id>{BUYER}</id></acheteur><objet>École</objet></marche>", encoding="utf-8"
    )
    assert run_json(app, path)[1]["written"] == 1
