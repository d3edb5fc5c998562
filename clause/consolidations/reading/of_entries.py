"""The ledger, read once for the hours of two years, and the older entries of the whole base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Integer, String, case, extract, func, select, type_coerce
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session

from clause.consolidations.columns import (
    Array,
    Frame,
    as_day,
    codes,
    fetch,
    fetch_integers,
    integers,
    mapped,
)
from clause.consolidations.perimeter import Perimeter
from clause.hours.codes import HourKind
from clause.ledger.models import EntryKind, LedgerEntry
from clause.ledger.queries import known, transferred
from clause.markets.models import Market


@dataclass(frozen=True)
class Entries:
    """The ledger entries of a perimeter, posted by ``as_of``, of work done from ``since`` to ``last``."""

    perimeter: Perimeter
    since: date
    last: date
    as_of: date

    def conditions(self, *, from_the_beginning: bool = False, of_all: bool = False) -> list[ColumnElement[bool]]:
        """``of_all``: whatever the market."""
        markets = select(Market.id).where(*self.perimeter.conditions())
        found = [LedgerEntry.month <= self.last, known(self.as_of)]
        found += [] if of_all else [LedgerEntry.market_id.in_(markets)]
        return found if from_the_beginning else [*found, LedgerEntry.month >= self.since]


WORK = HourKind.WORK.value


def hours(session: Session, entries: Entries, markets: Frame) -> tuple[Frame, Frame]:
    """Hours worked by month, market, contract, person and kind, left after reversals; and globalisation by month and market.

    Of the whole base every entry is read and those of other markets (without clause) are left out here: it costs the
    database more to look at the market of each.
    """
    L = LedgerEntry
    columns = fetch(
        session,
        select(
            type_coerce(L.month, String), L.market_id, L.employment_contract_id, L.participant_id,
            case((L.hour_kind == WORK, ""), else_=type_coerce(L.hour_kind, String)), L.hours_real, L.hours_valued,
        ).where(L.kind != EntryKind.TRANSFER, *_stretch(session, entries), *entries.conditions(of_all=entries.perimeter.is_everything)),
    )  # fmt: skip
    read = Frame(
        {
            "year": mapped(columns[0], lambda m: as_day(m).year, "int16"),
            "month": mapped(columns[0], lambda m: as_day(m).month, "int8"),
            "market": integers(columns[1]), "contract": integers(columns[2]), "person": integers(columns[3]),
            "hour_kind": codes(columns[4], lambda kind: kind or WORK), "real": integers(columns[5]), "valued": integers(columns[6]),
        }
    )  # fmt: skip
    done = read[led(read["market"], markets)]
    if bool((done["real"] < 0).any() or (done["valued"] < 0).any()):
        done = _after_reversals(done)
    return done, _transfers(session, entries, markets)


def _transfers(session: Session, entries: Entries, markets: Frame) -> Frame:
    L = LedgerEntry
    month, market, real, valued = fetch(
        session,
        select(type_coerce(L.month, String), L.market_id, func.sum(L.hours_real), func.sum(L.hours_valued))
        .where(transferred(), *entries.conditions(of_all=entries.perimeter.is_everything))
        .group_by(L.month, L.market_id).order_by(L.month, L.market_id),
    )  # fmt: skip
    found = Frame(
        {
            "year": mapped(month, lambda m: as_day(m).year, "int16"), "month": mapped(month, lambda m: as_day(m).month, "int8"),
            "market": integers(market), "real": integers(real), "valued": integers(valued),
        }
    )  # fmt: skip
    return found[led(found["market"], markets)].reset_index(drop=True)


def led(ids: pd.Series, markets: Frame) -> Array:
    """Which of these markets are of the perimeter."""
    known, wanted = markets.index.to_numpy(dtype="int64"), ids.to_numpy(dtype="int64")
    there = np.zeros(int(max(known.max(initial=0), wanted.max(initial=0))) + 1, dtype="bool")
    there[known] = True
    return there[wanted]


def _stretch(session: Session, entries: Entries) -> list[ColumnElement[bool]]:
    """Entries are written month after month: those of some months lie in one stretch of the table, which is read in order.

    Looked for one by one through the index of months they cost half as much again.
    """
    if not entries.perimeter.is_everything:
        return []
    first, last = session.execute(
        select(func.min(LedgerEntry.id), func.max(LedgerEntry.id)).where(LedgerEntry.month.between(entries.since, entries.last))
    ).one()  # fmt: skip
    return [LedgerEntry.id.between(first or 0, last or 0)]


def _after_reversals(rows: Frame) -> Frame:
    """Entries of the same month, market, contract and kind as one; those that cancel out leave nothing."""
    grain = [column for column in rows.columns if column not in ("real", "valued")]
    summed = rows.groupby(grain, as_index=False, sort=False).sum()
    return summed[(summed["real"] != 0) | (summed["valued"] != 0)].reset_index(drop=True)


@dataclass(frozen=True)
class Earlier:
    """The entries of the whole base before the months that are read, as arrays; ``moved`` 1 for globalisation."""

    year: Array
    market: Array
    contract: Array
    person: Array
    moved: Array
    real: Array
    valued: Array


def earlier(session: Session, entries: Entries) -> Earlier | None:
    """None for a part of the base: the database then sums the little there is."""
    if not entries.perimeter.is_everything:
        return None
    L = LedgerEntry
    year = func.substr(type_coerce(L.month, String), 1, 4) if session.get_bind().dialect.name == "sqlite" else extract("year", L.month)  # fmt: skip
    statement = select(
        cast_to(year, Integer), L.market_id, func.coalesce(L.employment_contract_id, 0), func.coalesce(L.participant_id, 0),
        case((transferred(), 1), else_=0), L.hours_real, L.hours_valued,
    ).where(L.month < entries.since, known(entries.as_of))  # fmt: skip
    return Earlier(*fetch_integers(session, statement))
