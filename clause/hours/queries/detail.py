"""One declaration with what a viewer may see of it: own people by name, others' as sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer
from clause.candidates.models import EmploymentContract
from clause.hours.codes import DeclarationState, HourKind, LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.beside import load_beside
from clause.hours.queries.reading import (
    Context,
    estimation,
    findings,
    hours_alone,
    in_force,
    last_month,
    line_remarks,
    load_context,
)
from clause.hours.queries.statements import statements_of
from clause.hours.reporting.queries.due_days import due_days
from clause.hours.rules import states
from clause.hours.rules.counting import declared_hours, merged
from clause.hours.rules.findings import Finding
from clause.hours.rules.risk import Remark
from clause.hours.settling import would_count
from clause.hours.visibility import visible_declarations, visible_lines
from clause.kernel.audit import AuditEvent, history
from clause.kernel.storage import StoredFile
from clause.kernel.values import fold, format_date
from clause.markets.models import Market
from clause.organisations.models import Structure

KINDS = list(HourKind)


@dataclass(frozen=True)
class LineView:
    """One line as a page shows it. ``would_not_count`` is what validation would say now."""

    line: DeclarationLine
    name: str
    participant_public_id: str
    job: str
    last_month: int | None
    eligibility: str
    would_not_count: NotCounted | None
    remarks: tuple[Remark, ...]
    estimation: str = ""

    @property
    def key(self) -> str:
        """How a page names a standing line: its contract, kind and first day; never a number of the database."""
        contract = self.line.employment_contract.public_id
        return f"{contract}.{self.line.hour_kind.value}.{self.line.worked_from.isoformat()}"

    @property
    def waits(self) -> bool:
        return self.line.standing and self.line.state is LineState.DECLARED

    @property
    def decided(self) -> bool:
        return self.line.standing and self.line.state in states.DECIDED_LINES


@dataclass(frozen=True)
class Others:
    """People of another structure: how many and how many hours, never who."""

    structure: str
    people: int
    hours: int


@dataclass(frozen=True)
class DeclarationPage:
    """A declaration, its lines that the viewer sees, and the sums of the others."""

    declaration: Declaration
    market: Market
    due: date
    lines: tuple[LineView, ...]
    replaced: tuple[LineView, ...]
    others: tuple[Others, ...]
    statements: tuple[StoredFile, ...]
    history: Sequence[AuditEvent]
    own_nil: bool
    nil_decided: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def waiting(self) -> tuple[LineView, ...]:
        return tuple(view for view in self.lines if view.waits)

    @property
    def waiting_hours(self) -> int:
        return declared_hours(view.line for view in self.waiting)

    @property
    def decided(self) -> tuple[LineView, ...]:
        return tuple(view for view in self.lines if view.decided)

    @property
    def total(self) -> int:
        """What is claimed: refused hours are left out, absences too."""
        own = declared_hours(view.line for view in self.lines if view.line.state is not LineState.REJECTED)
        return own + sum(other.hours for other in self.others)

    @property
    def absences(self) -> int:
        """Shown beside the total, never in it."""
        return sum(v.line.hours for v in self.lines if v.line.hour_kind is HourKind.ABSENCE)

    @property
    def counted(self) -> int:
        return sum(
            v.line.hours for v in self.lines if v.line.state is LineState.VALIDATED and v.line.not_counted is None
        )


def declaration_page(session: Session, viewer: Viewer, public_id: str) -> DeclarationPage | None:
    """None outside what the viewer sees."""
    declaration = session.scalars(
        visible_declarations(viewer)
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
    lines = _lines(session, viewer, declaration)
    context = load_context(session, lines, [declaration.market_id])
    standing = [line for line in lines if line.standing and line.state is not LineState.REJECTED]
    # Remarks add all the contracts of a person: they are for those who decide, not for one of the employers.
    remarks = findings(standing, context) if viewer.in_structure else {}
    views = [_view(line, remarks.get(line.id), context) for line in lines]
    return DeclarationPage(
        declaration=declaration, market=declaration.market,
        due=due_days(session, context.grounds.overrides).of(declaration.market_id, declaration.month),
        lines=tuple(v for v in views if v.line.standing), replaced=tuple(v for v in views if not v.line.standing),
        others=others_of(session, viewer, declaration), statements=statements_of(session, declaration),
        history=history(session, declaration), own_nil=_own_nil(viewer, declaration, lines, DeclarationState.SUBMITTED),
        nil_decided=_own_nil(viewer, declaration, lines, DeclarationState.VALIDATED),
        remarks=_remarks(session, viewer, declaration),
    )  # fmt: skip


def _remarks(session: Session, viewer: Viewer, declaration: Declaration) -> tuple[Remark, ...]:
    """What stands out beside the lines, for who decides while there is something to decide."""
    waits = declaration.state in (DeclarationState.SUBMITTED, DeclarationState.RETURNED)
    return (
        tuple(load_beside(session, viewer, [declaration]).remarks(declaration)) if viewer.in_structure and waits else ()
    )


def _own_nil(
    viewer: Viewer, declaration: Declaration, lines: Sequence[DeclarationLine], state: DeclarationState
) -> bool:
    """A month without anybody, in this state, that the viewer's structure decides."""
    leads = viewer.in_structure and declaration.market.structure_id == viewer.structure_id
    return leads and declaration.state is state and declaration.is_nil and not any(line.standing for line in lines)


