"""How long a declaration link lives and what it says of its address. Pure.

The token is derived from the secret of the platform, so that every mail to an address carries the same link, and only
its hash is kept: a copy of the database opens nothing, and closing the link closes it in all the mails.
"""

from __future__ import annotations

import base64
import hmac
from datetime import date, timedelta
from enum import Enum

RENEWED_BEFORE = timedelta(days=60)


class LinkState(Enum):
    USABLE = "usable"
    EXPIRED = "expired"
    CLOSED = "closed"


def state_of(expires_on: date, *, closed: bool, today: date) -> LinkState:
    """Good through its last day; closed counts before expired, and is never renewed by its holder."""
    if closed:
        return LinkState.CLOSED
    return LinkState.USABLE if today <= expires_on else LinkState.EXPIRED


def is_fresh(expires_on: date, today: date) -> bool:
    """Long enough to be put in one more mail; otherwise the mail carries a new link."""
    return today + RENEWED_BEFORE <= expires_on


def token_of(public_id: str, secret: str) -> str:
    """43 characters; nobody makes them without the secret of the platform."""
    made = hmac.new(secret.encode(), b"declaration link " + public_id.encode(), "sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def masked(address: str) -> str:
    """« c…@bati-val.fr »: enough for its holder, nothing for who finds the page."""
    name, _, house = address.partition("@")
    return f"{name[:1]}…@{house}"
