"""The import of a workbook as a job: the file sent on the page is kept aside until the worker reads it, then deleted."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from clause.accounts.models import User
from clause.config import Settings
from clause.imports import progress
from clause.imports.kept_reports import keep, reports
from clause.imports.progress import Progress
from clause.imports.reprise.mappings import as_file_mapping
from clause.imports.reprise.models import ImportMapping
from clause.imports.reprise.running import Options, import_plan, read_plan
from clause.kernel import clock, jobs
from clause.kernel.jobs import Job
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Limits, Unreadable
from clause.organisations.models import Structure

KIND = "reprise"
SWEEP = "imports-sweep"
NAME_LENGTH = 120
LEFT_AFTER = 7 * 24 * 3600  # seconds: a file still waiting after a week has no job any more


def receive(
    session: Session, settings: Settings, content: IO[bytes], name: str, user_id: int, structure_id: int,
    options: dict[str, Any],
) -> Job:  # fmt: skip
    """Keep the file and ask for its import; ``options``: valid_only, update, mapping (an id or None)."""
    path = settings.data_dir / "imports" / secrets.token_hex(16)
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(settings)
    with path.open("wb") as kept:
        while chunk := content.read(1 << 20):
            kept.write(chunk)
    payload = {"path": path.name, "name": name[-NAME_LENGTH:], "structure": structure_id, **options}
    return jobs.ask(session, KIND, payload, user_id)


def sweep(settings: Settings) -> None:
    """Delete what is a week old: files that a killed worker left behind, and whole reports, which quote values of files.

    The job keeps the figures of its report and the first remarks.
    """
    limit = time.time() - LEFT_AFTER  # the age of a file is real time, wherever the clock of the site is held
    for folder in (settings.data_dir / "imports", reports(settings)):
        for path in folder.glob("*"):
            if path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)


def daily(session: Session, settings: Settings) -> None:
    """The same sweep each day, where nobody imports any more."""
    if jobs.claim(session, SWEEP, clock.today().isoformat()):
        sweep(settings)


def run(session: Session, job: Job, settings: Settings) -> None:
    """Import the file of the job and write its report on it; the file is read before the database is locked.

    An unreadable file leaves its sentence and nothing else; any other error is the worker's to tell.
    """
    payload, public_id, job_id = dict(job.payload), job.public_id, job.id
    user_id, path = job.user_id, settings.data_dir / "imports" / Path(job.payload["path"]).name
    try:
        who = session.get_one(User, user_id).name
        options = _options(session, payload)
        session.rollback()  # nothing is held while the file is read
        _import(session, settings, path, payload, options, (job_id, public_id, user_id, who))
    finally:
        path.unlink(missing_ok=True)
        progress.forget(settings, public_id)


def clean(job: Job, settings: Settings) -> None:
    """Delete what a worker that died left of a job: the file that was sent, and its progress."""
    (settings.data_dir / "imports" / Path(job.payload["path"]).name).unlink(missing_ok=True)
    progress.forget(settings, job.public_id)


def _options(session: Session, payload: dict[str, Any]) -> Options:
    mapping = session.get(ImportMapping, payload["mapping"]) if payload.get("mapping") else None
    own = mapping if mapping is not None and mapping.structure_id == payload["structure"] else None
    return Options(payload["valid_only"], payload["update"], as_file_mapping(own) if own else None)


def _import(
    session: Session, settings: Settings, path: Path, payload: dict[str, Any], options: Options,
    asked: tuple[int, str, int, str],
) -> None:  # fmt: skip
    job_id, public_id, user_id, who = asked

    def say(label: str, done: int, total: int, percent: int) -> None:
        progress.tell(settings, public_id, Progress(label, done, total, percent))

    say("Lecture du fichier", 0, 0, 0)
    try:
        limits = Limits(file_bytes=settings.max_upload_bytes)
        plan = read_plan(path, payload["name"], options, limits)
    except Unreadable as fault:
        session.get_one(Job, job_id).error = str(fault)
        return
    structure = session.get_one(Structure, payload["structure"])
    try:
        report = import_plan(session, structure, plan, options, user_id=user_id, user_name=who, progress=say)
    except Refused as refusal:
        session.rollback()
        session.get_one(Job, job_id).error = refusal.sentence
        return
    job = session.get_one(Job, job_id)
    job.done = job.total = report.read
    job.report = keep(settings, public_id, report)
