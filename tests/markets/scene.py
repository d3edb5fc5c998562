"""Markets with validated hours, for queries and pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.ledger.posting import Hours, post
from clause.markets.models import Market, Operation
from clause.organisations.models import Establishment, Structure
from tests.support import factories as make

JANUARY = date(2026, 1, 1)


def hours(
    session: Session, of: Structure, on: Market, employer: Establishment, real: int, valued: int | None = None,
    month: date = JANUARY,
) -> None:  # fmt: skip
    """Validated hours of one more person of ``of`` on a market, in hundredths."""
    person = make.participant(session, of)
    contract = make.contract(session, person, employer, on)
    declaration = (
        session.query(Declaration).filter_by(market_id=on.id, company_id=employer.company_id, month=month).first()
    )
    if declaration is None:
        declaration = make.add(
            session,
            Declaration(
                market_id=on.id, company_id=employer.company_id, month=month, state=DeclarationState.VALIDATED,
                origin=next(iter(Origin)), entered_by="Test", created_at=clock.now(),
            ),
        )  # fmt: skip
    line = make.add(
        session,
        DeclarationLine(
            declaration_id=declaration.id, market_id=on.id, month=month, employment_contract_id=contract.id,
            participant_id=person.id, structure_id=of.id, hour_kind=HourKind.WORK, hours=real, worked_from=month,
            worked_to=month, state=LineState.VALIDATED,
        ),
    )  # fmt: skip
    counted = Hours(on.id, person.id, contract.id, line.id, month, "work", real, real if valued is None else valued)
    post(session, make.viewer_of(of), counted)
    session.flush()


def worked_market(
    session: Session, of: Structure, on: Operation, company: Establishment, real: int, **values: Any
) -> Market:
    """A running market of 2026 with an objective of 1 000 h and these hours done."""
    market = make.market(session, on, company, **values)
    if real:
        hours(session, of, market, company, real)
    return market
