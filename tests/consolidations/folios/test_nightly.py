"""Folios are kept up by the worker once a day and by a command; the ledger's own check proves them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clause.cli import main
from clause.consolidations.folios import nightly, packing
from clause.consolidations.folios.models import Folio
from clause.kernel.unit import work
from clause.organisations.models import Company
from tests.support import factories as make


def sealed(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Folio.id))) or 0


def test_the_command_seals_and_the_check_of_the_ledger_proves(app: Flask, session: Session, engine: str) -> None:
    make.committed(session, make.establishment(session))
    runner = app.test_cli_runner()
    ledger = main.commands["ledger"]
    assert "à jour" in runner.invoke(ledger, ["seal"]).output
    assert sealed(session) == 2  # the company and its establishment
    assert "Rien à ranger" in runner.invoke(ledger, ["seal"]).output
    assert runner.invoke(ledger, ["check"]).exit_code == 0
    with work() as writing:
        folio = writing.scalars(select(Folio).where(Folio.source == Company.__tablename__)).one()
        rows = packing.unpacked(folio.content)
        folio.content = packing.packed({**rows, "name": packing.words(["Une autre raison sociale"])})
    refused = runner.invoke(ledger, ["check"])
    assert refused.exit_code == 1
    assert "feuillet" in refused.output


def test_the_worker_seals_once_a_day(app: Flask, session: Session) -> None:
    make.committed(session, make.establishment(session))
    for _twice in range(2):
        with work() as writing:
            nightly.daily(writing, app.config["CLAUSE"])
    assert sealed(session) == 2
    with work() as writing:
        writing.execute(update(Company).values(name="Autre"))
        nightly.daily(writing, app.config["CLAUSE"])
    assert "Rien" not in app.test_cli_runner().invoke(main.commands["ledger"], ["seal"]).output, "not again that day"
