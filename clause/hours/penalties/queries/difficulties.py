"""Difficulties announced on markets: the list, those of some markets, one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.penalties.codes import DifficultyKind
from clause.hours.penalties.models import Difficulty
from clause.hours.penalties.visibility import difficulty_condition, visible_difficulties
from clause.kernel.listing import page_of, sorted_by
from clause.kernel.values import fold
from clause.markets.models import Market
from clause.organisations.models import Company

SORTS: Mapping[str, Any] = {
    "annonce": Difficulty.announced_on,
    "marche": Market.reference,
    "entreprise": Company.name,
}


@dataclass(frozen=True)
class DifficultyFilters:
    """``open_only``: not solved yet."""

    kind: DifficultyKind | None = None
    text: str = ""
    open_only: bool = False

    def said(self) -> list[str]:
        words = [f"« {self.text} »"] if self.text else []
        words += [f"nature : {self.kind.label.lower()}"] if self.kind else []
        return words + (["non réglées seulement"] if self.open_only else [])


@dataclass(frozen=True)
class DifficultyRow:
    """A difficulty with the names that say what it is about."""

    difficulty: Difficulty
    market: str
    market_title: str
    market_public_id: str
    company: str


def difficulties_page(
    session: Session, viewer: Viewer, filters: DifficultyFilters, sort: str, number: int
) -> tuple[list[DifficultyRow], int]:
    rows, count = page_of(session, sorted_by(_statement(viewer, filters), SORTS, sort, Difficulty.id), number)
    return [DifficultyRow(*row) for row in rows], count


def all_difficulties(session: Session, viewer: Viewer, filters: DifficultyFilters, sort: str) -> list[DifficultyRow]:
    rows = session.execute(sorted_by(_statement(viewer, filters), SORTS, sort, Difficulty.id)).all()
    return [DifficultyRow(*row) for row in rows]


def difficulties_on(
    session: Session, viewer: Viewer, market_ids: Collection[int], *conditions: ColumnElement[bool]
) -> list[DifficultyRow]:
    """The difficulties of these markets that the viewer may see, oldest first: one query."""
    statement = _statement(viewer, DifficultyFilters()).where(Difficulty.market_id.in_(market_ids), *conditions)
    rows = session.execute(statement.order_by(Difficulty.announced_on, Difficulty.id))
    return [DifficultyRow(*row) for row in rows]


def difficulties_of(session: Session, viewer: Viewer, market_ids: Collection[int]) -> list[DifficultyRow]:
    """For a report: those of the markets of an operation."""
    return difficulties_on(session, viewer, market_ids)


def find_difficulty(session: Session, viewer: Viewer, public_id: str) -> DifficultyRow | None:
    found = session.scalars(visible_difficulties(viewer).where(Difficulty.public_id == public_id)).one_or_none()
    if found is None:
        return None
    return difficulties_on(session, viewer, [found.market_id], Difficulty.id == found.id)[0]


def _statement(viewer: Viewer, filters: DifficultyFilters) -> Any:
    statement: Any = (
        select(Difficulty, Market.reference, Market.title, Market.public_id, Company.name)
        .join(Market, Market.id == Difficulty.market_id)
        .join(Company, Company.id == Difficulty.company_id)
        .where(difficulty_condition(viewer))
    )
    if filters.kind is not None:
        statement = statement.where(Difficulty.kind == filters.kind)
    if filters.open_only:
        statement = statement.where(Difficulty.solved_on.is_(None))
    if filters.text:
        words = f"%{fold(filters.text)}%"
        statement = statement.where(or_(Market.search.like(words), func.lower(Company.name).like(words)))
    return statement
