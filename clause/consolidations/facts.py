"""The one read of a consolidation: one SQL a grain, summed by the database, as compact frames for pandas.

Hours are int64 hundredths. Codes are their text, "" where missing. Days are ordinals (``date.toordinal``), an open end is
``OPEN``. No row object is made, and the number of queries depends neither on the perimeter nor on its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import pandas as pd
from sqlalchemy import ColumnElement, Select, String, case, extract, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import User
from clause.candidates.codes import EligibilityState
from clause.candidates.models import ClauseEntry, Eligibility, EligibilityCriterion, EmploymentContract, Participant
from clause.candidates.rules.ages import age_on
from clause.consolidations.perimeter import Perimeter
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import known
from clause.markets.codes import HOLDERS, NEVER_ONGOING, OperationStatus
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.objectives import objective_sums
from clause.organisations.models import Company, ContractingAuthority, Establishment, PrescriberOrganisation

OPEN = date.max.toordinal()
NOBODY = 0
UNKNOWN_AGE = -1
Frame = pd.DataFrame


@dataclass(frozen=True)
class Facts:
    """Everything the tables of one period are made of.

    ``hours``: year, month, market, contract, person (``NOBODY`` for a transfer), hour_kind, real, valued; the period and,
    for a year, the one before. ``markets``, ``contracts``, ``people``, ``authorities`` are indexed by id. ``parties``:
    market, company, role. ``publics``: person, public. ``years``: one row a year with its sums.
    """

    first: date
    last: date
    as_of: date
    hours: Frame
    markets: Frame
    parties: Frame
    contracts: Frame
    people: Frame
    publics: Frame
    authorities: Frame
    companies: Frame
    years: Frame
    facilitators: Mapping[int, int]
    base: int = 1607

    @property
    def period(self) -> Frame:
        """The hours of the period itself."""
        return self.between(self.first, self.last)

    def between(self, first: date, last: date) -> Frame:
        months = self.hours["year"] * 12 + self.hours["month"]
        return self.hours[months.between(first.year * 12 + first.month, last.year * 12 + last.month)]

    def ongoing(self, first: date, last: date) -> pd.Series:
        """IND-03, for each market: does it run on a day from ``first`` to ``last``?"""
        m = self.markets
        return m["may_run"] & (m["starts"] <= last.toordinal()) & (m["ends"] >= first.toordinal())


def read(session: Session, perimeter: Perimeter, first: date, last: date, as_of: date, *, since: date | None = None) -> Facts:  # fmt: skip
    """The facts of the months from ``first`` to ``last``; ``since`` (default ``first``) is the earliest month of hours read."""
    entries = _Entries(perimeter, since or first, last, as_of)
    people = _people(session, entries)
    return Facts(
        first=first, last=last, as_of=as_of,
        hours=_hours(session, entries),
        markets=_markets(session, entries),
        parties=_parties(session, perimeter),
        contracts=_contracts(session, entries),
        people=people,
        publics=_publics(session, entries, people),
        authorities=_authorities(session, perimeter),
        companies=_companies(session, perimeter),
        years=_years(session, entries),
        facilitators=_facilitators(session),
        base=perimeter.base,
    )  # fmt: skip


@dataclass(frozen=True)
class _Entries:
    """The ledger entries of a perimeter, posted by ``as_of``, of work done from ``since`` to ``last``."""

    perimeter: Perimeter
    since: date
    last: date
    as_of: date

    def conditions(self, *, from_the_beginning: bool = False) -> list[ColumnElement[bool]]:
        markets = select(Market.id).where(*self.perimeter.conditions())
        found = [LedgerEntry.market_id.in_(markets), LedgerEntry.month <= self.last, known(self.as_of)]
        return found if from_the_beginning else [*found, LedgerEntry.month >= self.since]

    def ids(self, column: Any) -> Select[Any]:
        return select(column).where(*self.conditions(), column.is_not(None)).distinct()


def frame(rows: Iterable[Sequence[Any]], dtypes: Mapping[str, str]) -> Frame:
    """Rows as a frame with these columns and types, also where there is no row at all."""
    made = pd.DataFrame.from_records(cast(Any, list(rows)), columns=list(dtypes))
    return made.astype(cast(Any, dict(dtypes)))


def number(frame: Frame, row: Any, column: str) -> int:
    """One cell of a frame of integers."""
    return int(cast(Any, frame.at[row, column]))


def _text(column: Any) -> ColumnElement[str]:
    """A code as the database keeps it: no enum member is made for each row."""
    return func.coalesce(type_coerce(column, String), "")


def _ordinal(day: date | None) -> int:
    return OPEN if day is None else day.toordinal()


HOURS = {
    "year": "int16", "month": "int8", "market": "int64", "contract": "int64", "person": "int64", "hour_kind": "str",
    "real": "int64", "valued": "int64",
}  # fmt: skip


def _hours(session: Session, entries: _Entries) -> Frame:
    grain = (LedgerEntry.month, LedgerEntry.market_id, LedgerEntry.employment_contract_id, LedgerEntry.participant_id)
    real, valued = func.sum(LedgerEntry.hours_real), func.sum(LedgerEntry.hours_valued)
    rows = session.execute(
        select(*grain, LedgerEntry.hour_kind, real, valued)
        .where(*entries.conditions())
        .group_by(*grain, LedgerEntry.hour_kind)
        .having((real != 0) | (valued != 0))
    )
    records = [
        (month.year, month.month, market, contract or NOBODY, person or NOBODY, kind, int(worked), int(counted))
        for month, market, contract, person, kind, worked, counted in rows
    ]
    return frame(records, HOURS)


MARKETS = {
    "id": "int64", "reference": "str", "title": "str", "operation": "int64", "authority": "int64", "structure": "int64",
    "clause_kind": "str", "nature": "str", "sector": "str", "cpv": "str", "consultation": "object",
    "notification": "object", "starts": "int64", "ends": "int64", "may_run": "bool", "planned": "bool", "lost": "bool",
    "uses_valued": "bool", "initial": "int64", "current": "int64", "due": "int64", "real": "int64", "valued": "int64",
}  # fmt: skip


def _markets(session: Session, entries: _Entries) -> Frame:
    """Markets with a clause, with their objective on the day and all their hours up to the end of the period."""
    hours = (
        select(LedgerEntry.market_id, func.sum(LedgerEntry.hours_real).label("real"), func.sum(LedgerEntry.hours_valued).label("valued"))
        .where(*entries.conditions(from_the_beginning=True)).group_by(LedgerEntry.market_id).subquery()
    )  # fmt: skip
    objective = objective_sums(entries.as_of).subquery()
    rows = session.execute(
        select(
            Market.id, Market.reference, Market.title, Market.operation_id, Operation.authority_id, Market.structure_id,
            _text(Market.clause_kind), _text(Market.nature), _text(Market.sector), Market.cpv, Operation.consultation_date,
            Market.notification_date, Market.starts_on, Market.ends_on, _text(Market.status), _text(Operation.status),
            Market.uses_valued_hours, objective.c.initial, objective.c.current, objective.c.due, hours.c.real, hours.c.valued,
        )
        .join(Operation, Operation.id == Market.operation_id)
        .outerjoin(objective, objective.c.market_id == Market.id)
        .outerjoin(hours, hours.c.market_id == Market.id)
        .where(*entries.perimeter.conditions())
    )  # fmt: skip
    return frame([_market(tuple(row)) for row in rows], MARKETS).set_index("id").sort_index()


def _market(row: tuple[Any, ...]) -> tuple[Any, ...]:
    starts, ends, status, operation, uses_valued, *sums = row[12:]
    lost = status in LOST or operation == OperationStatus.ABANDONED.value
    may_run = status not in NEVER and not lost
    state = (_ordinal(starts), _ordinal(ends), may_run, status == "planned" and not lost, lost, bool(uses_valued))
    return (*row[:12], *state, *(int(value or 0) for value in sums))


NEVER = frozenset(status.value for status in NEVER_ONGOING)
LOST = NEVER - {"planned"}


def _parties(session: Session, perimeter: Perimeter) -> Frame:
    rows = session.execute(
        select(MarketParty.market_id, MarketParty.company_id, _text(MarketParty.role))
        .join(Market, Market.id == MarketParty.market_id)
        .where(*perimeter.conditions(), MarketParty.role.in_(HOLDERS))
    )
    return frame([tuple(row) for row in rows], {"market": "int64", "company": "int64", "role": "str"})


CONTRACTS = {
    "id": "int64", "person": "int64", "mode": "str", "contract_type": "str", "employer_type": "str", "company": "int64",
    "rome": "str", "job": "str", "starts": "int64", "ends": "int64",
}  # fmt: skip


def _contracts(session: Session, entries: _Entries) -> Frame:
    E = EmploymentContract
    rows = session.execute(
        select(
            E.id, E.participant_id, _text(E.mode), _text(E.contract_type), _text(Establishment.kind), Establishment.company_id,
            E.rome, E.job, E.starts_on, E.ends_on,
        )
        .join(Establishment, Establishment.id == E.establishment_id)
        .where(E.id.in_(entries.ids(LedgerEntry.employment_contract_id)))
    )  # fmt: skip
    records = [(*row[:8], _ordinal(row[8]), _ordinal(row[9])) for row in map(tuple, rows)]
    return frame(records, CONTRACTS).set_index("id").sort_index()


PEOPLE = {
    "id": "int64", "sex": "str", "age": "int64", "level": "str", "public": "str", "qpv": "str", "commune": "str",
    "prescriber": "str", "publics": "object", "frozen": "bool",
}  # fmt: skip


def _people(session: Session, entries: _Entries) -> Frame:
    """People by what was frozen at their entry; by what is known of them where no entry was frozen."""
    P, F, had = Participant, ClauseEntry, ClauseEntry.id.is_not(None)
    first_day = (
        select(EmploymentContract.participant_id, func.min(EmploymentContract.starts_on).label("day"))
        .group_by(EmploymentContract.participant_id).subquery()
    )  # fmt: skip

    def frozen_or(frozen: Any, own: Any) -> ColumnElement[Any]:
        return case((had, type_coerce(frozen, String)), else_=type_coerce(own, String))

    rows = session.execute(
        select(
            P.id, frozen_or(F.sex, P.sex), F.age, P.birth_date, first_day.c.day, frozen_or(F.education_level, P.education_level),
            _text(F.primary_public), case((had, F.in_qpv), else_=P.in_qpv), frozen_or(F.commune, P.commune),
            frozen_or(F.prescriber, func.coalesce(PrescriberOrganisation.name, "")), F.publics, had,
        )
        .outerjoin(F, F.participant_id == P.id)
        .outerjoin(PrescriberOrganisation, PrescriberOrganisation.id == P.prescriber_id)
        .outerjoin(first_day, first_day.c.participant_id == P.id)
        .where(P.id.in_(entries.ids(LedgerEntry.participant_id)))
    )  # fmt: skip
    return frame([_person(tuple(row)) for row in rows], PEOPLE).set_index("id").sort_index()


def _person(row: tuple[Any, ...]) -> tuple[Any, ...]:
    person, sex, age, born, first_day, level, public, in_qpv, commune, prescriber, publics, had = row
    if not had and born and first_day:
        age = age_on(born, first_day)
    qpv = "unknown" if in_qpv is None else "qpv" if in_qpv else "not_qpv"
    known_age = UNKNOWN_AGE if age is None else age
    return (
        person,
        sex or "unknown",
        known_age,
        level or "unknown",
        public,
        qpv,
        commune,
        prescriber,
        publics or [],
        bool(had),
    )


def _publics(session: Session, entries: _Entries, people: Frame) -> Frame:
    """One row a person and public. The primary public of a person without frozen entry comes from their assessments."""
    found = {
        (int(cast(Any, person)), str(public)) for person, publics in people["publics"].items() for public in publics
    }
    for person, public in _assessed(session, entries):
        found.add((person, public))
        if not people.at[person, "public"]:
            people.at[person, "public"] = public
    found |= {(int(cast(Any, person)), str(public)) for person, public in people["public"].items() if public}
    return frame(sorted(found), {"person": "int64", "public": "str"})


def _assessed(session: Session, entries: _Entries) -> list[tuple[int, str]]:
    """Criteria of the validated assessments of people without frozen entry, the primary one of the oldest first."""
    rows = session.execute(
        select(Eligibility.participant_id, type_coerce(EligibilityCriterion.kind, String))
        .join(EligibilityCriterion, EligibilityCriterion.eligibility_id == Eligibility.id)
        .where(
            Eligibility.state.in_((EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)),
            Eligibility.participant_id.in_(entries.ids(LedgerEntry.participant_id)),
            Eligibility.participant_id.not_in(select(ClauseEntry.participant_id)),
        )
        .order_by(
            EligibilityCriterion.is_primary.desc(), Eligibility.eligible_from, Eligibility.id, EligibilityCriterion.id
        )
    )
    return [(person, public) for person, public in rows]


def _authorities(session: Session, perimeter: Perimeter) -> Frame:
    buyers = (
        select(Operation.authority_id).join(Market, Market.operation_id == Operation.id).where(*perimeter.conditions())
    )
    A = ContractingAuthority
    rows = session.execute(select(A.id, A.siren, A.name, _text(A.kind)).where(A.id.in_(buyers)))
    return frame([tuple(r) for r in rows], {"id": "int64", "siren": "str", "name": "str", "kind": "str"}).set_index(
        "id"
    )


def _companies(session: Session, perimeter: Perimeter) -> Frame:
    """Names of the holders."""
    holders = select(MarketParty.company_id).join(Market, Market.id == MarketParty.market_id).where(*perimeter.conditions())  # fmt: skip
    rows = session.execute(select(Company.id, Company.siren, Company.name).where(Company.id.in_(holders)))
    return frame([tuple(r) for r in rows], {"id": "int64", "siren": "str", "name": "str"}).set_index("id")


def _years(session: Session, entries: _Entries) -> Frame:
    """Each year since the first: hours, and people and contracts with hours left after reversals. Summed in SQL."""
    year = extract("year", LedgerEntry.month).label("year")
    by_person = (
        select(year, LedgerEntry.participant_id.label("person"), LedgerEntry.employment_contract_id.label("contract"), func.sum(LedgerEntry.hours_real).label("real"))
        .where(*entries.conditions(from_the_beginning=True))
        .group_by(year, LedgerEntry.participant_id, LedgerEntry.employment_contract_id).cte("by_contract")
    )  # fmt: skip
    people = (
        select(by_person.c.year, by_person.c.person, func.sum(by_person.c.real).label("real"))
        .group_by(by_person.c.year, by_person.c.person).cte("by_person")
    )  # fmt: skip

    def counted(of: Any, who: Any) -> Any:
        return select(of.c.year, func.count(who).label("n")).where(of.c.real > 0).group_by(of.c.year).subquery()

    contracts, persons = counted(by_person, by_person.c.contract), counted(people, people.c.person)
    hours = select(by_person.c.year, func.sum(by_person.c.real).label("real")).group_by(by_person.c.year).subquery()
    rows = session.execute(
        select(hours.c.year, hours.c.real, func.coalesce(persons.c.n, 0), func.coalesce(contracts.c.n, 0))
        .outerjoin(persons, persons.c.year == hours.c.year)
        .outerjoin(contracts, contracts.c.year == hours.c.year)
    )
    records = sorted((int(y), int(real), int(p), int(c)) for y, real, p, c in rows)
    columns = ("year", "hours", "participants", "employment_contracts")
    return frame(records, dict.fromkeys(columns, "int64"))


def _facilitators(session: Session) -> dict[int, int]:
    """Active accounts of facilitators and coordinators of each structure, today."""
    rows = session.execute(
        select(User.structure_id, func.count())
        .where(User.role.in_((Role.FACILITATOR, Role.COORDINATOR)), User.closed_at.is_(None), User.password_hash.is_not(None))
        .group_by(User.structure_id)
    )  # fmt: skip
    return {int(cast(int, structure)): int(count) for structure, count in rows}
