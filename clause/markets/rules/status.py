"""States of operations and markets (OPE-02) and « en cours sur la période » (IND-03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clause.markets.codes import NEVER_ONGOING, MarketStatus, OperationStatus

M = MarketStatus
O = OperationStatus  # noqa: E741 - short for a table of transitions


def status_from_dates(starts_on: date, ends_on: date | None, today: date) -> MarketStatus:
    """The status of a market whose status was left blank: ended, started, or to come."""
    if ends_on is not None and ends_on < today:
        return M.RECEIVED
    return M.IN_PROGRESS if starts_on <= today else M.AWARDED


def operation_status_from_dates(starts_on: date | None, ends_on: date | None, today: date) -> OperationStatus:
    """The same for an operation; without any date it is running, for somebody works on it."""
    if ends_on is not None and ends_on < today:
        return O.COMPLETED
    return O.UPSTREAM if starts_on is not None and starts_on > today else O.IN_PROGRESS


def status_on(status: MarketStatus, starts_on: date, day: date) -> MarketStatus:
    """The status shown and counted on a day: a market awarded whose start has come is running."""
    return M.IN_PROGRESS if status is M.AWARDED and starts_on <= day else status


def ongoing(status: MarketStatus, starts_on: date, ends_on: date | None, first: date, last: date) -> bool:
    """IND-03, rule « calendar »: the market runs on a day of the period, both ends included."""
    return status not in NEVER_ONGOING and starts_on <= last and (ends_on is None or ends_on >= first)


MARKET_STEPS: Mapping[MarketStatus, tuple[MarketStatus, ...]] = {
    M.PLANNED: (M.CONSULTING, M.AWARDED, M.NO_FOLLOW_UP),
    M.CONSULTING: (M.AWARDED, M.UNSUCCESSFUL, M.NO_FOLLOW_UP),
    M.AWARDED: (M.IN_PROGRESS, M.NO_FOLLOW_UP, M.TERMINATED),
    M.IN_PROGRESS: (M.SUSPENDED, M.RECEIVED, M.TERMINATED),
    M.SUSPENDED: (M.IN_PROGRESS, M.TERMINATED),
    M.RECEIVED: (M.CLOSED, M.IN_PROGRESS),
    M.CLOSED: (),
    M.UNSUCCESSFUL: (M.CONSULTING,),
    M.NO_FOLLOW_UP: (),
    M.TERMINATED: (M.CLOSED,),
}
OPERATION_STEPS: Mapping[OperationStatus, tuple[OperationStatus, ...]] = {
    O.PROSPECT: (O.UPSTREAM, O.CONSULTATION, O.ABANDONED),
    O.UPSTREAM: (O.CONSULTATION, O.IN_PROGRESS, O.ABANDONED),
    O.CONSULTATION: (O.IN_PROGRESS, O.ABANDONED),
    O.IN_PROGRESS: (O.COMPLETED, O.ABANDONED),
    O.COMPLETED: (O.CLOSED, O.IN_PROGRESS),
    O.CLOSED: (),
    O.ABANDONED: (O.UPSTREAM,),
}


def market_steps(status: MarketStatus) -> tuple[MarketStatus, ...]:
    """OPE-02: the states that may follow."""
    return MARKET_STEPS[status]


def operation_steps(status: OperationStatus) -> tuple[OperationStatus, ...]:
    """OPE-02: the states that may follow."""
    return OPERATION_STEPS[status]
