"""Which markets have all their months, as the database can tell: the others are then looked at month by month. Behind ``debtors``.

A market is left out where each of its pairs of a company and a span has months without a hole from the first to the last of
the span, none of them a draft or sent back. It may be kept for nothing, never left out for nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, or_, select, union

from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.models import Declaration, unsettled
from clause.hours.queries.sent_months import STILL
from clause.markets.codes import MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty
from clause.organisations.models import Establishment


def unsure_among(wanted: ColumnElement[bool], until: date, company_id: int | None) -> Any:
    """Of the markets of a condition, the ids of those that may lack a month by ``until``; of one company where it is given."""
    markets = _markets(wanted, until)
    runs = _runs(markets)
    contractors = _lacking(
        select(markets.c.id).join(MarketParty, MarketParty.market_id == markets.c.id), runs, markets.c.id,
        MarketParty.company_id, markets.c.starts_on, markets.c.last,
    ).where(MarketParty.role == PartyRole.CONTRACTOR)  # fmt: skip
    employers = _lacking(_employed(markets), runs, markets.c.id, Establishment.company_id, *_span(markets))
    if company_id is not None:
        contractors = contractors.where(MarketParty.company_id == company_id)
        employers = employers.where(Establishment.company_id == company_id)
    begun = select(Declaration.market_id).where(
        unsettled(), Declaration.state.in_(STILL), Declaration.market_id.in_(select(markets.c.id))
    )
    return union(contractors, employers, begun)


def _markets(wanted: ColumnElement[bool], until: date) -> Any:
    """Each with its last day, or ``until`` where it runs on."""
    end = case(
        (Market.ends_on.is_not(None), Market.ends_on), (Market.status == MarketStatus.RECEIVED, Market.starts_on),
        else_=literal(until),
    )  # fmt: skip
    last = case((end > until, literal(until)), else_=end).label("last")
    return select(Market.id, Market.starts_on, last).where(wanted).cte("markets")


def _runs(markets: Any) -> Any:
    first, last = func.min(Declaration.month), func.max(Declaration.month)
    return (
        select(
            Declaration.market_id, Declaration.company_id, first.label("first"), _month(last).label("last"),
            (func.count() == _month(last) - _month(first) + 1).label("whole"),
        )
        .where(Declaration.market_id.in_(select(markets.c.id)))
        .group_by(Declaration.market_id, Declaration.company_id)
        .cte("runs")
    )  # fmt: skip


def _month(day: Any) -> Any:
    """A month as a number."""
    return extract("year", day) * 12 + extract("month", day)


def _employed(markets: Any) -> Any:
    contract = EmploymentContract
    return (
        select(markets.c.id)
        .join(Assignment, Assignment.market_id == markets.c.id)
        .join(contract, contract.id == Assignment.employment_contract_id)
        .join(Establishment, Establishment.id == contract.establishment_id)
        .where(contract.state == ContractState.CONFIRMED)
    )


def _span(markets: Any) -> tuple[Any, Any]:
    first, last = EmploymentContract.starts_on, EmploymentContract.ends_on
    return (
        case((first > markets.c.starts_on, first), else_=markets.c.starts_on),
        case((last < markets.c.last, last), else_=markets.c.last),
    )


def _lacking(statement: Any, runs: Any, market_id: Any, company_id: Any, first: Any, last: Any) -> Any:
    """The rows whose months from ``first`` to ``last`` were not all begun."""
    covered = and_(runs.c.whole, runs.c.first <= first, runs.c.last >= _month(last))
    pair = and_(runs.c.market_id == market_id, runs.c.company_id == company_id)
    return statement.outerjoin(runs, pair).where(or_(runs.c.market_id.is_(None), ~covered))
