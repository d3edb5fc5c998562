"""A cut divides the hours of the period by one characteristic of their market, contract, person or month.

A cut says which ids bear which key; ``cut_table`` counts, and ``lines.py`` finds the lines behind a cell by the same keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.coded import UNKNOWN, Coded, Integers, among, coded, distinct, numbered, worked
from clause.consolidations.tables.measures import MEASURES, market_figures
from clause.kernel.values import fold


class Grain(StrEnum):
    """What bears the characteristic; the values are columns of ``Facts.hours``."""

    MARKET = "market"
    CONTRACT = "contract"
    PERSON = "person"
    KIND = "hour_kind"


HOURS = Column("hours", "Heures", Unit.HOURS)
PARTICIPANTS = Column("participants", "Personnes")
CONTRACTS = Column("employment_contracts", "Contrats de travail")
MARKETS = Column("markets", "Marchés en cours")
OPERATIONS = Column("operations", "Opérations en cours")
AUTHORITIES = Column("contracting_authorities", "Maîtres d'ouvrage")
STANDARD = (HOURS, PARTICIPANTS, CONTRACTS)
COMPANIES = Column("companies", "Entreprises")
PEOPLE = frozenset({"participants", "employment_contracts"})
MARKET_COUNTS = frozenset({"markets", "operations", "contracting_authorities"})
PREVIOUS = {"hours_previous": "hours", "participants_previous": "participants"}
Keys = Callable[[Facts], pd.Series]


@dataclass(frozen=True)
class Cut:
    """``keys(facts)`` is a Series of keys indexed by id of the grain; an id may come several times (``overlaps``).

    ``order`` lists the keys of a closed list in the order to show; where it is empty the largest come first. ``shown``
    are keys that have a row even when nothing is in it. ``labels`` gives the label of keys, ``texts`` other text columns.
    ``crossed`` is a second characteristic, with its own grain: the key of a row is then ``a/b``. ``company_keys`` gives the
    key of each holder, by company, where the table counts companies. ``of_period``: keys depend on the period looked at.
    """

    code: str
    title: str
    about: str
    grain: Grain
    keys: Keys
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
    crossed: tuple[Grain, Keys] | None = None
    company_keys: Keys | None = None
    of_period: bool = False

    @property
    def open_list(self) -> bool:
        """Whether the presence of a row says that somebody is in it; the rows of markets are public anyway."""
        return self.grain is not Grain.MARKET and set(self.shown) != set(self.order or ("",))


def keyed(facts: Facts, hours: Frame, cut: Cut) -> Frame:
    """The hours with the column ``key``; once for each key of an id that has several, « unknown » where it has none.

    Every hour worked keeps a row, so that a partition always sums to the total.
    """
    merged = _merged(hours, cut.grain, cut.keys(facts))
    if cut.crossed is None:
        return merged
    grain, keys = cut.crossed
    both = _merged(merged.rename(columns={"key": "first"}), grain, keys(facts))
    return both.assign(key=_crossed(both["first"], both["key"]))


def _merged(hours: Frame, grain: Grain, keys: pd.Series) -> Frame:
    """The keys are sorted once by id, as a category: an hour then bears a small number and not a text."""
    known = sorted({*(str(key) for key in keys.dropna().unique()), UNKNOWN})
    coded = pd.Series(pd.Categorical(keys, categories=known).codes.astype("int64"), index=keys.index)
    if coded.index.is_unique:
        found = coded.index.get_indexer(pd.Index(hours[grain.value]))
        places = np.append(coded.to_numpy(), -1)[found]  # the last for an id without any key
    else:
        hours = hours.merge(coded.rename("key"), left_on=grain.value, right_index=True, how="left")
        places = hours["key"].fillna(-1).to_numpy(dtype="int64")
    places = np.where(places < 0, known.index(UNKNOWN), places)
    return hours.assign(key=pd.Categorical.from_codes(places, categories=pd.Index(known, dtype="str")))


def _crossed(first: pd.Series, second: pd.Series) -> pd.Categorical:
    """« a/b »: only the pairs that are found, in the order of their text."""
    span = len(second.cat.categories)
    places, pairs = pd.factorize(first.cat.codes.to_numpy(dtype="int64") * span + second.cat.codes.to_numpy())
    ones, others = list(first.cat.categories), list(second.cat.categories)
    names = [f"{ones[int(pair) // span]}/{others[int(pair) % span]}" for pair in pairs]
    known = sorted(set(names))
    rank = np.array([known.index(name) for name in names], dtype="int64")
    return pd.Categorical.from_codes(rank[places] if len(rank) else places, categories=pd.Index(known, dtype="str"))


def or_unknown(keys: pd.Series) -> pd.Series:
    """Keys as text, « unknown » where there is none, also where there is no key at all."""
    return keys.astype("object").fillna(UNKNOWN).astype("str")


def year_before(facts: Facts) -> Facts:
    """The same facts, looked at over the year before."""
    return facts.year_before


def previous_columns(facts: Facts) -> tuple[Column, Column]:
    """The year before, beside the year."""
    year = facts.first.year - 1
    hours, people = (
        Column("hours_previous", f"Heures en {year}", Unit.HOURS),
        Column("participants_previous", f"Personnes en {year}"),
    )
    return hours, people


def compared(facts: Facts, cut: Cut) -> Table:
    """The table of a cut with the hours and people of the year before in each row: both years are raw figures (rule 9)."""
    added = frozenset(key for key, now in PREVIOUS.items() if now in cut.summed)
    hidden = frozenset(key for key, now in PREVIOUS.items() if now in cut.sensitive)
    shown = tuple(c for c in previous_columns(facts) if PREVIOUS[c.key] in {x.key for x in cut.columns})
    return cut_table(
        facts, replace(cut, columns=(*cut.columns, *shown), summed=cut.summed | added, sensitive=cut.sensitive | hidden)
    )


def cut_table(facts: Facts, cut: Cut) -> Table:
    """The table of a cut: one row a key, and a total that is its own count."""
    counts = _rows_shown(_counts(facts, cut), cut)
    labels, texts = cut.labels(facts), cut.texts(facts) if cut.texts else {}
    rows = tuple(_row(key, counts[key], cut, labels, texts) for key in _ordered(counts, cut, labels))
    total = {**worked(facts).whole, **_market_totals(facts), **_totals_before(facts, cut)}
    return Table(
        code=cut.code, title=cut.title, about=cut.about, columns=cut.columns, rows=rows,
        total={c.key: total[c.key] for c in cut.columns if c.key in total}, notes=cut.notes,
        summed=frozenset() if cut.overlaps else cut.summed, sensitive=cut.sensitive & {c.key for c in cut.columns},
        open_list=cut.open_list, overlaps=cut.overlaps, chart=cut.chart,
    )  # fmt: skip


Counts = dict[str, dict[str, int]]


def _counts(facts: Facts, cut: Cut) -> Counts:
    """Of each key every figure of the columns, where there is one."""
    wanted = {c.key for c in cut.columns}
    found: Counts = {}
    _add(found, *_measured(facts, cut), {name: name for name in MEASURES})
    if cut.grain is Grain.MARKET and wanted & MARKET_COUNTS:
        _add(found, *_market_counts(facts, cut, wanted))
    if cut.company_keys is not None:
        _add(found, *_companies(facts, cut.company_keys, cut.of_period))
    if wanted & set(PREVIOUS):
        _add(found, *_measured(year_before(facts), cut), {now: key for key, now in PREVIOUS.items() if key in wanted})
    return found


def _add(found: Counts, keys: Sequence[str], figures: Mapping[str, Integers], names: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """Write the figures that are not zero under their names."""
    for name, values in figures.items():
        if names is None or name in names:
            for place in np.flatnonzero(values).tolist():
                found.setdefault(keys[place], {})[names[name] if names else name] = int(values[place])


def _measured(facts: Facts, cut: Cut) -> tuple[Sequence[str], Mapping[str, Integers]]:
    """The keys, and the measures of each."""
    rows = worked(facts)
    if cut.crossed is None and cut.grain is not Grain.KIND:
        keys = coded_keys(facts, cut.keys, cut.of_period)
        return keys.keys, vars(rows.by(cut.grain.value, keys))
    places, names = _placed(facts, cut, cut.grain, cut.keys)
    if cut.crossed is not None:
        others, seconds = _placed(facts, cut, *cut.crossed)
        places, names = places * len(seconds) + others, tuple(f"{a}/{b}" for a in names for b in seconds)
    return names, vars(rows.measured(places, len(names)))


def _placed(facts: Facts, cut: Cut, grain: Grain, keys: Keys) -> tuple[Integers, tuple[str, ...]]:
    """The place of the key of each row of hours, and the keys."""
    if grain is Grain.KIND:
        return worked(facts).of_kind(keys(facts))
    found = coded_keys(facts, keys, cut.of_period)
    return worked(facts).places(grain.value, found), found.keys


def coded_keys(facts: Facts, keys: Keys, of_period: bool = False) -> Coded:
    """The keys of the ids of a grain, made once; once for both years where they are not ``of_period``."""
    keep = facts.once if of_period else facts.always
    return keep(keys, lambda: coded(keys(facts)))


def _totals_before(facts: Facts, cut: Cut) -> dict[str, int]:
    if not any(c.key in PREVIOUS for c in cut.columns):
        return {}
    total = worked(year_before(facts)).whole
    return {key: total[now] for key, now in PREVIOUS.items()}


def _companies(facts: Facts, keys: Keys, of_period: bool) -> tuple[Sequence[str], Mapping[str, Integers]]:
    """Holders of the ongoing markets, by the key that a company bears whatever its market (C10)."""
    held = facts.once(
        "running companies", lambda: numbered(running_holders(facts)["company"].to_numpy(dtype="int64"))[0]
    )
    found = coded_keys(facts, keys, of_period)
    places = found.of(held)
    return found.keys, {
        "companies": np.bincount(np.where(places < 0, found.unknown, places), minlength=len(found.keys))
    }


def running_holders(facts: Facts) -> Frame:
    """The contractors and co-contractors of the markets that run in the period: market, company, role."""
    return facts.once("running holders", lambda: _running_holders(facts))


def _running_holders(facts: Facts) -> Frame:
    running = facts.markets.index[facts.ongoing(facts.first, facts.last)].to_numpy(dtype="int64")
    return facts.parties[among(facts.parties["market"].to_numpy(dtype="int64"), running)]


def _rows_shown(counts: Counts, cut: Cut) -> Counts:
    """Rows with something in a column of the table, and those that are always shown."""
    used = [c.key for c in cut.columns]
    kept = {key: cells for key, cells in counts.items() if any(cells.get(name) for name in used)}
    return {**kept, **{key: {} for key in cut.shown if key not in kept}}


def _ordered(sums: Mapping[str, Mapping[str, int]], cut: Cut, labels: Mapping[str, str]) -> list[str]:
    """Closed lists in their order; others by hours, then label; unknown last."""
    rank = {key: number for number, key in enumerate(cut.order)}

    def place(key: str) -> tuple[bool, int, int]:
        return key == UNKNOWN, rank.get(key, len(rank)), -sums[key].get("hours", 0)

    places = {key: place(key) for key in sums}
    alike = Counter(places.values())  # labels are compared among these alone

    def whole(key: str) -> tuple[tuple[bool, int, int], str, str]:
        return places[key], fold(labels.get(key, key)) if alike[places[key]] > 1 else "", key

    return sorted(sums, key=whole)


def _row(
    key: str, counts: Mapping[str, int], cut: Cut, labels: Mapping[str, str], texts: Mapping[str, Mapping[str, str]]
) -> Row:
    cells: dict[str, Value] = {}
    for column in cut.columns:
        if column.unit is Unit.TEXT:
            cells[column.key] = texts.get(column.key, {}).get(key, "")
        else:
            cells[column.key] = counts.get(column.key, 0)
    return Row(key, labels.get(key, "Inconnu" if key == UNKNOWN else key), cells)


def _market_counts(facts: Facts, cut: Cut, wanted: set[str]) -> tuple[Sequence[str], Mapping[str, Integers]]:
    """Ongoing markets, operations and authorities of each key of a cut by market."""
    ids, operations, authorities = facts.once("running markets", lambda: _running(facts))
    found = coded_keys(facts, cut.keys, cut.of_period)
    places = found.of(ids)
    there, count = places >= 0, len(found.keys)
    groups, ones = places[there], np.ones(int(there.sum()), dtype="int64")
    made = {"markets": np.bincount(groups, minlength=count)}
    for name, numbers in (("operations", operations), ("contracting_authorities", authorities)):
        if name in wanted:
            made[name] = distinct(groups, numbers[there], ones, count)
    return found.keys, made


def _running(facts: Facts) -> tuple[Integers, Integers, Integers]:
    """The ids of the markets that run, and numbers of their operations and authorities."""
    running = facts.markets[facts.ongoing(facts.first, facts.last)]
    numbers = [numbered(running[column].to_numpy(dtype="int64"))[1] for column in ("operation", "authority")]
    return running.index.to_numpy(dtype="int64"), numbers[0], numbers[1]


def _market_totals(facts: Facts) -> dict[str, int]:
    return facts.once("market totals", lambda: _count_markets(facts))


def _count_markets(facts: Facts) -> dict[str, int]:
    running = facts.markets[facts.ongoing(facts.first, facts.last)]
    return {
        "markets": len(running),
        "operations": int(running["operation"].nunique()),
        "contracting_authorities": int(running["authority"].nunique()),
        "companies": int(running_holders(facts)["company"].nunique()),
    }


__all__ = ["UNKNOWN", "Cut", "Grain", "cut_table", "keyed", "market_figures"]
