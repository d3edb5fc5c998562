"""The national report that the worker keeps: exactly the same, and only while the files and the registry are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.consolidations.figures import HIDDEN, Unit
from clause.consolidations.models import RegisteredStructure
from clause.consolidations.report import Chart, Column, Report, Row, Table
from clause.consolidations.transfer import national_jobs
from clause.consolidations.transfer.kept import as_kept, from_kept
from clause.consolidations.transfer.receiving import receive
from clause.kernel import clock
from clause.kernel.jobs import Job
from clause.worker import round_once
from tests.consolidations.transfer.support import ADMINISTRATOR, YEAR, file_of, pair
from tests.support import factories as make
from tests.support.people import signed_in


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


values = st.one_of(
    st.none(), st.integers(), st.text(max_size=8), st.just(HIDDEN), st.decimals(allow_nan=False, allow_infinity=False, places=9)
)  # fmt: skip
rows = st.builds(Row, st.text(max_size=5), st.text(max_size=5), st.fixed_dictionaries({"a": values, "b": values}), st.sampled_from((None, *Unit)), st.booleans())  # fmt: skip
tables = st.builds(
    Table, code=st.text(max_size=4), title=st.text(max_size=9), about=st.just("x"), columns=st.just((Column("a", "A", Unit.RATE), Column("b", "B", opens=False))),
    rows=st.lists(rows, max_size=3).map(tuple), total=st.none() | st.fixed_dictionaries({"a": values}), notes=st.lists(st.text(max_size=4), max_size=2).map(tuple),
    summed=st.frozensets(st.sampled_from("ab")), sensitive=st.frozensets(st.sampled_from("ab")), guarded=st.booleans(),
    chart=st.none() | st.just(Chart("bar", ("a", "b"), "T")),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(tables, max_size=2))
def test_a_report_kept_is_read_back_exactly(made: list[Table]) -> None:
    report = Report("national", "T", "P", 2026, date(2026, 12, 31), tuple(made), {"a": None}, (("Un", "Deux"),), masked=True)  # fmt: skip
    assert from_kept(json.loads(json.dumps(as_kept(report)))) == report
    assert Decimal("0.10") == Decimal("0.1")


def test_of_many_files_the_page_waits_for_the_worker_and_never_shows_old_figures(
    app: Flask, session: Session, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No figure before the worker made it; none once a file or the registry has changed; the same again after it."""
    monkeypatch.setattr(national_jobs, "FEW", 0)
    case = pair(session)
    receive(session, ADMINISTRATOR, file_of(session, case.second))
    newer = file_of(session, case.first.structure)
    admin = make.user(session, Role.ADMINISTRATOR)
    make.committed(session, *(row for row in session if isinstance(row, User)))
    client, address = signed_in(app, admin), f"/transferts/{YEAR}/nationale"

    def page() -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.get_data(as_text=True)

    assert "à préparer" in page()
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert len(session.scalars(select(Job)).all()) == 1
    session.rollback()
    assert "en préparation" in page()
    assert client.get(f"{address}/avancement").get_json()["over"] is False
    assert client.get(f"{address}.json").status_code == 302
    round_once(app)
    assert "C01 Chiffres clés" in page()
    assert client.get(f"{address}/avancement").get_json()["over"] is True
    told = client.get(f"{address}.json").get_json()["tables"]["C01"]["rows"]
    assert {row["key"]: row["value"] for row in told}["hours"] == 300
    receive(session, ADMINISTRATOR, newer)
    session.commit()
    assert "à préparer" in page()
    client.post(address)
    round_once(app)
    told = client.get(f"{address}.json").get_json()["tables"]["C01"]["rows"]
    assert {row["key"]: row["value"] for row in told}["hours"] == 1260
    for row in session.scalars(select(RegisteredStructure)):
        row.facilitators = 7
    session.commit()
    assert "à préparer" in page()
    kept = session.scalars(select(Job).order_by(Job.id)).all()
    assert [job.report is None for job in kept] == [True, False]
