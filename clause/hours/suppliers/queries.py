"""What a contractor's suppliers declared on its markets. Constant numbers of reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer
from clause.candidates.models import EmploymentContract, Participant
from clause.hours.codes import DeclarationState, HourKind
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.suppliers.visibility import declared_hours, received_condition, supplied_condition, visible_supplied
from clause.kernel.listing import Page, page_of
from clause.kernel.values import fold, format_month
from clause.markets.models import Market
from clause.organisations.models import Company


@dataclass(frozen=True)
class SupplierFilters:
    """What the list is narrowed to; ``waiting``: to validate, neither confirmed nor remarked."""

    month: date | None = None
    text: str = ""
    waiting: bool = False

    def said(self) -> list[str]:
        return [
            *(["à confirmer"] if self.waiting else []),
            *([f"mois : {format_month(self.month)}"] if self.month else []),
            *([f"contient « {self.text} »"] if self.text else []),
        ]


@dataclass(frozen=True)
class SuppliedRow:
    """One declaration of a supplier: sums, no person."""

    public_id: str
    month: date
    state: DeclarationState
    is_nil: bool
    confirmed_at: datetime | None
    confirmed_by: str
    remark: str
    supplier: str
    market_reference: str
    market_title: str
    people: int
    hours: int


@dataclass(frozen=True)
class ReceivedLine:
    """Hours of somebody whom the company receives."""

    participant_id: int
    name: str
    kind: HourKind
    first: date
    last: date
    hours: int


@dataclass(frozen=True)
class SuppliedPage:
    """One declaration: the people received by name, the others as one sum."""

    declaration: Declaration
    received: tuple[ReceivedLine, ...]
    other_people: int
    other_hours: int

    @property
    def total(self) -> int:
        return sum(line.hours for line in self.received) + self.other_hours


def supplied(session: Session, viewer: Viewer, filters: SupplierFilters, page: int = 1) -> Page[SuppliedRow]:
    """The declarations, those to confirm first, then the latest month; two reads."""
    statement = _rows(viewer, filters).order_by(~_waiting(), Declaration.month.desc(), Company.name, Declaration.id)
    rows, total = page_of(session, statement, page)
    return Page([SuppliedRow(*row) for row in rows], total, page, filters=filters.said())


def to_confirm_count(session: Session, viewer: Viewer) -> int:
    """How many declarations of suppliers wait for a word of the contractor."""
    waiting = select(func.count(Declaration.id)).where(supplied_condition(viewer), _waiting())
    return session.scalar(waiting) or 0


def _waiting() -> Any:
    return (
        Declaration.contractor_confirmed_at.is_(None)
        & (Declaration.contractor_remark == "")
        & (Declaration.state == DeclarationState.SUBMITTED)
    )


def _rows(viewer: Viewer, filters: SupplierFilters) -> Any:
    sums = (
        select(
            DeclarationLine.declaration_id,
            func.count(func.distinct(DeclarationLine.participant_id)).label("people"),
            func.sum(DeclarationLine.hours).label("hours"),
        )
        .where(declared_hours())
        .group_by(DeclarationLine.declaration_id)
        .subquery()
    )
    statement: Any = (
        select(
            Declaration.public_id, Declaration.month, Declaration.state, Declaration.is_nil,
            Declaration.contractor_confirmed_at, Declaration.contractor_confirmed_by, Declaration.contractor_remark,
            Company.name, Market.reference, Market.title,
            func.coalesce(sums.c.people, 0), func.coalesce(sums.c.hours, 0),
        )
        .join(Market, Market.id == Declaration.market_id)
        .join(Company, Company.id == Declaration.company_id)
        .outerjoin(sums, sums.c.declaration_id == Declaration.id)
        .where(supplied_condition(viewer))
    )  # fmt: skip
    if filters.waiting:
        statement = statement.where(_waiting())
    if filters.month:
        statement = statement.where(Declaration.month == filters.month)
    if filters.text:
        wanted = fold(filters.text)
        found = Company.search.contains(wanted, autoescape=True) | Market.search.contains(wanted, autoescape=True)
        statement = statement.where(found)
    return statement


def supplied_page(session: Session, viewer: Viewer, public_id: str) -> SuppliedPage | None:
    """None outside what the contractor reads. The names of people it does not receive are not even asked for."""
    declaration = session.scalars(
        visible_supplied(viewer)
        .join(Declaration.market)
        .join(Market.operation)
        .join(Declaration.company)
        .options(
            contains_eager(Declaration.market).contains_eager(Market.operation), contains_eager(Declaration.company)
        )
        .where(Declaration.public_id == public_id)
    ).one_or_none()
    if declaration is None:
        return None
    people, hours = session.execute(
        select(
            func.count(func.distinct(DeclarationLine.participant_id)), func.coalesce(func.sum(DeclarationLine.hours), 0)
        ).where(DeclarationLine.declaration_id == declaration.id, declared_hours(), ~received_condition(viewer))
    ).one()
    return SuppliedPage(declaration, _received(session, viewer, declaration), people, int(hours))


def _received(session: Session, viewer: Viewer, declaration: Declaration) -> tuple[ReceivedLine, ...]:
    line = DeclarationLine
    rows = session.execute(
        select(
            Participant.id,
            Participant.last_name,
            Participant.first_name,
            line.hour_kind,
            line.worked_from,
            line.worked_to,
            line.hours,
        )
        .join(EmploymentContract, EmploymentContract.id == line.employment_contract_id)
        .join(Participant, Participant.id == EmploymentContract.participant_id)
        .where(line.declaration_id == declaration.id, declared_hours(), received_condition(viewer))
    )
    found = [ReceivedLine(row[0], f"{row[1]} {row[2]}", *row[3:]) for row in rows]
    return tuple(sorted(found, key=lambda r: (fold(r.name), r.first, r.kind.value)))
