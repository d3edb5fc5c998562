"""The worker: a process of its own that sends mail, empties the job table and does what comes back.

APScheduler only says when; the database says whether: a job is taken by a locked row, a periodic task claims its
business period first (``kernel.jobs``), so two workers never do a thing twice.
"""

from __future__ import annotations

import os
import signal
import smtplib
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.config import Settings
from clause.consolidations.folios import nightly as folios
from clause.consolidations.publishing import jobs as publishing
from clause.consolidations.transfer import national_jobs as national
from clause.hours.reporting import run as reminders
from clause.hours.reporting import weekly
from clause.imports.jobs import CLEANERS
from clause.imports.jobs import HANDLERS as IMPORTS
from clause.imports.reprise import job as imports
from clause.kernel import clock, jobs, outbox
from clause.kernel.jobs import Job, JobState
from clause.kernel.logs import failure, log
from clause.kernel.unit import current_session, work

HANDLERS = {**IMPORTS, publishing.KIND: publishing.run, national.KIND: national.run}
MAIL_SECONDS = 15
JOB_SECONDS = 2
ROUND_SECONDS = 300
ROUND_HOUR = 8  # in Paris: what comes back each day is done from this hour on, as soon as a worker is there
LOST_AFTER = timedelta(hours=6)
INTERRUPTED = "Le traitement a été interrompu avant la fin : rien n'a été enregistré. Relancez-le."
BROKEN = "Le traitement s'est arrêté sur une erreur de notre côté : rien n'a été enregistré. Prévenez l'administration."


def run(app: Flask) -> None:
    """Work until told to stop (SIGTERM, Ctrl-C)."""
    scheduler = BlockingScheduler(
        timezone=clock.PARIS, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(_in(app, send_mail), "interval", seconds=MAIL_SECONDS, id="mail")
    scheduler.add_job(_in(app, empty_queue), "interval", seconds=JOB_SECONDS, id="jobs")
    scheduler.add_job(
        _in(app, daily_round), "interval", seconds=ROUND_SECONDS, id="round", next_run_time=datetime.now(UTC)
    )
    signal.signal(signal.SIGTERM, lambda _signal, _frame: _stop(scheduler, _frame))
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        log.info("worker stopped")


def round_once(app: Flask) -> None:
    """Do what waits, then return: for tests, and for a machine that prefers its own scheduler."""
    _in(app, empty_queue)()
    _in(app, daily_round)()
    _in(app, send_mail)()


def _stop(scheduler: BlockingScheduler, _frame: FrameType | None) -> None:
    scheduler.shutdown(wait=False)
    raise SystemExit(0)


def _in(app: Flask, task: Callable[[Settings], None]) -> Callable[[], None]:
    def ticking() -> None:
        with app.app_context():
            task(app.config["CLAUSE"])

    return ticking


def send_mail(settings: Settings) -> None:
    """Send what waits in the outbox, one mail at a time; no transaction is open while a server is talked to."""
    deliver = outbox.delivery(settings)
    while (mail := _next_mail(settings)) is not None:
        try:
            deliver(mail.message, mail.name)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            with work() as session:
                outbox.refused(session, mail, error)
        else:
            with work() as session:
                outbox.left(session, mail)


def _next_mail(settings: Settings) -> outbox.Taken | None:
    with work() as session:
        return outbox.take(session, settings.smtp.sender)


# What comes back: (name, period of a day, what to do). The task claims the period itself, in its own transaction.
PERIODIC: tuple[tuple[str, Callable[[date], str], Callable[[Session, Settings], object]], ...] = (
    (reminders.NAME, lambda day: day.isoformat(), reminders.daily),
    (weekly.NAME, weekly.week_of, weekly.weekly),
    (folios.NAME, lambda day: day.isoformat(), folios.daily),
    (imports.SWEEP, lambda day: day.isoformat(), imports.daily),
)


def daily_round(settings: Settings) -> None:
    """Do what is due today and was not done yet: also after a night, or ten days, without a worker."""
    if clock.paris_time(clock.now()).hour < ROUND_HOUR:
        return
    for name, period, task in PERIODIC:
        if jobs.claimed(current_session(), name, period(clock.today())):
            continue
        try:
            with work() as session:
                task(session, settings)
        except Exception as error:
            failure("periodic task failed", error, task=name)


def empty_queue(settings: Settings) -> None:
    """Run every waiting job, one after the other, each in a unit of work of its own."""
    _give_up_the_lost(settings)
    while (job_id := _take()) is not None:
        _do(job_id, settings)


def _take() -> int | None:
    with work() as session:
        job = jobs.take(session)
        if job is None:
            return None
        job.worker = worker_name()
        return job.id


def _do(job_id: int, settings: Settings) -> None:
    try:
        with work() as session:
            job = session.get_one(Job, job_id)
            HANDLERS[job.kind](session, job, settings)
            job.state, job.ended_at = (JobState.FAILED if job.error else JobState.DONE), clock.now()
    except Exception as error:
        failure("job failed", error, job=job_id)
        _fail(job_id, BROKEN)


def _fail(job_id: int, sentence: str) -> None:
    with work() as session:
        job = session.get_one(Job, job_id)
        job.state, job.error, job.ended_at = JobState.FAILED, sentence, clock.now()


def _give_up_the_lost(settings: Settings) -> None:
    """Say of a job whose worker died that it was interrupted; what it had begun was rolled back with its connection."""
    with work() as session:
        for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
            if _is_lost(job):
                job.state, job.error, job.ended_at = JobState.FAILED, INTERRUPTED, clock.now()
                CLEANERS.get(job.kind, _nothing)(job, settings)


def _nothing(_job: Job, _settings: Settings) -> None:
    """This kind of job leaves nothing behind."""


def _is_lost(job: Job) -> bool:
    host, _, pid = (job.worker or "").rpartition(":")
    if host == socket.gethostname() and pid.isdigit():
        return int(pid) != os.getpid() and not _alive(int(pid))
    return job.started_at is not None and clock.now() - job.started_at.astimezone(UTC) > LOST_AFTER


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
