"""Folios never say anything but their tables: what is read through them equals what SQL reads, whatever changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, true, update
from sqlalchemy.orm import Session

from clause.app import create_app
from clause.candidates.models import Assignment, ClauseEntry, Eligibility, EmploymentContract
from clause.consolidations import facts as reading
from clause.consolidations.annual import TABLES, annual, of_facts, year_facts
from clause.consolidations.as_json import as_data
from clause.consolidations.facts import Facts
from clause.consolidations.folios import Words, packing, proof, seal, store, triggers
from clause.consolidations.folios.models import SIZE, Folio, FolioChange
from clause.consolidations.folios.sources import SOURCES
from clause.consolidations.more_facts import with_more
from clause.consolidations.perimeter import Perimeter, every_structure
from clause.demo import france
from clause.demo.france import FRANCE_2016
from clause.hours.models import Declaration
from clause.kernel import clock
from clause.kernel.unit import current_session, work
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.models import Company, Establishment
from tests.support import demonstration

AS_OF = date(2017, 3, 1)
FRAMES = ("hours", "transfers", "markets", "parties", "contracts", "people", "publics", "authorities", "companies", "years")  # fmt: skip


@pytest.fixture
def country(engine: str, app: Flask) -> Iterator[Session]:
    clock.move_to(None)
    with app.app_context():
        with work() as session:
            france.build(session, 2, "no-password", size=FRANCE_2016.reduced(150))
        yield session


def by_sql(perimeter: Perimeter) -> Perimeter:
    """The same markets, named so that each is looked for: a part of the base is read by SQL."""
    return replace(perimeter, among=true())


def assert_same(session: Session, year: int = 2016, as_of: date = AS_OF) -> Facts:
    session.rollback()
    kept, read = (all_facts(session, perimeter, year, as_of) for perimeter in (every_structure(), by_sql(every_structure())))  # fmt: skip
    assert kept.whole is not None
    assert read.whole is None
    for name in FRAMES:
        pd.testing.assert_frame_equal(ordered(getattr(kept, name)), ordered(getattr(read, name)), check_dtype=False, obj=name)  # fmt: skip
    assert kept.more.keys() == read.more.keys()
    for name, rows in kept.more.items():
        pd.testing.assert_frame_equal(ordered(rows), ordered(read.more[name]), check_dtype=False, obj=name)
    wanted = as_data(of_facts(read, every_structure(), year))
    assert as_data(of_facts(kept, every_structure(), year)) == wanted
    assert as_data(annual(session, every_structure(), year, as_of)) == wanted, "without the markets of long ago"
    return kept


def all_facts(session: Session, perimeter: Perimeter, year: int, as_of: date) -> Facts:
    facts = reading.read(session, perimeter, date(year, 1, 1), date(year, 12, 31), as_of, since=date(year - 1, 1, 1))
    return with_more(session, perimeter, facts, TABLES)


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as plain objects, in an order of their own."""
    flat = rows.reset_index() if rows.index.name else rows
    plain = flat.astype("object").map(lambda value: str(value) if isinstance(value, list) else value)
    by_text = plain.map(str)
    return plain.loc[by_text.sort_values(list(by_text.columns)).index].reset_index(drop=True)


def sealed() -> int:
    with work() as session:
        return seal(session)


def changed(session: Session) -> set[str]:
    return set(session.scalars(select(FolioChange.source)))


CHANGES: dict[type[Any], dict[str, Any]] = {
    Declaration: {"total_hours_worked": 12_345, "submitted_at": None, "decided_at": None},
    Market: {"title": "Un autre intitulé", "ends_on": date(2019, 6, 30), "status": "no_follow_up"},
    Operation: {"consultation_date": date(2014, 2, 3)},
    MarketParty: {"role": "subcontractor"},
    Establishment: {"workforce": None, "naf": "41.20A"},
    Company: {"name": "Une autre raison sociale"},
    EmploymentContract: {"job": "Étancheur", "ends_on": date(2018, 7, 31)},
    ClauseEntry: {"sex": "female", "in_qpv": None, "publics": ["rsa", "long_term_unemployed"]},
    Eligibility: {"state": "refused"},
}


