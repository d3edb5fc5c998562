"""Writing the months of a year: what companies declared, the lines validated, and their entries in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.demo.france.country import Area
from clause.demo.france.hiring import AreaYear, Hire
from clause.demo.france.works import OperationPlace
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules.counting import ONE
from clause.kernel import bulk, clock
from clause.kernel.clock import PARIS
from clause.kernel.values import add_months, month_end
from clause.ledger.bulk import post_all
from clause.ledger.posting import Hours

FORGOTTEN = 0.015  # of the months without anybody, never declared
TRAINED = 0.04  # of the lines are hours of training in the contract


@dataclass(slots=True)
class Written:
    """An area of the year with the ids its people and contracts got."""

    found: AreaYear
    people: Sequence[int]
    contracts: Sequence[int]


def write(
    session: Session, areas: Sequence[Written], places: Sequence[OperationPlace], hours: Sequence[int], month: date, dice: Random
) -> None:  # fmt: skip
    """One month of the whole country, declared by the 10th of the next and validated on the 20th."""
    declared = datetime.combine(add_months(month, 1) + timedelta(days=9), time(9), PARIS)
    clock.move_to(declared + timedelta(days=10))
    running: dict[int, list[tuple[int, int]]] = {area.found.area.number: [] for area in areas}
    for place in places:
        running[place.area.number] += (
            (market.market, market.firm.company) for market in place.markets if market.starts <= month_end(month) and market.ends >= month
        )  # fmt: skip
    for area in areas:
        _area(session, area, running[area.found.area.number], hours, month, declared, dice)


def _area(
    session: Session, area: Written, running: Sequence[tuple[int, int]], hours: Sequence[int], month: date, declared: datetime, dice: Random
) -> None:  # fmt: skip
    hires = [(rank, hire) for rank, hire in enumerate(area.found.hires) if month.month in hire.months]
    worked = dict.fromkeys((hire.market.market, hire.firm.company) for _, hire in hires)
    nil = [pair for pair in running if pair not in worked and dice.random() >= FORGOTTEN]
    pairs = [*worked, *nil]
    ids = bulk.reserve(session, Declaration, len(pairs))
    bulk.write(session, Declaration, _declarations(area.found.area, pairs, len(worked), ids, month, declared))
    homes = dict(zip(pairs, ids, strict=True))
    lines = [_line(area, rank, hire, homes, hours, month, dice) for rank, hire in hires]
    for line, id in zip(lines, bulk.reserve(session, DeclarationLine, len(lines)), strict=True):
        line["id"] = id
    bulk.write(session, DeclarationLine, (dict(line) for line in lines))
    viewer = Viewer(role=Role.FACILITATOR, name=area.found.area.facilitator, structure_id=area.found.area.structure)
    post_all(session, viewer, map(_posted, lines))


def _declarations(
    area: Area, pairs: Sequence[tuple[int, int]], worked: int, ids: Sequence[int], month: date, declared: datetime
) -> Iterator[bulk.Values]:
    for rank, ((market, company), id) in enumerate(zip(pairs, ids, strict=True)):
        yield {
            "id": id, "market_id": market, "company_id": company, "month": month, "state": DeclarationState.VALIDATED,
            "origin": Origin.COMPANY, "is_nil": rank >= worked, "entered_by": PAYROLL, "created_at": declared,
            "submitted_at": declared, "submitted_by": PAYROLL, "decided_at": clock.now(), "decided_by": area.facilitator,
        }  # fmt: skip


PAYROLL = "Service paie"


def _line(
    area: Written,
    rank: int,
    hire: Hire,
    homes: dict[tuple[int, int], int],
    hours: Sequence[int],
    month: date,
    dice: Random,
) -> bulk.Values:
    trained = dice.random() < TRAINED
    return {
        "declaration_id": homes[hire.market.market, hire.firm.company], "market_id": hire.market.market, "month": month,
        "employment_contract_id": area.contracts[rank], "participant_id": area.people[hire.person],
        "structure_id": area.found.area.structure, "hour_kind": HourKind.TRAINING if trained else HourKind.WORK,
        "hours": hours[hire.first_line + month.month - hire.starts.month], "worked_from": max(month, hire.starts),
        "worked_to": min(month_end(month), hire.ends), "state": LineState.VALIDATED, "applied_ratio": ONE,
        "applied_coefficient": ONE, "decided_by": area.found.area.facilitator, "decided_at": clock.now(),
    }  # fmt: skip


def _posted(line: bulk.Values) -> Hours:
    """Every setting is at its default: what is declared counts whole (REA-02), for itself (REA-03)."""
    return Hours(
        market_id=line["market_id"], participant_id=line["participant_id"], declaration_line_id=line["id"],
        employment_contract_id=line["employment_contract_id"], month=line["month"], hour_kind=line["hour_kind"].value,
        real=line["hours"], valued=line["hours"],
    )  # fmt: skip
