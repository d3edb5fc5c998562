"""The lines behind a figure: from table, row and column to the ledger entries or the markets that make it.

A cut finds its lines by the keys it counts with, so that a figure and what it opens on cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Hidden, Unit, Value
from clause.consolidations.masking import COUNTS, MERGED
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.cuts import Cut, Grain, keyed
from clause.consolidations.tables.objectives import IN_TOTAL, market_groups
from clause.kernel.values import month_end

TOTAL = "total"
OF_CUTS: Mapping[str, Cut] = {cut.code: cut for cut in CUTS}
OF_BILAN: Mapping[str, str] = {
    "B07": "C04", "B08": "C05", "B09a": "C06a", "B09b": "C06b", "B09c": "C06d", "B09d": "C06c", "B09e": "C06f",
}  # fmt: skip
OF_MARKETS = frozenset({"markets", "operations", "contracting_authorities"})
HOURS = frozenset({"hours", "participants", "employment_contracts", "fte"})


@dataclass(frozen=True)
class Selection:
    """What is behind a figure: entries of some markets, contracts or people (None: all) from ``first`` to ``last``.

    ``shows_markets``: the figure counts markets or sets objectives, so the markets themselves are shown.
    """

    first: date
    last: date
    markets: frozenset[int] | None = None
    contracts: frozenset[int] | None = None
    people: frozenset[int] | None = None
    shows_markets: bool = False

    def hours(self, facts: Facts) -> Frame:
        """The hours of the selection, as the facts have them."""
        found = facts.between(self.first, self.last)
        for column, ids in (("market", self.markets), ("contract", self.contracts), ("person", self.people)):
            found = found if ids is None else found[found[column].isin(ids)]
        return found


def selection(facts: Facts, table: str, row: str, column: str) -> Selection | None:
    """What is behind a cell of an annual table or of a bilan; None where there is no such cell, or nothing to open."""
    code = OF_BILAN.get(table, table)
    if code in OF_CUTS:
        return _of_cut(facts, OF_CUTS[code], row, column)
    found = _OTHERS.get(code)
    return found(facts, row, column) if found else None


def _of_cut(facts: Facts, cut: Cut, row: str, column: str) -> Selection | None:
    if column not in {c.key for c in cut.columns} or column == "article":
        return None
    if column in OF_MARKETS:
        running = facts.markets.index[facts.ongoing(facts.first, facts.last)]
        ids = frozenset(int(m) for m in running)
        ids = ids if row == TOTAL else ids & _market_ids(facts, cut, row)
        return Selection(facts.first, facts.last, markets=ids, shows_markets=True)
    if row == TOTAL:
        return Selection(facts.first, facts.last)
    return _by_grain(facts, cut.grain, _ids(facts, cut, row))


def _by_grain(facts: Facts, grain: Grain, ids: frozenset[int]) -> Selection:
    if grain is Grain.MARKET:
        return Selection(facts.first, facts.last, markets=ids)
    if grain is Grain.CONTRACT:
        return Selection(facts.first, facts.last, contracts=ids)
    return Selection(facts.first, facts.last, people=ids)


def _ids(facts: Facts, cut: Cut, row: str) -> frozenset[int]:
    if cut.grain is Grain.MARKET:
        return _market_ids(facts, cut, row)
    hours = keyed(facts, facts.period, cut)
    return frozenset(int(i) for i in hours[hours["key"] == row][cut.grain.value].unique())


def _market_ids(facts: Facts, cut: Cut, row: str) -> frozenset[int]:
    keys = cut.keys(facts)
    return frozenset(int(i) for i in keys[keys == row].index)


def _key_figures(facts: Facts, row: str, column: str) -> Selection | None:
    year = facts.first.year - (column == "previous")
    first, last = date(year, 1, 1), date(year, 12, 31)
    if column not in ("value", "previous") or row == "facilitators":
        return None
    if row in HOURS:
        return Selection(first, last)
    return Selection(first, last, markets=_running(facts, first, last), shows_markets=True)


def _running(facts: Facts, first: date, last: date) -> frozenset[int]:
    return frozenset(int(m) for m in facts.markets.index[facts.ongoing(first, last)])


def _objectives(facts: Facts, row: str, column: str) -> Selection | None:
    groups = market_groups(facts)
    wanted = IN_TOTAL if row == TOTAL else (row,)
    ids = frozenset(int(m) for m in groups[groups.isin(wanted)].index)
    if column == "hours_year":
        return Selection(facts.first, facts.last, markets=ids)
    if column == "hours_cumulative":
        return Selection(date.min, facts.last, markets=ids)
    return Selection(facts.first, facts.last, markets=ids, shows_markets=True)


def _months(facts: Facts, row: str, column: str) -> Selection | None:
    back = int(column == "hours_previous")
    year = facts.first.year - back
    if row == TOTAL:
        return Selection(date(year, 1, 1), date(year, 12, 31))
    month = _month(row)
    return Selection(month.replace(year=year), month_end(month.replace(year=year))) if month else None


def _years(facts: Facts, row: str, column: str) -> Selection | None:
    if not (row.isdigit() and 1900 <= int(row) <= facts.last.year):
        return None
    first, last = date(int(row), 1, 1), date(int(row), 12, 31)
    if column == "markets":
        return Selection(first, last, markets=_running(facts, first, last), shows_markets=True)
    return Selection(first, last)


def _month(text: str) -> date | None:
    year, _, month = text.partition("-")
    return date(int(year), int(month), 1) if year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 else None


# The bilan


def _operation_figures(facts: Facts, row: str, _column: str) -> Selection | None:
    every = frozenset(int(m) for m in facts.markets.index)
    return Selection(facts.first, facts.last, markets=every, shows_markets=row not in HOURS)


def _operation_markets(facts: Facts, row: str, column: str) -> Selection | None:
    m = facts.markets
    ids = frozenset(int(i) for i in (m.index if row == TOTAL else m.index[m["reference"] == row]))
    return Selection(facts.first, facts.last, markets=ids, shows_markets=column != "hours")


def _operation_months(facts: Facts, row: str, column: str) -> Selection | None:
    month = None if row == TOTAL else _month(row)
    if month is None:
        return Selection(facts.first, facts.last) if row == TOTAL else None
    return Selection(facts.first if column == "cumulative" else month, month_end(month))


_OTHERS: dict[str, Any] = {
    "C01": _key_figures, "C02": _objectives, "C17": _months, "C17b": _years,
    "B02": _operation_figures, "B03": _operation_markets, "B05": _operation_months, "B11": _operation_markets,
}  # fmt: skip


# Which figures of a page open


def opens(table: Table, row: Row | None, column: Column, value: Value, *, outside: bool) -> bool:
    """Whether a figure is a link. ``outside``: for an authority, only what is by market or month, never people."""
    if not column.opens or column.unit is Unit.TEXT or isinstance(value, Hidden) or not value:
        return False
    if row is not None and row.key in ("facilitators", MERGED):
        return False
    if table.code not in _OTHERS and OF_BILAN.get(table.code, table.code) not in OF_CUTS:
        return False
    return not outside or _may_open_outside(table.code, row.key if row else TOTAL, column.key)


def may_open(table: str, row: str, column: str, *, outside: bool) -> bool:
    """The same question where the address of a cell was typed."""
    return not outside or _may_open_outside(table, row, column)


def _may_open_outside(table: str, row: str, column: str) -> bool:
    if row in COUNTS or column in COUNTS:
        return False
    cut = OF_CUTS.get(OF_BILAN.get(table, table))
    return table in _OTHERS if cut is None else cut.grain is Grain.MARKET
