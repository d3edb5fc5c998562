"""Where the markets of conventions stand: what each did, gave, received and keeps, and the grounds of a transfer.

Hours in hundredths of attainment: valued ones where the market counts by them (REA-03). A transfer stands until it is
taken back; sums over those that stand equal the sums of the ledger's transfers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from clause.hours.models import DeclarationLine
from clause.hours.pooling.models import HourTransfer, PoolingAgreement, PoolingConvention
from clause.hours.pooling.rules import MonthGiven, Side, Signature, Terms, Wish, Worked
from clause.kernel.clock import today
from clause.kernel.settings_catalogue import setting
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import worked
from clause.markets.codes import HOLDERS
from clause.markets.figures import done_by_market
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.objectives import objectives
from clause.markets.rules.status import status_on
from clause.organisations.models import Company, ContractingAuthority, Structure


@dataclass(frozen=True)
class Account:
    """A market of a convention. ``attained`` is what it keeps: done, less given, plus received, all conventions together."""

    market: Market
    operation: Operation
    authority: ContractingAuthority
    held: bool
    due: int | None
    attained: int
    given: int
    received: int

    @property
    def done(self) -> int:
        return self.attained + self.given - self.received

    @property
    def side(self) -> Side:
        m = self.market
        status = status_on(m.status, m.starts_on, today())
        return Side(m.reference, True, self.held, self.due, self.attained, m.starts_on, m.ends_on, status)


def accounts(session: Session, market_ids: Sequence[int], company_id: int) -> list[Account]:
    """The accounts of these markets, by reference. The caller found them through a convention it may read."""
    rows = session.execute(
        select(Market, Operation, ContractingAuthority)
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(Market.id.in_(market_ids))
        .order_by(Market.reference, Market.id)
    ).all()
    due, done, given, received = objectives(session, market_ids), done_by_market(session, market_ids), *_moved(session, market_ids)  # fmt: skip
    held = set(
        session.scalars(
            select(MarketParty.market_id).where(
                MarketParty.market_id.in_(market_ids), MarketParty.company_id == company_id, MarketParty.role.in_(HOLDERS)
            )
        )
    )  # fmt: skip
    return [
        Account(
            m, operation, authority, m.id in held, due[m.id].due if m.id in due else None, done.get(m.id, 0),
            given.get(m.id, 0), received.get(m.id, 0),
        )
        for m, operation, authority in rows
    ]  # fmt: skip


def stands() -> ColumnElement[bool]:
    """The condition on ``HourTransfer`` that it neither is nor was taken back."""
    back = aliased(HourTransfer)
    undone = select(back.id).where(back.reverses_id == HourTransfer.id).exists()
    return and_(HourTransfer.reverses_id.is_(None), ~undone)


def _moved(session: Session, market_ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    sums = []
    for column in (HourTransfer.from_market_id, HourTransfer.to_market_id):
        rows = session.execute(select(column, func.sum(HourTransfer.hours)).where(column.in_(market_ids), stands()).group_by(column))  # fmt: skip
        sums.append({market: int(hours) for market, hours in rows})
    return sums[0], sums[1]


def given_by_month(session: Session, market_ids: Sequence[int]) -> dict[tuple[int, date], int]:
    """What these markets gave of each month, all conventions together."""
    rows = session.execute(
        select(HourTransfer.from_market_id, HourTransfer.month, func.sum(HourTransfer.hours))
        .where(HourTransfer.from_market_id.in_(market_ids), stands())
        .group_by(HourTransfer.from_market_id, HourTransfer.month)
        .order_by(HourTransfer.month)
    )
    return {(market, month): int(hours) for market, month, hours in rows}


def _counted() -> ColumnElement[int]:
    return case((Market.uses_valued_hours, LedgerEntry.hours_valued), else_=LedgerEntry.hours_real)


def worked_lines(session: Session, market_id: int, month: date) -> list[Worked]:
    """The counted hours of a month on a market by the days of their lines, corrections out."""
    days = (DeclarationLine.worked_from, DeclarationLine.worked_to)
    rows = session.execute(
        select(*days, func.sum(_counted()))
        .select_from(LedgerEntry)
        .join(Market, Market.id == LedgerEntry.market_id)
        .join(DeclarationLine, DeclarationLine.id == LedgerEntry.declaration_line_id)
        .where(LedgerEntry.market_id == market_id, LedgerEntry.month == month, worked())
        .group_by(*days)
        .order_by(*days)
    )
    return [Worked(first, last, int(hours)) for first, last, hours in rows if hours]


def months_given(session: Session, names: Mapping[int, str]) -> list[MonthGiven]:
    """Each month that these markets gave from, against what they still count of it; ``names`` by market id."""
    given = given_by_month(session, list(names))
    rows = session.execute(
        select(LedgerEntry.market_id, LedgerEntry.month, func.sum(_counted()))
        .join(Market, Market.id == LedgerEntry.market_id)
        .where(LedgerEntry.market_id.in_({market for market, _ in given}), worked())
        .group_by(LedgerEntry.market_id, LedgerEntry.month)
    )
    done = {(market, month): int(hours) for market, month, hours in rows}
    return [MonthGiven(names[k[0]], k[1], hours, done.get(k, 0)) for k, hours in given.items()]


@dataclass(frozen=True)
class Signed:
    """A signature of a convention: ``authority`` and ``agreement`` None for the company; ``agreement`` None where it is awaited."""

    who: str
    on: date | None
    authority: ContractingAuthority | None = None
    agreement: PoolingAgreement | None = None


def signatures(
    session: Session, convention: PoolingConvention, authorities: Sequence[ContractingAuthority]
) -> list[Signed]:
    """The company's and, by name, those of these authorities."""
    rows = session.scalars(select(PoolingAgreement).where(PoolingAgreement.convention_id == convention.id))
    found = {row.authority_id: row for row in rows}
    company = session.get_one(Company, convention.company_id)
    every = {a.id: a for a in authorities}
    return [
        Signed(company.name, convention.company_signed_on),
        *(
            Signed(a.name, found[a.id].agreed_on if a.id in found else None, a, found.get(a.id))
            for a in sorted(every.values(), key=lambda a: (a.name, a.id))
        ),
    ]


def terms(session: Session, convention: PoolingConvention, authorities: Sequence[ContractingAuthority]) -> Terms:
    signed = signatures(session, convention, authorities)
    return Terms(
        convention.starts_on, convention.ends_on, convention.ended_on, [Signature(s.who, s.on) for s in signed]
    )


def wish(session: Session, giver: Market, taker: Market, month: date, hours: int) -> Wish:
    """What the rules need to know of the month that somebody asks to move."""
    structure = session.get_one(Structure, taker.structure_id)
    return Wish(
        month, hours, worked_lines(session, giver.id, month), given_by_month(session, [giver.id]).get((giver.id, month), 0),
        int(setting("pool.tolerance_months", structure.parameters, taker.parameters)),
    )  # fmt: skip
