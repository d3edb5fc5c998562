"""A large workbook: killed half-way it leaves nothing, sent twice at once it is written once, its memory and report are bounded."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest

from clause import worker
from clause.config import Settings
from clause.imports.reprise import reading
from clause.kernel import clock
from clause.kernel.unit import work
from tests.imports.reprise.test_golden import counts
from tests.support import factories
from tests.support.large_workbook import save

LINES = 240

# A process of its own that kills itself (-9) just before its nth bulk statement, then at the commit of what it wrote.
CHILD = """
import os, signal, sys
from pathlib import Path
from clause import worker
from clause.app import create_app
from clause.cli import main
from clause.config import Settings
from clause.kernel import bulk
from clause.kernel.db import ClauseSession
from sqlalchemy import event

url, folder, moment, file = sys.argv[1:]
app = create_app(Settings(database_url=url, data_dir=Path(folder), secret_key="x" * 40))
real, calls = bulk.write, []

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def write(*given):
    calls.append(given)
    if moment.isdigit() and len(calls) == int(moment):
        die()
    real(*given)

bulk.write = write
if moment == "commit":
    event.listen(ClauseSession, "before_commit", lambda session: calls and die())
if file:
    app.test_cli_runner().invoke(main, ["import", "workbook", file])
else:
    worker.round_once(app)
"""


def killed(settings: Settings, moment: str, file: str = "") -> int:
    arguments = [sys.executable, "-c", CHILD, settings.url, str(settings.data_dir), moment, file]
    return subprocess.run(arguments, check=False, capture_output=True).returncode


@pytest.fixture
def facilitator(app) -> str:
    clock.move_to(datetime(2026, 11, 21, 9))
    with app.app_context(), work() as session:
        return factories.facilitator(session, factories.structure(session, "A")).email


def sent(client, email: str, path: Path) -> str:
    client.sign_in(email)
    return client.post("/imports/reprise/", data={"file": (BytesIO(path.read_bytes()), "reprise.xlsx")}).location


def written(app) -> dict[str, int]:
    """Rows of all that an import writes: not the jobs, the mails or the sessions."""
    return {k: v for k, v in counts(app).items() if k not in ("job", "job_run", "read_log", "folio")}


@pytest.mark.parametrize("moment", ["9", "commit"])
def test_a_worker_killed_while_it_writes_leaves_nothing(engine, app, client, facilitator, settings, tmp_path, moment):
    page = sent(client, facilitator, save(tmp_path / "r.xlsx", hours=LINES))
    before = written(app)
    assert killed(settings, moment) == -9
    assert written(app) == before
    assert moment == "commit" or "Enregistrement" in client.get(page).text  # the page still says where it was
    worker.round_once(app)
    text = client.get(page).text
    assert "interrompu" in text
    assert "rien n'a été enregistré" in text.replace("&#39;", "'")
    assert list((settings.data_dir / "imports").iterdir()) == list((settings.data_dir / "progress").iterdir()) == []
    again = sent(client, facilitator, tmp_path / "r.xlsx")
    worker.round_once(app)
    assert "Tout est enregistré" in client.get(again).text


@pytest.mark.parametrize("moment", ["4", "commit"])
def test_a_command_killed_while_it_writes_leaves_nothing(engine, app, settings, tmp_path, run, moment):
    path = save(tmp_path / "r.xlsx", hours=LINES)
    before = counts(app)
    assert killed(settings, moment, str(path)) == -9
    assert counts(app) == before
    result = run("import", "workbook", str(path), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["known"] == 0


def test_the_same_file_twice_at_once_is_written_once(engine, app, client, facilitator, tmp_path):
    """Two browsers, two workers: the second finds what the first wrote, and says so."""
    path = save(tmp_path / "r.xlsx", hours=240)
    pages = [sent(client, facilitator, path), sent(client, facilitator, path)]
    threads = [threading.Thread(target=worker.round_once, args=(app,)) for _ in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = sorted(client.get(page).text for page in pages)
    assert sum("Tout est enregistré" in text for text in texts) == 1
    assert sum("Rien de nouveau dans ce fichier" in text for text in texts) == 1
    assert counts(app)["declaration_line"] >= 240
    assert counts(app)["employment_contract"] == 20


def test_a_thousand_refused_lines_are_all_in_the_report_and_few_on_the_job(app, client, facilitator, tmp_path):
    page = sent(client, facilitator, save(tmp_path / "r.xlsx", hours=1000, worked="beaucoup"))
    worker.round_once(app)
    text = client.get(page).text
    assert "900 autres" in text
    assert "Lignes refusées (1" in text
    with app.app_context(), work() as session:
        from clause.kernel.jobs import Job

        report = session.query(Job).one().report
        assert (len(report["refused"]), report["refused_count"]) == (100, 1000)
    from python_calamine import CalamineWorkbook

    content = client.get(page + "/compte-rendu.xlsx").data
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sum(row[0] == "Refusée" for row in rows) == 1000


def test_too_many_lines_are_refused_while_they_are_read(run, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 300)
    result = run("import", "workbook", str(save(tmp_path / "r.xlsx", hours=400)), "--json")
    assert result.exit_code == 2
    assert "découpez-le" in result.stderr


def test_progress_of_the_command_is_not_on_its_output(run, tmp_path):
    result = run("import", "workbook", str(save(tmp_path / "r.xlsx", hours=120)), "--json")
    assert json.loads(result.stdout)["refused"] == []
    assert "Lecture du fichier" in result.stderr


def test_progress_goes_forward_only(app, client, facilitator, tmp_path, monkeypatch):
    from clause.imports import progress

    told: list[tuple[str, int]] = []
    monkeypatch.setattr(progress, "tell", lambda _settings, _id, said: told.append((said.label, said.percent)))
    sent(client, facilitator, save(tmp_path / "r.xlsx", hours=LINES))
    worker.round_once(app)
    assert [percent for _label, percent in told] == sorted(percent for _label, percent in told)
    assert {"Lecture du fichier", "Vérification des lignes", "Enregistrement : heures"} <= {label for label, _ in told}
    assert told[-1][1] < 100
