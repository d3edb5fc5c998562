"""Many at once: nothing lost, nothing twice, nobody told that the database is locked. Through the HTTP client."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.db import open_for_reading, open_for_writing
from clause.kernel.values import add_months
from clause.ledger.models import LedgerEntry
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.client import Client

THREADS, WRITES = 8, 50


@pytest.mark.usefixtures("engine")
def test_400_drafts_from_8_threads_are_all_kept(app: Flask, session: Session, builder: Callable[..., World]) -> None:
    """Each thread is a company that keeps the drafts of its markets, fifty of them, one after the other."""
    jobs = [_company(session, builder(session, 0)) for _ in range(THREADS)]
    session.commit()
    open_for_reading(session)
    with ThreadPoolExecutor(THREADS) as pool:
        statuses = [status for found in pool.map(lambda job: _keep_all(app, *job), jobs) for status in found]
    assert statuses == [200] * (THREADS * WRITES)
    session.rollback()
    assert session.scalar(select(func.count(Declaration.id))) == THREADS * WRITES
    hours = session.scalars(select(DeclarationLine.hours)).all()
    assert sorted(hours) == sorted(100 * n for n in range(1, WRITES + 1) for _ in range(THREADS))


def _company(session: Session, world: World) -> tuple[str, list[tuple[str, str]]]:
    """The address of its account, and (page, row) of fifty months of five markets."""
    targets = []
    months = [add_months(date(2025, 6, 1), n) for n in range(10)]
    for _ in range(WRITES // len(months)):
        values = {"starts_on": date(2025, 6, 1), "ends_on": date(2026, 12, 31)}
        market = make.market(session, make.operation(session, world.structure), world.company, **values)
        person = make.participant(session, world.structure)
        contract = make.contract(session, person, world.company, market, starts_on=date(2025, 6, 1))
        targets += [
            (f"/heures/saisie/{market.public_id}/{month:%Y-%m}/brouillon", f"{contract.public_id}-0")
            for month in months
        ]
    return world.company_user().email, targets


def _keep_all(app: Flask, email: str, targets: list[tuple[str, str]]) -> list[int]:
    client = Client(app)
    client.sign_in(email)
    return [
        client.post(url, data={"version": "0", "rows": row, f"{row}-work": str(number)}).status_code
        for number, (url, row) in enumerate(targets, start=1)
    ]


@pytest.mark.usefixtures("engine")
def test_two_facilitators_who_validate_at_once_post_once(app: Flask, world: World, session: Session) -> None:
    emails = [make.user(session, Role.FACILITATOR, structure_id=world.structure.id).email for _ in range(4)]
    declaration = world.declared(14000)
    public_id, version = declaration.public_id, declaration.version
    session.commit()
    open_for_reading(session)
    clients = [_signed_in(app, email) for email in emails]

    def decide(client: Client) -> tuple[int, str]:
        data: dict[str, Any] = {"action": "validate_all", "version": str(version)}
        answer = client.post(f"/validation/{public_id}", data=data)
        return answer.status_code, answer.get_data(as_text=True)

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(decide, clients))
    assert sorted(status for status, _ in answers) == [302, 422, 422, 422]
    assert all("a changé pendant que vous" in html for status, html in answers if status == 422)
    session.rollback()
    assert session.scalar(select(func.count(LedgerEntry.id))) == 2
    open_for_writing(session)


def _signed_in(app: Flask, email: str) -> Client:
    client = Client(app)
    client.sign_in(email)
    return client
