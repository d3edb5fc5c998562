"""The recurrent figures of markets: done, expected on a day, due, and the alert that follows (OPE-07, IND-02).

Three queries whatever the number of markets. Perimeters are the caller's: these take markets already found through
``visible_markets``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from clause.kernel.settings_catalogue import setting
from clause.kernel.values import half_up
from clause.ledger.models import LedgerEntry
from clause.markets.codes import MarketStatus
from clause.markets.models import Market
from clause.markets.objectives import Objective, objectives
from clause.markets.rules.progress import (
    Alert,
    AlertLimits,
    alert,
    expected_share,
    part_expected,
    suspensions_of,
)
from clause.markets.rules.status import status_on
from clause.organisations.models import Structure


class MarketLike(Protocol):
    """What the figures need of a market: the model, or a light row of its columns."""

    @property
    def id(self) -> Any: ...
    @property
    def structure_id(self) -> Any: ...
    @property
    def starts_on(self) -> Any: ...
    @property
    def ends_on(self) -> Any: ...
    @property
    def status(self) -> Any: ...
    @property
    def parameters(self) -> Any: ...


@dataclass(frozen=True)
class Figures:
    """Hundredths of an hour. ``objective`` None: none was set; ``expected`` None: no objective, or no known end."""

    done: int = 0
    expected: int | None = None
    objective: Objective | None = None
    status: MarketStatus = MarketStatus.PLANNED
    alert: Alert = Alert.NONE

    @property
    def due(self) -> int | None:
        return self.objective.due if self.objective else None

    @property
    def remaining(self) -> int | None:
        return None if self.due is None else max(0, self.due - self.done)

    @property
    def rate(self) -> int | None:
        """IND-02, in ten-thousandths, not capped; None is « sans objet »."""
        return int(half_up(Decimal(self.done) * 10_000 / self.due)) if self.due else None


def figures(session: Session, markets: Iterable[MarketLike], day: date) -> dict[int, Figures]:
    """The figures of each market on ``day``."""
    markets = list(markets)
    keys = [m.id for m in markets]
    if not keys:
        return {}
    sums, done = objectives(session, keys), done_by_market(session, keys)
    parameters = structure_parameters(session, {m.structure_id for m in markets})
    return {
        m.id: figures_of(m, sums.get(m.id), done.get(m.id, 0), day, parameters.get(m.structure_id, {})) for m in markets
    }


def figures_of(
    market: MarketLike, objective: Objective | None, done: int, day: date, structure_settings: Mapping[str, Any]
) -> Figures:
    """One market's figures from its sums: no query."""
    due, by_work = (objective.due, objective.by_work) if objective else (None, False)
    pauses = suspensions_of(market.parameters)
    status = status_on(market.status, market.starts_on, day)
    share = expected_share(market.starts_on, market.ends_on, day, pauses)
    level = Alert.NONE
    if status is MarketStatus.IN_PROGRESS:
        level = alert(done, due, share, alert_limits(structure_settings, market.parameters), by_work=by_work)
    expected = due if by_work else part_expected(due, share)
    return Figures(done, expected, objective, status, level)


def done_by_market(session: Session, market_ids: Sequence[int]) -> dict[int, int]:
    """Validated hours that count towards the objective: valued ones only where the market says so (REA-03)."""
    counted = case((Market.uses_valued_hours, LedgerEntry.hours_valued), else_=LedgerEntry.hours_real)
    rows = session.execute(
        select(LedgerEntry.market_id, func.sum(counted).label("done"))
        .join(Market, Market.id == LedgerEntry.market_id)
        .where(LedgerEntry.market_id.in_(market_ids))
        .group_by(LedgerEntry.market_id)
    )
    return {row.market_id: int(row.done) for row in rows}


def structure_parameters(session: Session, structure_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = session.execute(select(Structure.id, Structure.parameters).where(Structure.id.in_(structure_ids)))
    return {row.id: row.parameters or {} for row in rows}


def alert_limits(*overrides: Mapping[str, Any]) -> AlertLimits:
    return _limits(
        *(str(setting(f"alert.{name}", *overrides)) for name in ("orange_below", "red_below", "grace_share"))
    )


@lru_cache(maxsize=256)
def _limits(*shares: str) -> AlertLimits:
    """Nearly all markets have the same: they are not made again for each."""
    return AlertLimits(*map(Decimal, shares))


@dataclass(frozen=True)
class Total:
    """Sums over several markets. Where some have an objective, ``done`` is theirs alone and ``outside`` that of the others:
    a market without objective enters neither side of a rate (OBJ-07, consolidations.md rule 6)."""

    done: int = 0
    outside: int = 0
    expected: int | None = None
    due: int | None = None
    with_objective: int = 0
    markets: int = 0
    worst: Alert = Alert.NONE


SEVERITY = (Alert.NONE, Alert.REACHED, Alert.ON_TRACK, Alert.ORANGE, Alert.RED)


def total(all_figures: Sequence[Figures]) -> Total:
    """The figures of an operation, from those of its markets."""
    bound = [f for f in all_figures if f.due is not None]
    expected = [f.expected for f in bound if f.expected is not None]
    done = sum(f.done for f in (bound or all_figures))
    return Total(
        done=done,
        outside=sum(f.done for f in all_figures) - done,
        expected=sum(expected) if bound and len(expected) == len(bound) else None,
        due=sum(f.due or 0 for f in bound) if bound else None,
        with_objective=len(bound),
        markets=len(all_figures),
        worst=max((f.alert for f in all_figures), key=SEVERITY.index, default=Alert.NONE),
    )
