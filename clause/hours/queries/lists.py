"""The list of declarations that a viewer sees, with filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration, DeclarationLine, unsettled
from clause.hours.queries.reading import hours_alone, in_force
from clause.hours.visibility import declaration_condition, line_condition
from clause.kernel.listing import Page, sorted_by
from clause.kernel.values import fold, format_month
from clause.markets.models import Market
from clause.organisations.models import Company


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all."""

    state: DeclarationState | None = None
    month: date | None = None
    text: str = ""

    def said(self) -> list[str]:
        """The filters in words."""
        return [
            *([f"état : {self.state.label.lower()}"] if self.state else []),
            *([f"mois : {format_month(self.month)}"] if self.month else []),
            *([f"contient « {self.text} »"] if self.text else []),
        ]


@dataclass(frozen=True)
class ListRow:
    """One declaration; hours are those of the people that the viewer sees."""

    public_id: str
    month: date
    state: DeclarationState
    origin: Origin
    is_nil: bool
    market_reference: str
    market_title: str
    company_name: str
    people: int
    hours: int


AT_ONCE = 1000  # rows of an export that one statement names
SORTS: dict[str, Any] = {
    "mois": Declaration.month,
    "entreprise": Company.search,
    "marche": Market.reference,
    "etat": Declaration.state,
}


def declarations(
    session: Session, viewer: Viewer, filters: Filters, *, sort: str = "-mois", page: int = 1, per_page: int = 25
) -> Page[ListRow]:
    """A page of declarations; three reads. Which ones comes first: names and hours are read of the rows shown only."""
    total = session.scalar(_filtered(select(func.count(Declaration.id)), viewer, filters, joined=False)) or 0
    found = _filtered(select(Declaration.id), viewer, filters, joined=sort.lstrip("-") in ("entreprise", "marche"))
    ordered = sorted_by(found, SORTS, sort, Declaration.id.desc())
    ids = session.scalars(ordered.limit(per_page).offset((page - 1) * per_page)).all()
    rows = [
        ListRow(*row)
        for start in range(0, len(ids) or 1, AT_ONCE)
        for row in session.execute(
            sorted_by(_rows(viewer, ids[start : start + AT_ONCE]), SORTS, sort, Declaration.id.desc())
        )
    ]
    return Page(rows, total, page, per_page, sort, filters.said())


def _filtered(statement: Any, viewer: Viewer, filters: Filters, *, joined: bool) -> Any:
    """Of the declarations those that the filters keep; with the market and the company where the sort asks for them."""
    statement = statement.where(declaration_condition(viewer))
    if joined or filters.text:
        statement = statement.join(Market, Market.id == Declaration.market_id)
        statement = statement.join(Company, Company.id == Declaration.company_id)
    if filters.state:
        statement = statement.where(Declaration.state == filters.state)
        if filters.state is not DeclarationState.VALIDATED:
            statement = statement.where(unsettled())
    if filters.month:
        statement = statement.where(Declaration.month == filters.month)
    if filters.text:
        wanted = fold(filters.text)
        found = Company.search.contains(wanted, autoescape=True) | Market.search.contains(wanted, autoescape=True)
        statement = statement.where(found)
    return statement


def _rows(viewer: Viewer, ids: Sequence[int]) -> Any:
    """What the list says of the declarations shown; hours are those of the people whom the viewer sees."""
    sums = (
        select(
            DeclarationLine.declaration_id,
            func.count(func.distinct(DeclarationLine.participant_id)).label("people"),
            func.sum(hours_alone()).label("hours"),
        )
        .where(line_condition(viewer), in_force(), DeclarationLine.declaration_id.in_(ids))
        .group_by(DeclarationLine.declaration_id)
        .subquery()
    )
    return (
        select(
            Declaration.public_id, Declaration.month, Declaration.state, Declaration.origin, Declaration.is_nil,
            Market.reference, Market.title, Company.name,
            func.coalesce(sums.c.people, 0), func.coalesce(sums.c.hours, 0),
        )
        .join(Market, Market.id == Declaration.market_id)
        .join(Company, Company.id == Declaration.company_id)
        .outerjoin(sums, sums.c.declaration_id == Declaration.id)
        .where(Declaration.id.in_(ids))
    )  # fmt: skip
