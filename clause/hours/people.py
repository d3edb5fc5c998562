"""Whom a declarant may declare: confirmed employment contracts of the company that serve the market in the month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, or_, select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.candidates.visibility import visible_contracts
from clause.kernel.values import fold, month_end
from clause.organisations.models import Establishment


@dataclass(frozen=True)
class Employed:
    """One employment contract of one person (its ``participant`` is loaded)."""

    contract: EmploymentContract

    @property
    def name(self) -> str:
        return f"{self.contract.participant.last_name} {self.contract.participant.first_name}"


def overlapping(
    first: SQLColumnExpression[date], last: SQLColumnExpression[date | None], month: date
) -> ColumnElement[bool]:
    """The days from ``first`` to ``last`` meet the month; an empty end has no end."""
    return (first <= month_end(month)) & or_(last.is_(None), last >= month)


def people_of_month(session: Session, viewer: Viewer, market_id: int, company_id: int, month: date) -> list[Employed]:
    """The contracts that the viewer sees, by name. One query."""
    statement = _serving(viewer, company_id, month).where(Assignment.market_id == market_id)
    return _by_name(Employed(contract) for contract in session.scalars(statement))


def people_by_market(session: Session, viewer: Viewer, company_id: int, month: date) -> dict[int, list[Employed]]:
    """The same on every market, by its id. One query."""
    found: dict[int, list[Employed]] = {}
    statement = _serving(viewer, company_id, month).add_columns(Assignment.market_id)
    for contract, market_id in session.execute(statement):
        found.setdefault(market_id, []).append(Employed(contract))
    return {market_id: _by_name(people) for market_id, people in found.items()}


def _serving(viewer: Viewer, company_id: int, month: date) -> Select[EmploymentContract]:
    return (
        visible_contracts(viewer)
        .join(EmploymentContract.participant)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .join(Assignment, Assignment.employment_contract_id == EmploymentContract.id)
        .options(contains_eager(EmploymentContract.participant))
        .where(
            Establishment.company_id == company_id,
            EmploymentContract.state == ContractState.CONFIRMED,
            overlapping(EmploymentContract.starts_on, EmploymentContract.ends_on, month),
            or_(Assignment.starts_on.is_(None), Assignment.starts_on <= month_end(month)),
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= month),
        )
    )


def _by_name(people: Iterable[Employed]) -> list[Employed]:
    """Sorted here: the two engines do not put accented letters in the same place."""
    return sorted(people, key=lambda person: (fold(person.name), person.contract.id))


def employs_on(session: Session, viewer: Viewer, market_id: int, company_id: int) -> bool:
    """True where the company employs, on the market, somebody whom the viewer sees."""
    own = select(Establishment.id).where(Establishment.company_id == company_id)
    statement = (
        visible_contracts(viewer)
        .join(Assignment, Assignment.employment_contract_id == EmploymentContract.id)
        .where(Assignment.market_id == market_id, EmploymentContract.establishment_id.in_(own))
    )
    return session.scalar(select(statement.exists())) or False
