"""What the queue and the page of a declaration read of lines: last month, first time, findings, eligibility."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours.codes import HourKind, LineState
from clause.hours.models import DeclarationLine
from clause.hours.rules import plausibility, standout
from clause.hours.rules.plausibility import Finding, Line, PersonMonth
from clause.hours.rules.standout import Signal, Waiting
from clause.hours.settling import Grounds, load_grounds, would_count
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import add_months

LastKey = tuple[int, int, HourKind, date]


@dataclass(frozen=True)
class Context:
    """Facts around lines, loaded once for all of them: three reads of grounds and three of hours."""

    grounds: Grounds
    by_month: dict[tuple[int, int, HourKind, date], int] = field(default_factory=dict)
    known: frozenset[tuple[int, int]] = frozenset()
    months: dict[int, dict[date, int]] = field(default_factory=dict)


def load_context(session: Session, lines: Collection[DeclarationLine], markets: Collection[int] = ()) -> Context:
    """``lines`` may be of several declarations; ``markets`` are read even where no line is of them."""
    contracts = {line.employment_contract_id for line in lines}
    grounds = load_grounds(session, {*markets, *(line.market_id for line in lines)}, contracts)
    if not lines:
        return Context(grounds)
    people = {line.participant_id for line in lines}
    return Context(grounds, _by_month(session, contracts), _known(session, contracts), _months(session, people))


def _by_month(session: Session, contracts: Collection[int]) -> dict[tuple[int, int, HourKind, date], int]:
    """Standing hours by contract, market, kind and month."""
    key = (
        DeclarationLine.employment_contract_id, DeclarationLine.market_id, DeclarationLine.hour_kind, DeclarationLine.month,
    )  # fmt: skip
    rows = session.execute(
        select(*key, func.sum(DeclarationLine.hours))
        .where(DeclarationLine.standing, DeclarationLine.employment_contract_id.in_(contracts))
        .group_by(*key)
    )
    return {(c, m, k, month): int(hours) for c, m, k, month, hours in rows}


def _known(session: Session, contracts: Collection[int]) -> frozenset[tuple[int, int]]:
    """Contracts that have had hours validated on a market."""
    rows = session.execute(
        select(DeclarationLine.employment_contract_id, DeclarationLine.market_id)
        .where(DeclarationLine.state == LineState.VALIDATED, DeclarationLine.employment_contract_id.in_(contracts))
        .distinct()
    )
    return frozenset((contract, market) for contract, market in rows)


def _months(session: Session, people: Collection[int]) -> dict[int, dict[date, int]]:
    """Standing hours of each person by month, all contracts added, absence left out."""
    rows = session.execute(
        select(DeclarationLine.participant_id, DeclarationLine.month, func.sum(DeclarationLine.hours))
        .where(
            DeclarationLine.standing,
            DeclarationLine.hour_kind != HourKind.ABSENCE,
            DeclarationLine.participant_id.in_(people),
        )
        .group_by(DeclarationLine.participant_id, DeclarationLine.month)
    )
    found: dict[int, dict[date, int]] = {}
    for person, month, hours in rows:
        found.setdefault(person, {})[month] = int(hours)
    return found


def last_month(line: DeclarationLine, context: Context) -> int | None:
    key = (line.employment_contract_id, line.market_id, line.hour_kind, add_months(line.month, -1))
    return context.by_month.get(key)


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
    month = own[0].month
    here = sum(line.hours for line in own if line.hour_kind is not HourKind.ABSENCE)
    months = context.months.get(person, {})
    year = sum(hours for m, hours in months.items() if m.year == month.year and m != month)
    market = context.grounds.markets[own[0].market_id]
    return PersonMonth(
        month=month, today=clock.today(), lines=tuple(_line(line, context.grounds) for line in own),
        birth_date=context.grounds.contracts[own[0].employment_contract_id].birth_date,
        elsewhere=max(0, months.get(month, 0) - here), rest_of_year=year,
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


def line_signals(line: DeclarationLine, found: Sequence[Finding], context: Context) -> list[Signal]:
    """What stands out in a waiting line. Remarks on dates are said by ``OUTSIDE`` already."""
    dates = {plausibility.Check.OUTSIDE_CONTRACT, plausibility.Check.OUTSIDE_MARKET}
    waiting = Waiting(
        hours=line.hours, last_month=last_month(line, context),
        first_time=(line.employment_contract_id, line.market_id) not in context.known,
        not_counted=would_count(line, context.grounds), explained=bool(line.override_comment),
        findings=sum(1 for finding in found if finding.code not in dates),
    )  # fmt: skip
    return standout.signals(waiting)
