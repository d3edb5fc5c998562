"""Links that were never given, counted by machine: nobody tries them one after the other."""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import select

from clause.accounts.models import FailedSignIn
from clause.accounts.rules.attempts import BY_MACHINE, wait_after
from clause.kernel import clock
from clause.kernel.unit import aside, current_session


def key_of(machine: str, secret: str) -> str:
    """The machine as it is counted: its address cannot be read from it."""
    return hmac.new(secret.encode(), b"link of machine " + machine.encode(), "sha256").hexdigest()


def wait(key: str) -> timedelta | None:
    """How long this machine waits before it opens another link; None where it need not."""
    at = current_session().scalars(select(FailedSignIn.at).where(FailedSignIn.key == key)).all()
    return wait_after(at, clock.now(), BY_MACHINE)


def note(key: str) -> None:
    """Count one. A transaction of its own: the request must hold no write."""
    with aside() as session:
        session.add(FailedSignIn(key=key, at=clock.now()))
