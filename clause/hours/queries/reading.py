"""What the queue and the page of a declaration read around lines: the months before, the other employers, the payroll.

Everything is read once for any number of lines; then nothing is asked of the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from clause.hours.codes import HourKind, HoursBasis, LineState
from clause.hours.files.models import PayrollHours
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import plausibility, risk
from clause.hours.rules.counting import split_request
from clause.hours.rules.estimate import estimate_of, said
from clause.hours.rules.findings import WORKED, Finding, Line, PersonMonth, Span
from clause.hours.rules.risk import Claim, LineFacts, Remark
from clause.hours.settling import Grounds, load_grounds, would_count
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import add_months
from clause.organisations.models import Company

MONTHS_BEFORE = 6
MonthKey = tuple[int, int, HourKind, date]


@dataclass(frozen=True)
class Hours:
    """One standing line of a person of interest, whoever employs them; hours in hundredths."""

    line_id: int
    participant_id: int
    contract_id: int
    month: date
    company_id: int
    company: str
    kind: HourKind
    basis: HoursBasis
    hours: int
    first: date
    last: date


@dataclass(frozen=True)
class Context:
    """Facts around lines, loaded once for all of them."""

    grounds: Grounds
    by_month: dict[MonthKey, int] = field(default_factory=dict)
    known: frozenset[tuple[int, int]] = frozenset()
    months: dict[int, dict[date, int]] = field(default_factory=dict)
    same_month: dict[tuple[int, date], list[Hours]] = field(default_factory=dict)
    payroll: dict[tuple[int, date], int] = field(default_factory=dict)
    replaced: dict[int, int] = field(default_factory=dict)


def load_context(session: Session, lines: Collection[DeclarationLine], markets: Collection[int] = ()) -> Context:
    """Reads that do not grow with the lines. ``lines`` may be of several declarations; ``markets`` are read even without lines."""
    contracts = {line.employment_contract_id for line in lines}
    grounds = load_grounds(session, {*markets, *(line.market_id for line in lines)}, contracts)
    if not lines:
        return Context(grounds)
    people = {line.participant_id for line in lines}
    months = {line.month for line in lines}
    return Context(
        grounds, by_month=_by_month(session, contracts, months), known=_known(session, contracts),
        months=_months(session, people, months), same_month=_same_month(session, people, months),
        payroll=_payroll(session, contracts, months), replaced=_replaced(session, [line.id for line in lines]),
    )  # fmt: skip


def in_force() -> ColumnElement[bool]:
    """Lines whose hours are claimed: neither replaced nor refused."""
    return DeclarationLine.standing & (DeclarationLine.state != LineState.REJECTED)


def hours_alone() -> ColumnElement[int]:
    """The hours of a line as ``declared_hours`` adds them: nothing for an absence."""
    return case((DeclarationLine.hour_kind == HourKind.ABSENCE, 0), else_=DeclarationLine.hours)


def _by_month(session: Session, contracts: Collection[int], months: Collection[date]) -> dict[MonthKey, int]:
    """Hours in force by contract, market, kind and month, from six months before the first."""
    key = (
        DeclarationLine.employment_contract_id, DeclarationLine.market_id, DeclarationLine.hour_kind, DeclarationLine.month,
    )  # fmt: skip
    rows = session.execute(
        select(*key, func.sum(DeclarationLine.hours))
        .where(
            in_force(), DeclarationLine.employment_contract_id.in_(contracts),
            DeclarationLine.month.between(add_months(min(months), -MONTHS_BEFORE), max(months)),
        )
        .group_by(*key)
    )  # fmt: skip
    return {(c, m, k, month): int(hours) for c, m, k, month, hours in rows}


def _known(session: Session, contracts: Collection[int]) -> frozenset[tuple[int, int]]:
    """Contracts that have had hours validated on a market."""
    rows = session.execute(
        select(DeclarationLine.employment_contract_id, DeclarationLine.market_id)
        .where(DeclarationLine.state == LineState.VALIDATED, DeclarationLine.employment_contract_id.in_(contracts))
        .distinct()
    )
    return frozenset((contract, market) for contract, market in rows)


def _months(session: Session, people: Collection[int], months: Collection[date]) -> dict[int, dict[date, int]]:
    """Hours in force of each person by month of these years, all contracts added, absence left out."""
    rows = session.execute(
        select(DeclarationLine.participant_id, DeclarationLine.month, func.sum(DeclarationLine.hours))
        .where(
            in_force(), DeclarationLine.hour_kind != HourKind.ABSENCE, DeclarationLine.participant_id.in_(people),
            DeclarationLine.month.between(date(min(months).year, 1, 1), date(max(months).year, 12, 31)),
        )
        .group_by(DeclarationLine.participant_id, DeclarationLine.month)
    )  # fmt: skip
    found: dict[int, dict[date, int]] = {}
    for person, month, hours in rows:
        found.setdefault(person, {})[month] = int(hours)
    return found


def _same_month(
    session: Session, people: Collection[int], months: Collection[date]
) -> dict[tuple[int, date], list[Hours]]:
    """By person and month, all that is in force of it, whoever employs them, absence left out."""
    rows = session.execute(
        select(
            DeclarationLine.id, DeclarationLine.participant_id, DeclarationLine.employment_contract_id, DeclarationLine.month,
            Declaration.company_id, Company.name, DeclarationLine.hour_kind, DeclarationLine.hours_basis, DeclarationLine.hours,
            DeclarationLine.worked_from, DeclarationLine.worked_to,
        )
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .join(Company, Company.id == Declaration.company_id)
        .where(
            in_force(), DeclarationLine.participant_id.in_(people), DeclarationLine.month.in_(months),
            DeclarationLine.hour_kind != HourKind.ABSENCE, DeclarationLine.hours > 0,
        )
        .order_by(DeclarationLine.id)
    )  # fmt: skip
    found: dict[tuple[int, date], list[Hours]] = {}
    for row in rows:
        hours = Hours(*row)
        found.setdefault((hours.participant_id, hours.month), []).append(hours)
    return found


def _payroll(session: Session, contracts: Collection[int], months: Collection[date]) -> dict[tuple[int, date], int]:
    """By contract and month, the most that was paid, by the DSN or the pay slip: hours and overtime, shown apart in a DSN."""
    rows = session.execute(
        select(
            PayrollHours.employment_contract_id, PayrollHours.month, PayrollHours.hours + PayrollHours.overtime
        ).where(
            PayrollHours.employment_contract_id.in_(contracts), PayrollHours.month.in_(months), PayrollHours.hours.is_not(None)
        )
    )  # fmt: skip
    return {(contract, month): int(hours or 0) for contract, month, hours in rows}


def _replaced(session: Session, line_ids: Collection[int]) -> dict[int, int]:
    """By line, the hours of the decided line that it takes the place of."""
    rows = session.execute(
        select(DeclarationLine.corrected_by_id, DeclarationLine.hours).where(
            DeclarationLine.corrected_by_id.in_(line_ids)
        )
    )
    return {line_id: hours for line_id, hours in rows if line_id is not None}


def last_month(line: DeclarationLine, context: Context) -> int | None:
    return _figure(line, context, -1)


def _figure(line: DeclarationLine, context: Context, months: int) -> int | None:
    key = (line.employment_contract_id, line.market_id, line.hour_kind, add_months(line.month, months))
    return context.by_month.get(key)


# Plausibility


def findings(lines: Sequence[DeclarationLine], context: Context) -> dict[int, list[Finding]]:
    """By line id, what REA-07 says of the lines of one declaration; those of a person are read together."""
    by_person: dict[int, list[DeclarationLine]] = {}
    for line in lines:
        by_person.setdefault(line.participant_id, []).append(line)
    found: dict[int, list[Finding]] = {line.id: [] for line in lines}
    for person, own in by_person.items():
        for finding in plausibility.month_findings(_person_month(person, own, context)):
            for key in finding.keys:
                found[int(key)].append(finding)
    return found


def _person_month(person: int, own: Sequence[DeclarationLine], context: Context) -> PersonMonth:
    month, ids = own[0].month, {line.id for line in own}
    others = [hours for hours in context.same_month.get((person, month), []) if hours.line_id not in ids]
    months = context.months.get(person, {})
    market = context.grounds.markets[own[0].market_id]
    return PersonMonth(
        month=month, today=clock.today(), lines=tuple(_line(line, context.grounds) for line in own),
        birth_date=context.grounds.contracts[own[0].employment_contract_id].birth_date,
        elsewhere=sum(hours.hours for hours in others),
        paid_elsewhere=sum(hours.hours for hours in others if hours.basis is HoursBasis.PAID),
        spans_elsewhere=tuple(Span(hours.first, hours.last, hours.hours) for hours in others),
        rest_of_year=sum(hours for m, hours in months.items() if m.year == month.year and m != month),
        hard_limit=int(setting("check.month_hard_limit", *market.overrides)) * 100,
    )  # fmt: skip


def _line(line: DeclarationLine, grounds: Grounds) -> Line:
    """Eligibility is not looked at here: ``would_count`` says it in the facilitator's words."""
    contract, market = grounds.contracts[line.employment_contract_id], grounds.markets[line.market_id]
    return Line(
        key=str(line.id), group=str(line.employment_contract_id), hour_kind=line.hour_kind, hours=line.hours,
        worked_from=line.worked_from, worked_to=line.worked_to, basis=line.hours_basis,
        contract_from=contract.starts_on, contract_to=contract.ends_on,
        market_from=market.starts_on, market_to=market.ends_on,
    )  # fmt: skip


