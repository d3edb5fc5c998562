"""Operations and markets, year after year: each place in the country has exactly one of them running in any one year.

A place is renewed every one, two or three calendar years, so that the number of operations, markets, authorities and
holders of a year never changes. Those that the opening of the base finds under way are taken over on 1 January or soon after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from clause.demo.france.country import Area, Firm, pick
from clause.demo.france.size import divided
from clause.kernel import bulk
from clause.kernel.values import add_months, fold, month_end
from clause.markets.codes import (
    ClauseKind,
    MarketStatus,
    ObjectiveKind,
    OperationStatus,
    PartyRole,
    Programme,
)
from clause.markets.models import Market, MarketParty, ObjectiveEvent, Operation
from clause.organisations.codes import BuyerType, EmployerType


@dataclass(slots=True)
class MarketPlace:
    """One market at a time. ``hours`` is what a year of it should do, in hundredths."""

    firm: Firm
    partner: Firm | None
    hours: int
    market: int = 0
    starts: date = date.min
    ends: date = date.min
    subcontractors: set[int] = field(default_factory=set)


@dataclass(slots=True)
class OperationPlace:
    """One operation at a time, of one authority, renewed every ``years`` years."""

    area: Area
    authority: tuple[int, BuyerType, str]
    years: int
    phase: int
    markets: list[MarketPlace]

    def begins(self, year: int, opening: int) -> bool:
        return year == opening or year % self.years == self.phase

    def last_year(self, year: int) -> int:
        """The calendar year in which the operation that begins in ``year`` ends."""
        return next(y for y in range(year, year + self.years + 1) if (y + 1) % self.years == self.phase)


def places(areas: Sequence[Area], dice: Random) -> list[OperationPlace]:
    """Every place of the country; each authority has an operation, each company a market."""
    found: list[OperationPlace] = []
    for area in areas:
        sizes = divided(area.markets, [dice.lognormvariate(0, 0.9) for _ in range(area.operations)])
        holders = iter(_holders(area, dice))
        for rank, count in enumerate(sizes):
            authority = area.authorities[rank] if rank < len(area.authorities) else _of_the_large(area, dice)
            years = dice.choices((1, 2, 3), weights=(48, 34, 18))[0]
            markets = [_market_place(area, next(holders), dice) for _ in range(count)]
            found.append(OperationPlace(area, authority, years, dice.randrange(years), markets))
    return found


def _of_the_large(area: Area, dice: Random) -> tuple[int, BuyerType, str]:
    return area.authorities[int(len(area.authorities) * dice.random() ** 3)]


def _holders(area: Area, dice: Random) -> list[Firm]:
    more = area.markets - len(area.firms)
    found = area.firms + [area.firms[int(len(area.firms) * dice.random() ** 2)] for _ in range(more)]
    dice.shuffle(found)
    return found


def _market_place(area: Area, firm: Firm, dice: Random) -> MarketPlace:
    partner = dice.choice(area.firms) if dice.random() < 0.06 else None
    return MarketPlace(firm, partner if partner is not firm else None, int(dice.lognormvariate(10.1, 1.0)))


# Writing a year


def begin(session: Session, found: Sequence[OperationPlace], year: int, opening: int, closing: date, dice: Random) -> None:  # fmt: skip
    """Write what begins in a year. ``closing`` is the day from which the statuses are seen."""
    starting = [place for place in found if place.begins(year, opening)]
    recorded = datetime(year, 1, 2, 9)  # noqa: DTZ001 - a Paris morning, made aware below
    opened = recorded.astimezone()
    ids = bulk.reserve(session, Operation, len(starting))
    for place in starting:
        for market in place.markets:
            _dates(market, year, place.last_year(year), dice)
    bulk.write(session, Operation, _operations(starting, ids, year, closing, dice, opened))
    markets = bulk.reserve(session, Market, sum(len(place.markets) for place in starting))
    bulk.write(session, Market, _markets(starting, ids, markets, year, closing, dice, opened))
    bulk.write(session, MarketParty, _parties(starting))
    bulk.write(session, ObjectiveEvent, _events(starting, year, dice, opened))


def _dates(market: MarketPlace, year: int, last: int, dice: Random) -> None:
    """A market runs on a day of each of its calendar years: it starts in the first and ends in the last."""
    start = dice.randrange(0, 6 if last == year else 11)
    end = dice.randrange(start + 2 if last == year else 0, 12)
    market.starts = date(year, 1 + start, dice.choice((1, 1, 4, 11, 15)))
    market.ends = month_end(date(last, 1 + end, 1))


def _operations(
    starting: Sequence[OperationPlace], ids: Sequence[int], year: int, closing: date, dice: Random, opened: datetime
) -> Iterator[bulk.Values]:
    for rank, (place, id) in enumerate(zip(starting, ids, strict=True), 1):
        first, last = min(m.starts for m in place.markets), max(m.ends for m in place.markets)
        trade, area = place.markets[0].firm.trade, place.area
        title = f"{dice.choice(TITLES.get(trade.sector.value, OTHER_TITLES))} – {dice.choice(area.communes)}"
        reference = f"{year}-{rank:05d}"
        yield {
            "id": id, "structure_id": area.structure, "authority_id": place.authority[0], "reference": reference, "title": title,
            "programme": Programme.ANRU if dice.random() < 0.07 else Programme.NONE, "commune": area.communes[0],
            "consultation_date": add_months(first, -6), "starts_on": first, "ends_on": last,
            "status": OperationStatus.CLOSED if last < closing else OperationStatus.IN_PROGRESS, "facilitator_id": None,
            "search": fold(f"{reference} {title} {area.communes[0]} {place.authority[2]}")[:600], "created_at": opened,
        }  # fmt: skip


TITLES = {
    "building": ("Réhabilitation de logements", "Construction d'un groupe scolaire", "Extension de la médiathèque", "Construction de logements", "Rénovation du gymnase"),
    "public_works": ("Aménagement de la place centrale", "Réfection des voiries", "Requalification du quartier", "Ligne de bus en site propre"),
    "cleaning": ("Entretien des bâtiments publics", "Nettoyage des écoles"),
    "green_spaces": ("Entretien des parcs et jardins", "Aménagement des berges"),
}  # fmt: skip
OTHER_TITLES = ("Accord-cadre de services", "Marché de services aux habitants", "Services généraux")
_CLAUSES = ((ClauseKind.EXECUTION_CONDITION, 86), (ClauseKind.CONDITION_AND_CRITERION, 11), (ClauseKind.AWARD_CRITERION, 3))  # fmt: skip
_ADAPTED = frozenset({EmployerType.EA, EmployerType.ESAT})


def _kind(place: OperationPlace, market: MarketPlace, dice: Random) -> ClauseKind:
    if place.authority[1] is BuyerType.PRIVATE:
        return ClauseKind.PRIVATE_COMMITMENT
    if market.firm.kind in _ADAPTED:
        return ClauseKind.RESERVED_DISABILITY
    if market.firm.kind is not EmployerType.COMPANY:
        return dice.choice((ClauseKind.RESERVED_IAE, ClauseKind.INSERTION_SERVICE))
    return pick(dice, _CLAUSES)[0]  # type: ignore[no-any-return]  # a pair of the table above


def _status(market: MarketPlace, closing: date) -> MarketStatus:
    if market.ends < closing - timedelta(days=45):
        return MarketStatus.CLOSED
    return MarketStatus.RECEIVED if market.ends < closing else MarketStatus.IN_PROGRESS


def _markets(
    starting: Sequence[OperationPlace], operations: Sequence[int], ids: Sequence[int], year: int, closing: date, dice: Random, opened: datetime
) -> Iterator[bulk.Values]:  # fmt: skip
    numbers = iter(ids)
    for rank, (place, operation) in enumerate(zip(starting, operations, strict=True), 1):
        for lot, market in enumerate(place.markets, 1):
            market.market, market.subcontractors = next(numbers), set()
            trade, reference = market.firm.trade, f"{year}-{rank:05d}-{lot:02d}"
            yield {
                "id": market.market, "operation_id": operation, "structure_id": place.area.structure, "reference": reference,
                "lot": f"Lot {lot}", "title": trade.title, "clause_kind": _kind(place, market, dice), "nature": trade.nature,
                "sector": trade.sector, "cpv": trade.cpv, "notification_date": add_months(market.starts, -1),
                "amount_cents": market.hours * 1_400, "starts_on": market.starts, "ends_on": market.ends,
                "status": _status(market, closing), "search": fold(f"{reference} Lot {lot} {trade.title} {trade.cpv}"),
                "created_at": opened,
            }  # fmt: skip


def _parties(starting: Sequence[OperationPlace]) -> Iterator[bulk.Values]:
    for place in starting:
        for market in place.markets:
            yield party(market, market.firm, PartyRole.CONTRACTOR)
            if market.partner is not None:
                yield party(market, market.partner, PartyRole.CO_CONTRACTOR)


def party(market: MarketPlace, firm: Firm, role: PartyRole) -> bulk.Values:
    return {
        "market_id": market.market, "company_id": firm.company, "establishment_id": firm.establishment, "role": role,
    }  # fmt: skip


def _events(starting: Sequence[OperationPlace], year: int, dice: Random, opened: datetime) -> Iterator[bulk.Values]:
    """An award for nine markets in ten, in whole hours; some are amended."""
    for place in starting:
        for market in place.markets:
            if dice.random() < 0.08:
                continue
            years = market.ends.year - market.starts.year + 1
            due = max(35, round(market.hours * years * dice.uniform(0.75, 1.15) / 100)) * 100
            yield _event(place, market, ObjectiveKind.AWARD, due, add_months(market.starts, -1), opened)
            if dice.random() < 0.05:
                more = round(due * dice.uniform(0.05, 0.2) / 100) * 100
                yield _event(place, market, ObjectiveKind.AMENDMENT, more, market.starts, opened)


def _event(place: OperationPlace, market: MarketPlace, kind: ObjectiveKind, hours: int, day: date, opened: datetime) -> bulk.Values:  # fmt: skip
    return {
        "market_id": market.market, "kind": kind, "effective_on": day, "recorded_on": opened.date(),
        "delta_initial": hours if kind is ObjectiveKind.AWARD else 0, "delta_current": hours, "delta_due": hours,
        "reason": "Avenant" if kind is ObjectiveKind.AMENDMENT else "", "entered_by": place.area.facilitator, "created_at": opened,
    }  # fmt: skip
