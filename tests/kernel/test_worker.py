"""The worker: a job runs once, whole or not at all; a mail leaves once; a lost job says that it was interrupted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause import worker
from clause.access import Role
from clause.kernel import clock, jobs, outbox
from clause.kernel.jobs import Job, JobState
from clause.kernel.outbox import OutboxMail
from clause.kernel.unit import current_session, work
from clause.organisations.models import Structure
from tests.support import factories as make

KIND = "test"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A job that makes a structure, and fails where its payload says so."""
    done: list[int] = []

    def handler(session: Session, job: Job, _settings: object) -> None:
        make.structure(session)
        done.append(job.id)
        if job.payload.get("fails"):
            raise RuntimeError("Mme Secrète, née le 01/02/1990")
        job.report = {"written": 1}

    monkeypatch.setitem(worker.HANDLERS, KIND, handler)
    return done


def _ask(app: Flask, **payload: bool) -> int:
    with app.app_context(), work() as session:
        user = make.user(session, Role.ADMINISTRATOR)
        return jobs.ask(session, KIND, payload, user.id).id


def _job(app: Flask, job_id: int) -> Job:
    with app.app_context():
        return current_session().get_one(Job, job_id)


def test_a_job_is_done_and_reported(engine: str, app: Flask, runs: list[int]) -> None:
    job_id = _ask(app)
    worker.round_once(app)
    worker.round_once(app)
    job = _job(app, job_id)
    assert (job.state, job.report, runs) == (JobState.DONE, {"written": 1}, [job_id])


def test_a_job_that_fails_leaves_nothing_and_logs_no_name(
    engine: str, app: Flask, runs: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    job_id = _ask(app, fails=True)
    worker.round_once(app)
    job = _job(app, job_id)
    assert job.state == JobState.FAILED
    assert "rien n'a été enregistré" in (job.error or "")
    with app.app_context():
        assert current_session().scalars(select(Structure)).all() == []
    assert "Secrète" not in "".join(capsys.readouterr())


def test_two_workers_never_do_a_job_twice(engine: str, app: Flask, runs: list[int]) -> None:
    wanted = [_ask(app) for _ in range(6)]
    threads = [threading.Thread(target=worker.round_once, args=(app,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(runs) == wanted


def test_a_job_whose_worker_died_says_so(engine: str, app: Flask, runs: list[int]) -> None:
    job_id = _ask(app)
    with app.app_context(), work() as session:
        job = session.get_one(Job, job_id)
        job.state, job.started_at, job.worker = JobState.RUNNING, clock.now(), f"{socket.gethostname()}:999999999"
    worker.round_once(app)
    job = _job(app, job_id)
    assert (job.state, runs) == (JobState.FAILED, [])
    assert job.error == worker.INTERRUPTED


def test_a_period_is_claimed_once(engine: str, app: Flask) -> None:
    claims: list[bool] = []

    def claim() -> None:
        with app.app_context(), work() as session:
            claims.append(jobs.claim(session, "reminders", "2026-11-21"))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == [False, False, False, True]


def test_mail_leaves_once_and_a_failure_is_tried_again(
    engine: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = app.config["CLAUSE"]
    with app.app_context(), work() as session:
        outbox.post(session, kind="test", recipient="a@exemple.test", subject="Élan", body="Bonjour à tous")

    def refuse(*_: object) -> None:
        raise OSError("no route")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "delivery", lambda _settings: refuse)
        worker.round_once(app)
    with app.app_context():
        mail = current_session().scalars(select(OutboxMail)).one()
        assert (mail.sent_at, mail.attempts) == (None, 1)
        assert mail.next_try_at is not None
    worker.round_once(app)
    assert not (settings.data_dir / "mail").exists()  # not before its time
    clock.move_to(clock.now() + timedelta(minutes=1))
    worker.round_once(app)
    files = list((settings.data_dir / "mail").glob("*.eml"))
    assert len(files) == 1
    assert "Subject: =?utf-8?" in files[0].read_text()


def test_two_senders_at_once_send_each_mail_once(engine: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No transaction is open while a mail leaves: what a sender took is not the other's, on SQLite too."""
    with app.app_context(), work() as session:
        for number in range(12):
            outbox.post(session, kind="test", recipient=f"a{number}@exemple.test", subject="Bonjour", body="À tous")
    sent: list[str] = []

    def deliver(_message: object, name: str) -> None:
        with app.app_context(), work() as session:  # would wait for ever if the sender held the only writer
            make.structure(session)
        sent.append(name)

    monkeypatch.setattr(outbox, "delivery", lambda _settings: deliver)
    threads = [threading.Thread(target=worker.round_once, args=(app,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == len(set(sent)) == 12


def test_a_sender_that_died_gives_its_mail_back(engine: str, app: Flask) -> None:
    with app.app_context(), work() as session:
        outbox.post(session, kind="test", recipient="a@exemple.test", subject="Bonjour", body="À tous")
    with app.app_context(), work() as session:
        assert outbox.take(session, "Clause <a@b.test>") is not None
    with app.app_context(), work() as session:
        assert outbox.take(session, "Clause <a@b.test>") is None
    clock.move_to(clock.now() + outbox.LEASE + timedelta(seconds=1))
    worker.round_once(app)
    with app.app_context():
        assert current_session().scalars(select(OutboxMail)).one().sent_at is not None
