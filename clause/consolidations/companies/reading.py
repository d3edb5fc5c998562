"""The hours of one company: on the markets it holds, and those of the people it employs, wherever they work. Two queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, extract, func, or_, select
from sqlalchemy.orm import Session

from clause.candidates.codes import Mode
from clause.candidates.models import EmploymentContract
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import known, worked
from clause.markets.codes import HOLDERS, NEVER_ONGOING
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.models import ContractingAuthority, Establishment, Structure


@dataclass(frozen=True)
class Line:
    """Validated hours of one contract on one market in a year, in hundredths, transfers left out.

    ``held``: the company is contractor or co-contractor of the market; ``employed``: the person is on its payroll.
    """

    structure_id: int
    market_id: int
    person_id: int
    contract_id: int
    mode: Mode
    year: int
    held: bool
    employed: bool
    real: int
    valued: int


@dataclass(frozen=True)
class HeldMarket:
    """A market of the company that runs in the year, or has hours of it; ``due`` in hundredths, 0 without objective."""

    id: int
    reference: str
    title: str
    operation: str
    authority: str
    starts_on: date
    ends_on: date | None
    held: bool
    due: int


@dataclass(frozen=True)
class Sums:
    """What a group of lines comes to: hours in hundredths, distinct people and contracts."""

    real: int = 0
    valued: int = 0
    people: int = 0
    contracts: int = 0


def sums(lines: Iterable[Line]) -> Sums:
    found = list(lines)
    return Sums(
        sum(one.real for one in found),
        sum(one.valued for one in found),
        len({one.person_id for one in found}),
        len({one.contract_id for one in found}),
    )


def held_by(company_id: int) -> Select[int]:
    return select(MarketParty.market_id).where(MarketParty.company_id == company_id, MarketParty.role.in_(HOLDERS))


def lines(session: Session, company_id: int, as_of: date, *, structure_id: int | None = None, year: int | None = None) -> list[Line]:  # fmt: skip
    """Of every structure and year, or of one; a contract whose hours were all taken back is no line."""
    E, C = LedgerEntry, EmploymentContract
    worked_in = extract("year", E.month)
    held, employed = E.market_id.in_(held_by(company_id)), Establishment.company_id == company_id
    statement = (
        select(Market.structure_id, E.market_id, E.participant_id, E.employment_contract_id, C.mode, worked_in, held, employed,
               func.sum(E.hours_real), func.sum(E.hours_valued))
        .join(Market, Market.id == E.market_id)
        .join(C, C.id == E.employment_contract_id)
        .join(Establishment, Establishment.id == C.establishment_id)
        .where(worked(), known(as_of), or_(held, employed))
        .group_by(Market.structure_id, E.market_id, E.participant_id, E.employment_contract_id, C.mode, worked_in, held, employed)
        .having(func.sum(E.hours_real) > 0)
    )  # fmt: skip
    if structure_id is not None:
        statement = statement.where(Market.structure_id == structure_id)
    if year is not None:
        statement = statement.where(E.month.between(date(year, 1, 1), date(year, 12, 31)))
    rows = session.execute(statement)
    return [
        Line(row[0], row[1], row[2] or 0, row[3] or 0, mode=row[4], year=int(row[5]), held=bool(row[6]), employed=bool(row[7]), real=int(row[8]), valued=int(row[9]))
        for row in rows
    ]  # fmt: skip


def markets(session: Session, company_id: int, structure_id: int, year: int, as_of: date, worked_on: Sequence[int]) -> list[HeldMarket]:  # fmt: skip
    """Those with a clause that the company holds and that run in the year, and those where it has hours; by reference."""
    M = Market
    due = (
        select(func.coalesce(func.sum(ObjectiveEvent.delta_due), 0))
        .where(ObjectiveEvent.market_id == M.id, ObjectiveEvent.recorded_on <= as_of)
        .scalar_subquery()
    )
    runs = (M.starts_on <= date(year, 12, 31)) & (M.ends_on.is_(None) | (M.ends_on >= date(year, 1, 1))) & M.status.not_in(NEVER_ONGOING)  # fmt: skip
    held = M.id.in_(held_by(company_id))
    rows = session.execute(
        select(M.id, M.reference, M.title, Operation.reference, ContractingAuthority.name, M.starts_on, M.ends_on, held, due)
        .join(Operation, Operation.id == M.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(M.structure_id == structure_id, M.clause_kind.is_not(None), (held & runs) | M.id.in_(worked_on))
    ).all()  # fmt: skip
    found = [HeldMarket(*row) for row in rows]
    return sorted(found, key=lambda m: (not m.held, m.reference, m.id))


def structure_names(session: Session, ids: Iterable[int]) -> dict[int, Any]:
    """Public identifier and name of structures, by id."""
    rows = session.execute(select(Structure.id, Structure.public_id, Structure.name).where(Structure.id.in_(sorted(set(ids)))))  # fmt: skip
    return {row.id: row for row in rows}
