"""Globalisation (REA-06): two entries that sum to zero, under a convention signed by everybody before the month of work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from clause.hours.pooling.models import HourTransfer, PooledMarket, PoolingAgreement, PoolingConvention
from clause.hours.pooling.standing import months_given
from clause.hours.proof.finding import Check, Discrepancy, stream
from clause.kernel.values import month_end
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.models import Market, Operation

Back = aliased(HourTransfer)


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    yield from _entries(session)
    yield from _unknown(session)
    yield from _markets(session)
    yield from _agreements(session)
    yield from _periods(session)
    yield from _overdrawn(session)
    yield from _backs(session)
    yield from _sum(session)


def _entries(session: Session) -> Iterator[Discrepancy]:
    """Exactly two entries: minus the hours on the market that gives, plus the hours on the one that receives, same month."""
    signed = case(
        (LedgerEntry.market_id == HourTransfer.from_market_id, -HourTransfer.hours),
        (LedgerEntry.market_id == HourTransfer.to_market_id, HourTransfer.hours),
    )
    right = and_(
        LedgerEntry.hours_real == signed, LedgerEntry.hours_valued == signed, LedgerEntry.month == HourTransfer.month,
        LedgerEntry.kind == EntryKind.TRANSFER,
    )  # fmt: skip
    statement = (
        _of_transfer(select(HourTransfer.month, HourTransfer.hours, func.coalesce(func.sum(LedgerEntry.hours_real), 0)))
        .outerjoin(LedgerEntry, LedgerEntry.transfer_id == HourTransfer.id)
        .group_by(HourTransfer.id, HourTransfer.month, HourTransfer.hours, Market.reference)
        .having(or_(func.count(LedgerEntry.id) != 2, func.count(case((right, 1))) != 2))
    )
    for month, hours, balance, market in stream(session, statement):
        yield Discrepancy(Check.TRANSFER_ENTRIES, market, month, expected=hours, found=balance, detail="solde trouvé")


def _of_transfer(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the reference of the market that gives."""
    return (
        statement.add_columns(Market.reference)
        .select_from(HourTransfer)
        .join(Market, Market.id == HourTransfer.from_market_id)
        .order_by(HourTransfer.id)
    )


def _unknown(session: Session) -> Iterator[Discrepancy]:
    statement = (
        select(LedgerEntry.month, LedgerEntry.hours_real, Market.reference)
        .outerjoin(HourTransfer, HourTransfer.id == LedgerEntry.transfer_id)
        .outerjoin(Market, Market.id == LedgerEntry.market_id)
        .where(LedgerEntry.kind == EntryKind.TRANSFER, HourTransfer.id.is_(None))
        .order_by(LedgerEntry.id)
    )
    for month, hours, market in stream(session, statement):
        yield Discrepancy(Check.TRANSFER_UNKNOWN, market or "", month, expected=0, found=hours)


def _pooled(market_id: Any) -> ColumnElement[bool]:
    return (
        select(PooledMarket.id)
        .where(PooledMarket.convention_id == HourTransfer.convention_id, PooledMarket.market_id == market_id)
        .exists()
    )


def _markets(session: Session) -> Iterator[Discrepancy]:
    outside = ~(_pooled(HourTransfer.from_market_id) & _pooled(HourTransfer.to_market_id))
    statement = _of_transfer(select(HourTransfer.month, HourTransfer.hours)).where(outside)
    for month, hours, market in stream(session, statement):
        yield Discrepancy(Check.TRANSFER_MARKETS, market, month, found=hours)


def _agreements(session: Session) -> Iterator[Discrepancy]:
    """Of the company and of the authority of both markets, before the first day of the month. What takes back undoes."""
    unsigned = func.coalesce(PoolingConvention.company_signed_on >= HourTransfer.month, True)
    statement = (
        _of_transfer(select(HourTransfer.month, HourTransfer.hours))
        .join(PoolingConvention, PoolingConvention.id == HourTransfer.convention_id)
        .where(
            HourTransfer.reverses_id.is_(None),
            or_(unsigned, ~_agreed(HourTransfer.from_market_id), ~_agreed(HourTransfer.to_market_id)),
        )
    )
    for month, hours, market in stream(session, statement):
        yield Discrepancy(Check.TRANSFER_AGREEMENT, market, month, found=hours)


def _agreed(market_id: Any) -> ColumnElement[bool]:
    of_market = aliased(Market)
    return (
        select(PoolingAgreement.id)
        .join(Operation, Operation.authority_id == PoolingAgreement.authority_id)
        .join(of_market, of_market.operation_id == Operation.id)
        .where(
            PoolingAgreement.convention_id == HourTransfer.convention_id,
            of_market.id == market_id,
            PoolingAgreement.agreed_on < HourTransfer.month,
        )
        .exists()
    )


def _periods(session: Session) -> Iterator[Discrepancy]:
    statement = (
        _of_transfer(
            select(
                HourTransfer.month, HourTransfer.hours, PoolingConvention.starts_on, PoolingConvention.ends_on,
                PoolingConvention.ended_on,
            )
        )
        .join(PoolingConvention, PoolingConvention.id == HourTransfer.convention_id)
        .where(HourTransfer.reverses_id.is_(None))
    )  # fmt: skip
    for month, hours, first, planned, ended, market in stream(session, statement):
        last = min(planned, ended or planned)
        if month_end(month) < first or month > last:
            yield Discrepancy(Check.TRANSFER_PERIOD, market, month, found=hours)


def _overdrawn(session: Session) -> Iterator[Discrepancy]:
    """A correction after a transfer is legitimate and moves nothing: somebody takes the transfer back, and is told so here."""
    givers = select(Market.id, Market.reference).where(Market.id.in_(select(HourTransfer.from_market_id)))
    names = dict(session.execute(givers).all())
    for of in sorted(months_given(session, names), key=lambda m: (m.market, m.month)):
        if of.given > of.worked:
            yield Discrepancy(Check.TRANSFER_OVERDRAWN, of.market, of.month, expected=of.worked, found=of.given)


def _backs(session: Session) -> Iterator[Discrepancy]:
    opposite = and_(
        Back.from_market_id == HourTransfer.to_market_id, Back.to_market_id == HourTransfer.from_market_id,
        Back.month == HourTransfer.month, Back.hours == HourTransfer.hours,
        Back.convention_id == HourTransfer.convention_id, Back.reverses_id.is_(None),
    )  # fmt: skip
    statement = (
        _of_transfer(select(HourTransfer.month, Back.hours, HourTransfer.hours))
        .join(Back, Back.id == HourTransfer.reverses_id)
        .where(~opposite)
    )
    for month, expected, found, market in stream(session, statement):
        yield Discrepancy(Check.TRANSFER_BACK, market, month, expected=expected, found=found)


def _sum(session: Session) -> Iterator[Discrepancy]:
    """Invariant 2 of domain.md § 10: Σ transfers = 0, for both counters."""
    real, valued = session.execute(
        select(func.sum(LedgerEntry.hours_real), func.sum(LedgerEntry.hours_valued)).where(
            LedgerEntry.kind == EntryKind.TRANSFER
        )
    ).one()
    if real or valued:
        yield Discrepancy(Check.TRANSFER_SUM, expected=0, found=int(real or valued))
