"""The country of 2016, smaller: the same code at a fraction of its size counts exactly what it is asked to, every year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.fr import siret

from bench import transfer
from clause.accounts.models import User
from clause.consolidations.annual import annual
from clause.consolidations.perimeter import every_structure
from clause.demo import france
from clause.demo.accounts import ACCOUNTS
from clause.demo.commands import demo
from clause.demo.france import FRANCE_2016, words
from clause.demo.france.size import divided, spread
from clause.hours import proof
from clause.hours.models import DeclarationLine
from clause.hours.settling import load_grounds, settlement
from clause.kernel import clock
from clause.kernel.unit import work
from clause.ledger.models import LedgerEntry
from clause.ledger.posting import Hours
from clause.markets.models import Market
from clause.organisations.models import Company, Establishment

SMALL = FRANCE_2016.reduced(80)
YEARS = (2015, 2016)


@pytest.fixture
def country(engine: str, app: Flask) -> Iterator[Session]:
    clock.move_to(None)
    with app.app_context():
        with work() as session:
            france.build(session, len(YEARS), "no-password", size=SMALL)
        yield session


def test_every_year_counts_exactly_what_was_asked_and_the_ledger_agrees(country: Session) -> None:
    for year, before in ((2016, SMALL.key_figures), (2015, dict.fromkeys(SMALL.key_figures, 0))):
        table = annual(country, every_structure(), year, date(2017, 3, 1)).tables[0]
        cells = {row.key: row.cells for row in table.rows}
        assert {key: cells[key]["value"] for key in SMALL.key_figures} == SMALL.key_figures, year
        assert {key: cells[key]["previous"] for key in SMALL.key_figures} == before, year
    assert list(proof.discrepancies(country)) == []

    # Firms exist nowhere and have right keys; one account a role.
    numbers = country.scalars(select(Establishment.siret)).all()
    assert len(numbers) == SMALL.companies + SMALL.suppliers
    assert all(number.startswith("000") and siret.is_valid(number) for number in numbers)
    assert country.scalar(select(func.count(func.distinct(Company.siren)))) == len(numbers)
    assert len(country.scalars(select(User)).all()) == len(ACCOUNTS) == 9


def test_the_transfer_files_of_every_structure_give_the_country_again(country: Session, tmp_path: Path) -> None:
    """Files alone: nothing that the national report says is read from the structures they come from."""
    paths = transfer.export(country, tmp_path)
    assert len(paths) == SMALL.structures
    with work() as session:
        report = transfer.received(session, paths)
    cells = {row.key: row.cells["value"] for row in report.tables[0].rows}
    assert {key: cells[key] for key in SMALL.key_figures} == SMALL.key_figures
    assert transfer.differences(report, annual(country, every_structure(), 2016, transfer.AS_OF)) == []


def test_every_line_counts_by_the_rules_for_the_hours_that_are_posted(country: Session) -> None:
    lines = country.scalars(select(DeclarationLine).where(DeclarationLine.month >= date(2016, 9, 1))).all()
    assert len(lines) > 200
    grounds = load_grounds(country, {line.market_id for line in lines}, {line.employment_contract_id for line in lines})
    posted = {e.declaration_line_id: e for e in country.scalars(select(LedgerEntry))}
    for line in lines:
        counted, entry = settlement(line, grounds), posted[line.id]
        assert isinstance(counted, Hours)
        assert (counted.real, counted.valued, counted.hour_kind) == (entry.hours_real, entry.hours_valued, entry.hour_kind)  # fmt: skip
    # A month is posted in the next one, so that the ledger can be read as of any day of the year.
    months = {(e.month, e.posted_on) for e in posted.values()}
    assert all(0 < (posted_on - month).days < 55 for month, posted_on in months)


def test_what_is_drawn_is_always_drawn_alike(engine: str, session: Session) -> None:
    digests = []
    for _ in range(2):
        france.build(session, 1, "no-password", size=FRANCE_2016.reduced(300))
        rows = session.execute(
            select(Market.reference, LedgerEntry.month, LedgerEntry.hours_real)
            .join(Market, Market.id == LedgerEntry.market_id)
            .order_by(LedgerEntry.id)
        )
        digests.append(sha256(repr(rows.all()).encode()).hexdigest())
        session.rollback()
    assert digests[0] == digests[1]


def test_the_clock_runs_again_even_where_building_fails(engine: str, session: Session) -> None:
    clock.move_to(None)

    def stop(_steps: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        france.build(session, 1, "no-password", stop, FRANCE_2016.reduced(300))
    assert clock.fixed() is None


def test_parts_are_exact_and_never_under_their_floor() -> None:
    assert divided(10, [1, 1, 1], [1, 5, 1]) == [2, 6, 2]
    assert sum(divided(29_412, [0.3 * n for n in range(1, 172)])) == 29_412
    assert sum(spread(46_000, list(range(1, 900)))) == 46_000
    assert min(spread(1000, [1] + [50] * 800)) == 1
    with pytest.raises(ValueError, match="floors"):
        divided(2, [1, 1, 1])


def test_places_are_all_different() -> None:
    assert len({words.place(n) for n in range(5000)}) == 5000


def test_the_command_refuses_a_number_of_years_of_the_small_demonstration(app: Flask) -> None:
    result = app.test_cli_runner().invoke(demo, ["--years", "2"])
    assert result.exit_code == 1
    assert "--years va avec --scale" in result.output
