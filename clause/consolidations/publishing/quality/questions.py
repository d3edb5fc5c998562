"""The SQL of each question of the quality review. Other structures' people are counted, never named (GDPR-05)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, exists, extract, func, or_, select, true, type_coerce
from sqlalchemy.orm import aliased

from clause.access import Viewer
from clause.candidates.codes import EducationLevel, EligibilityState, Sex
from clause.candidates.models import ClauseEntry, Eligibility, EligibilityCriterion, EmploymentContract, Participant
from clause.candidates.visibility import contract_condition, participant_condition
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.publishing.quality import checks
from clause.consolidations.publishing.quality.checks import OLDEST, YOUNGEST, Check, Thing
from clause.hours.codes import DeclarationState, LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import known, worked
from clause.markets.codes import NEVER_ONGOING, OperationStatus, PartyRole
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.objectives import objective_sums
from clause.organisations.models import Company, Establishment, Structure

P, F, C, L, D = Participant, ClauseEntry, EmploymentContract, DeclarationLine, Declaration
OUTSIDE_ELIGIBILITY = (NotCounted.BEFORE_VALIDATION, NotCounted.ELIGIBILITY_EXPIRED, NotCounted.NOT_ELIGIBLE)
Rows = Any  # Select[…] of the columns that the page shows of each kind of object
DECIDED = (EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)


@dataclass(frozen=True)
class Scope:
    """What is examined: the markets of a perimeter, work of ``first`` to ``last``, the ledger as of a day."""

    viewer: Viewer
    perimeter: Perimeter
    first: date
    last: date
    as_of: date

    def markets(self) -> Select[int]:
        return select(Market.id).where(*self.perimeter.conditions())

    def of_work(self, table: Any) -> ColumnElement[bool]:
        """On a table that has a market and a month of work."""
        return and_(table.market_id.in_(self.markets()), table.month.between(self.first, self.last))

    def examined(self, thing: Thing) -> Select[int]:
        """The ids of what is examined."""
        return _EXAMINED[thing](self)

    def faulty(self, check: Check) -> Rows:
        """The objects that a question finds, with what the page shows of them: ``id`` first, those of the viewer first."""
        return QUESTIONS[check.key](self)


def _worked(scope: Scope, column: Any) -> Select[int]:
    """People or contracts with hours left after reversals."""
    return (
        select(column)
        .where(scope.of_work(LedgerEntry), known(scope.as_of), worked())
        .group_by(column)
        .having(func.sum(LedgerEntry.hours_real) > 0)
    )


def _ongoing(scope: Scope) -> Select[int]:
    """IND-03: markets with a clause that run on a day of the period."""
    return scope.markets().where(
        Market.starts_on <= scope.last,
        or_(Market.ends_on.is_(None), Market.ends_on >= scope.first),
        Market.status.not_in(NEVER_ONGOING),
        Market.operation_id.not_in(select(Operation.id).where(Operation.status == OperationStatus.ABANDONED)),
    )


_EXAMINED: Mapping[Thing, Callable[[Scope], Select[int]]] = {
    Thing.PERSON: lambda scope: _worked(scope, LedgerEntry.participant_id),
    Thing.CONTRACT: lambda scope: select(C.id).where(
        C.id.in_(select(L.employment_contract_id).where(_standing(scope)))
    ),
    Thing.MARKET: _ongoing,
    Thing.MONTH: lambda scope: select(D.id).where(scope.of_work(D)),
}


def _standing(scope: Scope) -> ColumnElement[bool]:
    """Validated lines in force, whether they count or not."""
    return and_(scope.of_work(L), L.standing, L.state == LineState.VALIDATED, L.hours > 0)


# People


def _people(scope: Scope, condition: ColumnElement[bool]) -> Rows:
    mine = participant_condition(scope.viewer)
    return (
        select(
            P.id, _if(mine, P.public_id).label("address"), _if(mine, P.last_name).label("last_name"),
            _if(mine, P.first_name).label("first_name"), Structure.name.label("structure"), F.id.is_not(None).label("frozen"),
        )
        .join(Structure, Structure.id == P.structure_id)
        .outerjoin(F, F.participant_id == P.id)
        .where(P.id.in_(_worked(scope, LedgerEntry.participant_id)), condition)
        .order_by(case((mine, 0), else_=1), P.last_name, P.first_name, P.id)
    )  # fmt: skip


def _if(mine: ColumnElement[bool], column: Any) -> ColumnElement[str]:
    return case((mine, column), else_="")


def _at_entry(frozen: Any, own: Any) -> ColumnElement[Any]:
    """What was frozen at the entry into the clause; what is known of the person where no entry was."""
    return case((F.id.is_not(None), type_coerce(frozen, String)), else_=type_coerce(own, String))


def _without_level(scope: Scope) -> Rows:
    return _people(scope, _at_entry(F.education_level, P.education_level) == EducationLevel.UNKNOWN.value)


def _without_public(scope: Scope) -> Rows:
    assessed = exists().where(
        Eligibility.participant_id == P.id, Eligibility.state.in_(DECIDED), EligibilityCriterion.eligibility_id == Eligibility.id
    )  # fmt: skip
    return _people(scope, or_(and_(F.id.is_not(None), F.primary_public.is_(None)), and_(F.id.is_(None), ~assessed)))


def _without_qpv(scope: Scope) -> Rows:
    return _people(scope, case((F.id.is_not(None), F.in_qpv), else_=P.in_qpv).is_(None))


def _without_sex(scope: Scope) -> Rows:
    return _people(scope, _at_entry(F.sex, P.sex) == Sex.UNKNOWN.value)


def _odd_age(scope: Scope) -> Rows:
    """The age at entry; to the year, at the first contract, where no entry was frozen."""
    first = select(func.min(C.starts_on)).where(C.participant_id == P.id).scalar_subquery()
    about = extract("year", first) - extract("year", P.birth_date)
    age = case((F.id.is_not(None), F.age), else_=about)
    return _people(scope, or_(age < YOUNGEST, age > OLDEST))


# Employment contracts


def _contracts(scope: Scope, condition: ColumnElement[bool]) -> Rows:
    """A contract of another structure's person is told by its employer alone."""
    mine = contract_condition(scope.viewer)
    return (
        select(
            C.id, _if(mine, C.public_id).label("address"), _if(mine, C.reference).label("reference"), Company.name.label("employer"),
            C.starts_on, C.ends_on, _if(mine, P.last_name).label("last_name"), _if(mine, P.first_name).label("first_name"),
            Structure.name.label("structure"),
        )
        .join(P, P.id == C.participant_id)
        .join(Structure, Structure.id == C.structure_id)
        .join(Establishment, Establishment.id == C.establishment_id)
        .join(Company, Company.id == Establishment.company_id)
        .where(condition)
        .order_by(case((mine, 0), else_=1), C.ends_on, C.id)
    )  # fmt: skip


