"""The national report of many files, made by the worker and kept with what it was made of: shown only while that is so.

The fingerprint is of everything the report is made from: the checksums of the files that count, the registry, the shape of
our own tables, the version of the rules. A file, a region or a rule that changes changes it, and the report is made again.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause import __version__
from clause.access import Viewer
from clause.accounts.models import User
from clause.config import Settings
from clause.consolidations.report import RULES_VERSION, Report
from clause.consolidations.transfer import kept, queries
from clause.consolidations.transfer.national_queries import national_report, own_tables
from clause.consolidations.transfer.queries import RegistryLine
from clause.kernel import clock, jobs
from clause.kernel.jobs import Job, JobState
from clause.kernel.locking import alone
from clause.kernel.refusals import Refused

KIND = "national"
FEW = 12  # files: a page may wait for them
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


def is_long(lines: list[RegistryLine]) -> bool:
    return sum(line.used is not None for line in lines) > FEW


def fingerprint(session: Session, lines: list[RegistryLine], year: int) -> str:
    """SHA-256 of what the report of the year is made from."""
    of_lines = [
        (
            line.structure.siret, line.structure.name, line.structure.region, line.structure.facilitators, line.counted,
            line.used.checksum if line.used else "",
        )
        for line in lines
    ]  # fmt: skip
    shape = [kept.table_as_kept(table) for table in own_tables(session, year, clock.today())]
    made_of = [kept.FORMAT, __version__, RULES_VERSION, year, sorted(map(str, of_lines)), shape]
    return sha256(json.dumps(made_of).encode()).hexdigest()


def kept_report(session: Session, year: int, of: str) -> Report | None:
    """The report made of exactly this; None where it is not made."""
    for job in session.scalars(_of_year(year).where(Job.state == JobState.DONE)):
        if job.report and job.report["fingerprint"] == of:
            return _read(job.report["report"])
    return None


def _read(data: dict[str, Any]) -> Report | None:
    try:
        return kept.from_kept(data)
    except (KeyError, TypeError, ValueError):
        return None


def ask(session: Session, viewer: Viewer, year: int) -> Job:
    """Put the report of a year in the queue, once: who asks meanwhile gets the same job."""
    alone(session, f"national {year}")
    waiting = session.scalars(_of_year(year).where(Job.state == JobState.WAITING)).first()
    return waiting or jobs.ask(session, KIND, {"year": year}, viewer.user_id or 0)


def under_way(session: Session, year: int) -> Job | None:
    return session.scalars(_of_year(year).where(Job.state.in_(UNDER_WAY))).first()


def last_error(session: Session, year: int) -> str:
    """Why the last one failed; empty where it did not."""
    job = session.scalars(_of_year(year)).first()
    return (job.error or "") if job is not None else ""


def _of_year(year: int) -> Any:
    """The jobs of a year, latest first. JSON is compared as text: both engines then do the same."""
    return select(Job).where(Job.kind == KIND, Job.payload["year"].as_integer() == year).order_by(Job.id.desc())


def run(session: Session, job: Job, _settings: Settings) -> None:
    """What the worker does; the reports of the same year made before are dropped."""
    year, viewer = int(job.payload["year"]), session.get_one(User, job.user_id).viewer()
    of = fingerprint(session, queries.registry(session, viewer, year), year)
    try:
        report = national_report(session, viewer, year, clock.today())
    except Refused as refusal:
        job.error = refusal.sentence
        return
    for before in session.scalars(_of_year(year).where(Job.state == JobState.DONE)):
        before.report = None
    job.report = {"fingerprint": of, "report": kept.as_kept(report)}
