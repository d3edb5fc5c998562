"""The three objective figures of a market, as sums of its events (OBJ-08). One function makes them, for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from clause.markets.codes import ObjectiveKind
from clause.markets.models import ObjectiveEvent


@dataclass(frozen=True)
class Objective:
    """Hundredths of an hour. A market without event has no objective at all: it is absent, never zero."""

    initial: int
    current: int
    due: int
    # True once the due hours follow the hours worked (OBJ-06): on any day, all that is due is expected.
    by_work: bool = False


def objective_sums(as_of: date | None = None) -> Select[int, int, int, int, int]:
    """One row a market that has events recorded by ``as_of``: market_id, initial, current, due, totals (how many)."""
    sums = select(
        ObjectiveEvent.market_id,
        func.sum(ObjectiveEvent.delta_initial).label("initial"),
        func.sum(ObjectiveEvent.delta_current).label("current"),
        func.sum(ObjectiveEvent.delta_due).label("due"),
        func.sum(case((ObjectiveEvent.kind == ObjectiveKind.TOTAL_HOURS, 1), else_=0)).label("totals"),
    ).group_by(ObjectiveEvent.market_id)
    return sums.where(ObjectiveEvent.recorded_on <= as_of) if as_of else sums


def objectives(session: Session, market_ids: Sequence[int], as_of: date | None = None) -> dict[int, Objective]:
    """The objective of each of these markets that has one."""
    rows = session.execute(objective_sums(as_of).where(ObjectiveEvent.market_id.in_(market_ids)))
    return {r.market_id: Objective(int(r.initial), int(r.current), int(r.due), r.totals > 0) for r in rows}