def change(session: Session) -> None:
    """Of each table the first row and the last but one; a row less, a row more where tables allow it."""
    for model, values in CHANGES.items():
        first, last = session.execute(select(func.min(model.id), func.max(model.id))).one()
        session.execute(update(model).where(model.id.in_([first, last - 1])).values(**values))
    session.execute(delete(Assignment).where(Assignment.id == select(func.max(Assignment.id) - 1).scalar_subquery()))
    objective = session.execute(select(*_columns(ObjectiveEvent)).order_by(ObjectiveEvent.id)).mappings().first()
    session.execute(insert(ObjectiveEvent).values({**dict(objective or {}), "delta_current": 777_00}))
    entry = session.execute(select(*_columns(LedgerEntry)).where(LedgerEntry.kind == "posting").order_by(LedgerEntry.id.desc())).mappings().first()  # fmt: skip
    turned = {"kind": "reversal", "reverses_id": session.scalar(select(func.max(LedgerEntry.id)).where(LedgerEntry.kind == "posting"))}  # fmt: skip
    hours = {name: -(entry or {})[name] for name in ("hours_real", "hours_valued")}
    session.execute(insert(LedgerEntry).values({**dict(entry or {}), **turned, **hours}))


def _columns(model: type[Any]) -> list[Any]:
    return [column for column in model.__table__.columns if column.name != "id"]


def test_what_is_kept_equals_what_sql_reads_whatever_changes(country: Session, engine: str) -> None:
    assert_same(country)
    assert sealed() >= len(SOURCES)
    assert sealed() == 0
    assert_same(country)
    with work() as session:
        change(session)
        assert {model.__tablename__ for model in CHANGES} <= changed(session)
    before = assert_same(country)
    assert "Étancheur" in set(before.contracts["job"])
    assert list(proof.discrepancies(country)) == []
    country.rollback()
    assert sealed() > 0
    assert changed(country) == set()
    country.rollback()
    assert list(proof.discrepancies(country)) == []
    assert_same(country)
    assert_same(country, 2015)
    assert_same(country, as_of=date(2016, 6, 30))


def test_markets_of_long_ago_are_in_no_frame_and_in_every_table(engine: str, app: Flask) -> None:
    """Five years: C02 still sums those that ended, C10c knows who held one, C17b counts those that ran."""
    clock.move_to(None)
    with app.app_context():
        with work() as session:
            france.build(session, 5, "no-password", size=FRANCE_2016.reduced(400))
            seal(session)
        facts = assert_same(session)
        lean = year_facts(session, every_structure(), 2016, AS_OF)
        assert len(lean.markets) < len(facts.markets)
        assert lean.older.ended["markets"] > 0
        assert len(lean.older.running) >= 3
        assert len(lean.older.held)


def test_the_demonstration_too_with_its_transfers_reversals_and_answers(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, tmp_path: Path
) -> None:
    app = create_app(demonstration.copied(tmp_path_factory, sqlite_template, tmp_path))
    with app.app_context():
        assert sealed() > 0
        session = current_session()
        facts, _then = (assert_same(session, 2026, as_of) for as_of in (demonstration.TODAY, date(2026, 5, 10)))
        assert len(facts.more["anru_entries"])
        assert len(facts.transfers)


def given_up() -> None:
    with work() as session:
        change(session)
        raise ZeroDivisionError


def test_a_change_that_is_given_up_leaves_folios_as_they_are(country: Session) -> None:
    sealed()
    with pytest.raises(ZeroDivisionError):
        given_up()
    assert changed(country) == set()
    country.rollback()
    assert_same(country)


