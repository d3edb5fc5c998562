"""The forecast of one market with the lines that the viewer may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.models import EmploymentContract, Participant
from clause.candidates.visibility import contract_condition
from clause.hours.forecast.queries.facts import ContractLine, Projection, projections
from clause.hours.forecast.queries.lists import held_condition
from clause.markets.models import Market
from clause.organisations.models import Company


@dataclass(frozen=True)
class NamedLine:
    """A contract of the forecast that the viewer may open."""

    line: ContractLine
    public_id: str
    person: str
    company: str


@dataclass(frozen=True)
class ForecastPage:
    """``others`` are the contracts that the viewer may not open, and their hours."""

    projection: Projection
    named: Sequence[NamedLine]
    others: int
    others_hours: int


def market_forecast(session: Session, viewer: Viewer, market: Market, today: date) -> Projection | None:
    """The projection of a market, None where it is not for this viewer (a company that does not hold it)."""
    if market.clause_kind is None:
        return None
    if session.scalar(select(Market.id).where(held_condition(viewer), Market.id == market.id)) is None:
        return None
    return projections(session, [market], today)[market.id]


def forecast_page(session: Session, viewer: Viewer, market: Market, today: date) -> ForecastPage | None:
    """The same with the contracts behind it, by name where the viewer follows the person."""
    found = market_forecast(session, viewer, market, today)
    if found is None:
        return None
    named = _named(session, viewer, found.contracts) if viewer.may(Permission.SEE_CONTRACTS) else []
    known = {n.line.contract_id for n in named}
    others = [line for line in found.contracts if line.contract_id not in known]
    return ForecastPage(found, named, len(others), sum(line.hours for line in others))


def _named(session: Session, viewer: Viewer, lines: Sequence[ContractLine]) -> list[NamedLine]:
    rows = session.execute(
        select(EmploymentContract.id, EmploymentContract.public_id, Participant.last_name, Participant.first_name)
        .join(Participant, Participant.id == EmploymentContract.participant_id)
        .where(contract_condition(viewer), EmploymentContract.id.in_([line.contract_id for line in lines]))
    )
    people = {key: (public_id, f"{last} {first}") for key, public_id, last, first in rows}
    companies = select(Company.id, Company.name).where(Company.id.in_({line.company_id for line in lines}))
    names = {row.id: row.name for row in session.execute(companies)}
    return [
        NamedLine(line, *people[line.contract_id], names[line.company_id])
        for line in lines
        if line.contract_id in people
    ]
