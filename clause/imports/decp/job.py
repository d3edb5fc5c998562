"""The import of public contract data as a job: a file sent on the page, kept aside until the worker reads it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from clause.config import Settings
from clause.imports.decp.running import import_file
from clause.imports.decp.sources import Unreadable
from clause.imports.report import Report
from clause.kernel import clock, jobs
from clause.kernel.jobs import Job, JobState

KIND = "decp"
NAME_LENGTH = 120
AT_ONCE = 2 * 1024 * 1024  # a smaller file is imported in the request: some two thousand records, about a second


def receive(
    session: Session, settings: Settings, content: IO[bytes], name: str, user_id: int, territory: list[str]
) -> Job:
    """Keep the file sent and ask for its import; a small one is imported at once, its job already done."""
    path = settings.data_dir / "imports" / secrets.token_hex(16)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as kept:
        while chunk := content.read(1 << 20):
            kept.write(chunk)
    job = jobs.ask(session, KIND, {"path": path.name, "name": name[-NAME_LENGTH:], "territory": territory}, user_id)
    if path.stat().st_size <= AT_ONCE:
        job.started_at = clock.now()
        run(session, job, settings)
        job.state, job.ended_at = JobState.DONE, clock.now()
    return job


def run(session: Session, job: Job, settings: Settings) -> None:
    """Import the file of the job and write its report on it. An unreadable file leaves nothing but the sentence."""
    path = _path(settings, job)
    try:
        with session.begin_nested():
            report = import_file(session, path, job.payload["name"], job.public_id, job.payload["territory"], max_bytes=settings.max_upload_bytes)  # fmt: skip
    except Unreadable as fault:
        report, job.error = Report(), str(fault)
    job.done = job.total = report.read
    job.report = report.as_json()
    path.unlink(missing_ok=True)


def _path(settings: Settings, job: Job) -> Path:
    """Where the file waits; only the name that we made is taken from the job."""
    return settings.data_dir / "imports" / Path(job.payload["path"]).name
