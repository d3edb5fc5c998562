"""A cut divides the hours of the period by one characteristic of their market, contract, person or month.

A cut says which ids bear which key; ``cut_table`` counts, and ``lines.py`` finds the lines behind a cell by the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.measures import grouped, market_figures, whole
from clause.kernel.values import fold

UNKNOWN = "unknown"


class Grain(StrEnum):
    """What bears the characteristic; the values are columns of ``Facts.hours``."""

    MARKET = "market"
    CONTRACT = "contract"
    PERSON = "person"


HOURS = Column("hours", "Heures", Unit.HOURS)
PARTICIPANTS = Column("participants", "Personnes")
CONTRACTS = Column("employment_contracts", "Contrats de travail")
MARKETS = Column("markets", "Marchés en cours")
OPERATIONS = Column("operations", "Opérations en cours")
AUTHORITIES = Column("contracting_authorities", "Maîtres d'ouvrage")
STANDARD = (HOURS, PARTICIPANTS, CONTRACTS)
PEOPLE = frozenset({"participants", "employment_contracts"})


@dataclass(frozen=True)
class Cut:
    """``keys(facts)`` is a Series of keys indexed by id of the grain; an id may come several times (``overlaps``).

    ``order`` lists the keys of a closed list in the order to show; where it is empty the largest come first. ``shown``
    are keys that have a row even when nothing is in it. ``labels`` gives the label of keys, ``texts`` other text columns.
    """

    code: str
    title: str
    about: str
    grain: Grain
    keys: Callable[[Facts], pd.Series]
    labels: Callable[[Facts], Mapping[str, str]]
    order: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    columns: tuple[Column, ...] = STANDARD
    summed: frozenset[str] = frozenset({"hours"})
    notes: tuple[str, ...] = ()
    overlaps: bool = False
    texts: Callable[[Facts], Mapping[str, Mapping[str, str]]] | None = None
    chart: Chart | None = None
    sensitive: frozenset[str] = field(default=frozenset({"hours"}) | PEOPLE)

    @property
    def open_list(self) -> bool:
        """Whether the presence of a row says that somebody is in it; the rows of markets are public anyway."""
        return self.grain is not Grain.MARKET and set(self.shown) != set(self.order or ("",))


def keyed(facts: Facts, hours: Frame, cut: Cut) -> Frame:
    """The hours with the column ``key``; once for each key of an id that has several, « unknown » where it has none.

    Hours without person (a transfer between markets) stay in, so that a partition always sums to the total.
    """
    keys = cut.keys(facts).rename("key")
    merged = hours.merge(keys, left_on=cut.grain.value, right_index=True, how="left")
    return merged.assign(key=merged["key"].fillna(UNKNOWN).astype("str"))


def cut_table(facts: Facts, cut: Cut) -> Table:
    """The table of a cut: one row a key, and a total that is its own count."""
    hours = facts.period
    sums = grouped(keyed(facts, hours, cut), "key")
    extra = _market_counts(facts, cut)
    for column in extra.columns:
        sums = sums.join(extra[[column]], how="outer")
    sums = _rows_shown(sums.fillna(0).astype("int64"), cut)
    labels, texts = cut.labels(facts), cut.texts(facts) if cut.texts else {}
    rows = tuple(_row(key, sums, cut, labels, texts) for key in _ordered(sums, cut, labels))
    total = {**whole(hours), **_market_totals(facts)}
    return Table(
        code=cut.code, title=cut.title, about=cut.about, columns=cut.columns, rows=rows,
        total={c.key: total[c.key] for c in cut.columns if c.key in total}, notes=cut.notes,
        summed=frozenset() if cut.overlaps else cut.summed, sensitive=cut.sensitive & {c.key for c in cut.columns},
        open_list=cut.open_list, overlaps=cut.overlaps, chart=cut.chart,
    )  # fmt: skip


def _rows_shown(sums: Frame, cut: Cut) -> Frame:
    used = {c.key for c in cut.columns} & set(sums.columns)
    kept = sums[(sums[sorted(used)] != 0).any(axis=1)]
    index = list(kept.index) + [key for key in cut.shown if key not in kept.index]
    return kept.reindex(index, fill_value=0)


def _ordered(sums: Frame, cut: Cut, labels: Mapping[str, str]) -> list[str]:
    """Closed lists in their order; others by hours, then label; unknown last."""
    rank = {key: number for number, key in enumerate(cut.order)}

    def place(key: str) -> tuple[bool, int, int, str, str]:
        hours = int(sums.at[key, "hours"])  # type: ignore[arg-type]
        return key == UNKNOWN, rank.get(key, len(rank)), -hours, fold(labels.get(key, key)), key

    return sorted((str(key) for key in sums.index), key=place)


def _row(key: str, sums: Frame, cut: Cut, labels: Mapping[str, str], texts: Mapping[str, Mapping[str, str]]) -> Row:
    cells: dict[str, Value] = {}
    for column in cut.columns:
        if column.unit is Unit.TEXT:
            cells[column.key] = texts.get(column.key, {}).get(key, "")
        else:
            cells[column.key] = int(sums.at[key, column.key])  # type: ignore[arg-type]
    return Row(key, labels.get(key, "Inconnu" if key == UNKNOWN else key), cells)


def _market_counts(facts: Facts, cut: Cut) -> Frame:
    """Ongoing markets, operations and authorities of each key of a cut by market."""
    wanted = [c for c in ("markets", "operations", "contracting_authorities") if c in {x.key for x in cut.columns}]
    if cut.grain is not Grain.MARKET or not wanted:
        return pd.DataFrame()
    keys = cut.keys(facts).rename("key")
    running = facts.markets[facts.ongoing(facts.first, facts.last)].join(keys, how="inner")
    groups = running.groupby("key")
    counts = {"markets": groups.size(), "operations": groups["operation"].nunique(), "contracting_authorities": groups["authority"].nunique()}  # fmt: skip
    return pd.DataFrame({name: counts[name] for name in wanted})


def _market_totals(facts: Facts) -> dict[str, int]:
    running = facts.markets[facts.ongoing(facts.first, facts.last)]
    return {
        "markets": len(running),
        "operations": int(running["operation"].nunique()),
        "contracting_authorities": int(running["authority"].nunique()),
    }


__all__ = ["Cut", "Grain", "cut_table", "keyed", "market_figures"]
