"""What narrows a list of operations or markets, as SQL conditions. The words are those of ``search``, folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from clause.access import Viewer
from clause.accounts.models import User
from clause.kernel.values import fold
from clause.markets.codes import (
    NEVER_ONGOING,
    ClauseKind,
    MarketStatus,
    Nature,
    OperationStatus,
    Programme,
    Sector,
)
from clause.markets.figures import figures
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.rules.progress import Alert
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, ContractingAuthority

LATE = frozenset({Alert.ORANGE, Alert.RED})


@dataclass(frozen=True)
class OperationFilters:
    """``authority`` and ``facilitator`` are public ids; ``ongoing`` keeps what runs today."""

    words: str = ""
    status: OperationStatus | None = None
    authority: str = ""
    programme: Programme | None = None
    facilitator: str = ""
    ongoing: bool = False


@dataclass(frozen=True)
class MarketFilters:
    """``clause`` is a kind, True for any clause, False for « sans clause », None for all; ``late`` keeps the alerts."""

    words: str = ""
    status: MarketStatus | None = None
    authority: str = ""
    clause: ClauseKind | bool | None = None
    programme: Programme | None = None
    nature: Nature | None = None
    sector: Sector | None = None
    facilitator: str = ""
    ongoing: bool = False
    late: bool = False


def ongoing_on(day: date) -> ColumnElement[bool]:
    """IND-03 for one day, in SQL."""
    return and_(
        Market.status.not_in(NEVER_ONGOING),
        Market.starts_on <= day,
        or_(Market.ends_on.is_(None), Market.ends_on >= day),
    )


def status_is(status: MarketStatus, day: date) -> ColumnElement[bool]:
    """The rule ``status_on`` in SQL: a market awarded whose start has come is running."""
    if status is MarketStatus.IN_PROGRESS:
        begun = and_(Market.status == MarketStatus.AWARDED, Market.starts_on <= day)
        return or_(Market.status == MarketStatus.IN_PROGRESS, begun)
    if status is MarketStatus.AWARDED:
        return and_(Market.status == status, Market.starts_on > day)
    return Market.status == status


def operation_conditions(filters: OperationFilters, day: date) -> Iterator[ColumnElement[bool]]:
    """For a statement that joins Operation and ContractingAuthority."""
    for word in fold(filters.words).split():
        yield _has(Operation.search, word)
    if filters.status:
        yield Operation.status == filters.status
    if filters.ongoing:
        running = select(Market.operation_id).where(ongoing_on(day), Market.clause_kind.is_not(None))
        yield Operation.id.in_(running)
    yield from _of_operation(filters.authority, filters.programme, filters.facilitator)


def market_conditions(
    session: Session, viewer: Viewer, filters: MarketFilters, day: date
) -> Iterator[ColumnElement[bool]]:
    """For a statement that joins Market, Operation and ContractingAuthority."""
    for word in fold(filters.words).split():
        yield or_(_has(Market.search, word), _has(Operation.search, word), Market.id.in_(_held_by(word)))
    if filters.status:
        yield status_is(filters.status, day)
    if filters.nature:
        yield Market.nature == filters.nature
    if filters.sector:
        yield Market.sector == filters.sector
    if filters.ongoing:
        yield ongoing_on(day)
    if filters.late:
        yield Market.id.in_(late_markets(session, viewer, day))
    yield from _of_clause(filters.clause)
    yield from _of_operation(filters.authority, filters.programme, filters.facilitator)


def late_markets(session: Session, viewer: Viewer, day: date) -> list[int]:
    """The running markets of the viewer whose alert is orange or red: light rows, the rule, then keys."""
    rows = session.execute(
        select(
            Market.id, Market.structure_id, Market.starts_on, Market.ends_on, Market.status, Market.parameters
        ).where(
            market_condition(viewer),
            status_is(MarketStatus.IN_PROGRESS, day),
            Market.clause_kind.is_not(None),
            Market.ends_on.is_not(None),
        )
    ).all()
    return [key for key, found in figures(session, rows, day).items() if found.alert in LATE]


def _of_clause(clause: ClauseKind | bool | None) -> Iterator[ColumnElement[bool]]:
    if isinstance(clause, ClauseKind):
        yield Market.clause_kind == clause
    elif clause is not None:
        yield Market.clause_kind.is_not(None) if clause else Market.clause_kind.is_(None)


def _of_operation(authority: str, programme: Programme | None, facilitator: str) -> Iterator[ColumnElement[bool]]:
    if authority:
        yield ContractingAuthority.public_id == authority
    if programme:
        yield Operation.programme == programme
    if facilitator:
        yield Operation.facilitator_id.in_(select(User.id).where(User.public_id == facilitator))


def _has(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True)


def _held_by(word: str) -> Select[int]:
    """Markets on which a company of that name stands."""
    companies = select(Company.id).where(_has(Company.search, word))
    return select(MarketParty.market_id).where(MarketParty.company_id.in_(companies))
