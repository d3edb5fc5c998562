"""The only place that knows what time it is. Instants are UTC; days are days in Paris."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_fixed: datetime | None = None


def move_to(moment: datetime | None) -> None:
    """Hold the clock at ``moment`` (naive: Paris time), or let it run again with None. Tests and demonstrations only."""
    global _fixed
    _fixed = moment.replace(tzinfo=PARIS) if moment and moment.tzinfo is None else moment


def now() -> datetime:
    """The present instant, in UTC, aware."""
    return (_fixed or datetime.now(UTC)).astimezone(UTC)


def today() -> date:
    """The present day in Paris."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The Paris day of an instant; a naive instant, as SQLite gives it back, is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(PARIS).date()


def paris_time(moment: datetime) -> datetime:
    """The instant as a clock on the wall in Paris shows it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(PARIS)


def fixed() -> datetime | None:
    """Where the clock is held, or None while it runs."""
    return _fixed
