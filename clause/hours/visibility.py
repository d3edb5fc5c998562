"""Which declarations and lines a viewer sees: the root of every query of this slice.

A structure sees the declarations of the markets it sees; of their lines, those of its own people only. A company sees
its own declarations. An authority sees sums of the ledger, never a declaration.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, false, select

from clause.access import Role, Viewer
from clause.hours.models import Declaration, DeclarationLine
from clause.markets.models import Market
from clause.markets.visibility import market_condition


def declaration_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return Declaration.market_id.in_(select(Market.id).where(market_condition(viewer)))
    if viewer.role is Role.COMPANY:
        return Declaration.company_id == viewer.company_id
    return false()


def line_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return DeclarationLine.structure_id == viewer.structure_id
    if viewer.role is Role.COMPANY:
        own = select(Declaration.id).where(Declaration.company_id == viewer.company_id)
        return DeclarationLine.declaration_id.in_(own)
    return false()


def visible_declarations(viewer: Viewer) -> Select[Declaration]:
    return select(Declaration).where(declaration_condition(viewer))


def visible_lines(viewer: Viewer) -> Select[DeclarationLine]:
    return select(DeclarationLine).where(line_condition(viewer))
