"""The list of declarations that a viewer sees, with filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import DeclarationState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.reading import hours_alone, in_force
from clause.hours.visibility import declaration_condition, line_condition
from clause.kernel.listing import Page, page_of, sorted_by
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


SORTS: dict[str, Any] = {
    "mois": Declaration.month,
    "entreprise": Company.search,
    "marche": Market.reference,
    "etat": Declaration.state,
}


def declarations(
    session: Session, viewer: Viewer, filters: Filters, *, sort: str = "-mois", page: int = 1, per_page: int = 25
) -> Page[ListRow]:
    """A page of declarations; two reads."""
    statement = sorted_by(_filtered(viewer, filters), SORTS, sort, Declaration.id.desc())
    rows, total = page_of(session, statement, page, per_page=per_page)
    return Page([ListRow(*row) for row in rows], total, page, per_page, sort, filters.said())


def _filtered(viewer: Viewer, filters: Filters) -> Any:
    sums = (
        select(
            DeclarationLine.declaration_id,
            func.count(func.distinct(DeclarationLine.participant_id)).label("people"),
            func.sum(hours_alone()).label("hours"),
        )
        .where(line_condition(viewer), in_force())
        .group_by(DeclarationLine.declaration_id)
        .subquery()
    )
    statement: Any = (
        select(
            Declaration.public_id, Declaration.month, Declaration.state, Declaration.origin, Declaration.is_nil,
            Market.reference, Market.title, Company.name,
            func.coalesce(sums.c.people, 0), func.coalesce(sums.c.hours, 0),
        )
        .join(Market, Market.id == Declaration.market_id)
        .join(Company, Company.id == Declaration.company_id)
        .outerjoin(sums, sums.c.declaration_id == Declaration.id)
        .where(declaration_condition(viewer))
    )  # fmt: skip
    if filters.state:
        statement = statement.where(Declaration.state == filters.state)
    if filters.month:
        statement = statement.where(Declaration.month == filters.month)
    if filters.text:
        wanted = fold(filters.text)
        found = Company.search.contains(wanted, autoescape=True) | Market.search.contains(wanted, autoescape=True)
        statement = statement.where(found)
    return statement
