"""The lines behind a figure: from table, row and column to the ledger entries or the markets that make it.

A cut finds its lines by the keys it counts with, so that a figure and what it opens on cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from clause.consolidations.facts import OPEN, Facts, Frame
from clause.consolidations.figures import Hidden, Unit, Value
from clause.consolidations.masking import COUNTS, MERGED
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables import anru, commitment_figures, operation_outcomes, outcomes, people_tables
from clause.consolidations.tables import insertion_companies as insertion
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.anru import ANRU_CUTS, of_anru
from clause.consolidations.tables.cuts import PREVIOUS, Cut, Grain, keyed, or_unknown, running_holders, year_before
from clause.consolidations.tables.more_cuts import MORE_CUTS
from clause.consolidations.tables.objectives import IN_TOTAL, market_groups
from clause.kernel.values import month_end

TOTAL = "total"
BEFORE = "_previous"
OF_CUTS: Mapping[str, Cut] = {cut.code: cut for cut in (*CUTS, *MORE_CUTS)}
OF_BILAN: Mapping[str, str] = {
    "B07": "C04", "B08": "C05", "B09a": "C06a", "B09b": "C06b", "B09c": "C06d", "B09d": "C06c", "B09e": "C06f",
}  # fmt: skip
OF_MARKETS = frozenset({"markets", "operations", "contracting_authorities"})
OF_OUTCOMES = frozenset({"C13", "C13b", "C16h", *outcomes.CROSSINGS})
OF_PEOPLE = frozenset(
    {"C10d", "C12b", "C14", "C14b", "C14c", operation_outcomes.CODE, *OF_OUTCOMES}
)  # their lines are for the team alone
HOURS = frozenset({"hours", "participants", "employment_contracts", "fte"})


@dataclass(frozen=True)
class Listed:
    """Something about one person behind a figure: ``on`` is None where its day is not known."""

    person: int
    what: str
    on: date | None
    state: str


@dataclass(frozen=True)
class Selection:
    """What is behind a figure: entries of some markets, contracts or people (None: all) from ``first`` to ``last``.

    ``shows_markets``: the figure counts markets or sets objectives, so the markets themselves are shown. ``attained``: the
    figure is of attainment, so it counts globalisation, and valued hours where a market counts by them. ``kinds``: of these
    kinds of hours alone; ``pairs``: of these markets and contracts together; ``months``: of these alone. ``listed``: the figure counts acts about people, each
    with what it is, its day and what became of it.
    """

    first: date
    last: date
    markets: frozenset[int] | None = None
    contracts: frozenset[int] | None = None
    people: frozenset[int] | None = None
    shows_markets: bool = False
    attained: bool = False
    kinds: frozenset[str] | None = None
    listed: tuple[Listed, ...] | None = None
    pairs: frozenset[tuple[int, int]] | None = None
    months: frozenset[date] | None = None

    def hours(self, facts: Facts) -> Frame:
        """The hours worked of the selection, as the facts have them."""
        found = facts.between(self.first, self.last)
        wanted = (
            ("market", self.markets),
            ("contract", self.contracts),
            ("person", self.people),
            ("hour_kind", self.kinds),
        )
        for column, ids in wanted:
            found = found if ids is None else found[found[column].isin(ids)]
        if self.months is not None:
            wanted_months = [month.year * 12 + month.month for month in self.months]
            found = found[(found["year"].astype("int64") * 12 + found["month"]).isin(wanted_months)]
        if self.pairs is None:
            return found
        return found[[pair in self.pairs for pair in zip(found["market"], found["contract"], strict=True)]]


def selection(facts: Facts, table: str, row: str, column: str) -> Selection | None:
    """What is behind a cell of an annual table or of a bilan; None where there is no such cell, or nothing to open."""
    code = OF_BILAN.get(table, table)
    if code in ANRU_CUTS:
        return _of_part(of_anru(facts), ANRU_CUTS[code], row, column)
    if code in OF_CUTS:
        return _of_cut(facts, OF_CUTS[code], row, column)
    if code == operation_outcomes.CODE:
        return Selection(facts.first, facts.last, listed=tuple(_listed(operation_outcomes.listed(facts, row, column))))
    if code in OF_PEOPLE and code not in _OTHERS:
        if column.endswith(BEFORE):
            facts, column = year_before(facts), column.removesuffix(BEFORE)
        found = (outcomes if code in OF_OUTCOMES else people_tables).listed(facts, code, row, column)
        return Selection(facts.first, facts.last, listed=tuple(_listed(found)))
    found = _OTHERS.get(code)
    return found(facts, row, column) if found else None


def _of_cut(facts: Facts, cut: Cut, row: str, column: str) -> Selection | None:
    if column in PREVIOUS:
        facts, column = year_before(facts), PREVIOUS[column]
    if column not in {c.key for c in cut.columns} or column == "article":
        return None
    if column in OF_MARKETS:
        running = facts.markets.index[facts.ongoing(facts.first, facts.last)]
        ids = frozenset(int(m) for m in running)
        ids = ids if row == TOTAL else ids & _market_ids(facts, cut, row)
        return Selection(facts.first, facts.last, markets=ids, shows_markets=True)
    if column == "companies":
        return Selection(facts.first, facts.last, markets=_held(facts, cut, row), shows_markets=True)
    if row == TOTAL:
        return Selection(facts.first, facts.last)
    return _by_grain(facts, cut, row)


def _of_part(facts: Facts, cut: Cut, row: str, column: str) -> Selection | None:
    """A cut of some markets: never a line of another market."""
    found = _of_cut(facts, cut, row, column)
    if found is None:
        return None
    every = frozenset(int(m) for m in facts.markets.index)
    return replace(found, markets=every if found.markets is None else found.markets & every)


def _listed(rows: Frame) -> list[Listed]:
    found = zip(rows["person"], rows["what"], rows["on"], rows["state"], strict=True)
    return sorted(
        (
            Listed(int(p), str(what), None if on >= OPEN else date.fromordinal(int(on)), str(state))
            for p, what, on, state in found
        ),
        key=lambda one: (one.on or date.max, one.person, one.what, one.state),
    )


def _held(facts: Facts, cut: Cut, row: str) -> frozenset[int]:
    """The ongoing markets of the companies of a row."""
    held = running_holders(facts)
    if row != TOTAL and cut.company_keys is not None:
        held = held[or_unknown(held["company"].map(cut.company_keys(facts))) == row]
    return frozenset(int(m) for m in held["market"])


def _by_grain(facts: Facts, cut: Cut, row: str) -> Selection:
    hours = keyed(facts, facts.period, cut)
    hours = hours[hours["key"] == row]
    found = Selection(facts.first, facts.last)
    for grain in {cut.grain, cut.crossed[0] if cut.crossed else cut.grain}:
        found = replace(found, **_wanted(facts, cut, grain, row, hours))
    return found


def _wanted(facts: Facts, cut: Cut, grain: Grain, row: str, hours: Frame) -> dict[str, Any]:
    if grain is Grain.MARKET and cut.crossed is None:
        return {"markets": _market_ids(facts, cut, row)}
    if grain is Grain.KIND:
        return {"kinds": frozenset((row,))}
    names = {Grain.MARKET: "markets", Grain.CONTRACT: "contracts", Grain.PERSON: "people"}
    return {names[grain]: frozenset(int(i) for i in hours[grain.value].unique())}


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
        return Selection(facts.first, facts.last, markets=ids, attained=True)
    if column == "hours_cumulative":
        return Selection(date.min, facts.last, markets=ids, attained=True)
    return Selection(facts.first, facts.last, markets=ids, shows_markets=True)


def _insertion(facts: Facts, row: str, column: str) -> Selection | None:
    """C10d: the hours of the SIAE of a row, or the markets where they have that part."""
    if column in PREVIOUS:
        facts = year_before(facts)
    elif column in ("companies", "markets"):
        return Selection(facts.first, facts.last, markets=insertion.markets_of(facts, row), shows_markets=True)
    return Selection(facts.first, facts.last, pairs=insertion.pairs(facts, row))


def _commitments(facts: Facts, row: str, column: str) -> Selection | None:
    if column == "previous":
        facts = year_before(facts)
    markets = commitment_figures.markets_of(facts, row)
    return None if markets is None else Selection(facts.first, facts.last, markets=markets, shows_markets=True)


def _anru(facts: Facts, row: str, column: str) -> Selection | None:
    if column.endswith(BEFORE):
        facts = year_before(facts)
    shows = column not in ("hours", "hours_previous")
    return Selection(facts.first, facts.last, markets=anru.markets_of(facts, row, column), shows_markets=shows)


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
    return Selection(facts.first, facts.last, markets=ids, shows_markets=column != "hours", attained=True)


def _of_one_market(facts: Facts, row: str, _column: str) -> Selection:
    """Lines of a table that begin with the reference of their market: objective events, transfers."""
    wanted = TOTAL if row == TOTAL else row.rpartition("/")[0]
    return replace(_operation_markets(facts, wanted, "markets") or Selection(facts.first, facts.last), attained=False)


def _employer(facts: Facts, row: str, _column: str) -> Selection:
    """B06: the hours of the contracts of one employer, by its SIREN (``more["employers"]``)."""
    if row == TOTAL:
        return Selection(facts.first, facts.last)
    employers = facts.more["employers"]
    own = facts.contracts["company"].isin(employers.index[employers["siren"] == row])
    return Selection(facts.first, facts.last, contracts=frozenset(int(i) for i in facts.contracts.index[own]))


def _operation_months(facts: Facts, row: str, column: str) -> Selection | None:
    if column == "expected":
        return _operation_figures(facts, column, column)
    month, so_far = None if row == TOTAL else _month(row), column == "cumulative"
    if month is None:
        return Selection(facts.first, facts.last, attained=so_far) if row == TOTAL else None
    return Selection(facts.first if so_far else month, month_end(month), attained=so_far)


_OTHERS: dict[str, Any] = {
    "C01": _key_figures, "C02": _objectives, "C10d": _insertion, "C15": _commitments, "C16": _anru, "C17": _months, "C17b": _years,
    "B02": _operation_figures, "B03": _operation_markets, "B04": _of_one_market, "B05": _operation_months, "B06": _employer,
    "B10": _operation_markets, "B11": _operation_markets, "B12": _of_one_market,
}  # fmt: skip


# Which figures of a page open


def opens(table: Table, row: Row | None, column: Column, value: Value, *, outside: bool) -> bool:
    """Whether a figure is a link. ``outside``: for an authority, only what is by market or month, never people."""
    if not column.opens or column.unit is Unit.TEXT or isinstance(value, Hidden) or not value:
        return False
    if row is not None and row.key in ("facilitators", MERGED):
        return False
    if not {OF_BILAN.get(table.code, table.code)} & {*_OTHERS, *OF_CUTS, *ANRU_CUTS, *OF_PEOPLE}:
        return False
    return not outside or _may_open_outside(table.code, row.key if row else TOTAL, column.key)


def may_open(table: str, row: str, column: str, *, outside: bool) -> bool:
    """The same question where the address of a cell was typed."""
    return not outside or _may_open_outside(table, row, column)


def _may_open_outside(table: str, row: str, column: str) -> bool:
    if row in COUNTS or column in COUNTS or column == "participants_previous" or table in OF_PEOPLE or table == "B06":
        return False
    cut = OF_CUTS.get(OF_BILAN.get(table, table)) or ANRU_CUTS.get(table)
    return table in _OTHERS if cut is None else cut.grain is Grain.MARKET and cut.crossed is None
