"""What the bilan of an operation says beside its hours: identity, acts on the objectives, months declared. One SQL each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.consolidations import facts as reading
from clause.consolidations.facts import Facts
from clause.consolidations.perimeter import Perimeter
from clause.hours.codes import DeclarationState
from clause.hours.models import Declaration
from clause.hours.rules.deadlines import days_late, due_on_by, months_owed
from clause.kernel.values import months_between
from clause.markets.codes import MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation, OperationPartner
from clause.markets.rules.progress import Suspension, expected_hours, suspensions_of
from clause.markets.rules.status import status_on
from clause.organisations.models import Company, ContractingAuthority, Structure

BEGINNING = date(1990, 1, 1)


@dataclass(frozen=True)
class Identity:
    operation: Operation
    authority: ContractingAuthority
    structure: Structure
    partners: tuple[str, ...]


@dataclass(frozen=True)
class MarketDetail:
    """What is needed of a market with a clause beside ``Facts.markets``; ``declared`` counts months by state."""

    id: int
    lot: str
    status: MarketStatus
    suspensions: tuple[Suspension, ...]
    starts_on: date
    ends_on: date | None
    contractors: tuple[str, ...]
    declared: Mapping[DeclarationState, int]
    owed: int
    late: int

    def expected(self, due: int, day: date) -> int | None:
        """Hours expected on a day, in hundredths (OPE-07); None without objective or end."""
        return expected_hours(due or None, self.starts_on, self.ends_on, day, self.suspensions)


@dataclass(frozen=True)
class OperationFacts:
    """``facts`` is the whole life of the operation up to ``as_of``; ``employers`` SIREN and name of those who employ, by id."""

    identity: Identity
    facts: Facts
    details: Mapping[int, MarketDetail]
    events: Sequence[ObjectiveEvent]
    employers: Mapping[int, tuple[str, str]]


def read_operation(session: Session, operation: Operation, perimeter: Perimeter, as_of: date) -> OperationFacts:
    """The facts of an operation that was found through ``visible_operations``."""
    facts = reading.read(session, perimeter, BEGINNING, as_of, as_of)
    identity = _identity(session, operation)
    ids = [int(i) for i in facts.markets.index]
    return OperationFacts(identity, facts, _details(session, ids, identity, as_of), _events(session, ids, as_of), _employers(session, facts))  # fmt: skip


def _identity(session: Session, operation: Operation) -> Identity:
    partners = session.scalars(
        select(Structure.name)
        .join(OperationPartner, OperationPartner.structure_id == Structure.id)
        .where(OperationPartner.operation_id == operation.id)
    ).all()
    authority = session.get_one(ContractingAuthority, operation.authority_id)
    return Identity(operation, authority, session.get_one(Structure, operation.structure_id), tuple(sorted(partners)))


def _details(session: Session, ids: Sequence[int], identity: Identity, as_of: date) -> dict[int, MarketDetail]:
    contractors, declared = _contractors(session, ids), _declared(session, ids)
    markets = session.execute(
        select(Market.id, Market.lot, Market.status, Market.parameters, Market.starts_on, Market.ends_on).where(Market.id.in_(ids))
    )  # fmt: skip
    found = {}
    for market, lot, status, parameters, starts, ends in markets:
        states = declared.get(market, {})
        owed = list(months_owed(starts, ends, as_of)) if starts <= as_of else []
        late = sum(
            month not in states and days_late(due_on_by(month, identity.structure.parameters, parameters), as_of) > 0 for month in owed
        )  # fmt: skip
        counts = {state: sum(s is state for s in states.values()) for state in DeclarationState}
        found[market] = MarketDetail(
            market, lot, status_on(status, starts, as_of), suspensions_of(parameters), starts, ends,
            tuple(contractors.get(market, ())), counts, len(owed), late,
        )  # fmt: skip
    return found


def _contractors(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(MarketParty.market_id, MarketParty.role, Company.name)
        .join(Company, Company.id == MarketParty.company_id)
        .where(MarketParty.market_id.in_(ids))
    ).all()
    found: dict[int, list[str]] = {}
    for market, role, name in sorted(rows, key=lambda r: (r[0], _ROLES.index(r[1]), r[2])):
        found.setdefault(market, []).append(f"{name} ({role.label.lower()})")
    return found


_STATES = tuple(DeclarationState)
_ROLES = tuple(PartyRole)


def _declared(session: Session, ids: Sequence[int]) -> dict[int, dict[date, DeclarationState]]:
    """Of each market and month, the least advanced state of its declarations: a month is done when all of them are."""
    rows = session.execute(
        select(Declaration.market_id, Declaration.month, Declaration.state, func.count())
        .where(Declaration.market_id.in_(ids))
        .group_by(Declaration.market_id, Declaration.month, Declaration.state)
    )
    found: dict[int, dict[date, DeclarationState]] = {}
    for market, month, state, _count in rows:
        months = found.setdefault(market, {})
        months[month] = min(state, months.get(month, state), key=_STATES.index)
    return found


def _events(session: Session, ids: Sequence[int], as_of: date) -> Sequence[ObjectiveEvent]:
    return session.scalars(
        select(ObjectiveEvent)
        .where(ObjectiveEvent.market_id.in_(ids), ObjectiveEvent.recorded_on <= as_of)
        .order_by(ObjectiveEvent.effective_on, ObjectiveEvent.id)
    ).all()


def _employers(session: Session, facts: Facts) -> dict[int, tuple[str, str]]:
    wanted = sorted({int(c) for c in facts.contracts["company"]})
    rows = session.execute(select(Company.id, Company.siren, Company.name).where(Company.id.in_(wanted)))
    return {company: (siren, name) for company, siren, name in rows}


def months_of(facts: Facts) -> list[date]:
    """The months of the operation: from the first start or hours to the day or the last end, whichever is first."""
    if not len(facts.markets):
        return []
    hours = facts.period
    first = date.fromordinal(int(facts.markets["starts"].min()))
    worked = [date(int(y), int(m), 1) for y, m in set(zip(hours["year"], hours["month"], strict=True))]
    last = min(facts.as_of, date.fromordinal(int(facts.markets["ends"].max())))
    return list(months_between(min([first, *worked]), max([last, *worked])))
