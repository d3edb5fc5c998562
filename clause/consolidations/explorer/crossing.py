"""Hours, people and contracts of every pair of values of two dimensions. Pure.

People and contracts are counted once in each cell, once in each row, column, and in all: totals are counts of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from clause.consolidations.explorer.question import Filter, Measure, Question
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.tables.measures import grouped

Counts = Mapping[str, int]
Groups = Mapping[str, str]
NOTHING: Counts = {measure.value: 0 for measure in Measure}


@dataclass(frozen=True)
class Crossing:
    """``cells`` by (row, column), only those where something is; ``columns`` is empty for one dimension."""

    rows: Mapping[str, Counts]
    total: Counts
    columns: Mapping[str, Counts] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], Counts] = field(default_factory=dict)

    def cell(self, row: str, column: str) -> Counts:
        return self.cells.get((row, column), NOTHING)


def filtered(facts: Facts, filters: tuple[Filter, ...]) -> Facts:
    """The same facts with the hours that every filter keeps."""
    for one in filters:
        rows = facts.hours.assign(row=np.arange(len(facts.hours)))
        found = one.dimension.keyed(facts, rows)
        kept = found["row"][found["key"].isin(one.values)]
        facts = replace(facts, hours=facts.hours.iloc[np.unique(kept.to_numpy())])
    return facts


def crossed(facts: Facts, question: Question, groups: Mapping[str, Groups] | None = None) -> Crossing:
    """The crossing of the period. ``groups`` says, by dimension, which values are told under another name."""
    named = groups or {}
    hours = facts.period
    rows = regrouped(question.rows.keyed(facts, hours), named.get(question.rows.key))
    if question.columns is None:
        return Crossing(counts(rows, "key"), whole_of(hours))
    columns = regrouped(question.columns.keyed(facts, hours), named.get(question.columns.key))
    both = regrouped(
        question.columns.keyed(facts, rows.rename(columns={"key": "row"})), named.get(question.columns.key)
    )
    return Crossing(counts(rows, "key"), whole_of(hours), counts(columns, "key"), _cells(both))


def regrouped(hours: Frame, groups: Groups | None) -> Frame:
    """The hours with the column ``key`` renamed; several values may take one name."""
    if not groups:
        return hours
    known = [str(value) for value in hours["key"].cat.categories]
    names = sorted({groups.get(value, value) for value in known})
    places = np.array([names.index(groups.get(value, value)) for value in known], dtype="int64")
    codes = places[hours["key"].cat.codes.to_numpy()] if len(known) else hours["key"].cat.codes.to_numpy()
    return hours.assign(key=pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str")))


def counts(hours: Frame, key: str) -> dict[str, Counts]:
    """The four measures of each value that has hours, contracts or people."""
    if hours.empty:
        return {}
    sums = grouped(hours, key)
    valued = hours.groupby(key, observed=True)["valued"].sum()
    sums = sums.assign(valued=valued.reindex(sums.index, fill_value=0))
    sums = sums[(sums != 0).any(axis=1)]
    found: dict[str, dict[str, int]] = sums[[m.value for m in Measure]].to_dict("index")  # type: ignore[assignment]  # pandas types keys as Hashable
    return {str(value): {name: int(number) for name, number in one.items()} for value, one in found.items()}


def whole_of(hours: Frame) -> Counts:
    return counts(hours.assign(all="all"), "all").get("all", NOTHING)


def _cells(both: Frame) -> dict[tuple[str, str], Counts]:
    if both.empty:
        return {}
    rows, columns = both["row"].cat, both["key"].cat
    span = len(columns.categories)
    pairs = rows.codes.to_numpy(dtype="int64") * span + columns.codes.to_numpy()
    found = counts(both.assign(pair=pairs), "pair")
    return {
        (str(rows.categories[int(pair) // span]), str(columns.categories[int(pair) % span])): one
        for pair, one in found.items()
    }
