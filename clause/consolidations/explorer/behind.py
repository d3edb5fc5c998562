"""The lines behind a figure of the explorer: months, markets, contracts, people and kinds of hours that a cell divides by. Pure.

Each dimension is of one of these, so a cell is what all of them keep together: the same keys count and open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from clause.consolidations.explorer.answer import TOTAL
from clause.consolidations.explorer.crossing import Groups, regrouped
from clause.consolidations.explorer.dimensions import Dimension
from clause.consolidations.explorer.question import Question
from clause.consolidations.facts import Facts
from clause.consolidations.lines import Selection
from clause.consolidations.tables.cuts import Grain

FIELDS = {Grain.MARKET: "markets", Grain.CONTRACT: "contracts", Grain.PERSON: "people", Grain.KIND: "kinds"}


def selection_of(facts: Facts, question: Question, cell: tuple[str, str], groups: Mapping[str, Groups]) -> Selection:
    """What is behind a cell (row, column) of the answer to a question; « total » is a margin. ``facts`` are not filtered."""
    found = Selection(question.first, question.last)
    for one in question.filters:
        found = _narrowed(facts, found, one.dimension, frozenset(one.values), {})
    for dimension, value in zip(question.dimensions, cell, strict=False):
        if value != TOTAL:
            found = _narrowed(facts, found, dimension, frozenset((value,)), groups.get(dimension.key, {}))
    return found


def only_contracts(facts: Facts, chosen: Selection) -> Selection:
    """The selection narrowed to the contracts of the facts: those of one employer."""
    own = frozenset(int(i) for i in facts.contracts.index)
    return replace(chosen, contracts=own if chosen.contracts is None else chosen.contracts & own)


def _narrowed(facts: Facts, chosen: Selection, dimension: Dimension, values: frozenset[str], groups: Groups) -> Selection:  # fmt: skip
    hours = regrouped(dimension.keyed(facts, facts.period), groups)
    hours = hours[hours["key"].isin(values)]
    if dimension.is_time:
        months = frozenset(date(int(y), int(m), 1) for y, m in set(zip(hours["year"], hours["month"], strict=True)))
        return replace(chosen, months=months if chosen.months is None else chosen.months & months)
    assert dimension.cut is not None
    grain = dimension.cut.grain
    ids = frozenset(str(i) if grain is Grain.KIND else int(i) for i in hours[grain.value].unique())
    before = getattr(chosen, FIELDS[grain])
    kept: dict[str, Any] = {FIELDS[grain]: ids if before is None else before & ids}
    return replace(chosen, **kept)
