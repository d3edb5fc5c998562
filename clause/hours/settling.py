"""What becomes of a validated line: it counts and posts to the ledger, or it is kept with the reason why it does not.

``load_grounds`` reads once what decides for many lines; ``settle`` then asks nothing of the database. Validation in the
application, the reprise import and the demonstration all go through it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractType, EligibilityState
from clause.candidates.models import Eligibility, EmploymentContract, Participant
from clause.hours.codes import HourKind, LineState, NotCounted
from clause.hours.models import DeclarationLine
from clause.hours.rules import counting
from clause.hours.rules.counting import LineFacts, Window
from clause.kernel import clock
from clause.kernel.settings_catalogue import setting
from clause.ledger import posting
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market
from clause.organisations.models import Structure

CHUNK = 1000
DECIDED = (EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)


@dataclass(frozen=True)
class MarketGround:
    """What a market says about hours; ``overrides`` are the parameters of its structure, then its own."""

    starts_on: date
    ends_on: date | None
    has_clause: bool
    overrides: tuple[dict[str, Any], ...]
    ratios: dict[HourKind, int]

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


@dataclass(frozen=True)
class Grounds:
    """By numeric id: markets, employment contracts, and the windows of validated eligibility of participants."""

    markets: dict[int, MarketGround] = field(default_factory=dict)
    contracts: dict[int, ContractGround] = field(default_factory=dict)
    windows: dict[int, tuple[Window, ...]] = field(default_factory=dict)

    def windows_on(self, contract_id: int, market_id: int) -> tuple[Window, ...]:
        """The windows of a person for one contract on one market: those decided, lengthened by the rule of CDI."""
        contract, market = self.contracts[contract_id], self.markets[market_id]
        windows = self.windows.get(contract.participant_id, ())
        if contract.contract_type is not ContractType.CDI:
            return windows
        rule = setting("cdi.rule", *market.overrides)
        return counting.windows_of_cdi(windows, rule, contract.starts_on, market.ends_on)

    def clip(self, contract_id: int, market_id: int, month: date) -> tuple[date, date] | None:
        """The days of a month that contract and market leave; None: none."""
        contract, market = self.contracts[contract_id], self.markets[market_id]
        return counting.clip(month, (contract.starts_on, contract.ends_on), (market.starts_on, market.ends_on))

    def facts(self, line: DeclarationLine) -> LineFacts:
        contract, market = self.contracts[line.employment_contract_id], self.markets[line.market_id]
        return LineFacts(
            worked_from=line.worked_from, worked_to=line.worked_to, hour_kind=line.hour_kind,
            windows=self.windows_on(line.employment_contract_id, line.market_id),
            contract_from=contract.starts_on, contract_to=contract.ends_on,
            market_from=market.starts_on, market_to=market.ends_on,
            has_clause=market.has_clause, counting_kinds=market.counting_kinds,
        )  # fmt: skip


def load_grounds(session: Session, market_ids: Collection[int], contract_ids: Collection[int]) -> Grounds:
    """Three reads (a chunk of a thousand ids each), whatever the number of lines that will be settled."""
    contracts = _contracts(session, sorted(set(contract_ids)))
    people = sorted({c.participant_id for c in contracts.values()})
    return Grounds(_markets(session, sorted(set(market_ids))), contracts, _windows(session, people))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _markets(session: Session, ids: Sequence[int]) -> dict[int, MarketGround]:
    statement = select(
        Market.id, Market.starts_on, Market.ends_on, Market.clause_kind, Market.parameters, Structure.parameters
    ).join(Structure, Structure.id == Market.structure_id)
    rows = [row for chunk in _chunks(ids) for row in session.execute(statement.where(Market.id.in_(chunk)))]
    return {
        id: MarketGround(starts_on, ends_on, kind is not None, (of_structure, of_market), counting.counting_ratios(of_structure, of_market))
        for id, starts_on, ends_on, kind, of_market, of_structure in rows
    }  # fmt: skip


def _contracts(session: Session, ids: Sequence[int]) -> dict[int, ContractGround]:
    statement = select(
        EmploymentContract.id, EmploymentContract.participant_id, EmploymentContract.contract_type,
        EmploymentContract.starts_on, EmploymentContract.ends_on, Participant.birth_date,
    ).join(Participant, Participant.id == EmploymentContract.participant_id)  # fmt: skip
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
    line.not_counted = counting.not_counted(grounds.facts(line))
    if line.not_counted is not None or line.hours == 0:
        return None
    return posting.post(session, viewer, _posted(line, grounds))


def would_count(line: DeclarationLine, grounds: Grounds) -> NotCounted | None:
    """What ``settle`` would answer, for a page that says it beforehand."""
    return counting.not_counted(grounds.facts(line))


def _posted(line: DeclarationLine, grounds: Grounds) -> posting.Hours:
    market, contract = grounds.markets[line.market_id], grounds.contracts[line.employment_contract_id]
    real = counting.counted_hours(line.hours, market.ratios[line.hour_kind])
    coefficient = counting.coefficient(contract.contract_type.value, *market.overrides)
    return posting.Hours(
        market_id=line.market_id, participant_id=line.participant_id, employment_contract_id=line.employment_contract_id,
        declaration_line_id=line.id, month=line.month, hour_kind=line.hour_kind.value,
        real=real, valued=counting.valued_hours(real, coefficient),
    )  # fmt: skip
