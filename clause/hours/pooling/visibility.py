"""Which conventions a viewer reads: the root of every query of this room.

The structure that recorded it; the company whose markets it joins; an authority once its written agreement is recorded,
which is how it knows the other markets. A structure that is only partner of an operation does not: it reads the hours
given and received on the market's page and in the bilan.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select

from clause.access import Permission, Role, Viewer
from clause.hours.pooling.models import PoolingAgreement, PoolingConvention


def convention_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return PoolingConvention.structure_id == viewer.structure_id
    if viewer.role is Role.COMPANY:
        return PoolingConvention.company_id == viewer.company_id
    if viewer.role is Role.AUTHORITY:
        agreed = select(PoolingAgreement.convention_id).where(PoolingAgreement.authority_id == viewer.authority_id)
        return PoolingConvention.id.in_(agreed)
    return false()


def visible_conventions(viewer: Viewer) -> Select[PoolingConvention]:
    return select(PoolingConvention).where(convention_condition(viewer))


def edits(viewer: Viewer, convention: PoolingConvention) -> bool:
    return viewer.may(Permission.EDIT_POOLING) and viewer.structure_id == convention.structure_id
