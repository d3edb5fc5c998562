"""Closing an account, which ends its sessions at once, and opening it again."""

from __future__ import annotations

import secrets
from collections.abc import Set

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.accounts import links
from clause.accounts.invitations import NOBODY, refuse_unless_granted
from clause.accounts.models import Invitation, PasswordReset, User
from clause.accounts.rules.granting import Denial
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused


def close(session: Session, viewer: Viewer, user: User, works_with: Set[int] = NOBODY) -> None:
    """Close the account of somebody else. ``user`` is one the viewer sees."""
    refuse_unless_granted(viewer, user, works_with)
    if user.id == viewer.user_id:
        raise Refused(Denial.ONESELF)
    if user.closed_at is not None:
        return
    user.closed_at, user.stamp = clock.now(), secrets.token_hex(16)
    links.retire(session, Invitation, user.id)
    links.retire(session, PasswordReset, user.id)
    audit.record(session, viewer, "compte fermé", user)


def reopen(session: Session, viewer: Viewer, user: User, works_with: Set[int] = NOBODY) -> None:
    """Open a closed account again, with the password it had."""
    refuse_unless_granted(viewer, user, works_with)
    if user.closed_at is None:
        return
    user.closed_at = None
    audit.record(session, viewer, "compte rouvert", user)
