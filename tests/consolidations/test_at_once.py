"""Two people, or four clicks, at the same moment: published once, received once, and what is frozen is one moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clause.access import Role
from clause.accounts.models import User
from clause.consolidations.models import Publication, ReceivedTransfer, RegisteredStructure, SavedView
from clause.kernel import clock
from clause.kernel.db import db
from clause.kernel.jobs import Job
from clause.ledger.models import LedgerEntry
from tests.consolidations.publishing.test_since import correct
from tests.consolidations.support import golden
from tests.consolidations.transfer.support import YEAR, file_of, pair, resealed
from tests.support import factories as make
from tests.support.client import Client
from tests.support.people import signed_in

PUBLISH = {"as_of": "15/12/2026", "comment": "", "number": "1"}


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def together(*acts: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers, in the order of the acts, of what is done at the same moment."""
    answers: dict[int, TestResponse] = {}
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        start.wait()
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]


def statuses(answers: Sequence[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def clients(app: Flask, session: Session, *users: User) -> list[Client]:
    make.committed(session, *session)
    return [signed_in(app, user) for user in users]


def test_two_people_publish_one_version_and_the_second_reads_who_was_first(
    app: Flask, session: Session, engine: str
) -> None:
    case = golden(session)
    one, two = (
        make.facilitator(session, case.structure),
        make.user(session, Role.COORDINATOR, structure_id=case.structure.id),
    )
    browsers = clients(app, session, one, two)
    answers = together(*(lambda c=c: c.post("/bilans/2026/publier", data=PUBLISH) for c in browsers))
    assert statuses(answers) == [302, 422]
    second = next(answer for answer in answers if answer.status_code == 422)
    assert "sous le n° 1 pendant que vous prépariez la vôtre" in second.get_data(as_text=True)
    assert count(app, Publication) == 1


def test_a_correction_during_a_publication_is_in_it_whole_or_not_at_all(
    app: Flask, session: Session, engine: str
) -> None:
    case = golden(session)
    user = make.facilitator(session, case.structure)
    [browser] = clients(app, session, user)
    correct(session, case)
    session.flush()  # posted and not yet committed: the publication waits for it
    answers: list[TestResponse] = []
    publishing = threading.Thread(target=lambda: answers.append(browser.post("/bilans/2026/publier", data=PUBLISH)))
    publishing.start()
    publishing.join(0.7)
    assert publishing.is_alive()
    session.commit()
    publishing.join()
    assert statuses(answers) == [302]
    with app.app_context():
        published = db.session.scalars(select(Publication)).one()
        border = int(published.parameters["last_entry"])
        hours = db.session.scalar(
            select(func.sum(LedgerEntry.hours_real)).where(
                LedgerEntry.id <= border, func.extract("year", LedgerEntry.month) == 2026
            )
        )
        figures = {row["key"]: row["value"] for row in json.loads(published.content)["tables"]["C01"]["rows"]}
    assert round(figures["hours"] * 100) == hours == 95_000


def test_a_file_received_four_times_at_once_is_one(app: Flask, session: Session, engine: str) -> None:
    content = file_of(session, pair(session).first.structure)
    browsers = clients(app, session, *(make.user(session, Role.ADMINISTRATOR) for _ in range(4)))
    answers = together(*(lambda c=c: _send(c, content) for c in browsers))
    assert set(statuses(answers)) <= {302, 409}
    assert 302 in statuses(answers)
    assert (count(app, ReceivedTransfer), count(app, RegisteredStructure)) == (1, 1)


def test_two_files_of_a_new_structure_at_once_leave_the_newer_one(app: Flask, session: Session, engine: str) -> None:
    content = file_of(session, pair(session).first.structure)
    older = resealed({**json.loads(content), "as_of": "2026-12-01"})
    browsers = clients(app, session, *(make.user(session, Role.ADMINISTRATOR) for _ in range(2)))
    answers = together(lambda: _send(browsers[0], content), lambda: _send(browsers[1], older))
    assert set(statuses(answers)) <= {302, 409}
    again = [_send(browsers[0], older), _send(browsers[0], content)]  # as whoever reads 409 does
    assert statuses(again) == [302, 302]
    assert (count(app, ReceivedTransfer), count(app, RegisteredStructure)) == (2, 1)
    with app.app_context():
        used = db.session.scalars(select(ReceivedTransfer).where(ReceivedTransfer.replaced_by_id.is_(None))).one()
        assert used.as_of.isoformat() == json.loads(content)["as_of"]


def test_the_national_consolidation_is_asked_once(app: Flask, session: Session, engine: str) -> None:
    browsers = clients(app, session, *(make.user(session, Role.ADMINISTRATOR) for _ in range(4)))
    answers = together(*(lambda c=c: c.post(f"/transferts/{YEAR}/nationale") for c in browsers))
    assert statuses(answers) == [302] * 4
    assert count(app, Job) == 1


def test_a_view_kept_four_times_at_once_is_one(app: Flask, session: Session, engine: str) -> None:
    user = make.facilitator(session, golden(session).structure)
    data = {"name": "Femmes par secteur", "lignes": "sexe", "colonnes": "secteur", "de": "2026", "a": "2026"}
    browsers = clients(app, session, *[user] * 4)
    answers = together(*(lambda c=c: c.post("/explorer/vues", data=data) for c in browsers))
    assert statuses(answers)[0] == 302
    assert set(statuses(answers)[1:]) <= {409, 422}
    assert count(app, SavedView) == 1


def _send(client: Client, content: bytes) -> Any:
    data = {"files": [(BytesIO(content), "fichier.json")]}
    return client.post(f"/transferts/{YEAR}", data=data, content_type="multipart/form-data")
