"""Which accounts a viewer sees: the root of every query on accounts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select

from clause.access import Role, Viewer
from clause.accounts.models import User


def account_condition(viewer: Viewer) -> ColumnElement[bool]:
    """The administrator sees administrators and coordinators; a structure its own and its prescribers'."""
    if viewer.role is Role.ADMINISTRATOR:
        return User.role.in_([Role.ADMINISTRATOR, Role.COORDINATOR])
    if viewer.in_structure:
        return User.structure_id == viewer.structure_id
    return false()


def visible_accounts(viewer: Viewer) -> Select[User]:
    return select(User).where(account_condition(viewer))
