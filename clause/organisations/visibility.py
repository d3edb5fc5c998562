"""Which organisations a viewer sees: the root of every query of this slice.

Authorities and companies are one register shared by every structure; prescribers belong to one; a structure sees itself.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select, true

from clause.access import Role, Viewer
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation, Structure


def register_condition(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.in_structure else false()


def visible_companies(viewer: Viewer) -> Select[Company]:
    return select(Company).where(register_condition(viewer))


def visible_authorities(viewer: Viewer) -> Select[ContractingAuthority]:
    return select(ContractingAuthority).where(register_condition(viewer))


def visible_prescribers(viewer: Viewer) -> Select[PrescriberOrganisation]:
    own = PrescriberOrganisation.structure_id == viewer.structure_id if viewer.in_structure else false()
    return select(PrescriberOrganisation).where(own)


def visible_structures(viewer: Viewer) -> Select[Structure]:
    """The administrator sees every structure; the people of one see theirs."""
    if viewer.role is Role.ADMINISTRATOR:
        return select(Structure)
    return select(Structure).where(Structure.id == viewer.structure_id if viewer.in_structure else false())
