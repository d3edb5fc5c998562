"""Who works where and when in a year: people, their employment contracts, and the months of each, planned before writing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from clause.candidates.codes import ContractType, Mode
from clause.demo.france.country import Area, Firm, pick
from clause.demo.france.size import QUARTER, spread
from clause.demo.france.works import MarketPlace, OperationPlace
from clause.kernel.values import month_end
from clause.organisations.codes import EmployerType

C = ContractType
DIRECT = ((C.CDD, 54), (C.PROFESSIONALISATION, 15), (C.CDI, 13), (C.APPRENTICESHIP, 12), (C.AIDED_CONTRACT, 4), (C.OTHER, 2))  # fmt: skip
OF_EMPLOYER = {
    EmployerType.ETTI: C.INSERTION_MISSION, EmployerType.ETT: C.MISSION, EmployerType.AI: C.CDD, EmployerType.EI: C.CDDI,
    EmployerType.ACI: C.CDDI, EmployerType.GEIQ: C.PROFESSIONALISATION, EmployerType.EA: C.CDI, EmployerType.ESAT: C.OTHER,
    EmployerType.REGIE_QUARTIER: C.CDDI,
}  # fmt: skip
LENT = frozenset({EmployerType.ETTI, EmployerType.ETT, EmployerType.AI, EmployerType.GEIQ})
DAYS = {C.CDI: 150, C.PROFESSIONALISATION: 140, C.APPRENTICESHIP: 150, C.CDDI: 85, C.AIDED_CONTRACT: 100, C.CDD: 65, C.MISSION: 40, C.INSERTION_MISSION: 42}  # fmt: skip
TRAINED = frozenset({C.PROFESSIONALISATION, C.APPRENTICESHIP})


@dataclass(slots=True)
class Hire:
    """One employment contract of the year, on one market; ``open_ended``: a CDI that outlives the hours."""

    person: int
    market: MarketPlace
    firm: Firm
    mode: Mode
    contract_type: ContractType
    starts: date
    ends: date
    months: range
    load: int
    first_line: int = 0

    @property
    def open_ended(self) -> bool:
        return self.contract_type is C.CDI


@dataclass(slots=True)
class AreaYear:
    """The hires of an area in a year of so many people."""

    area: Area
    people: int
    hires: list[Hire]


class Openings:
    """The markets of an area that run in a year, drawn by the hours they want."""

    def __init__(self, markets: Sequence[MarketPlace], year: int) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        self.markets = [(market, max(market.starts, first), min(market.ends, last)) for market in markets]
        self.reached = list(accumulate(market.hours for market in markets))

    def draw(self, dice: Random) -> tuple[MarketPlace, date, date]:
        return self.markets[bisect_right(self.reached, dice.randrange(self.reached[-1]))]

    def draw_from(self, dice: Random, day: date, days: int) -> tuple[MarketPlace, date, date]:
        """One that leaves so many days from a day on, where a few tries find one."""
        for _ in range(8):
            market, first, last = self.draw(dice)
            if (last - max(first, day)).days >= days:
                return market, max(first, day), last
        return market, first, last


def plan(places: Sequence[OperationPlace], areas: Sequence[Area], year: int, dice: Random) -> list[AreaYear]:
    """Every hire of the year."""
    by_area: dict[int, list[MarketPlace]] = {area.number: [] for area in areas}
    for place in places:
        by_area[place.area.number] += place.markets
    return [AreaYear(area, area.participants, list(_hires(area, Openings(by_area[area.number], year), dice))) for area in areas]  # fmt: skip


def _hires(area: Area, openings: Openings, dice: Random) -> Iterator[Hire]:
    counts = [1] * area.participants
    for _ in range(area.employment_contracts - area.participants):
        counts[int(area.participants * dice.random() ** 1.4)] += 1
    for person, count in enumerate(counts):
        free = date.min
        for left in range(count, 0, -1):
            market, first, last = openings.draw_from(dice, free, 12 * left)
            hire = _hire(area, person, market, first, last, left, dice)
            free = hire.ends + timedelta(days=1)
            yield hire


def _hire(area: Area, person: int, market: MarketPlace, first: date, last: date, left: int, dice: Random) -> Hire:
    mode, firm = _employer(area, market, dice)
    kind: ContractType = OF_EMPLOYER.get(firm.kind) or pick(dice, DIRECT)[0]
    room = (last - first).days // left
    days = max(1, min(room, int(dice.lognormvariate(0, 0.55) * DAYS.get(kind, 60))))
    starts = first + timedelta(days=dice.randrange(max(1, room - days)))
    ends = min(last, starts + timedelta(days=days))
    load = dice.randrange(55, 101)
    return Hire(person, market, firm, mode, kind, starts, ends, range(starts.month, ends.month + 1), load)


def _employer(area: Area, market: MarketPlace, dice: Random) -> tuple[Mode, Firm]:
    """Who employs the person, and how: the holder, its co-contractor, a lender of people, a subcontractor."""
    chance = dice.random()
    if market.firm.kind is not EmployerType.COMPANY or chance < 0.32:
        return Mode.DIRECT_HIRE, market.firm
    if market.partner is not None and chance < 0.5:
        return Mode.CO_CONTRACTING, market.partner
    supplier = dice.choice(area.suppliers)
    return (Mode.SECONDMENT if supplier.kind in LENT else Mode.SUBCONTRACTING), supplier


def hours(years: Sequence[AreaYear], total: int) -> list[int]:
    """The hours (hundredths) of each month of each hire, in order; they sum to ``total``. Sets ``first_line`` of the hires."""
    weights: list[int] = []
    for year in years:
        for hire in year.hires:
            hire.first_line = len(weights)
            weights += (_days(hire, month) * hire.load for month in hire.months)
    return [quarters * QUARTER for quarters in spread(total // QUARTER, weights)]


def _days(hire: Hire, month: int) -> int:
    first = hire.starts.day if month == hire.starts.month else 1
    last = hire.ends.day if month == hire.ends.month else month_end(hire.ends.replace(month=month, day=1)).day
    return last - first + 1