def _lines(session: Session, viewer: Viewer, declaration: Declaration) -> list[DeclarationLine]:
    statement = (
        visible_lines(viewer)
        .join(DeclarationLine.employment_contract)
        .join(EmploymentContract.participant)
        .options(
            contains_eager(DeclarationLine.employment_contract).contains_eager(EmploymentContract.participant),
        )
        .where(DeclarationLine.declaration_id == declaration.id)
    )
    found = session.scalars(statement).all()
    return sorted(found, key=lambda x: (fold(_name(x)), x.employment_contract_id, x.worked_from, KINDS.index(x.hour_kind), x.id))  # fmt: skip


def _name(line: DeclarationLine) -> str:
    person = line.employment_contract.participant
    return f"{person.last_name} {person.first_name}"


def _view(line: DeclarationLine, found: list[Finding] | None, context: Context) -> LineView:
    waits = line.standing and line.state not in states.DECIDED_LINES
    return LineView(
        line=line, name=_name(line), participant_public_id=line.employment_contract.participant.public_id,
        job=line.employment_contract.job, last_month=last_month(line, context),
        eligibility=eligibility_said(context.grounds.windows_on(line.employment_contract_id, line.market_id), line.worked_to),
        would_not_count=would_count(line, context.grounds) if waits else line.not_counted,
        remarks=tuple(line_remarks(line, found, context)) if waits and found is not None else (),
        estimation=estimation(line),
    )  # fmt: skip


def eligibility_said(windows: tuple[tuple[date, date | None], ...], day: date) -> str:
    """The window of eligibility that matters on a day, in words."""
    covering = merged(windows)
    if not covering:
        return "pas d'éligibilité validée"
    first, last = next((w for w in covering if w[0] <= day and (w[1] is None or day <= w[1])), covering[-1])
    until = f" au {format_date(last)}" if last else ", sans fin connue"
    return f"éligible du {format_date(first)}{until}"


def others_of(session: Session, viewer: Viewer, declaration: Declaration) -> tuple[Others, ...]:
    """The hours of the people of other structures, as sums; a company sees its own people whoever follows them."""
    if not viewer.in_structure:
        return ()
    rows = session.execute(
        select(Structure.name, func.count(func.distinct(DeclarationLine.participant_id)), func.sum(hours_alone()))
        .join(Structure, Structure.id == DeclarationLine.structure_id)
        .where(
            DeclarationLine.declaration_id == declaration.id,
            in_force(),
            DeclarationLine.structure_id != viewer.structure_id,
        )
        .group_by(Structure.name)
        .order_by(Structure.name)
    )
    return tuple(Others(name, people, int(hours)) for name, people, hours in rows)
