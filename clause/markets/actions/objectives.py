"""Setting the objective of a market, and the later acts that change it (OBJ-01 to OBJ-11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from clause.access import Viewer
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import NBSP, format_euros, format_hours
from clause.markets.actions.common import require_lead
from clause.markets.actions.data import ObjectiveChange, ObjectiveData
from clause.markets.codes import ObjectiveKind, ObjectiveMode
from clause.markets.models import Market, ObjectiveEvent
from clause.markets.objectives import Objective, objectives
from clause.markets.rules import calculation
from clause.markets.rules.calculation import Calculation, Settings
from clause.markets.rules.checks import Refusal
from clause.markets.rules.events import Deltas, change
from clause.markets.rules.objective import Rounding, ThresholdMode, amendment_proposal, initial_objective
from clause.organisations.models import Structure


def set_objective(
    session: Session, viewer: Viewer, market: Market, data: ObjectiveData, version: int | None = None
) -> ObjectiveEvent:
    """The award: the first event of a market, with the values used and their explanation.

    Refuses a market without clause, an objective already set, values out of range, a result of zero, more due than there is.
    """
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    if market.clause_kind is None:
        raise Refused(Refusal.NO_CLAUSE_NO_OBJECTIVE, "hours")
    if objectives(session, [market.id]):
        raise Refused(Refusal.OBJECTIVE_THERE)
    calculated = calculate(session, market, data)
    hours = initial_objective(calculated.hours, data.offered_hours)
    due = _due_at_award(data, hours)
    if due > hours:
        raise Refused(Refusal.DUE_ABOVE_TOTAL, "due_hours")
    _keep_values(market, data)
    event = event_of(
        viewer, market, ObjectiveKind.AWARD, data.effective_on or market.notification_date or market.starts_on
    )
    event.delta_initial, event.delta_current, event.delta_due = hours, hours, due
    event.reason = data.reason
    event.calculation = _kept(calculated, data)
    session.add(event)
    _touch(session, market)
    said = {"objectif": ["", _hours(hours)]} | (
        {"calcul": ["", calculated.explanation]} if calculated.explanation else {}
    )
    audit.record(session, viewer, "objectif fixé", market, said)
    return event


def _due_at_award(data: ObjectiveData, hours: int) -> int:
    """All of it where nothing else is said; nothing yet where what is due follows the hours worked (OBJ-06)."""
    if data.due_hours is not None:
        return data.due_hours
    return 0 if data.mode is ObjectiveMode.PERCENT_OF_HOURS else hours


def lock_objective(session: Session, market: Market) -> None:
    """Acts on the objective of a market are written one after the other: each adds to what the one before left."""
    session.execute(select(Market.id).where(Market.id == market.id).with_for_update())


def change_objective(
    session: Session, viewer: Viewer, market: Market, data: ObjectiveChange, version: int | None = None
) -> ObjectiveEvent:
    """An amendment, a tranche, an order, a waiver, a correction… with its day and its reason.

    Refuses a market without objective, a change that changes nothing, more due than there is, an amendment whose hours
    nobody has confirmed (the proposal of OBJ-10 is in the refusal).
    """
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    if market.clause_kind is None:
        raise Refused(Refusal.NO_CLAUSE_NO_OBJECTIVE)
    lock_objective(session, market)
    before = objectives(session, [market.id]).get(market.id)
    if before is None:
        raise Refused(Refusal.OBJECTIVE_MISSING)
    deltas = _deltas(market, before, data)
    event = event_of(viewer, market, data.kind, data.effective_on)
    event.delta_initial, event.delta_current, event.delta_due = deltas.initial, deltas.current, deltas.due
    event.reason = data.reason
    changes = _moved(before, deltas) | {"motif": ["", data.reason]}
    if data.new_amount_cents is not None:
        event.calculation = {"old_amount_cents": market.amount_cents, "new_amount_cents": data.new_amount_cents}
        changes["montant HT"] = [_euros(market.amount_cents), _euros(data.new_amount_cents)]
        market.amount_cents = data.new_amount_cents
    session.add(event)
    _touch(session, market)
    audit.record(session, viewer, f"objectif changé : {data.kind.label.lower()}", market, changes)
    return event


def calculate(session: Session, market: Market, data: ObjectiveData) -> Calculation:
    """The objective that these values give, or the refusal of the first that is wrong."""
    if data.amount_cents is None and market.amount_cents is not None:
        data = replace(data, amount_cents=market.amount_cents)
    found = calculation.calculate(_values(data), settings_of(session, market))
    if isinstance(found, Calculation):
        return found
    field, sentence = found
    raise Refused(sentence, field)


def settings_of(session: Session, market: Market) -> Settings:
    """The settings of the structure and of the market that a calculation uses."""
    structure = session.get_one(Structure, market.structure_id)

    def value(name: str) -> Any:
        return setting(name, structure.parameters, market.parameters)

    return Settings(
        rounding=Rounding(value("rounding.objective")),
        threshold_mode=ThresholdMode(value("per_amount.threshold_mode")),
        fte_hours=int(value("etp.hours")),
    )


def _values(data: ObjectiveData) -> calculation.Values:
    return calculation.Values(
        mode=data.mode,
        hours=data.hours,
        amount_cents=data.amount_cents,
        labour_share=data.labour_share,
        insertion_rate=data.insertion_rate,
        hourly_cost_cents=data.hourly_cost_cents,
        total_hours=data.total_hours,
        step_cents=data.step_cents,
        threshold_cents=data.threshold_cents,
        fte=data.fte,
    )


def _keep_values(market: Market, data: ObjectiveData) -> None:
    """What the market itself shows and consolidations read: mode, amount, shares, cost."""
    market.objective_mode = data.mode
    market.labour_basis = data.labour_basis
    for name in ("amount_cents", "labour_share", "insertion_rate", "hourly_cost_cents"):
        value = getattr(data, name)
        if value is not None:
            setattr(market, name, value)


def _kept(calculated: Calculation, data: ObjectiveData) -> dict[str, Any]:
    kept = dict(calculated.values, explanation=calculated.explanation)
    if data.trade is not None:
        kept["trade"] = data.trade.value
    if data.offered_hours is not None:
        kept["offered_hours"] = data.offered_hours
    return kept


def _deltas(market: Market, before: Objective, data: ObjectiveChange) -> Deltas:
    if not data.reason:
        raise Refused(Refusal.REASON_MISSING, "reason")
    if data.hours is None:
        raise Refused(_proposal(market, before, data.new_amount_cents), "hours")
    found = change(data.kind, before.current, before.due, data.hours, data.new_due)
    if isinstance(found, Deltas):
        return found
    raise Refused(found, "new_due" if found is Refusal.DUE_ABOVE_TOTAL else "hours")


def _proposal(market: Market, before: Objective, new_amount_cents: int | None) -> str:
    """OBJ-10: propose, never change by oneself."""
    if new_amount_cents is None or not market.amount_cents:
        return "Indiquez le nouvel objectif, en heures."
    proposed = amendment_proposal(before.current, market.amount_cents, new_amount_cents)
    return (
        f"Pour {format_euros(new_amount_cents)} au lieu de {format_euros(market.amount_cents)}, l'objectif proposé est de"
        f" {_hours(proposed)}. Indiquez le nouvel objectif retenu."
    )


def event_of(viewer: Viewer, market: Market, kind: ObjectiveKind, effective_on: date) -> ObjectiveEvent:
    """An act entered now, that changes nothing yet."""
    return ObjectiveEvent(
        market_id=market.id,
        kind=kind,
        effective_on=effective_on,
        recorded_on=clock.today(),
        entered_by_id=viewer.user_id,
        entered_by=viewer.name,
        created_at=clock.now(),
    )


def _moved(before: Objective, deltas: Deltas) -> dict[str, Any]:
    figures = (
        ("objectif initial", before.initial, deltas.initial),
        ("objectif actualisé", before.current, deltas.current),
        ("objectif exigible", before.due, deltas.due),
    )
    return {label: [_hours(old), _hours(old + delta)] for label, old, delta in figures if delta}


def _touch(session: Session, market: Market) -> None:
    """Give the market a new version: whoever edits it meanwhile sees that it moved."""
    flag_modified(market, "search")
    session.flush()


def _hours(hundredths: int) -> str:
    return f"{format_hours(hundredths)}{NBSP}h"


def _euros(cents: int | None) -> str:
    return "" if cents is None else format_euros(cents)
