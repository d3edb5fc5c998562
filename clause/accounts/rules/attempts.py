"""How many refused sign-ins are allowed, and how long one waits after them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
BY_ADDRESS = 5
BY_MACHINE = 30


def wait_after(attempts: Sequence[datetime], now: datetime, limit: int) -> timedelta | None:
    """How long to wait before the next attempt; None where it may be made now.

    ``attempts`` are the instants of the refused ones, in any order; those out of the window are forgotten.
    """
    recent = sorted(at for at in attempts if now - at < WINDOW)
    if len(recent) < limit:
        return None
    return recent[-limit] + WINDOW - now


def wait_in_words(wait: timedelta) -> str:
    """``1 minute``, ``12 minutes``: whole minutes, never less than one."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
