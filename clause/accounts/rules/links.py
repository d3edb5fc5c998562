"""Links sent by mail: how long they live, and whether one may still be used."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(hours=1)
QUIET = timedelta(minutes=2)  # a link asked again within this time is the one already sent


class LinkState(Enum):
    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"


def state_of(expires_at: datetime, used_at: datetime | None, now: datetime) -> LinkState:
    """A link is good once, until its hour; used counts before expired."""
    if used_at is not None:
        return LinkState.USED
    return LinkState.USABLE if now < expires_at else LinkState.EXPIRED
