"""Which publications a viewer sees: a structure its own, an authority the bilans of its operations. Nobody else sees any."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select

from clause.access import Role, Viewer
from clause.consolidations.models import Publication, PublishedFile
from clause.markets.models import Operation
from clause.markets.visibility import operation_condition


def publication_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return Publication.structure_id == viewer.structure_id
    if viewer.role is Role.AUTHORITY:
        return Publication.operation_id.in_(select(Operation.id).where(operation_condition(viewer)))
    return false()


def visible_publications(viewer: Viewer) -> Select[Publication]:
    return select(Publication).where(publication_condition(viewer))


def file_condition(viewer: Viewer) -> ColumnElement[bool]:
    """On ``PublishedFile`` joined to its publication: an authority gets the files made for it."""
    seen = publication_condition(viewer)
    return seen if viewer.in_structure else seen & PublishedFile.for_authority
