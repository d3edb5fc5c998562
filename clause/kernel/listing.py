"""Lists: pages, sort and the words that say which filters are on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from clause.kernel.values import read_count

PER_PAGE = 25
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. ``filters`` says each filter in words (« statut : en cours »)."""

    rows: Sequence[Row]
    total: int
    number: int
    per_page: int = PER_PAGE
    sort: str = ""
    filters: Sequence[str] = field(default_factory=tuple)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.per_page, self.total)


def page_number() -> int:
    """The page asked in the address; 1 where it is missing or not a number."""
    return min(max(1, read_count(request.args.get("page")) or 1), 100_000)


def asked_sort(columns: Mapping[str, Any], default: str) -> str:
    """The sort asked in the address (``titre`` or ``-titre``), if it is one of ``columns``."""
    text = request.args.get("tri", "")
    return text if text.lstrip("-") in columns else default


def sorted_by(statement: Select[Any], columns: Mapping[str, ColumnElement[Any]], sort: str, tie: Any) -> Select[Any]:
    """The statement in the order asked, empty values last, ``tie`` making it total.

    A column of the same table as ``tie`` that is never empty is ordered as an index has it, which PostgreSQL then reads.
    """
    column = columns[sort.lstrip("-")]
    ordered = column.desc() if sort.startswith("-") else column.asc()
    return statement.order_by(ordered if _always_there(column, tie) else ordered.nulls_last(), tie)


def _always_there(column: Any, tie: Any) -> bool:
    found, of = getattr(column, "expression", column), getattr(tie, "expression", tie)
    table = getattr(getattr(of, "element", of), "table", None)  # ``tie`` may be descending
    return getattr(found, "nullable", True) is False and getattr(found, "table", None) is table


def page_of(session: Session, statement: Select[Any], number: int, *, per_page: int = PER_PAGE) -> tuple[Sequence[Any], int]:  # fmt: skip
    """The rows of one page and the count of all: two queries, whatever the size. Rows of one entity come as scalars."""
    total = count_of(session, statement)
    found = session.execute(statement.limit(per_page).offset((number - 1) * per_page)).all()
    return ([row[0] for row in found] if found and len(found[0]) == 1 else found), total


def count_of(session: Session, statement: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def keyed_page(
    session: Session, keys: Select[Any], whole: Callable[[Sequence[int]], Select[Any]], number: int, *, per_page: int = PER_PAGE
) -> tuple[Sequence[Any], int]:  # fmt: skip
    """``page_of`` for rows that cost: ``keys`` says in order which there are, ``whole`` reads those of the page. Three queries."""
    shown = session.scalars(keys.limit(per_page).offset((number - 1) * per_page)).all()
    found = session.execute(whole(shown)).all()
    return ([row[0] for row in found] if found and len(found[0]) == 1 else found), count_of(session, keys)
