"""The ledger is append only: the database itself refuses to change or delete an entry, on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.ledger import posting
from clause.ledger.models import LedgerEntry
from tests.support import factories as make


@pytest.fixture
def entry(engine: str, session: Session) -> LedgerEntry:
    home = make.structure(session)
    firm = make.establishment(session)
    market = make.market(session, make.operation(session, home), firm)
    person = make.participant(session, home)
    contract = make.contract(session, person, firm, market)
    month = date(2026, 3, 1)
    declaration = make.add(session, Declaration(
        market_id=market.id, company_id=firm.company_id, month=month, state=DeclarationState.VALIDATED,
        origin=Origin.COMPANY, entered_by="Test", created_at=clock.now(),
    ))  # fmt: skip
    line = make.add(session, DeclarationLine(
        declaration_id=declaration.id, market_id=market.id, month=month, employment_contract_id=contract.id,
        participant_id=person.id, structure_id=home.id, hour_kind=HourKind.WORK, hours=10000, worked_from=month,
        worked_to=date(2026, 3, 31), state=LineState.VALIDATED,
    ))  # fmt: skip
    posted = posting.post(session, _viewer(home.id), posting.Hours(
        market_id=market.id, participant_id=person.id, employment_contract_id=contract.id, declaration_line_id=line.id,
        month=month, hour_kind="work", real=10000, valued=10000,
    ))  # fmt: skip
    session.flush()
    return posted


def _viewer(structure_id: int) -> Viewer:
    from clause.access import command_viewer

    return command_viewer(structure_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET hours_real = 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry",
    ],
)
def test_an_entry_is_never_changed(session: Session, entry: LedgerEntry, engine: str, statement: str) -> None:
    if engine == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM ledger_entry WHERE id > 0"
    if engine == "postgresql" and statement.startswith("INSERT OR"):
        statement = "UPDATE ledger_entry SET month = '2020-01-01'"
    with pytest.raises(DBAPIError, match="append only"):
        session.execute(text(statement))


def test_an_entry_is_reversed_once(session: Session, entry: LedgerEntry) -> None:
    home = session.get_one(LedgerEntry, entry.id)
    viewer = _viewer(1)
    opposite = posting.reverse(session, viewer, home)
    session.flush()
    assert opposite.hours_real == -entry.hours_real
    posting.reverse(session, viewer, home)
    with pytest.raises(DBAPIError):
        session.flush()
