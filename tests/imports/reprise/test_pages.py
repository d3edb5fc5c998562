"""The import on a page: sent, done by the worker, reported; nothing of another structure."""

from __future__ import annotations

import os
import time
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest

from clause import worker
from clause.access import Role
from clause.kernel import clock
from clause.kernel.unit import work
from tests.imports.reprise.test_golden import counts
from tests.imports.reprise.workbooks import changed, ind1, save
from tests.support import factories


@pytest.fixture
def emails(app) -> dict[str, str]:
    """A facilitator of two structures, and a company."""
    clock.move_to(datetime(2026, 11, 21, 9))
    with app.app_context(), work() as session:
        a, b = factories.structure(session, "A"), factories.structure(session, "B")
        found = {"a": factories.facilitator(session, a).email, "b": factories.facilitator(session, b).email}
        company = factories.establishment(session)
        found["company"] = factories.user(session, Role.COMPANY, company_id=company.company_id).email
    return found


def send(client, book, tmp_path: Path, **ticks: str):
    content = save(book, tmp_path / "reprise.xlsx").read_bytes()
    return client.post("/imports/reprise/", data={"file": (BytesIO(content), "reprise.xlsx"), **ticks})


def test_from_upload_to_report(app, client, emails, settings, tmp_path: Path):
    client.sign_in(emails["a"])
    sent = send(client, ind1(), tmp_path)
    assert sent.status_code == 302
    page = sent.location
    assert "En attente" in client.get(page).text
    assert client.get(page + "/avancement").json["over"] is False
    worker.round_once(app)
    assert client.get(page + "/avancement").json["over"] is True
    assert "Tout est enregistré" in client.get(page).text
    assert client.get(page + "/compte-rendu.xlsx").status_code == 200
    assert "reprise.xlsx" in client.get("/imports/").text
    assert list((settings.data_dir / "imports").iterdir()) == []
    assert list((settings.data_dir / "progress").iterdir()) == []


def test_refused_then_valid_only(app, client, emails, tmp_path: Path):
    client.sign_in(emails["a"])
    book = changed(ind1(), "Heures", 2, "Heures travaillées", 300)
    page = send(client, book, tmp_path).location
    before = counts(app)
    worker.round_once(app)
    text = client.get(page).text
    assert "Rien n'a été écrit" in text.replace("&#39;", "'")
    assert "valid_only=y" in text
    after = counts(app)
    assert {k for k in after if after[k] != before[k]} <= {"job_run", "folio"}  # the worker's own daily tasks
    assert "checked" in client.get("/imports/reprise/?valid_only=y").text
    page = send(client, book, tmp_path, valid_only="y").location
    worker.round_once(app)
    assert "Refusées" in client.get(page).text
    assert counts(app)["declaration_line"] == len(ind1()["Heures"]) - 2


def test_an_unreadable_file_says_why(app, client, emails):
    client.sign_in(emails["a"])
    sent = client.post("/imports/reprise/", data={"file": (BytesIO(b"PK\x03\x04rien"), "x.xlsx")})
    worker.round_once(app)
    assert "abîmé" in client.get(sent.location).text
    assert client.post("/imports/reprise/", data={}).status_code == 422


def test_another_structure_and_another_role(client, emails, tmp_path: Path):
    client.sign_in(emails["a"])
    page = send(client, ind1(), tmp_path).location
    client.sign_in(emails["b"])
    for address in (page, page + "/avancement", page + "/compte-rendu.xlsx"):
        assert client.get(address).status_code == 404
    assert "reprise.xlsx" not in client.get("/imports/").text
    client.sign_in(emails["company"])
    for address in ("/imports/", "/imports/reprise/", page, "/imports/reprise/modele.xlsx"):
        assert client.get(address).status_code == 403


def test_a_mapping_is_kept_and_used(app, client, emails, tmp_path: Path, run):
    """An export of one flat sheet, whose lines repeat companies and people, imported every month."""
    client.sign_in(emails["a"])
    assert client.get("/imports/reprise/correspondances/nouvelle").status_code == 200
    assert client.post("/imports/reprise/correspondances/nouvelle", data={"name": ""}).status_code == 422
    refused = client.post("/imports/reprise/correspondances/nouvelle", data={"name": "ABC"})
    assert refused.status_code == 422
    said = {
        "name": "ABC", "companies": "Export", "companies.siret": "Siret entreprise", "companies.name": "Entreprise",
        "authorities": "Export", "authorities.siret": "Siret MOA", "authorities.name": "MOA", "authorities.kind": "Type MOA",
    }  # fmt: skip
    assert client.post("/imports/reprise/correspondances/nouvelle", data=said).status_code == 302
    page = client.get("/imports/reprise/")
    assert "ABC" in page.text
    x, city = factories.siret(8001), factories.siret(8002)
    line = [x, "Bâtisseurs", city, "Ville", "commune"]
    book = {"Export": [["Siret entreprise", "Entreprise", "Siret MOA", "MOA", "Type MOA"], line, line]}
    path = save(book, tmp_path / "export.xlsx")
    unknown = run("import", "workbook", str(path), "--structure", city)
    assert unknown.exit_code == 1
    public_id = page.text.split("/correspondances/")[1].split('"')[0]
    client.post("/imports/reprise/", data={"file": (BytesIO(path.read_bytes()), "export.xlsx"), "mapping": public_id})
    worker.round_once(app)
    assert counts(app)["contracting_authority"] == 1
    assert counts(app)["company"] == 2
    client.sign_in(emails["b"])
    assert client.get(f"/imports/reprise/correspondances/{public_id}").status_code == 404
    client.sign_in(emails["a"])
    assert client.post(f"/imports/reprise/correspondances/{public_id}/supprimer").status_code == 302
    assert counts(app)["import_mapping"] == 0


def test_a_whole_report_is_deleted_after_a_week(client, emails, settings, tmp_path: Path):
    """It quotes what was read in a file; the job keeps the figures and the first remarks."""
    folder = settings.data_dir / "reports"
    folder.mkdir(parents=True)
    for name, age in (("vieux.json", 8), ("jeune.json", 6)):
        (folder / name).write_text("{}")
        os.utime(folder / name, (time.time() - age * 86400,) * 2)
    client.sign_in(emails["a"])
    send(client, ind1(), tmp_path)
    assert [path.name for path in folder.iterdir()] == ["jeune.json"]


def test_the_worker_deletes_them_even_where_nobody_imports(app, settings):
    folder = settings.data_dir / "reports"
    folder.mkdir(parents=True)
    (folder / "vieux.json").write_text("{}")
    os.utime(folder / "vieux.json", (0, 0))
    clock.move_to(datetime(2026, 11, 21, 9))
    worker.round_once(app)
    assert list(folder.iterdir()) == []


def test_a_file_left_behind_by_a_killed_worker_is_deleted(client, emails, settings, tmp_path: Path):
    folder = settings.data_dir / "imports"
    folder.mkdir(parents=True)
    (folder / "vieux").write_bytes(b"x")
    os.utime(folder / "vieux", (0, 0))
    client.sign_in(emails["a"])
    send(client, ind1(), tmp_path)
    assert "vieux" not in [path.name for path in folder.iterdir()]
    assert len(list(folder.iterdir())) == 1
