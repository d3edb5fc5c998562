"""The life of a market (OPE-02): its states, and what suspension, acceptance and termination do to its dates (OPE-08)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date
from clause.markets.actions.common import require_lead
from clause.markets.actions.data import StatusChange
from clause.markets.codes import MarketStatus
from clause.markets.models import Market
from clause.markets.rules.checks import Refusal
from clause.markets.rules.progress import Suspension, shifted_end, suspensions_of
from clause.markets.rules.status import market_steps, status_on

REASON_NEEDED = frozenset({MarketStatus.SUSPENDED, MarketStatus.TERMINATED, MarketStatus.NO_FOLLOW_UP})
ENDS = frozenset({MarketStatus.RECEIVED, MarketStatus.TERMINATED})


def change_market_status(
    session: Session, viewer: Viewer, market: Market, change: StatusChange, version: int | None = None
) -> Market:
    """Move a market to one of the states that may follow the one it is in today, on the day of the fact."""
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    now = status_on(market.status, market.starts_on, clock.today())
    if change.status not in market_steps(now):
        raise Refused(Refusal.STEP_FORBIDDEN, "status")
    if change.status in REASON_NEEDED and not change.reason:
        raise Refused(Refusal.REASON_MISSING, "reason")
    before = _described(market, now)
    _move_dates(market, now, change)
    market.status = change.status
    session.flush()
    changes: dict[str, Any] = audit.differences(before, _described(market, change.status))
    changes |= {"date": ["", format_date(change.on)]} | ({"motif": ["", change.reason]} if change.reason else {})
    audit.record(session, viewer, "état changé", market, changes)
    return market


def _described(market: Market, status: MarketStatus) -> dict[str, str]:
    return {"état": status.label, "fin": format_date(market.ends_on) if market.ends_on else ""}


def _move_dates(market: Market, now: MarketStatus, change: StatusChange) -> None:
    if change.status is MarketStatus.SUSPENDED:
        _suspend(market, change.on)
    elif now is MarketStatus.SUSPENDED:
        _resume(market, change.on)
    if change.status in ENDS:
        if change.on < market.starts_on:
            raise Refused(Refusal.BEFORE_START, "on")
        market.ends_on = change.on


def _suspend(market: Market, on: date) -> None:
    if on < market.starts_on:
        raise Refused(Refusal.BEFORE_START, "on")
    kept = market.parameters.get("suspensions", [])
    market.parameters = {**market.parameters, "suspensions": [*kept, [on.isoformat(), None]]}


def _resume(market: Market, on: date) -> None:
    """Close the suspension the day before, and move the end later by its length."""
    *earlier, lasting = suspensions_of(market.parameters) or (Suspension(on, None),)
    if on <= lasting.since:
        raise Refused(Refusal.BEFORE_SUSPENSION, "on")
    closed = Suspension(lasting.since, on - timedelta(days=1))
    kept = [[s.since.isoformat(), s.until.isoformat() if s.until else None] for s in (*earlier, closed)]
    market.parameters = {**market.parameters, "suspensions": kept}
    market.ends_on = shifted_end(market.ends_on, closed)
