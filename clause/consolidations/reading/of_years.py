"""Each year since the first."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from clause.consolidations.columns import (
    Frame,
    frame,
)
from clause.consolidations.reading.of_entries import Entries
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import worked

YEARS = dict.fromkeys(("year", "hours", "participants", "employment_contracts"), "int64")


def years(session: Session, entries: Entries, hours: Frame) -> Frame:
    """Each year since the first: hours worked, and people and contracts with hours left after reversals.

    Those of the hours that were read are counted on them, the others in SQL.
    """
    since = entries.since
    whole = since.year if since == date(since.year, 1, 1) else since.year + 1
    counted = [_year(year, rows) for year, rows in hours[hours["year"] >= whole].groupby("year")]
    return frame(sorted([*_years_before(session, entries, date(whole, 1, 1)), *counted]), YEARS)


def _year(year: Any, rows: Frame) -> tuple[int, int, int, int]:
    real = rows["real"].to_numpy(dtype="int64")
    people, contracts = (np.bincount(rows[who].to_numpy(dtype="int64"), weights=real) for who in ("person", "contract"))
    return int(year), int(real.sum()), int((people[1:] > 0).sum()), int((contracts[1:] > 0).sum())


def _years_before(session: Session, entries: Entries, before: date) -> list[tuple[int, int, int, int]]:
    year = extract("year", LedgerEntry.month).label("year")
    by_contract = (
        select(year, LedgerEntry.participant_id.label("person"), LedgerEntry.employment_contract_id.label("contract"), func.sum(LedgerEntry.hours_real).label("real"))
        .where(*entries.conditions(from_the_beginning=True), LedgerEntry.month < before, worked())
        .group_by(year, LedgerEntry.participant_id, LedgerEntry.employment_contract_id).cte("by_contract")
    )  # fmt: skip
    by_person = (
        select(by_contract.c.year, by_contract.c.person, func.sum(by_contract.c.real).label("real"))
        .group_by(by_contract.c.year, by_contract.c.person).cte("by_person")
    )  # fmt: skip

    def counted(of: Any, who: Any) -> Any:
        return select(of.c.year, func.count(who).label("n")).where(of.c.real > 0).group_by(of.c.year).subquery()

    contracts, persons = counted(by_contract, by_contract.c.contract), counted(by_person, by_person.c.person)
    sums = select(by_contract.c.year, func.sum(by_contract.c.real).label("real")).group_by(by_contract.c.year).subquery()  # fmt: skip
    rows = session.execute(
        select(sums.c.year, sums.c.real, func.coalesce(persons.c.n, 0), func.coalesce(contracts.c.n, 0))
        .outerjoin(persons, persons.c.year == sums.c.year)
        .outerjoin(contracts, contracts.c.year == sums.c.year)
    )
    return [(int(y), int(real), int(p), int(c)) for y, real, p, c in rows]
