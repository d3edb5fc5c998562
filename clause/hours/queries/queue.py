"""The declarations that wait for a structure, what stands out first, then the oldest. Constant number of reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer
from clause.hours.codes import DeclarationState, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.reading import Context, findings, line_signals, load_context
from clause.hours.rules.standout import Signal, weight
from clause.hours.visibility import visible_declarations, visible_lines
from clause.markets.models import Market


@dataclass(frozen=True)
class QueueRow:
    """One declaration that waits; hours and people are those of the viewer's structure."""

    public_id: str
    version: int
    month: date
    origin: Origin
    is_nil: bool
    submitted_at: datetime | None
    market_reference: str
    market_title: str
    company_name: str
    people: int
    hours: int
    signals: tuple[Signal, ...]

    @property
    def weight(self) -> int:
        return weight(self.signals)


def waiting_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Declarations with lines of the structure's own people to decide, or a nil month on a market that it leads."""
    lines = select(DeclarationLine.declaration_id).where(
        DeclarationLine.structure_id == viewer.structure_id,
        DeclarationLine.standing,
        DeclarationLine.state == LineState.DECLARED,
    )
    any_line = select(DeclarationLine.declaration_id).where(DeclarationLine.standing)
    led = select(Market.id).where(Market.structure_id == viewer.structure_id)
    nil = and_(
        Declaration.state == DeclarationState.SUBMITTED,
        Declaration.id.not_in(any_line),
        Declaration.market_id.in_(led),
    )
    sent = Declaration.state.in_([DeclarationState.SUBMITTED, DeclarationState.RETURNED])
    return or_(and_(sent, Declaration.id.in_(lines)), nil)


def to_validate_count(session: Session, viewer: Viewer) -> int:
    """How many declarations wait for the viewer's structure."""
    if not viewer.in_structure:
        return 0
    statement = visible_declarations(viewer).where(waiting_condition(viewer))
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def declarations_to_validate(session: Session, viewer: Viewer) -> list[QueueRow]:
    """The whole queue: it is as long as what a team has not read yet."""
    if not viewer.in_structure:
        return []
    waiting = list(
        session.scalars(
            visible_declarations(viewer)
            .join(Declaration.market)
            .join(Declaration.company)
            .options(contains_eager(Declaration.market), contains_eager(Declaration.company))
            .where(waiting_condition(viewer))
        )
    )
    lines = _lines(session, viewer, waiting)
    context = load_context(session, [line for own in lines.values() for line in own])
    rows = [_row(declaration, lines.get(declaration.id, []), context) for declaration in waiting]
    return sorted(rows, key=lambda row: (-row.weight, row.month, row.company_name, row.public_id))


def _lines(session: Session, viewer: Viewer, waiting: list[Declaration]) -> dict[int, list[DeclarationLine]]:
    ids = [declaration.id for declaration in waiting]
    statement = visible_lines(viewer).where(
        DeclarationLine.declaration_id.in_(ids), DeclarationLine.standing, DeclarationLine.state == LineState.DECLARED
    )
    found: dict[int, list[DeclarationLine]] = {}
    for line in session.scalars(statement.order_by(DeclarationLine.id)) if ids else ():
        found.setdefault(line.declaration_id, []).append(line)
    return found


def _row(declaration: Declaration, lines: list[DeclarationLine], context: Context) -> QueueRow:
    remarks = findings(lines, context)
    present = {signal for line in lines for signal in line_signals(line, remarks[line.id], context)}
    return QueueRow(
        public_id=declaration.public_id, version=declaration.version, month=declaration.month, origin=declaration.origin,
        is_nil=declaration.is_nil, submitted_at=declaration.submitted_at, market_reference=declaration.market.reference,
        market_title=declaration.market.title, company_name=declaration.company.name,
        people=len({line.participant_id for line in lines}), hours=sum(line.hours for line in lines),
        signals=tuple(signal for signal in Signal if signal in present),
    )  # fmt: skip
