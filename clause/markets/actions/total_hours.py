"""The hours worked on a market by everybody, as they become known: what is due follows them (OBJ-06 ``percent_of_hours``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import NBSP, format_hours, month_end, of_month
from clause.markets.actions.common import require_lead
from clause.markets.actions.objectives import event_of, lock_objective, settings_of
from clause.markets.codes import HOLDERS, ObjectiveKind, ObjectiveMode
from clause.markets.models import Market, MarketParty, ObjectiveEvent
from clause.markets.objectives import objectives
from clause.markets.rules.checks import Refusal
from clause.markets.rules.total_hours import (
    Known,
    Total,
    TotalRefusal,
    due_by_work,
    follow,
    said,
    total_of,
    total_refusal,
)


def declared_total(session: Session, viewer: Viewer, market: Market, company_id: int, month: date, hours: int) -> None:
    """A company that holds the market sent its month with this total; nothing where the objective does not follow it."""
    if market.objective_mode is not ObjectiveMode.PERCENT_OF_HOURS or not _holds(session, market.id, company_id):
        return
    try:
        _keep(session, viewer, market, Total(company_id, month, hours), "")
    except Refused as refused:
        # The month itself is the company's to send: an objective not set yet, or a total said again, does not stop it.
        if str(refused) not in (Refusal.OBJECTIVE_MISSING, TotalRefusal.SAME):
            raise


def record_total(
    session: Session, viewer: Viewer, market: Market, company_id: int | None, month: date, hours: int | None, reason: str
) -> ObjectiveEvent:  # fmt: skip
    """The same, entered by the lead's facilitator from a document that ``reason`` names.

    Refused: a market whose objective is no percentage, a company that does not hold it, a month to come or before the
    start, the total already known, no reason.
    """
    require_lead(viewer, market.structure_id)
    if market.objective_mode is not ObjectiveMode.PERCENT_OF_HOURS:
        raise Refused(TotalRefusal.NOT_PERCENT)
    if company_id is None or not _holds(session, market.id, company_id):
        raise Refused(TotalRefusal.NOT_HOLDER, "company")
    if hours is None:
        raise Refused(TotalRefusal.HOURS_MISSING, "hours")
    if not reason:
        raise Refused(Refusal.REASON_MISSING, "reason")
    return _keep(session, viewer, market, Total(company_id, month, hours), reason)


def _holds(session: Session, market_id: int, company_id: int) -> bool:
    party = select(MarketParty.id).where(
        MarketParty.market_id == market_id, MarketParty.company_id == company_id, MarketParty.role.in_(HOLDERS)
    )
    return session.scalar(select(party.exists())) or False


def _keep(session: Session, viewer: Viewer, market: Market, total: Total, reason: str) -> ObjectiveEvent:
    lock_objective(session, market)
    before = objectives(session, [market.id]).get(market.id)
    if before is None:
        raise Refused(Refusal.OBJECTIVE_MISSING)
    events = _events(session, market)
    known, rate = _known(events), _rate(market, events)
    refusal = total_refusal(total, known, market.starts_on, clock.today())
    if refusal is not None:
        raise Refused(refusal, "hours" if refusal in (TotalRefusal.SAME, TotalRefusal.HUGE) else "month")
    totals = (*known.totals, total)
    target = due_by_work(totals, rate, settings_of(session, market).rounding)
    deltas = follow(before.current, before.due, known, target)
    event = event_of(viewer, market, ObjectiveKind.TOTAL_HOURS, min(month_end(total.month), clock.today()))
    event.delta_initial, event.delta_current, event.delta_due = deltas.initial, deltas.current, deltas.due
    event.reason = reason or f"Déclaré avec les heures {of_month(total.month)}"
    event.calculation = {
        "company_id": total.company_id, "month": total.month.isoformat(), "total_hours": total.hours,
        "insertion_rate": rate, "explanation": said(totals, rate, target),
    }  # fmt: skip
    session.add(event)
    session.flush()
    hours, due = (f"{format_hours(h)}{NBSP}h" for h in (total.hours, before.due + deltas.due))
    audit.record(
        session, viewer, f"heures totales {of_month(total.month)}", market,
        {"heures travaillées": ["", hours], "objectif exigible": [f"{format_hours(before.due)}{NBSP}h", due]},
    )  # fmt: skip
    return event


def _events(session: Session, market: Market) -> Sequence[ObjectiveEvent]:
    return session.scalars(
        select(ObjectiveEvent)
        .where(
            ObjectiveEvent.market_id == market.id,
            ObjectiveEvent.kind.in_((ObjectiveKind.AWARD, ObjectiveKind.TOTAL_HOURS)),
        )
        .order_by(ObjectiveEvent.id)
    ).all()


def _known(events: Sequence[ObjectiveEvent]) -> Known:
    of_work = [e for e in events if e.kind is ObjectiveKind.TOTAL_HOURS]
    return Known(
        tuple(total_of(e.calculation) for e in of_work),
        sum(e.delta_due for e in events),
        sum(e.delta_current for e in of_work),
    )


def _rate(market: Market, events: Sequence[ObjectiveEvent]) -> int:
    """The share written at the award: what the market's page says today does not change what was agreed."""
    agreed = next((e.calculation.get("insertion_rate") for e in events if e.kind is ObjectiveKind.AWARD), None)
    return int(agreed or market.insertion_rate or 0)
