"""The demonstration obeys the rules it is played by: its size, its states, its ledger, the second structure apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.accounts.models import User
from clause.candidates.models import Participant
from clause.demo import story
from clause.demo.accounts import ACCOUNTS
from clause.hours.codes import DeclarationState, LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.unit import work
from clause.kernel.values import add_months, month_of
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.codes import MarketStatus
from clause.markets.models import Market, Operation
from clause.organisations.codes import SIAE
from clause.organisations.models import ContractingAuthority, Establishment, Structure

TODAY = date(2026, 11, 21)

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def played(engine: str, app: Flask) -> Iterator[Session]:
    clock.move_to(None)
    with app.app_context():
        with work() as session:
            story.play(session, app.config["CLAUSE"].data_dir, TODAY, "motdepasse-de-demo")
        yield session


def _count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).where(*where)) or 0  # type: ignore[arg-type]


def test_the_territory_has_the_promised_size(played: Session) -> None:
    sizes = {
        model: played.scalar(select(func.count(model.id))) for model in (Structure, Operation, Market, Participant)
    }
    assert sizes == {Structure: 2, Operation: 8, Market: 25, Participant: 120}
    assert len(set(played.scalars(select(ContractingAuthority.kind)))) == 4
    kinds = played.scalars(select(Establishment.kind)).all()
    assert (len(kinds), len([k for k in kinds if k in SIAE])) == (12, 5)
    assert set(played.scalars(select(Market.status))) == set(MarketStatus)
    assert {u.role for u in played.scalars(select(User))} == {a.role for a in ACCOUNTS}

    months = played.scalars(select(Declaration.month).distinct()).all()
    assert (min(months), max(months), len(months)) == (date(2025, 5, 1), date(2026, 10, 1), 18)
    assert set(played.scalars(select(Declaration.state))) == set(DeclarationState)
    assert _count(played, LedgerEntry.kind == EntryKind.REVERSAL) >= 3
    assert _count(played, DeclarationLine.not_counted == NotCounted.BEFORE_VALIDATION) == 1

    # The ledger holds exactly the standing validated lines that count.
    counted = played.scalar(
        select(func.sum(DeclarationLine.hours)).where(
            DeclarationLine.state == LineState.VALIDATED,
            DeclarationLine.standing,
            DeclarationLine.not_counted.is_(None),
        )
    )
    assert played.scalar(select(func.sum(LedgerEntry.hours_real))) == counted
    # Nothing is dated after today, and the clock runs again.
    assert played.scalar(select(func.max(LedgerEntry.posted_on))) <= TODAY
    assert clock.fixed() is None
    assert month_of(TODAY) == add_months(max(months), 1)
    assert not story.is_empty(played)
