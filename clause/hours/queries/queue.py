"""The declarations that wait for a structure, by risk, then the oldest. A constant number of reads, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from clause.access import Viewer
from clause.hours.codes import DeclarationState, HourKind, LineState, NotCounted, Origin
from clause.hours.models import Declaration, DeclarationLine, undecided, unsettled
from clause.hours.queries.beside import Beside, load_beside
from clause.hours.queries.reading import Context, findings, line_remarks, load_context
from clause.hours.rules import risk
from clause.hours.rules.counting import declared_hours
from clause.hours.rules.risk import Reason, Remark
from clause.hours.settling import would_count
from clause.hours.visibility import declaration_condition, visible_declarations, visible_lines
from clause.kernel.clock import day_of
from clause.kernel.values import fold
from clause.markets.models import Market

WAITED = (7, 15, 30)  # days
AnyLine, LedMarket = aliased(DeclarationLine), aliased(Market)


@dataclass(frozen=True)
class QueueRow:
    """One declaration that waits; hours and people are those of the viewer's structure. ``remarks``: one a reason."""

    id: int
    public_id: str
    version: int
    month: date
    origin: Origin
    is_nil: bool
    submitted_at: datetime | None
    market_public_id: str
    market_reference: str
    market_title: str
    company_public_id: str
    company_name: str
    participant_ids: frozenset[int]
    hours: int
    not_counted: tuple[tuple[NotCounted, int], ...]
    remarks: tuple[Remark, ...]
    confirmed_by_contractor: bool = False
    held: int = 0  # lines that wait for evidence: neither in the hours nor in the people of the row

    @property
    def people(self) -> int:
        return len(self.participant_ids)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(remark.reason for remark in self.remarks)

    @property
    def quiet(self) -> bool:
        """Like the month before and inside every rule: nothing to look at."""
        return not self.remarks

    @property
    def weight(self) -> int:
        return risk.weight(self.reasons)

    @property
    def left_out(self) -> int:
        """The hours that will be kept without counting."""
        return sum(hours for _, hours in self.not_counted)


@dataclass(frozen=True)
class QueueFilters:
    """What the queue is narrowed to; empty means all."""

    text: str = ""
    month: date | None = None
    reason: Reason | None = None
    waited: int = 0
    company: str = ""
    market: str = ""

    def said(self, rows: Sequence[QueueRow]) -> list[str]:
        """The filters in words; ``rows`` are those of the whole queue, where names are found."""
        company = next((row.company_name for row in rows if row.company_public_id == self.company), "")
        market = next((row.market_reference for row in rows if row.market_public_id == self.market), "")
        return [
            *([f"entreprise : {company}"] if company else []),
            *([f"marché : {market}"] if market else []),
            *([f"mois : {self.month:%m/%Y}"] if self.month else []),
            *([f"à regarder : {self.reason.label.lower()}"] if self.reason else []),
            *([f"attend depuis {self.waited} jours ou plus"] if self.waited else []),
            *([f"contient « {self.text} »"] if self.text else []),
        ]

    def keeps(self, row: QueueRow, today: date) -> bool:
        return (
            (not self.company or row.company_public_id == self.company)
            and (not self.market or row.market_public_id == self.market)
            and (self.month is None or row.month == self.month)
            and (self.reason is None or self.reason in row.reasons)
            and (not self.waited or waited(row, today) >= self.waited)
            and fold(self.text) in fold(f"{row.company_name} {row.market_reference} {row.market_title}")
        )


def waited(row: QueueRow, today: date) -> int:
    """Days since it was sent."""
    return (today - day_of(row.submitted_at)).days if row.submitted_at else 0


SORTS: dict[str, Callable[[QueueRow], Any]] = {
    "risque": lambda row: row.weight,
    "entreprise": lambda row: fold(row.company_name),
    "marche": lambda row: fold(row.market_reference),
    "mois": lambda row: row.month,
    "personnes": lambda row: row.people,
    "heures": lambda row: row.hours,
    "envoi": lambda row: row.submitted_at.timestamp() if row.submitted_at else 0,
}


def narrowed(rows: Iterable[QueueRow], filters: QueueFilters, sort: str, today: date) -> list[QueueRow]:
    """The rows that the filters keep, in the order asked; the oldest first among equals."""
    kept = sorted((row for row in rows if filters.keeps(row, today)), key=_oldest)
    return sorted(kept, key=SORTS[sort.lstrip("-")], reverse=sort.startswith("-"))


def _oldest(row: QueueRow) -> tuple[Any, ...]:
    return (SORTS["envoi"](row), row.month, fold(row.company_name), row.public_id)


