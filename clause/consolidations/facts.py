"""The one read of a consolidation: one SQL a grain, summed by the database, as compact frames for pandas.

No row object is made, and the number of queries depends neither on the perimeter nor on its size (``reading``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from clause.consolidations import reading
from clause.consolidations.columns import (
    CONTRACTS,
    HOURS,
    MARKETS,
    NOBODY,
    OPEN,
    PEOPLE,
    TRANSFERS,
    UNKNOWN_AGE,
    Frame,
    frame,
    number,
)
from clause.consolidations.perimeter import Perimeter

__all__ = [
    "CONTRACTS", "HOURS", "MARKETS", "NOBODY", "OPEN", "PEOPLE", "TRANSFERS", "UNKNOWN_AGE", "Facts", "Frame", "frame",
    "number", "read",
]  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True)
class Older:
    """What tables say of the markets that no frame holds: ended before the year before, without hours since (``read``, lean).

    ``ended``: their sums in C02. ``running``: how many ran in each year. ``held``: company, starts: the first of each holder.
    """

    ended: Mapping[str, int] = field(default_factory=dict)
    running: Mapping[int, int] = field(default_factory=dict)
    held: Frame = field(default_factory=lambda: frame((), {"company": "int64", "starts": "int64"}))


@dataclass(frozen=True)
class Facts:
    """Everything the tables of one period are made of.

    ``hours`` is what was worked, for statistics: year, month, market, contract, person, hour_kind, real, valued; the period
    and, for a year, the one before. ``transfers`` is globalisation by month and market, negative on the one that gives: it
    enters attainment alone, as do the cumulative sums of ``markets``. ``markets``, ``contracts``, ``people``,
    ``authorities`` are indexed by id. ``parties``: market, company, role. ``publics``: person, public. ``years``: one row
    a year with its sums of worked hours. ``more``: frames of other grains, by name (``more_facts``), those a table asked for.
    ``whole`` is where they come from, for the whole base: ``more`` reads there what it needs.
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
    transfers: Frame = field(default_factory=lambda: frame((), TRANSFERS))
    more: Mapping[str, Frame] = field(default_factory=dict)
    whole: reading.Whole | None = None
    older: Older = field(default_factory=Older)

    @cached_property
    def period(self) -> Frame:
        """The hours worked in the period itself."""
        return self.between(self.first, self.last)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What several tables need of these facts, made by the first that asks."""
        if name not in self._made:
            self._made[name] = make()
        return cast(T, self._made[name])

    def always(self, name: Hashable, make: Callable[[], T]) -> T:
        """The same for what does not depend on the period: the year before has it too."""
        if name not in self._kept:
            self._kept[name] = make()
        return cast(T, self._kept[name])

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    @property
    def kept(self) -> Mapping[Hashable, Any]:
        """What ``always`` has made so far."""
        return self._kept

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def year_before(self) -> Facts:
        """The same facts, looked at over the year before."""
        year = self.first.year - 1
        before = replace(self, first=date(year, 1, 1), last=date(year, 12, 31))
        before.__dict__["_kept"] = self._kept
        return before

    def between(self, first: date, last: date) -> Frame:
        return _between(self.hours, first, last)

    def transfers_between(self, first: date, last: date) -> Frame:
        """What globalisation moves of the months worked from ``first`` to ``last``."""
        return _between(self.transfers, first, last)

    def ongoing(self, first: date, last: date) -> pd.Series:
        """IND-03, for each market: does it run on a day from ``first`` to ``last``?"""
        m = self.markets
        return m["may_run"] & (m["starts"] <= last.toordinal()) & (m["ends"] >= first.toordinal())


def read(session: Session, perimeter: Perimeter, first: date, last: date, as_of: date, *, since: date | None = None, lean: bool = False) -> Facts:  # fmt: skip
    """The facts of the months from ``first`` to ``last``; ``since`` (default ``first``) is the earliest month of hours read.

    ``lean``: for the tables of the whole base, whose markets of long ago are then in ``older`` alone.
    """
    entries = reading.Entries(perimeter, since or first, last, as_of)
    if perimeter.is_everything:
        return _read_whole(session, reading.whole(session, entries, lean=lean), first)
    hours, transfers = reading.hours(session, entries)
    people = reading.people(session, _ids(hours["person"]))
    return Facts(
        first=first, last=last, as_of=as_of,
        hours=hours,
        markets=reading.markets(session, entries),
        parties=reading.parties(session, perimeter),
        contracts=reading.contracts(session, _ids(hours["contract"])),
        people=people,
        publics=reading.publics(session, people),
        authorities=reading.authorities(session, perimeter),
        companies=reading.companies(session, perimeter),
        years=reading.years(session, entries, hours),
        facilitators=reading.facilitators(session),
        base=perimeter.base,
        transfers=transfers,
    )  # fmt: skip


def _read_whole(session: Session, base: reading.Whole, first: date) -> Facts:
    people = base.people(_distinct(base.hours["person"]))
    return Facts(
        first=first, last=base.entries.last, as_of=base.entries.as_of,
        hours=base.hours,
        markets=base.attained(),
        parties=base.parties(),
        contracts=base.contracts(_distinct(base.hours["contract"])),
        people=people,
        publics=reading.publics(session, people),
        authorities=base.authorities(),
        companies=base.companies(),
        years=base.years(),
        facilitators=reading.facilitators(session),
        base=base.entries.perimeter.base,
        transfers=base.transfers,
        whole=base,
        older=Older(**base.older()),
    )  # fmt: skip


def _distinct(ids: pd.Series) -> Any:
    found = np.flatnonzero(np.bincount(ids))
    return found[found != NOBODY]


def _ids(column: pd.Series) -> list[int]:
    return [int(key) for key in column.unique() if key != NOBODY]


def _between(rows: Frame, first: date, last: date) -> Frame:
    months = rows["year"].astype("int64") * 12 + rows["month"]
    return rows[months.between(first.year * 12 + first.month, last.year * 12 + last.month)]
