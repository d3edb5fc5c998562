"""Which difficulties and penalty cases a viewer sees: the root of every query of this room.

The structure that leads the operation sees all of them, a partner none. A company sees its own cases once its
observations are asked for, and the difficulties it announced. An authority sees the difficulties of its markets, and the
cases once they are proposed to it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, select
from sqlalchemy.orm import aliased

from clause.access import Role, Viewer
from clause.hours.penalties.models import Difficulty, PenaltyCase
from clause.markets.models import Market, Operation

LedMarket = aliased(Market)


def case_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return _leads(viewer, PenaltyCase.market_id)
    if viewer.role is Role.COMPANY:
        return and_(PenaltyCase.company_id == viewer.company_id, PenaltyCase.contradictory_sent_on.is_not(None))
    if viewer.role is Role.AUTHORITY:
        return and_(PenaltyCase.market_id.in_(_bought_markets(viewer)), PenaltyCase.proposed_on.is_not(None))
    return false()


def difficulty_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        return _leads(viewer, Difficulty.market_id)
    if viewer.role is Role.COMPANY:
        return Difficulty.company_id == viewer.company_id
    if viewer.role is Role.AUTHORITY:
        return Difficulty.market_id.in_(_bought_markets(viewer))
    return false()


def visible_cases(viewer: Viewer) -> Select[PenaltyCase]:
    return select(PenaltyCase).where(case_condition(viewer))


def visible_difficulties(viewer: Viewer) -> Select[Difficulty]:
    return select(Difficulty).where(difficulty_condition(viewer))


def _leads(viewer: Viewer, market_id: Any) -> ColumnElement[bool]:
    """Asked of each case or difficulty, which are few: a structure has led the markets of years."""
    return exists().where(LedMarket.id == market_id, LedMarket.structure_id == viewer.structure_id)


def _bought_markets(viewer: Viewer) -> Select[int]:
    return (
        select(Market.id)
        .join(Operation, Operation.id == Market.operation_id)
        .where(Operation.authority_id == viewer.authority_id)
    )
