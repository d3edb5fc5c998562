"""Notices and penalties, ANRU totals (C15, C16): one query each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations.facts import OPEN, Facts, Frame, frame
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.tables.anru import ANRU
from clause.consolidations.tables.commitment_figures import NOTICES, PENALTIES
from clause.hours.codes import DeclarationState
from clause.hours.models import Declaration
from clause.hours.penalties.models import PenaltyCase
from clause.hours.reporting.models import FormalNotice
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import half_up
from clause.markets.codes import AnruBase, Programme
from clause.markets.models import Market, Operation
from clause.organisations.models import Structure


def notices(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Formal notices sent by the day of the report: market, sent."""
    rows = session.execute(
        select(FormalNotice.market_id, FormalNotice.sent_on)
        .join(Market, Market.id == FormalNotice.market_id)
        .where(*perimeter.conditions(), FormalNotice.sent_on <= facts.as_of)
    )
    return frame([(market, day.toordinal()) for market, day in rows if day is not None], NOTICES)


def penalties(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Cases proposed to an authority by the day of the report; what was decided later is not known yet."""
    P = PenaltyCase
    rows = session.execute(
        select(
            P.market_id, type_coerce(P.state, String), P.proposed_on, P.decided_on, P.proposed_cents, P.decided_cents
        )
        .join(Market, Market.id == P.market_id)
        .where(*perimeter.conditions(), P.proposed_on <= facts.as_of)
    )
    records = [
        (m, state, on.toordinal(), OPEN if decided is None else decided.toordinal(), cents or 0, final or 0)
        for m, state, on, decided, cents, final in rows
        if on is not None
    ]
    return frame(records, PENALTIES)


def anru_totals(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Markets of urban renewal: base, rate (ten-thousandths), total hours worked in the year and in the one before (hundredths)."""
    D, year = Declaration, facts.first.year
    sums = {
        name: func.sum(case((D.month.between(date(y, 1, 1), date(y, 12, 31)), D.total_hours_worked), else_=0)).label(
            name
        )
        for name, y in (("total", year), ("total_previous", year - 1))
    }
    totals = (
        select(D.market_id, *sums.values())
        .where(
            D.market_id.in_(
                select(Market.id).join(Operation).where(*perimeter.conditions(), Operation.programme == Programme.ANRU)
            ),
            D.state != DeclarationState.DRAFT,
            D.month.between(date(year - 1, 1, 1), date(year, 12, 31)),
        )
        .group_by(D.market_id)
    )
    found = {market: (int(total or 0), int(before or 0)) for market, total, before in session.execute(totals)}
    rows = session.execute(
        select(Market.id, Market.anru_base, Market.parameters, Structure.parameters)
        .join(Operation, Operation.id == Market.operation_id)
        .join(Structure, Structure.id == Market.structure_id)
        .where(*perimeter.conditions(), Operation.programme == Programme.ANRU)
    )
    records = [
        (market, (base or AnruBase.WORKS).value, rate_of(base, of_structure, own), *found.get(market, (0, 0)))
        for market, base, own, of_structure in rows
    ]
    return frame(records, ANRU).set_index("market")


def rate_of(base: AnruBase | None, *overrides: Any) -> int:
    """The share asked of a market, in ten-thousandths (LEG-07)."""
    name = "anru.gup_rate" if base is AnruBase.LOCAL_MANAGEMENT else "anru.works_rate"
    return int(half_up(Decimal(str(setting(name, *overrides))) * 10_000))
