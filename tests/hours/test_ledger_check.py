"""``clause ledger check``: clean after real acts; each kind of corruption is seen and named, without a person's name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clause.candidates.models import Participant
from clause.cli import main
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind
from clause.hours.models import DeclarationLine
from clause.hours.pooling import actions as pooling
from clause.hours.proof import discrepancies, extent
from clause.hours.proof.finding import Check
from clause.kernel import clock
from clause.kernel.unit import open_for_writing
from clause.ledger.models import EntryKind, LedgerEntry
from tests.hours.conftest import World, build
from tests.hours.pooling.scene import Pool, pool


@dataclass
class Books:
    """A market with lines that count, one corrected, one kept without counting; two markets with a transfer taken back."""

    session: Session
    world: World
    pool: Pool
    names: dict[str, Any]

    def checks(self) -> set[Check]:
        return {found.check for found in discrepancies(self.session)}


@pytest.fixture
def books(session: Session, app: Flask) -> Books:
    clock.move_to(datetime(2026, 4, 10, 9, 0))
    world = build(session)
    declaration = world.open()
    kinds = ((HourKind.WORK, 10000), (HourKind.ABSENCE, 700), (HourKind.OTHER_TRAINING, 701))
    lines = tuple(DraftLine(c.id, kind, hours) for c in world.contracts for kind, hours in kinds)
    actions.save_draft(session, world.as_company, declaration, DraftData(lines))
    actions.submit(session, world.as_company, declaration, notify=False)
    actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
    first = next(x for x in declaration.lines if x.hour_kind is HourKind.WORK)
    actions.correct_line(session, world.as_facilitator, declaration, first, 9000, "relevé")
    of = pool(session, app.config["CLAUSE"].data_dir)
    of.move(5000)
    pooling.take_back(session, of.viewer, of.convention, of.move(1000), "erreur")
    session.flush()
    return Books(session, world, of, named(session, world))


def named(session: Session, world: World) -> dict[str, Any]:
    """What the corruptions point at: a line that counts and its entry, its market and contract, another market."""
    line = session.scalars(
        select(DeclarationLine).where(
            DeclarationLine.market_id == world.market.id, DeclarationLine.hours == 10000, DeclarationLine.standing
        )
    ).one()
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.declaration_line_id == line.id)).one()
    reversal = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == EntryKind.REVERSAL)).one()
    other = next(c for c in world.contracts if c.id != line.employment_contract_id)
    return {
        "line": line.id, "entry": entry.id, "reversal": reversal.id, "market": world.market.id,
        "other": world.contracts[0].id if other is None else other.id, "person": other.participant_id,
    }  # fmt: skip


ENTRY = "UPDATE ledger_entry SET {} WHERE id = :entry"
LINE = "UPDATE declaration_line SET {} WHERE id = :line"
TRANSFER = "(SELECT min(id) FROM hour_transfer)"
A_MARKET = f"(SELECT from_market_id FROM hour_transfer WHERE id = {TRANSFER})"
COPY = (
    "INSERT INTO ledger_entry (kind, market_id, participant_id, employment_contract_id, declaration_line_id, month,"
    " hour_kind, hours_real, hours_valued, posted_on, posted_at, posted_by)"
    " SELECT kind, market_id, participant_id, employment_contract_id, declaration_line_id, month, hour_kind, hours_real,"
    " hours_valued, posted_on, posted_at, posted_by FROM ledger_entry WHERE id = :entry"
)
CORRUPTIONS: list[tuple[str, Check]] = [
    ("DELETE FROM ledger_entry WHERE id = :entry", Check.MISSING),
    (ENTRY.format("hours_real = hours_real + 1"), Check.DIFFERENT),
    (ENTRY.format("hours_valued = hours_valued - 1"), Check.DIFFERENT),
    (ENTRY.format(f"market_id = {A_MARKET}"), Check.DIFFERENT),
    (ENTRY.format("month = '2026-02-01'"), Check.DIFFERENT),
    (ENTRY.format("hour_kind = 'training'"), Check.DIFFERENT),
    (ENTRY.format("employment_contract_id = :other"), Check.DIFFERENT),
    (ENTRY.format("participant_id = :person"), Check.DIFFERENT),
    (LINE.format("hours = hours - 1"), Check.DIFFERENT),
    (LINE.format("standing = false"), Check.REPLACED),
    (LINE.format("state = 'declared'"), Check.UNDECIDED),
    (LINE.format("not_counted = 'kind'"), Check.NOT_COUNTED),
    (LINE.format("hours = 0"), Check.DIFFERENT),
    (LINE.format("month = '2026-02-01'"), Check.LINE),
    (LINE.format("participant_id = :person"), Check.LINE),
    (COPY, Check.DOUBLE),
    (ENTRY.format("declaration_line_id = 999999"), Check.ORPHAN),
    ("UPDATE ledger_entry SET hours_real = hours_real + 1 WHERE id = :reversal", Check.REVERSAL),
    ("UPDATE ledger_entry SET month = '2026-02-01' WHERE id = :reversal", Check.REVERSAL),
    ("UPDATE ledger_entry SET posted_on = '2020-01-01' WHERE id = :reversal", Check.REVERSAL),
    ("DELETE FROM ledger_entry WHERE id = :reversal", Check.REPLACED),
    (f"DELETE FROM ledger_entry WHERE transfer_id = {TRANSFER} AND hours_real > 0", Check.TRANSFER_ENTRIES),
    (f"DELETE FROM ledger_entry WHERE transfer_id = {TRANSFER} AND hours_real > 0", Check.TRANSFER_SUM),
    (f"UPDATE ledger_entry SET month = '2026-01-01' WHERE transfer_id = {TRANSFER}", Check.TRANSFER_ENTRIES),
    (f"UPDATE ledger_entry SET hours_real = 2 * hours_real WHERE transfer_id = {TRANSFER}", Check.TRANSFER_ENTRIES),
    (f"UPDATE ledger_entry SET market_id = :market WHERE transfer_id = {TRANSFER} AND hours_real > 0", Check.TRANSFER_ENTRIES),
    (f"UPDATE ledger_entry SET transfer_id = 999999 WHERE transfer_id = {TRANSFER}", Check.TRANSFER_UNKNOWN),
    (f"DELETE FROM pooled_market WHERE market_id = {A_MARKET}", Check.TRANSFER_MARKETS),
    ("UPDATE pooling_agreement SET agreed_on = '2026-03-01'", Check.TRANSFER_AGREEMENT),
    ("UPDATE pooling_convention SET company_signed_on = NULL", Check.TRANSFER_AGREEMENT),
    ("UPDATE pooling_convention SET ends_on = '2026-02-28'", Check.TRANSFER_PERIOD),
    ("UPDATE pooling_convention SET ended_on = '2026-02-28'", Check.TRANSFER_PERIOD),
    (f"UPDATE hour_transfer SET hours = hours + 10000 WHERE id = {TRANSFER}", Check.TRANSFER_OVERDRAWN),
    ("UPDATE hour_transfer SET hours = hours + 1 WHERE reverses_id IS NOT NULL", Check.TRANSFER_BACK),
]  # fmt: skip


def unguard(session: Session, engine: str) -> None:
    """Take away what the database itself refuses, as somebody with its keys could."""
    statements = (
        ["DROP TRIGGER ledger_entry_no_update", "DROP TRIGGER ledger_entry_no_delete", "PRAGMA defer_foreign_keys = ON"]
        if engine == "sqlite"
        else [
            "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
            "ALTER TABLE ledger_entry DROP CONSTRAINT fk_ledger_entry_declaration_line_id",
            "ALTER TABLE ledger_entry DROP CONSTRAINT fk_ledger_entry_transfer_id",
        ]
    )
    for statement in [*statements, "DROP INDEX uq_ledger_entry_posting"]:
        session.execute(text(statement))


def test_each_corruption_is_seen(engine: str, books: Books, session: Session) -> None:
    assert list(discrepancies(session)) == []
    unguard(session, engine)
    missed = []
    for statement, expected in CORRUPTIONS:
        point = session.begin_nested()
        wanted = {name: value for name, value in books.names.items() if f":{name}" in statement}
        assert session.execute(text(statement), wanted).rowcount, statement
        if expected not in books.checks():
            missed.append((statement, expected, books.checks()))
        point.rollback()
    assert missed == []
    # Folios have tests of their own (tests/consolidations/folios).
    assert {check for _, check in CORRUPTIONS} == set(Check) - {Check.FOLIO}


def test_a_ratio_and_a_coefficient_are_proved_by_what_was_applied(engine: str, session: Session, world: World) -> None:
    world.market.parameters = {"hours.paid_training_ratio": "0.5", "coefficients.cdd": "1.5"}
    declaration = world.open()
    lines = [DraftLine(c.id, HourKind.OTHER_TRAINING, 701) for c in world.contracts]
    actions.save_draft(session, world.as_company, declaration, DraftData(tuple(lines)))
    actions.submit(session, world.as_company, declaration, notify=False)
    actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
    entries = session.scalars(select(LedgerEntry)).all()
    assert {(entry.hours_real, entry.hours_valued) for entry in entries} == {(351, 527)}
    world.market.parameters = {}
    session.flush()
    assert list(discrepancies(session)) == [], "a setting that changes later changes nothing"
    unguard(session, engine)
    session.execute(text("UPDATE ledger_entry SET hours_real = 350"))
    assert {found.check for found in discrepancies(session)} == {Check.DIFFERENT}


def test_the_command_says_where_and_never_who(engine: str, books: Books, session: Session, app: Flask) -> None:
    session.commit()
    run = app.test_cli_runner()
    clean = run.invoke(main, ["ledger", "check"])
    assert (clean.exit_code, clean.output.splitlines()[-1]) == (0, "Tout concorde.")
    open_for_writing(session)
    unguard(session, engine)
    session.execute(text(ENTRY.format("hours_real = 10100, month = '2026-02-01'")), {"entry": books.names["entry"]})
    session.commit()
    wrong = run.invoke(main, ["ledger", "check"])
    line = session.get_one(DeclarationLine, books.names["line"])
    contract = next(c for c in books.world.contracts if c.id == line.employment_contract_id)
    assert wrong.exit_code == 1
    assert f"marché {books.world.market.reference}, mars 2026, contrat {contract.reference}" in wrong.output
    assert "(mois, heures)" in wrong.output
    assert "attendu 100 h, trouvé 101 h" in wrong.output.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 écart trouvé." in wrong.output
    told = json.loads(run.invoke(main, ["ledger", "check", "--json"]).output)
    assert (told["agrees"], told["count"]) == (False, 1)
    assert told["differences"][0] | {"reason": ""} == {
        "check": "different", "reason": "", "detail": "mois, heures", "market": books.world.market.reference,
        "month": "2026-03", "contract": contract.reference, "expected": "100.00", "found": "101.00",
    }  # fmt: skip
    person = session.get_one(Participant, line.participant_id)
    assert person.last_name not in wrong.output
    assert person.first_name not in wrong.output


def test_what_was_checked_is_counted(books: Books, session: Session) -> None:
    found = extent(session)
    assert (found.transfers, found.lines) == (3, 8)
    assert found.entries == 8 + 2 + 6  # a corrected line is posted and reversed; three transfers of two entries
    assert found.hours == 90_00 + 100_00 + 2 * 7_01 + 780_00


def test_an_empty_database_agrees(engine: str, session: Session) -> None:
    assert list(discrepancies(session)) == []
    assert extent(session).entries == 0
    assert date(2026, 1, 1) < clock.today()