def _contract_over(scope: Scope) -> Rows:
    of = aliased(C)
    outside = or_(L.not_counted == NotCounted.OUTSIDE_CONTRACT, L.worked_from < of.starts_on, L.worked_to > of.ends_on)
    lines = (
        select(L.employment_contract_id).join(of, of.id == L.employment_contract_id).where(_standing(scope), outside)
    )
    return _contracts(scope, C.id.in_(lines))


def _without_job(scope: Scope) -> Rows:
    return _contracts(
        scope, and_(C.job == "", C.rome == "", C.id.in_(_worked(scope, LedgerEntry.employment_contract_id)))
    )


# Markets


def _markets(scope: Scope, condition: ColumnElement[bool]) -> Rows:
    return (
        select(Market.id, Market.public_id.label("address"), Market.reference, Market.title)
        .where(Market.id.in_(_ongoing(scope)), condition)
        .order_by(Market.reference, Market.id)
    )


def _without_objective(scope: Scope) -> Rows:
    sums = objective_sums(scope.as_of).subquery()
    return _markets(scope, Market.id.not_in(select(sums.c.market_id).where(sums.c.due > 0)))


def _without_contractor(scope: Scope) -> Rows:
    held = select(MarketParty.market_id).where(MarketParty.role == PartyRole.CONTRACTOR)
    return _markets(scope, Market.id.not_in(held))


def _without_nature(scope: Scope) -> Rows:
    return _markets(scope, or_(Market.nature.is_(None), Market.sector.is_(None)))


# Months


def _months(scope: Scope, condition: ColumnElement[bool]) -> Rows:
    return (
        select(
            D.id, D.public_id.label("address"), D.month, Company.name.label("company"), Market.reference, Market.title
        )
        .join(Market, Market.id == D.market_id)
        .join(Company, Company.id == D.company_id)
        .where(scope.of_work(D), condition)
        .order_by(D.month, D.id)
    )


def _pending(scope: Scope) -> Rows:
    return _months(scope, D.state == DeclarationState.SUBMITTED)


def _not_counted(scope: Scope) -> Rows:
    lines = select(L.declaration_id).where(_standing(scope), L.not_counted.in_(OUTSIDE_ELIGIBILITY))
    return _months(scope, D.id.in_(lines))


def nothing(_scope: Scope) -> Rows:
    """Late months are worked out from the calendar of each market, not asked of a table."""
    return select(D.id, D.public_id.label("address")).where(~true())


QUESTIONS: Mapping[str, Callable[[Scope], Rows]] = {
    checks.LATE.key: nothing, checks.PENDING.key: _pending, checks.NOT_COUNTED.key: _not_counted,
    checks.CONTRACT_OVER.key: _contract_over, checks.NO_JOB.key: _without_job,
    checks.NO_OBJECTIVE.key: _without_objective, checks.NO_CONTRACTOR.key: _without_contractor, checks.NO_NATURE.key: _without_nature,
    checks.NO_LEVEL.key: _without_level, checks.NO_PUBLIC.key: _without_public, checks.NO_QPV.key: _without_qpv,
    checks.NO_SEX.key: _without_sex, checks.AGE.key: _odd_age,
}  # fmt: skip
