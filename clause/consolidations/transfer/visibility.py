"""Who sees the registry and the files received: the administration of the platform alone, which consolidates."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select, true

from clause.access import Permission, Viewer
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure


def visible_registered(viewer: Viewer) -> Select[RegisteredStructure]:
    return select(RegisteredStructure).where(_condition(viewer))


def visible_received(viewer: Viewer) -> Select[ReceivedTransfer]:
    return select(ReceivedTransfer).where(_condition(viewer))


def _condition(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.may(Permission.MANAGE_PLATFORM) else false()