def test_the_proof_finds_a_folio_that_says_something_else(country: Session) -> None:
    sealed()
    with work() as session:
        folio = session.scalars(select(Folio).where(Folio.source == "ledger_entry")).first()
        assert folio is not None
        rows = packing.unpacked(folio.content)
        folio.content = packing.packed({**rows, "real": rows["real"] + 1})
    [found] = proof.discrepancies(country)
    assert found.detail == "ledger_entry, feuillet 0 : real"


def test_the_proof_finds_a_table_that_lost_its_triggers(country: Session, engine: str) -> None:
    sealed()
    with work() as session:
        triggers.remove(session.connection())
        change(session)
    found = {discrepancy.detail.split(",")[0] for discrepancy in proof.discrepancies(country)}
    country.rollback()
    assert found >= {model.__tablename__ for model in CHANGES} - {"operation"}
    with work() as session:
        triggers.begin_again(session.connection())
    assert_same(country)


def test_a_row_of_a_smaller_number_that_appears_later_is_seen(country: Session, engine: str) -> None:
    """On PostgreSQL a transaction that took its number before the sealing may end after it."""
    company = {"siren": "000000018", "name": "Retardataire", "created_at": clock.now(), "version": 1}
    with work() as session:
        last = session.scalar(select(func.max(Company.id))) or 0
        session.execute(insert(Company).values(**company, id=last + 2, public_id="b" * 20))
    sealed()
    with work() as session:
        session.execute(
            insert(Company).values({**company, "siren": "000000026", "id": last + 1, "public_id": "c" * 20})
        )
    if engine == "postgresql":
        assert "company" in changed(country)
        kept = store.Kept(country, date(2015, 1, 1)).of(Company)
        assert sorted(kept["id"])[-2:] == [last + 1, last + 2]


def test_folios_of_another_shape_are_not_read(country: Session) -> None:
    sealed()
    with work() as session:
        session.execute(update(Folio).values(shape="autre", content=b"illisible"))
    assert_same(country)
    assert list(proof.discrepancies(country)) == []
    country.rollback()
    assert sealed() >= len(SOURCES)
    assert_same(country)


def test_declarations_of_months_that_nobody_asks_for_stay_where_they_are(country: Session) -> None:
    sealed()
    with work() as session:  # a folio whose months are all too old is not even opened
        session.execute(update(Folio).where(Folio.source == "declaration").values(latest=2014 * 12, content=b"illisible"))  # fmt: skip
    assert len(store.Kept(country, date(2015, 1, 1)).of(Declaration)["month"]) == 0


def test_columns_come_back_as_they_were_packed() -> None:
    import numpy as np

    columns = {
        "small": np.array([-1, 0, 127]), "large": np.array([2**40, -(2**40), 0]),
        "said": packing.words(["é", None, "é"]), "none": packing.words(["", "", ""]),
    }  # fmt: skip
    found = packing.joined([packing.unpacked(packing.packed(columns)), packing.unpacked(packing.packed(columns))])
    assert found["small"].tolist() == [-1, 0, 127] * 2
    assert found["large"].tolist() == [2**40, -(2**40), 0] * 2
    assert isinstance(found["said"], Words)
    assert list(found["said"].texts()) == ["é", "", "é"] * 2
    assert list(found["none"].texts()) == [""] * 6
    with pytest.raises(ValueError, match="as many rows"):
        packing.packed({"a": np.array([1]), "b": np.array([1, 2])})


def test_no_column_names_a_person() -> None:
    """A folio is one more copy: it holds neither names, days of birth, addresses nor free text of people."""
    read = {str(sql) for source in SOURCES.values() for sql, _read in source.columns.values()}
    for word in ("last_name", "first_name", "birth_date", "email", "phone", "notes", "comment", "motive", "entered_by", "search"):  # fmt: skip
        assert not any(word in sql for sql in read), word
    assert SIZE > 1000
