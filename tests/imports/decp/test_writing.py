"""Known by key and content, one contract a key, its state the latest, nothing read twice; on both engines."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from clause.imports.decp.models import DecpContract, DecpRecord
from clause.imports.decp.obligation import Outcome
from clause.imports.decp.running import import_file
from clause.imports.report import Report
from clause.kernel.db import db
from tests.imports.decp.support import record, write_json


def bring(session: Session, tmp_path: Path, *records: Any) -> Report:
    return import_file(session, write_json(tmp_path / "f.json", *records), "f.json", "lot")


def contract(session: Session, identifier: str = "2026-001") -> DecpContract:
    session.expire_all()
    return session.scalars(select(DecpContract).where(DecpContract.identifier == identifier)).one()


def test_a_record_twice_in_a_file_is_written_then_known(session: Session, engine: str, tmp_path: Path) -> None:
    report = bring(session, tmp_path, record(), record(), record(id="autre"))
    assert (report.read, report.written, report.known) == (3, 2, 1)


def test_the_latest_publication_makes_the_state(session: Session, engine: str, tmp_path: Path) -> None:
    bring(
        session, tmp_path,
        record(montant=1, datePublicationDonnees="2026-10-20"),
        record(montant=2, datePublicationDonnees="2026-11-01"),
        record(montant=3, datePublicationDonnees="2026-10-25"),
        record(montant=4, datePublicationDonnees=None),
    )  # fmt: skip
    assert contract(session).amount_cents == 200
    bring(session, tmp_path, record(montant=5, datePublicationDonnees="2026-10-31"))
    assert contract(session).amount_cents == 200
    bring(session, tmp_path, record(montant=6, datePublicationDonnees="2026-11-01"))
    assert contract(session).amount_cents == 600
    assert session.scalar(select(func.count()).select_from(DecpRecord)) == 6
    assert session.scalar(select(func.count()).select_from(DecpContract)) == 1


def test_a_modification_published_later_wins_within_one_publication_day(
    session: Session, engine: str, tmp_path: Path
) -> None:
    change = {"datePublicationDonneesModification": "2026-12-01", "montant": 7_000_000}
    bring(session, tmp_path, record(modifications=[{"modification": change}]), record())
    state = contract(session)
    assert (state.initial_amount_cents, state.amount_cents) == (620_000_000, 700_000_000)
    assert state.modified_on == date(2026, 12, 1)


def test_two_objects_under_one_identifier_are_said(session: Session, engine: str, tmp_path: Path) -> None:
    report = bring(session, tmp_path, record(objet="Lot 1"), record(objet="Lot 2"))
    assert contract(session).title == "Lot 2"
    assert [w.column for w in report.warnings] == ["id"]
    later = bring(session, tmp_path, record(objet="Lot 3"))
    assert len(later.warnings) == 1


def test_the_columns_of_a_contract(session: Session, engine: str, tmp_path: Path) -> None:
    bring(session, tmp_path, record())
    state = contract(session)
    assert (state.buyer_siren, state.department, state.place_code) == ("215901638", "59", "59170")
    assert (state.has_social, state.outcome) == (False, Outcome.MISSING)
    assert (state.is_complete, state.missing) == (True, [])
    bring(session, tmp_path, record(id="2019", considerationsSociales=None, montant=None, dateNotification="CDL"))
    old = contract(session, "2019")
    assert (old.social_considerations, old.has_social, old.outcome) == (None, None, Outcome.NOT_CONCERNED)
    assert old.missing == ["date de notification", "montant"]


def test_as_many_queries_for_three_hundred_records_as_for_one(session: Session, tmp_path: Path) -> None:
    counts = []
    session.execute(select(1))
    for number in (1, 300):
        seen: list[str] = []
        listener = lambda _c, _cur, statement, *_: seen.append(statement)  # noqa: E731, B023
        event.listen(db.engine, "before_cursor_execute", listener)
        bring(session, tmp_path, *(record(id=f"{number}-{n}") for n in range(number)))
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1]
