"""What one facilitator validated between two instants: the summary to keep after a gesture, or at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.codes import DeclarationState, LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.reading import hours_alone
from clause.hours.visibility import declaration_condition, line_condition
from clause.kernel.values import fold
from clause.markets.models import Market
from clause.organisations.models import Company


@dataclass
class ValidatedRow:
    """One declaration of which lines were validated; hours in hundredths."""

    id: int
    public_id: str
    month: date
    market_reference: str
    market_title: str
    company_name: str
    is_nil: bool
    people: set[int] = field(default_factory=set)
    hours: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class Summary:
    """People are counted once, whatever the number of their lines."""

    rows: list[ValidatedRow]
    not_counted: dict[NotCounted, int]

    @property
    def people(self) -> int:
        return len(set().union(*(row.people for row in self.rows)))

    @property
    def companies(self) -> int:
        return len({row.company_name for row in self.rows})

    @property
    def markets(self) -> int:
        return len({row.market_reference for row in self.rows})

    @property
    def hours(self) -> int:
        return sum(row.hours for row in self.rows)

    @property
    def left_out(self) -> int:
        return sum(row.left_out for row in self.rows)


def validated_between(session: Session, viewer: Viewer, start: datetime, end: datetime) -> Summary:
    """What the viewer validated from ``start`` to ``end``, both included, as it was then; two reads."""
    lines = session.execute(
        select(
            DeclarationLine.declaration_id, DeclarationLine.participant_id, hours_alone(), DeclarationLine.not_counted
        ).where(
            line_condition(viewer), DeclarationLine.decided_by_id == viewer.user_id,
            DeclarationLine.decided_at.between(start, end), DeclarationLine.state == LineState.VALIDATED,
        )
    ).all()  # fmt: skip
    rows = {row.id: row for row in _declarations(session, viewer, start, end)}
    reasons: dict[NotCounted, int] = {}
    for declaration_id, person, hours, why in lines:
        row = rows.get(declaration_id)
        if row is not None:
            row.people.add(person)
            row.hours += hours
            row.left_out += hours if why else 0
        if why is not None and hours:
            reasons[why] = reasons.get(why, 0) + hours
    in_order = sorted(rows.values(), key=lambda row: (fold(row.company_name), row.market_reference, row.month))
    return Summary(in_order, {why: reasons[why] for why in NotCounted if why in reasons})


def _declarations(session: Session, viewer: Viewer, start: datetime, end: datetime) -> list[ValidatedRow]:
    own = select(DeclarationLine.declaration_id).where(
        line_condition(viewer), DeclarationLine.decided_by_id == viewer.user_id,
        DeclarationLine.decided_at.between(start, end), DeclarationLine.state == LineState.VALIDATED,
    )  # fmt: skip
    nil = select(Declaration.id).where(
        Declaration.is_nil, Declaration.state == DeclarationState.VALIDATED, Declaration.decided_by == viewer.name,
        Declaration.decided_at.between(start, end),
    )  # fmt: skip
    statement = (
        select(
            Declaration.id, Declaration.public_id, Declaration.month, Market.reference, Market.title, Company.name,
            Declaration.is_nil,
        )
        .join(Market, Market.id == Declaration.market_id)
        .join(Company, Company.id == Declaration.company_id)
        .where(declaration_condition(viewer), Declaration.id.in_(union(own, nil)))
    )  # fmt: skip
    return [ValidatedRow(*row) for row in session.execute(statement)]
