"""The ledger of a part of the base, read once for the hours of two years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, String, case, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.consolidations.columns import (
    Frame,
    as_day,
    codes,
    fetch,
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

    def markets(self) -> Select[int]:
        return select(Market.id).where(*self.perimeter.conditions())

    def conditions(self, *, from_the_beginning: bool = False) -> list[ColumnElement[bool]]:
        found = [LedgerEntry.month <= self.last, known(self.as_of), LedgerEntry.market_id.in_(self.markets())]
        return found if from_the_beginning else [*found, LedgerEntry.month >= self.since]


WORK = HourKind.WORK.value


def hours(session: Session, entries: Entries) -> tuple[Frame, Frame]:
    """Hours worked by month, market, contract, person and kind, left after reversals; and globalisation by month and market."""
    L = LedgerEntry
    columns = fetch(
        session,
        select(
            type_coerce(L.month, String), L.market_id, L.employment_contract_id, L.participant_id,
            case((L.hour_kind == WORK, ""), else_=type_coerce(L.hour_kind, String)), L.hours_real, L.hours_valued,
        ).where(L.kind != EntryKind.TRANSFER, *entries.conditions()),
    )  # fmt: skip
    done = Frame(
        {
            "year": mapped(columns[0], lambda m: as_day(m).year, "int16"),
            "month": mapped(columns[0], lambda m: as_day(m).month, "int8"),
            "market": integers(columns[1]), "contract": integers(columns[2]), "person": integers(columns[3]),
            "hour_kind": codes(columns[4], lambda kind: kind or WORK), "real": integers(columns[5]), "valued": integers(columns[6]),
        }
    )  # fmt: skip
    if bool((done["real"] < 0).any() or (done["valued"] < 0).any()):
        done = after_reversals(done)
    return done, _transfers(session, entries)


def _transfers(session: Session, entries: Entries) -> Frame:
    L = LedgerEntry
    month, market, real, valued = fetch(
        session,
        select(type_coerce(L.month, String), L.market_id, func.sum(L.hours_real), func.sum(L.hours_valued))
        .where(transferred(), *entries.conditions())
        .group_by(L.month, L.market_id).order_by(L.month, L.market_id),
    )  # fmt: skip
    return Frame(
        {
            "year": mapped(month, lambda m: as_day(m).year, "int16"), "month": mapped(month, lambda m: as_day(m).month, "int8"),
            "market": integers(market), "real": integers(real), "valued": integers(valued),
        }
    )  # fmt: skip


def after_reversals(rows: Frame) -> Frame:
    """Entries of the same month, market, contract and kind as one; those that cancel out leave nothing."""
    grain = [column for column in rows.columns if column not in ("real", "valued")]
    summed = rows.groupby(grain, as_index=False, sort=False).sum()
    return summed[(summed["real"] != 0) | (summed["valued"] != 0)].reset_index(drop=True)
