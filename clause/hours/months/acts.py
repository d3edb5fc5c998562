"""What is done from the page of a month: each market keeps, sends or refuses for itself, the others go on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.models import EmploymentContract
from clause.hours import actions
from clause.hours.actions.locking import CONFLICT_FIELD
from clause.hours.files.models import PayrollHours
from clause.hours.grid_acts import keep_what_passes, never_kept
from clause.hours.models import Declaration
from clause.hours.months.page import Column, MonthPage
from clause.hours.months.typing import Entered, read_column
from clause.hours.rules.allocation import allocation_refusal
from clause.hours.rules.plausibility import Finding
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_hours, read_count, read_hours


@dataclass
class Outcome:
    """What became of one market. ``left`` are keys of rows (``<market>.<row>``) that could not be kept."""

    column: Column
    refusal: str = ""
    conflict: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    people: int = 0

    @property
    def whole(self) -> bool:
        return not (self.refusal or self.left)


def keep(
    session: Session, viewer: Viewer, page: MonthPage, entered: Entered, versions: Mapping[str, Any]
) -> list[Outcome]:
    """Keep the draft of each market that was changed; versions are those that the form was filled from, by key of column."""
    for contract_id, hours in entered.payslips.items():
        keep_payslip(session, viewer, contract_id, page.month, hours)
    changed = [column for column in page.columns + page.empty if column.key in entered.columns]
    return [_keep_one(session, viewer, page, column, versions) for column in changed]


def _keep_one(
    session: Session, viewer: Viewer, page: MonthPage, column: Column, versions: Mapping[str, Any]
) -> Outcome:
    typed = read_column(column)
    outcome = Outcome(column, errors=typed.errors)
    try:
        with session.begin_nested():
            declaration = _opened(session, viewer, page, column)
            version = None if column.declaration is None else _version(versions, column)
            _, findings = keep_what_passes(declaration, version, column.rows, typed)
    except Refused as refusal:
        outcome.refusal, outcome.conflict = refusal.sentence, refusal.field == CONFLICT_FIELD
        return outcome
    column.declaration = declaration
    outcome.findings = [f for f in findings if never_kept(f)]
    stuck = {key for finding in outcome.findings for key in finding.keys}
    outcome.left = {f"{column.key}.{row.key}" for row in column.rows if row.errors or row.key in stuck}
    return outcome


def _opened(session: Session, viewer: Viewer, page: MonthPage, column: Column) -> Declaration:
    new = column.declaration is None
    return actions.open_declaration(session, viewer, column.market, page.company.id, page.month, new=new)


def _version(versions: Mapping[str, Any], column: Column) -> int:
    return read_count(versions.get(f"{column.key}.version")) or 0


def keep_payslip(session: Session, viewer: Viewer, contract_id: int, month: date, hours: int | None) -> None:
    """The month's total of a pay slip, in hundredths, that the hours of all markets may not pass (REA-04); None forgets it."""
    row = session.scalars(
        select(PayrollHours).where(PayrollHours.employment_contract_id == contract_id, PayrollHours.month == month)
    ).one_or_none()
    if row is None:
        row = PayrollHours(employment_contract_id=contract_id, month=month, overtime=0)
        session.add(row)
    row.hours, row.overtime, row.read_at, row.read_by = hours, 0, clock.now(), viewer.name
    session.flush()
    said = "effacé" if hours is None else f"{format_hours(hours)} h"
    audit.record(session, viewer, f"total de la fiche de paie saisi ({said})", session.get_one(EmploymentContract, contract_id))  # fmt: skip


def copy(session: Session, viewer: Viewer, page: MonthPage) -> list[Outcome]:
    """Fill the empty lines of each market with last month's hours."""
    done: list[Outcome] = []
    for column in page.columns:
        if not column.editable or not any(row.last_month and not row.filled for row in column.rows):
            continue
        outcome = Outcome(column)
        try:
            with session.begin_nested():
                declaration = actions.open_declaration(session, viewer, column.market, page.company.id, page.month)
                outcome.people = actions.copy_last_month(session, viewer, declaration)
        except Refused as refusal:
            outcome.refusal = refusal.sentence
        done.append(outcome)
    return done


def send(
    session: Session, viewer: Viewer, page: MonthPage, chosen: Collection[str], nil: Collection[str], versions: Mapping[str, Any]
) -> list[Outcome]:  # fmt: skip
    """Send the chosen markets and declare nil on the others asked for, each for itself."""
    over = shared_too_much(page)
    done: list[Outcome] = []
    for column in page.columns + page.empty:
        if column.key in chosen:
            done.append(_send_one(session, viewer, page, column, versions, nil=False, over=over))
        elif column.key in nil:
            done.append(_send_one(session, viewer, page, column, versions, nil=True, over=over))
    return done


def _send_one(
    session: Session, viewer: Viewer, page: MonthPage, column: Column, versions: Mapping[str, Any], *,
    nil: bool, over: Mapping[int, str],
) -> Outcome:  # fmt: skip
    outcome = Outcome(column, people=column.people)
    try:
        with session.begin_nested():
            if not nil:
                _refuse_shared(column, over)
            declaration = _opened(session, viewer, page, column)
            act = actions.declare_nil if nil else actions.submit
            act(session, viewer, declaration, _version(versions, column) if column.declaration else None)
    except Refused as refusal:
        outcome.refusal, outcome.conflict = refusal.sentence, refusal.field == CONFLICT_FIELD
    return outcome


def _refuse_shared(column: Column, over: Mapping[int, str]) -> None:
    for row in column.rows:
        if row.filled and row.contract_id in over:
            raise Refused(f"{row.name} : {over[row.contract_id]}")


def shared_too_much(page: MonthPage) -> dict[int, str]:
    """By contract id, what REA-04 says where the markets receive more hours than the pay slip has."""
    found: dict[int, str] = {}
    for line in page.lines:
        try:
            worked = read_hours(line.payslip) if line.payslip else None
        except BadValue:
            continue
        shares = [sum(row.total for row in rows) for rows in line.cells.values()]
        refusal = None if worked is None else allocation_refusal(worked, shares)
        if refusal:
            found[line.contract_id] = refusal
    return found
