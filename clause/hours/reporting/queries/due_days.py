"""The last day in time for the hours of a month, market by market: the obligation written for it, else the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.hours.reporting.queries.obligations import rhythms_of_hours
from clause.hours.reporting.rules.periods import Rhythm, period_of_hours, rhythm_by
from clause.markets.models import Market

Overrides = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class DueDays:
    """What markets ask, by numeric id: the rhythms of their obligations of hours, and that of their settings."""

    rhythms: Mapping[int, Sequence[Rhythm]]
    settings: Mapping[int, Rhythm]

    def of(self, market_id: int, month: date) -> date:
        """The last day in time for the hours of this month on this market: that of its quarter where it owes quarters."""
        return period_of_hours(self.rhythms.get(market_id, ()), self.settings[market_id], month)[1].due


def due_days(session: Session, overrides: Mapping[int, Overrides]) -> DueDays:
    """One read, whatever the number of markets. ``overrides``: by market that the caller may see, the parameters of its
    structure, then its own."""
    rhythms = rhythms_of_hours(session, Market.id.in_(overrides)) if overrides else {}
    return DueDays(rhythms, {market: rhythm_by(*own) for market, own in overrides.items()})
