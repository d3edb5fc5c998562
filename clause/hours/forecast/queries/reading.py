"""The rows that a forecast reads, for any number of markets found by the caller: ten queries in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract, Position
from clause.hours.codes import DeclarationState, LineState
from clause.hours.forecast.rules.forecast import MONTHS_UNDECLARED
from clause.hours.models import Declaration, DeclarationLine, undecided
from clause.hours.rules.counting import DEFAULT_COUNTING_KINDS
from clause.hours.settling import Grounds, load_grounds
from clause.kernel.values import add_months, month_of
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import worked
from clause.organisations.models import Establishment

FORMED = (ContractState.CONFIRMED, ContractState.PROPOSED)


@dataclass
class Rows:
    """By numeric id. Months are counted hours in hundredths, valued and real apart."""

    contracts: dict[int, list[Row[Any]]] = field(default_factory=dict)
    posts: dict[int, list[Row[Any]]] = field(default_factory=dict)
    filled: dict[int, int] = field(default_factory=dict)
    worked: dict[tuple[int, int], dict[date, tuple[int, int]]] = field(default_factory=dict)
    everywhere: dict[int, int] = field(default_factory=dict)
    serves: dict[int, int] = field(default_factory=dict)
    months: dict[int, dict[date, tuple[int, int]]] = field(default_factory=dict)
    pending: dict[int, dict[date, int]] = field(default_factory=dict)
    declared: dict[tuple[int, int], date] = field(default_factory=dict)
    grounds: Grounds = field(default_factory=Grounds)

    @cached_property
    def last_declared(self) -> dict[int, date]:
        """The last month that anybody sent, by market."""
        found: dict[int, date] = {}
        for (market, _company), month in self.declared.items():
            found[market] = max(month, found.get(market, month))
        return found


def read(session: Session, market_ids: Sequence[int], today: date) -> Rows:
    contracts = _contracts(session, market_ids, today)
    ids = sorted({row.id for rows in contracts.values() for row in rows})
    posts = _posts(session, market_ids, today)
    brought = _worked(session, ids)
    return Rows(
        contracts=contracts, posts=posts, filled=_filled(session, [p.id for rows in posts.values() for p in rows]),
        worked=brought, everywhere=_everywhere(brought), serves=_serves(session, ids), months=_months(session, market_ids),
        pending=_pending(session, market_ids), declared=_declared(session, market_ids),
        grounds=load_grounds(session, market_ids, ids),
    )  # fmt: skip


def _contracts(session: Session, market_ids: Sequence[int], today: date) -> dict[int, list[Row[Any]]]:
    """Assignments that run, that begin later, or that ended in the months that may still be declared."""
    contract = EmploymentContract
    since = add_months(month_of(today), -MONTHS_UNDECLARED)
    rows = session.execute(
        select(
            Assignment.market_id, Assignment.starts_on.label("assigned_from"), Assignment.ends_on.label("assigned_to"),
            contract.id, contract.participant_id, contract.structure_id, contract.starts_on, contract.ends_on,
            contract.weekly_hours, contract.state, contract.job, Establishment.company_id,
        )
        .join(contract, contract.id == Assignment.employment_contract_id)
        .join(Establishment, Establishment.id == contract.establishment_id)
        .where(
            Assignment.market_id.in_(market_ids),
            contract.state.in_(FORMED),
            or_(contract.ends_on.is_(None), contract.ends_on >= since),
        )
        .order_by(contract.starts_on, contract.id)
    )  # fmt: skip
    return _grouped(rows)


def _grouped(rows: Any) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.market_id].append(row)
    return dict(found)


def _posts(session: Session, market_ids: Sequence[int], today: date) -> dict[int, list[Row[Any]]]:
    rows = session.execute(
        select(
            Position.id, Position.market_id, Position.title, Position.places, Position.weekly_hours, Position.starts_on,
            Position.ends_on,
        )
        .where(
            Position.market_id.in_(market_ids),
            Position.closed_on.is_(None),
            or_(Position.ends_on.is_(None), Position.ends_on > today),
        )
        .order_by(Position.id)
    )  # fmt: skip
    return _grouped(rows)


def _filled(session: Session, post_ids: Sequence[int]) -> dict[int, int]:
    """Places that a contract took, announced or confirmed."""
    rows = session.execute(
        select(Assignment.position_id, func.count())
        .join(EmploymentContract, EmploymentContract.id == Assignment.employment_contract_id)
        .where(Assignment.position_id.in_(post_ids), EmploymentContract.state.in_(FORMED))
        .group_by(Assignment.position_id)
    )
    return {post: int(count) for post, count in rows if post is not None}


def _worked(session: Session, contract_ids: Sequence[int]) -> dict[tuple[int, int], dict[date, tuple[int, int]]]:
    """What each contract brought to each market, by month: real and valued."""
    entry = LedgerEntry
    rows = session.execute(
        select(
            entry.employment_contract_id, entry.market_id, entry.month, func.sum(entry.hours_real),
            func.sum(entry.hours_valued),
        )
        .where(entry.employment_contract_id.in_(contract_ids))
        .group_by(entry.employment_contract_id, entry.market_id, entry.month)
        .order_by(entry.month)
    )  # fmt: skip
    found: dict[tuple[int, int], dict[date, tuple[int, int]]] = defaultdict(dict)
    for contract, market, month, real, valued in rows:
        if contract is not None and real:
            found[contract, market][month] = (int(real), int(valued))
    return dict(found)


def _everywhere(brought: Mapping[tuple[int, int], Mapping[date, tuple[int, int]]]) -> dict[int, int]:
    """Real hours of each contract on all its markets together."""
    found: dict[int, int] = defaultdict(int)
    for (contract, _), months in brought.items():
        found[contract] += sum(real for real, _ in months.values())
    return dict(found)


def _serves(session: Session, contract_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Assignment.employment_contract_id, func.count())
        .where(Assignment.employment_contract_id.in_(contract_ids))
        .group_by(Assignment.employment_contract_id)
    )
    return {contract: int(count) for contract, count in rows}


def _months(session: Session, market_ids: Sequence[int]) -> dict[int, dict[date, tuple[int, int]]]:
    entry = LedgerEntry
    rows = session.execute(
        select(entry.market_id, entry.month, func.sum(entry.hours_real), func.sum(entry.hours_valued))
        .where(entry.market_id.in_(market_ids), worked())
        .group_by(entry.market_id, entry.month)
    )
    found: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for market, month, real, valued in rows:
        found[market][month] = (int(real), int(valued))
    return dict(found)


def _pending(session: Session, market_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    """Hours sent and not decided, of the kinds that count, by month."""
    line = DeclarationLine
    rows = session.execute(
        select(line.market_id, line.month, func.sum(line.hours))
        .join(Declaration, Declaration.id == line.declaration_id)
        .where(
            undecided(),
            line.market_id.in_(market_ids),
            line.standing,
            line.state.not_in((LineState.VALIDATED, LineState.REJECTED)),
            line.hour_kind.in_(DEFAULT_COUNTING_KINDS),
            Declaration.state != DeclarationState.DRAFT,
        )
        .group_by(line.market_id, line.month)
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for market, month, hours in rows:
        found[market][month] = int(hours)
    return dict(found)


def _declared(session: Session, market_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    """The last month that each company sent on each market."""
    rows = session.execute(
        select(Declaration.market_id, Declaration.company_id, func.max(Declaration.month))
        .where(Declaration.market_id.in_(market_ids), Declaration.state != DeclarationState.DRAFT)
        .group_by(Declaration.market_id, Declaration.company_id)
    )
    return {(market, company): month for market, company, month in rows}


def by_kind(months: Mapping[date, tuple[int, int]], *, valued: bool) -> dict[date, int]:
    """The hours that a market counts: valued or real."""
    return {month: pair[1] if valued else pair[0] for month, pair in months.items()}