# What stands out


def line_remarks(line: DeclarationLine, found: Sequence[Finding], context: Context) -> list[Remark]:
    """What stands out in a line that waits, with the sentence of each reason."""
    overrides = context.grounds.markets[line.market_id].overrides
    before = [_figure(line, context, -n) for n in range(1, MONTHS_BEFORE + 1)]
    return risk.line_remarks(
        LineFacts(
            hours=line.hours, hour_kind=line.hour_kind, of_month=_figure(line, context, 0), last_month=before[0],
            before=tuple(hours for hours in before if hours is not None),
            known=(line.employment_contract_id, line.market_id) in context.known,
            not_counted=would_count(line, context.grounds), split_request=split_request(context.grounds.facts(line)),
            findings=tuple(found), explained=bool(line.override_comment), claims=_claims(line, context),
            payroll=context.payroll.get((line.employment_contract_id, line.month)), of_contract=_of_contract(line, context),
            estimated=estimation(line) if line.hours_basis is HoursBasis.ESTIMATED else "", paid=line.hours_basis is HoursBasis.PAID, decided_before=context.replaced.get(line.id),
            comment=line.override_comment or line.comment,
            jump_hours=int(setting("check.jump_hours", *overrides)) * 100,
            jump_share=int(setting("check.jump_share", *overrides)),
        )
    )  # fmt: skip


