"""What the bilan of an operation says beside its hours: identity, acts on the objectives, months declared. One SQL each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.consolidations import facts as reading
from clause.consolidations import queries
from clause.consolidations.commitments import Commitments, read_commitments
from clause.consolidations.facts import Facts
from clause.consolidations.lines import Selection
from clause.consolidations.more_facts import with_more
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.queries import TransferLine
from clause.hours.codes import DeclarationState, HoursBasis, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.reporting.queries.due_days import due_days
from clause.hours.rules.deadlines import months_owed
from clause.kernel.values import months_between
from clause.markets.codes import MarketStatus, ObjectiveKind, PartyRole
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
    # Where the objective follows the hours worked (OBJ-06): what each act made due, with its day.
    by_work: tuple[tuple[date, int], ...] = ()

    def expected(self, due: int, day: date) -> int | None:
        """Hours expected on a day, in hundredths (OPE-07); None without objective or end."""
        if self.by_work:
            return sum(delta for on, delta in self.by_work if on <= day) or None
        return expected_hours(due or None, self.starts_on, self.ends_on, day, self.suspensions)


@dataclass(frozen=True)
class OperationFacts:
    """``facts`` is the whole life of the operation up to ``as_of``; ``employers`` SIREN and name of those who employ, by id."""

    identity: Identity
    facts: Facts
    details: Mapping[int, MarketDetail]
    events: Sequence[ObjectiveEvent]
    employers: Mapping[int, tuple[str, str]]
    transfers: Sequence[TransferLine] = ()
    commitments: Commitments = field(default_factory=Commitments)
    # Hours of which only an amount is known (REA-01), in hundredths: in no table until they are confirmed.
    estimated: int = 0


def read_operation(
    session: Session, operation: Operation, perimeter: Perimeter, as_of: date, *, with_commitments: bool = True
) -> OperationFacts:
    """The facts of an operation that was found through ``visible_operations``; commitments are not for its partners."""
    facts = life_of(session, perimeter, as_of)
    identity = _identity(session, operation)
    ids = [int(i) for i in facts.markets.index]
    engaged = read_commitments(session, operation, ids, as_of) if with_commitments else Commitments()
    events = _events(session, ids, as_of)
    moved = queries.transfers(session, perimeter, Selection(BEGINNING, as_of), as_of)
    return OperationFacts(
        identity, facts, _details(session, ids, identity, as_of, events), events, _employers(session, facts), moved, engaged,
        _estimated(session, ids),
    )  # fmt: skip


def life_of(session: Session, perimeter: Perimeter, as_of: date) -> Facts:
    """The hours of an operation from its beginning, with what became of its people."""
    facts = reading.read(session, perimeter, BEGINNING, as_of, as_of)
    return with_more(session, perimeter, facts, ("C13",))


def _identity(session: Session, operation: Operation) -> Identity:
    partners = session.scalars(
        select(Structure.name)
        .join(OperationPartner, OperationPartner.structure_id == Structure.id)
        .where(OperationPartner.operation_id == operation.id)
    ).all()
    authority = session.get_one(ContractingAuthority, operation.authority_id)
    return Identity(operation, authority, session.get_one(Structure, operation.structure_id), tuple(sorted(partners)))


def _details(
    session: Session, ids: Sequence[int], identity: Identity, as_of: date, events: Sequence[ObjectiveEvent]
) -> dict[int, MarketDetail]:
    contractors, declared = _contractors(session, ids), _declared(session, ids)
    markets = session.execute(
        select(Market.id, Market.lot, Market.status, Market.parameters, Market.starts_on, Market.ends_on).where(Market.id.in_(ids))
    ).all()  # fmt: skip
    due = due_days(session, {row.id: (identity.structure.parameters, row.parameters) for row in markets})
    found = {}
    for market, lot, status, parameters, starts, ends in markets:
        states = declared.get(market, {})
        owed = list(months_owed(starts, ends, as_of)) if starts <= as_of else []
        late = sum(month not in states and due.of(market, month) < as_of for month in owed)
        counts = {state: sum(s is state for s in states.values()) for state in DeclarationState}
        found[market] = MarketDetail(
            market, lot, status_on(status, starts, as_of), suspensions_of(parameters), starts, ends,
            tuple(contractors.get(market, ())), counts, len(owed), late, _by_work(market, events),
        )  # fmt: skip
    return found


def _by_work(market: int, events: Sequence[ObjectiveEvent]) -> tuple[tuple[date, int], ...]:
    own = [e for e in events if e.market_id == market]
    follows = any(e.kind is ObjectiveKind.TOTAL_HOURS for e in own)
    return tuple((e.effective_on, e.delta_due) for e in own) if follows else ()


def _estimated(session: Session, ids: Sequence[int]) -> int:
    """Hours sent that were estimated from an amount and that nobody refused or confirmed yet."""
    L = DeclarationLine
    waiting = (L.hours_basis == HoursBasis.ESTIMATED) & L.standing & (L.state != LineState.REJECTED)
    statement = (
        select(func.sum(L.hours))
        .join(Declaration, Declaration.id == L.declaration_id)
        .where(L.market_id.in_(ids), waiting, Declaration.state != DeclarationState.DRAFT)
    )
    return int(session.scalar(statement) or 0)


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
    worked = [
        date(int(y), int(m), 1)
        for f in (hours, facts.transfers)
        for y, m in set(zip(f["year"], f["month"], strict=True))
    ]
    last = min(facts.as_of, date.fromordinal(int(facts.markets["ends"].max())))
    return list(months_between(min([first, *worked]), max([last, *worked])))
