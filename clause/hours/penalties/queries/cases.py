"""Penalty cases: the list, the file of one, those that wait for the viewer, those of some markets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.models import Difficulty, PenaltyCase
from clause.hours.penalties.queries.difficulties import DifficultyRow, difficulties_on
from clause.hours.penalties.rules import announced_in_time
from clause.hours.penalties.visibility import case_condition, visible_cases
from clause.hours.reporting.models import FormalNotice, Reminder
from clause.kernel import audit
from clause.kernel.listing import page_of, sorted_by
from clause.kernel.storage import StoredFile
from clause.kernel.values import fold
from clause.ledger.queries import attained_by_month
from clause.markets.models import Market, ObjectiveEvent, Operation
from clause.markets.queries.markets import events_of
from clause.markets.visibility import leads
from clause.organisations.models import Company, ContractingAuthority

S = PenaltyState
SORTS: Mapping[str, Any] = {
    "ouvert": PenaltyCase.detected_on,
    "marche": Market.reference,
    "entreprise": Company.name,
    "montant": PenaltyCase.amount_cents,
    "etat": PenaltyCase.state,
}


@dataclass(frozen=True)
class CaseFilters:
    """What narrows the list; ``running`` leaves out what is decided or closed."""

    state: PenaltyState | None = None
    text: str = ""
    running: bool = False

    def said(self) -> list[str]:
        words = [f"« {self.text} »"] if self.text else []
        words += [f"état : {self.state.label.lower()}"] if self.state else []
        return words + (["en cours seulement"] if self.running else [])


@dataclass(frozen=True)
class CaseRow:
    """A case of a list, with the names that say what it is about."""

    case: PenaltyCase
    market: str
    market_title: str
    market_public_id: str
    company: str
    authority: str


def cases_page(
    session: Session, viewer: Viewer, filters: CaseFilters, sort: str, number: int
) -> tuple[list[CaseRow], int]:
    """One page of the cases that the viewer sees, and how many in all: two queries."""
    rows, count = page_of(session, sorted_by(_statement(viewer, filters), SORTS, sort, PenaltyCase.id), number)
    return [_row(row) for row in rows], count


def all_cases(session: Session, viewer: Viewer, filters: CaseFilters, sort: str) -> list[CaseRow]:
    """Every row of the list, for its export."""
    rows = session.execute(sorted_by(_statement(viewer, filters), SORTS, sort, PenaltyCase.id)).all()
    return [_row(row) for row in rows]


def penalties_of(session: Session, viewer: Viewer, market_ids: Collection[int]) -> list[CaseRow]:
    """The cases of these markets that the viewer may see, oldest first: one query. For a market, and for a report."""
    statement = _statement(viewer, CaseFilters()).where(PenaltyCase.market_id.in_(market_ids))
    return [_row(row) for row in session.execute(statement.order_by(PenaltyCase.detected_on, PenaltyCase.id))]


def _statement(viewer: Viewer, filters: CaseFilters) -> Any:
    statement: Any = (
        select(
            PenaltyCase, Market.reference, Market.title, Market.public_id, Company.name, ContractingAuthority.name
        )
        .join(Market, Market.id == PenaltyCase.market_id)
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .join(Company, Company.id == PenaltyCase.company_id)
        .where(case_condition(viewer))
    )  # fmt: skip
    return statement.where(*_conditions(filters))


def _conditions(filters: CaseFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state is not None:
        found.append(PenaltyCase.state == filters.state)
    if filters.running:
        found.append(PenaltyCase.state.in_((S.DETECTED, S.CONTRADICTORY, S.PROPOSED)))
    if filters.text:
        words = f"%{fold(filters.text)}%"
        found.append(or_(Market.search.like(words), func.lower(Company.name).like(words)))
    return found


def _row(row: Row[Any]) -> CaseRow:
    return CaseRow(*tuple(row))


def find_case(session: Session, viewer: Viewer, public_id: str) -> PenaltyCase | None:
    return session.scalars(visible_cases(viewer).where(PenaltyCase.public_id == public_id)).one_or_none()


# The file of a case


@dataclass(frozen=True)
class Notice:
    """A formal notice of the file."""

    subject: str
    sent_on: date
    sent_how: str


@dataclass(frozen=True)
class CaseFile:
    """Every piece, in the order in which they are read. ``months``: hours that count, by month, of the market."""

    case: PenaltyCase
    market: Market
    operation: Operation
    authority: str
    company: str
    events: Sequence[ObjectiveEvent]
    months: dict[date, int]
    reminders: Sequence[tuple[date, int]]
    notices: Sequence[Notice]
    difficulties: Sequence[tuple[DifficultyRow, bool]]
    others: Sequence[CaseRow]
    files: dict[str, StoredFile]
    history: Sequence[audit.AuditEvent]
    leads: bool


def case_file(session: Session, viewer: Viewer, case: PenaltyCase) -> CaseFile:
    """The file of a case found through ``find_case``: a constant number of queries."""
    market = session.get_one(Market, case.market_id)
    operation = session.get_one(Operation, market.operation_id)
    notices = notices_to(session, market.id, case.company_id)
    others = [row for row in penalties_of(session, viewer, [market.id]) if row.case.id != case.id]
    return CaseFile(
        case=case, market=market, operation=operation,
        authority=session.get_one(ContractingAuthority, operation.authority_id).name,
        company=session.get_one(Company, case.company_id).name,
        events=events_of(session, market), months=_months(session, market),
        reminders=_reminders(session, case), notices=notices,
        difficulties=_difficulties(session, viewer, case, market, notices), others=others, files=_files(session, case),
        history=audit.history(session, case) if viewer.in_structure else (),
        leads=viewer.may(Permission.PROPOSE_PENALTY) and leads(viewer, market.structure_id),
    )  # fmt: skip


def _months(session: Session, market: Market) -> dict[date, int]:
    sums = attained_by_month(session, market.id)
    return {month: each.valued if market.uses_valued_hours else each.real for month, each in sums.items()}


def _reminders(session: Session, case: PenaltyCase) -> list[tuple[date, int]]:
    """Days on which the company was reminded, and of how many periods."""
    rows = session.execute(
        select(Reminder.sent_on, func.count())
        .where(Reminder.market_id == case.market_id, Reminder.company_id == case.company_id)
        .group_by(Reminder.sent_on)
        .order_by(Reminder.sent_on)
    )
    return [(day, int(count)) for day, count in rows]


def notices_to(session: Session, market_id: int, company_id: int) -> list[Notice]:
    """The formal notices that were sent to a company on a market, oldest first."""
    rows = session.execute(
        select(FormalNotice.subject, FormalNotice.sent_on, FormalNotice.sent_how)
        .where(
            FormalNotice.market_id == market_id,
            FormalNotice.company_id == company_id,
            FormalNotice.sent_on.is_not(None),
        )
        .order_by(FormalNotice.sent_on, FormalNotice.id)
    )
    return [Notice(subject, sent_on, how) for subject, sent_on, how in rows if sent_on]


def _difficulties(
    session: Session, viewer: Viewer, case: PenaltyCase, market: Market, notices: Sequence[Notice]
) -> list[tuple[DifficultyRow, bool]]:
    """Those of the company on the market, each with whether it was told in time."""
    first = notices[0].sent_on if notices else None
    rows = difficulties_on(session, viewer, [market.id], Difficulty.company_id == case.company_id)
    return [(row, announced_in_time(row.difficulty.announced_on, market.ends_on, first)) for row in rows]


def _files(session: Session, case: PenaltyCase) -> dict[str, StoredFile]:
    wanted = {"reponse": case.answer_file_id, "decision": case.decision_file_id}
    ids = [i for i in wanted.values() if i is not None]
    found = {f.id: f for f in session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))} if ids else {}
    return {name: found[i] for name, i in wanted.items() if i in found}


# What waits


def waiting_condition(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """Cases on which the viewer has something to do: answer, decide, or take to the next stage."""
    state, answered = PenaltyCase.state, PenaltyCase.answered_on.is_not(None)
    asked = state == S.CONTRADICTORY
    if viewer.role is Role.COMPANY:
        return and_(asked, ~answered)
    if viewer.role is Role.AUTHORITY:
        return state == S.PROPOSED
    return or_(state == S.DETECTED, and_(asked, or_(answered, PenaltyCase.answer_before < today)))


def waiting_cases(session: Session, viewer: Viewer, today: date) -> list[CaseRow]:
    """Those on which the viewer has something to do, oldest first: one query."""
    statement = _statement(viewer, CaseFilters()).where(waiting_condition(viewer, today))
    return [_row(row) for row in session.execute(statement.order_by(PenaltyCase.detected_on, PenaltyCase.id))]