def estimation(line: DeclarationLine) -> str:
    """What the hours of a line were first estimated from, in words; empty where they never were."""
    return said(estimate_of(line.estimate)) if line.estimate else ""


def _around(line: DeclarationLine, context: Context) -> Iterable[Hours]:
    return context.same_month.get((line.participant_id, line.month), [])


def _of_contract(line: DeclarationLine, context: Context) -> int:
    """What is declared of a contract this month, on all its markets: the hours that a payroll pays."""
    same = (hours for hours in _around(line, context) if hours.contract_id == line.employment_contract_id)
    return sum(hours.hours for hours in same if hours.kind in WORKED)


def _claims(line: DeclarationLine, context: Context) -> tuple[Claim, ...]:
    """By other employer, what it declares of the same person for days of the line."""
    around = list(_around(line, context))
    own = next((hours for hours in around if hours.line_id == line.id), None)
    if own is None:  # absence, or no hours
        return ()
    by_company: dict[int, list[Hours]] = {}
    for other in around:
        if other.company_id != own.company_id and other.first <= own.last and own.first <= other.last:
            by_company.setdefault(other.company_id, []).append(other)
    return tuple(_claim(others) for others in by_company.values())


def _claim(others: Sequence[Hours]) -> Claim:
    first, last = min(hours.first for hours in others), max(hours.last for hours in others)
    return Claim(others[0].company, first, last, sum(hours.hours for hours in others))
