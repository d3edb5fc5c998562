"""C15 from the database: months owed by a contractor, late by age; notices and penalties of the period; ANRU totals; places."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_data
from clause.consolidations.perimeter import every_structure
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.models import PenaltyCase
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice
from clause.kernel import clock
from clause.markets.codes import AnruBase, Programme
from clause.markets.models import Market
from clause.organisations.models import Establishment
from tests.support import factories as make

AS_OF = date(2026, 6, 30)


def _sent(session: Session, market: Market, place: Establishment, month: date, on: date, **values: object) -> None:
    make.add(
        session,
        Declaration(
            market_id=market.id, company_id=place.company_id, month=month, state=DeclarationState.SUBMITTED, origin=Origin.COMPANY,
            is_nil=True, entered_by="Test", created_at=clock.now(), submitted_at=datetime(on.year, on.month, on.day, 22, 30, tzinfo=UTC), **values,
        ),
    )  # fmt: skip


def test_months_owed_are_late_by_the_day_in_paris(session: Session, engine: str) -> None:
    """January was due on 14 February. Sent at 22:30 UTC on the 28th of February it is the 28th in Paris, 14 days late."""
    place = make.establishment(session)
    market = make.market(session, make.operation(session, make.structure(session)), place, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))  # fmt: skip
    _sent(session, market, place, date(2026, 1, 1), date(2026, 2, 28))
    _sent(session, market, place, date(2026, 2, 1), date(2026, 3, 14))
    _sent(session, market, place, date(2026, 3, 1), date(2026, 4, 14) + timedelta(days=20))
    rows = {r["key"]: r["value"] for r in _table(session, "C15")["rows"]}
    # April (due on 14 May) and May (due on 14 June) are not sent on 30 June: 47 and 16 days.
    assert (rows["owed"], rows["late_under_15"], rows["late_from_15"], rows["late_from_42"], rows["late_from_84"]) == (
        5,
        1,
        2,
        1,
        0,
    )
    assert rows["never_sent"] == 2


def test_suspended_months_and_imported_ones_are_not_owed(session: Session, engine: str) -> None:
    place = make.establishment(session)
    operation = make.operation(session, make.structure(session))
    suspended = make.market(session, operation, place, starts_on=date(2026, 1, 1), ends_on=date(2026, 5, 31))
    suspended.parameters = {"suspensions": [["2026-02-01", "2026-03-31"]]}
    imported = make.market(session, operation, place, starts_on=date(2026, 1, 1), ends_on=date(2026, 5, 31))
    make.add(session, Declaration(market_id=imported.id, company_id=place.company_id, month=date(2026, 4, 1), state=DeclarationState.VALIDATED, origin=Origin.IMPORT, entered_by="Test", created_at=clock.now()))  # fmt: skip
    rows = {r["key"]: r["value"] for r in _table(session, "C15")["rows"]}
    assert rows["owed"] == 3 + 1  # January, April and May of one; May of the other


def test_notices_and_penalties(session: Session, engine: str) -> None:
    place = make.establishment(session)
    market = make.market(session, make.operation(session, make.structure(session)), place)
    made = {"market_id": market.id, "company_id": place.company_id, "created_at": clock.now()}
    make.add(session, FormalNotice(**made, state=NoticeState.SENT, subject="x", body="x", answer_within_days=15, drafted_on=date(2026, 2, 1), drafted_by="Test", sent_on=date(2026, 2, 3)))  # fmt: skip
    for state, proposed, decided, cents in (
        (PenaltyState.APPLIED, date(2026, 3, 1), date(2026, 4, 1), 50_000), (PenaltyState.WAIVED, date(2026, 3, 1), date(2026, 5, 1), 0),
        (PenaltyState.APPLIED, date(2026, 3, 1), date(2026, 8, 1), 70_000), (PenaltyState.DETECTED, None, None, None),
    ):  # fmt: skip
        make.add(session, PenaltyCase(**made, state=state, detected_on=date(2026, 2, 1), shortfall_hours=100, late_days=0, amount_cents=60_000, opened_by="Test", proposed_on=proposed, proposed_cents=60_000 if proposed else None, decided_on=decided, decided_cents=cents))  # fmt: skip
    rows = {r["key"]: r["value"] for r in _table(session, "C15")["rows"]}
    assert (rows["notices"], rows["penalties_proposed"], rows["penalties_proposed_amount"]) == (1, 3, 1800)
    assert (rows["penalties_applied"], rows["penalties_applied_amount"], rows["penalties_waived"]) == (1, 500, 1)


def test_totals_of_urban_renewal(session: Session, engine: str) -> None:
    """T-LEG-9: 3 000 h of urban management ask 300."""
    place = make.establishment(session)
    operation = make.operation(session, make.structure(session), programme=Programme.ANRU)
    market = make.market(session, operation, place, anru_base=AnruBase.LOCAL_MANAGEMENT)
    make.market(session, operation, place)
    _sent(session, market, place, date(2026, 1, 1), date(2026, 2, 3), total_hours_worked=300_000)
    rows = {r["key"]: r for r in _table(session, "C16")["rows"]}
    assert (rows["local_management"]["hours_worked"], rows["local_management"]["hours_asked"]) == (3000, 300)
    assert (rows["works"]["markets"], rows["works"]["without_total"], rows["works"]["share"]) == (1, 1, None)


def test_sizes_come_from_the_establishment(session: Session, engine: str) -> None:
    place = make.establishment(session)
    place.workforce, place.naf = 12, "41.20B"
    make.market(session, make.operation(session, make.structure(session)), place)
    session.flush()
    assert {r["key"]: r["companies"] for r in _table(session, "C10")["rows"] if r["companies"]} == {"10_49": 1}
    assert [(r["key"], r["companies"]) for r in _table(session, "C10b")["rows"]] == [("F", 1)]


def _table(session: Session, code: str) -> dict:  # type: ignore[type-arg]  # of JSON
    found: dict = as_data(annual(session, every_structure(), 2026, AS_OF))["tables"][code]  # type: ignore[type-arg]  # of JSON
    return found