def waiting_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Declarations with lines of the structure's own people to decide, or a nil month on a market that it leads."""
    lines = select(DeclarationLine.declaration_id).where(
        undecided(),
        DeclarationLine.structure_id == viewer.structure_id,
        DeclarationLine.standing,
        DeclarationLine.state == LineState.DECLARED,
    )
    nil = and_(
        Declaration.state == DeclarationState.SUBMITTED,
        ~exists().where(AnyLine.declaration_id == Declaration.id, AnyLine.standing),
        exists().where(LedMarket.id == Declaration.market_id, LedMarket.structure_id == viewer.structure_id),
    )
    sent = Declaration.state.in_([DeclarationState.SUBMITTED, DeclarationState.RETURNED])
    return and_(unsettled(), or_(and_(sent, Declaration.id.in_(lines)), nil))


def to_validate_count(session: Session, viewer: Viewer) -> int:
    """How many declarations wait for the viewer's structure."""
    if not viewer.in_structure:
        return 0
    waiting = select(func.count(Declaration.id)).where(declaration_condition(viewer), waiting_condition(viewer))
    return session.scalar(waiting) or 0


def declarations_to_validate(
    session: Session, viewer: Viewer, only: Collection[int] | None = None
) -> list[QueueRow]:  # fmt: skip
    """The whole queue, by risk then age, or of it the declarations of ``only`` (numeric ids)."""
    if not viewer.in_structure:
        return []
    waiting = _waiting(session, viewer, only)
    lines = _lines(session, viewer, waiting)
    context = load_context(session, [line for own in lines.values() for line in own])
    around = load_beside(session, viewer, waiting)
    rows = [_row(declaration, lines.get(declaration.id, []), context, around) for declaration in waiting]
    return sorted(rows, key=lambda row: (-row.weight, *_oldest(row)))


def _waiting(session: Session, viewer: Viewer, only: Collection[int] | None) -> list[Declaration]:
    statement = (
        visible_declarations(viewer)
        .join(Declaration.market)
        .join(Declaration.company)
        .options(contains_eager(Declaration.market), contains_eager(Declaration.company))
        .where(waiting_condition(viewer))
    )
    if only is not None:
        statement = statement.where(Declaration.id.in_(only))
    return list(session.scalars(statement))


def _lines(session: Session, viewer: Viewer, waiting: list[Declaration]) -> dict[int, list[DeclarationLine]]:
    ids = [declaration.id for declaration in waiting]
    statement = visible_lines(viewer).where(
        DeclarationLine.declaration_id.in_(ids), DeclarationLine.standing, DeclarationLine.state == LineState.DECLARED
    )
    found: dict[int, list[DeclarationLine]] = {}
    for line in session.scalars(statement.order_by(DeclarationLine.id)) if ids else ():
        found.setdefault(line.declaration_id, []).append(line)
    return found


def _row(
    declaration: Declaration, lines: Sequence[DeclarationLine], context: Context, around: Beside
) -> QueueRow:  # fmt: skip
    found = findings(lines, context)
    remarks = [remark for line in lines for remark in line_remarks(line, found[line.id], context)]
    remarks += around.remarks(declaration)
    market, company = declaration.market, declaration.company
    return QueueRow(
        id=declaration.id, public_id=declaration.public_id, version=declaration.version, month=declaration.month,
        origin=declaration.origin, is_nil=declaration.is_nil, submitted_at=declaration.submitted_at,
        market_public_id=market.public_id, market_reference=market.reference, market_title=market.title,
        company_public_id=company.public_id, company_name=company.name,
        participant_ids=frozenset(line.participant_id for line in lines), hours=declared_hours(lines),
        not_counted=_not_counted(lines, context), remarks=one_a_reason(remarks),
        confirmed_by_contractor=declaration.contractor_confirmed_at is not None,
        held=around.progress_of(declaration).contested,
    )  # fmt: skip


def one_a_reason(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The first remark of each reason, most serious first."""
    first: dict[Reason, Remark] = {}
    for remark in remarks:
        first.setdefault(remark.reason, remark)
    return tuple(first[reason] for reason in Reason if reason in first)


def _not_counted(lines: Sequence[DeclarationLine], context: Context) -> tuple[tuple[NotCounted, int], ...]:
    sums: dict[NotCounted, int] = {}
    for line in lines:
        why = would_count(line, context.grounds)
        if why is not None and line.hours and line.hour_kind is not HourKind.ABSENCE:
            sums[why] = sums.get(why, 0) + line.hours
    return tuple((why, sums[why]) for why in NotCounted if why in sums)
