"""What becomes of a validated line: it counts and posts to the ledger, or it is kept with the reason why it does not.

``load_grounds`` reads once what decides for many lines; ``settle`` then asks nothing of the database. Validation in the
application, the reprise import and the demonstration all go through it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractType, EligibilityState, Sex
from clause.candidates.models import ClauseEntry, Eligibility, EmploymentContract, Participant
from clause.hours.codes import HourKind, HoursBasis, LineState, NotCounted
from clause.hours.models import DeclarationLine
from clause.hours.rules import cdi, counting
from clause.hours.rules.coefficients import Situation, coefficient
from clause.hours.rules.counting import LineFacts, Window
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.ledger import posting
from clause.ledger.models import LedgerEntry
from clause.markets.codes import Sector
from clause.markets.models import Market
from clause.markets.objectives import objectives
from clause.organisations.codes import EmployerType
from clause.organisations.models import Establishment, Structure

CHUNK = 1000
DECIDED = (EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)
BUILDING = frozenset({Sector.BUILDING, Sector.PUBLIC_WORKS})


class Validated(Protocol):
    """What is read of a line: a row of the database, or one about to be written in bulk."""

    id: Any
    market_id: Any
    participant_id: Any
    employment_contract_id: Any
    month: Any
    hour_kind: Any
    hours: Any
    worked_from: Any
    worked_to: Any


@dataclass(frozen=True)
class MarketGround:
    """What a market says about hours; ``overrides`` are the parameters of its structure, then its own."""

    starts_on: date
    ends_on: date | None
    has_clause: bool
    overrides: tuple[dict[str, Any], ...]
    ratios: dict[HourKind, int]
    sector: Sector | None = None

    @property
    def counting_kinds(self) -> frozenset[HourKind]:
        return frozenset(kind for kind, ratio in self.ratios.items() if ratio > 0)


@dataclass(frozen=True)
class ContractGround:
    """What an employment contract says about hours."""

    participant_id: int
    contract_type: ContractType
    starts_on: date
    ends_on: date | None
    birth_date: date
    employer: EmployerType = EmployerType.COMPANY
    sex: Sex | None = None
    in_qpv: bool | None = None


@dataclass
class Training:
    """Training before hiring on one market, in hundredths: the cap (None: none), and what the ledger counts already."""

    cap: int | None
    counted: int = 0


@dataclass(frozen=True)
class Grounds:
    """By numeric id: markets, employment contracts, the windows of validated eligibility of participants, and the training
    before hiring of the markets that count it, kept up to date as lines are settled."""

    markets: dict[int, MarketGround] = field(default_factory=dict)
    contracts: dict[int, ContractGround] = field(default_factory=dict)
    windows: dict[int, tuple[Window, ...]] = field(default_factory=dict)
    training: dict[int, Training] = field(default_factory=dict)

    @property
    def overrides(self) -> dict[int, tuple[dict[str, Any], ...]]:
        """By market, the parameters of its structure, then its own."""
        return {market: ground.overrides for market, ground in self.markets.items()}

    def windows_on(self, contract_id: int, market_id: int) -> tuple[Window, ...]:
        """The windows of a person for one contract on one market: those decided, lengthened by the rule of CDI."""
        contract, market = self.contracts[contract_id], self.markets[market_id]
        windows = self.windows.get(contract.participant_id, ())
        if contract.contract_type is not ContractType.CDI:
            return windows
        rule = setting("cdi.rule", *market.overrides)
        return cdi.windows_of_cdi(windows, rule, contract.starts_on, market.ends_on)

    def clip(self, contract_id: int, market_id: int, month: date) -> tuple[date, date] | None:
        """The days of a month that contract and market leave; None: none."""
        contract, market = self.contracts[contract_id], self.markets[market_id]
        return counting.clip(month, (contract.starts_on, contract.ends_on), (market.starts_on, market.ends_on))

    def facts(self, line: Validated, own: int = 0) -> LineFacts:
        """What decides on a line; ``own`` are its hours that the ledger has already."""
        contract, market = self.contracts[line.employment_contract_id], self.markets[line.market_id]
        return LineFacts(
            worked_from=line.worked_from, worked_to=line.worked_to, hour_kind=line.hour_kind,
            windows=self.windows_on(line.employment_contract_id, line.market_id),
            contract_from=contract.starts_on, contract_to=contract.ends_on,
            market_from=market.starts_on, market_to=market.ends_on,
            has_clause=market.has_clause, counting_kinds=market.counting_kinds,
            employer_counts=counting.employer_counts(contract.employer.value, *market.overrides),
            beyond_training_cap=self._beyond_cap(line, market, own),
            estimated=getattr(line, "hours_basis", None) is HoursBasis.ESTIMATED,  # a reprise brings hours worked
        )  # fmt: skip

    def _beyond_cap(self, line: Validated, market: MarketGround, own: int) -> bool:
        training = self.training.get(line.market_id)
        if training is None or line.hour_kind is not HourKind.PREHIRE:
            return False
        counted, posted = (counting.counted_hours(hours, market.ratios[line.hour_kind]) for hours in (line.hours, own))
        return counting.beyond_cap(line.hour_kind, counted, training.counted - posted, training.cap)

    def note(self, entry: posting.Hours | LedgerEntry, sign: int = 1) -> None:
        """Follow an entry of training before hiring that was just posted (or taken back: ``sign`` -1)."""
        training = self.training.get(entry.market_id)
        if training is not None and entry.hour_kind == HourKind.PREHIRE.value:
            training.counted += sign * (entry.hours_real if isinstance(entry, LedgerEntry) else entry.real)

    def situation(self, contract_id: int, market_id: int) -> Situation:
        """What the coefficients of a market look at in a contract."""
        contract, market = self.contracts[contract_id], self.markets[market_id]
        return Situation(
            contract.contract_type.value, contract.starts_on, contract.ends_on,
            woman_in_building=contract.sex is Sex.F and market.sector in BUILDING, in_qpv=bool(contract.in_qpv),
        )  # fmt: skip


def load_grounds(
    session: Session, market_ids: Collection[int], contract_ids: Collection[int], *, settling: bool = False
) -> Grounds:
    """Three reads (a chunk of a thousand ids each), whatever the number of lines; two more where a market counts training
    before hiring. ``settling`` keeps others from using up the same cap until the end of the unit of work."""
    contracts = _contracts(session, sorted(set(contract_ids)))
    people = sorted({c.participant_id for c in contracts.values()})
    markets = _markets(session, sorted(set(market_ids)))
    training = _training(session, markets, settling)
    return Grounds(markets, contracts, _windows(session, people), training)


def _training(session: Session, markets: dict[int, MarketGround], settling: bool) -> dict[int, Training]:
    ids = sorted(id for id, market in markets.items() if HourKind.PREHIRE in market.counting_kinds)
    found: dict[int, Training] = {}
    for chunk in _chunks(ids):
        if settling:
            session.execute(select(Market.id).where(Market.id.in_(chunk)).order_by(Market.id).with_for_update(key_share=True))  # fmt: skip
        goals, sums = objectives(session, chunk), _prehire(session, chunk)
        for id in chunk:
            goal = goals[id].current if id in goals else None
            found[id] = Training(counting.training_cap(goal, *markets[id].overrides), sums.get(id, 0))
    return found


def _prehire(session: Session, market_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(LedgerEntry.market_id, func.sum(LedgerEntry.hours_real))
        .where(LedgerEntry.market_id.in_(market_ids), LedgerEntry.hour_kind == HourKind.PREHIRE.value)
        .group_by(LedgerEntry.market_id)
    )
    return {market_id: int(hours) for market_id, hours in rows}


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _markets(session: Session, ids: Sequence[int]) -> dict[int, MarketGround]:
    statement = select(
        Market.id,
        Market.starts_on,
        Market.ends_on,
        Market.clause_kind,
        Market.parameters,
        Structure.parameters,
        Market.sector,
    ).join(Structure, Structure.id == Market.structure_id)
    rows = [row for chunk in _chunks(ids) for row in session.execute(statement.where(Market.id.in_(chunk)))]
    return {
        id: MarketGround(starts_on, ends_on, kind is not None, (of_structure, of_market), counting.counting_ratios(of_structure, of_market), sector)
        for id, starts_on, ends_on, kind, of_market, of_structure, sector in rows
    }  # fmt: skip


def _contracts(session: Session, ids: Sequence[int]) -> dict[int, ContractGround]:
    statement = (
        select(
            EmploymentContract.id, EmploymentContract.participant_id, EmploymentContract.contract_type,
            EmploymentContract.starts_on, EmploymentContract.ends_on, Participant.birth_date, Establishment.kind,
            Participant.sex, ClauseEntry.in_qpv,
        )
        .join(Participant, Participant.id == EmploymentContract.participant_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .outerjoin(ClauseEntry, ClauseEntry.participant_id == EmploymentContract.participant_id)
    )  # fmt: skip
    rows = [row for chunk in _chunks(ids) for row in session.execute(statement.where(EmploymentContract.id.in_(chunk)))]
    return {row[0]: ContractGround(*row[1:]) for row in rows}


def _windows(session: Session, participant_ids: Sequence[int]) -> dict[int, tuple[Window, ...]]:
    statement = select(Eligibility.participant_id, Eligibility.eligible_from, Eligibility.eligible_until).where(
        Eligibility.state.in_(DECIDED)
    )
    windows: dict[int, tuple[Window, ...]] = {}
    for chunk in _chunks(participant_ids):
        for person, first, last in session.execute(statement.where(Eligibility.participant_id.in_(chunk))):
            if first is not None:
                windows[person] = (*windows.get(person, ()), (first, last))
    return windows


def settle(session: Session, viewer: Viewer, line: DeclarationLine, grounds: Grounds) -> LedgerEntry | None:
    """Validate a flushed line: post what counts to the ledger, or keep on the line why it does not.

    Zero hours post nothing: the ledger says who worked. Nobody is asked whether the line may be validated: the caller knows.
    """
    line.state, line.return_reason = LineState.VALIDATED, ""
    line.decided_by_id, line.decided_by, line.decided_at = viewer.user_id, viewer.name, clock.now()
    settled = settlement(line, grounds)
    line.not_counted = settled if isinstance(settled, NotCounted) else None
    line.applied_ratio, line.applied_coefficient = applied(line, settled, grounds)
    return posting.post(session, viewer, settled) if isinstance(settled, posting.Hours) else None


def settlement(line: Validated, grounds: Grounds) -> posting.Hours | NotCounted | None:
    """What becomes of a validated line: the hours to post, or why they do not count; None: zero hours post nothing.

    The grounds remember the training before hiring that is to be posted: the next line finds so much less room.
    """
    reason = counting.not_counted(grounds.facts(line))
    if reason is not None or line.hours == 0:
        return reason
    posted = _posted(line, grounds)
    grounds.note(posted)
    return posted


def applied(
    line: Validated, settled: posting.Hours | NotCounted | None, grounds: Grounds
) -> tuple[int, int] | tuple[None, None]:
    """The ratio and the coefficient to keep with a posted line, in ten-thousandths: they prove the entry later."""
    if not isinstance(settled, posting.Hours):
        return None, None
    return grounds.markets[line.market_id].ratios[line.hour_kind], _coefficient(line, grounds)


def _coefficient(line: Validated, grounds: Grounds) -> int:
    overrides = grounds.markets[line.market_id].overrides
    return coefficient(grounds.situation(line.employment_contract_id, line.market_id), *overrides)


def would_count(line: DeclarationLine, grounds: Grounds) -> NotCounted | None:
    """What ``settle`` would answer, for a page that says it beforehand."""
    own = line.hours if line.state is LineState.VALIDATED and line.not_counted is None else 0
    return counting.not_counted(grounds.facts(line, own))


def _posted(line: Validated, grounds: Grounds) -> posting.Hours:
    market = grounds.markets[line.market_id]
    real = counting.counted_hours(line.hours, market.ratios[line.hour_kind])
    return posting.Hours(
        market_id=line.market_id, participant_id=line.participant_id, employment_contract_id=line.employment_contract_id,
        declaration_line_id=line.id, month=line.month, hour_kind=line.hour_kind.value,
        real=real, valued=counting.valued_hours(real, _coefficient(line, grounds)),
    )  # fmt: skip
