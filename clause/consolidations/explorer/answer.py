"""The answer to a question: what is counted, what is told together, what is hidden, in what order. Pure.

``Answer.told`` is what may be shown; nothing else of the crossing leaves this module's callers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from clause.consolidations.explorer.crossing import NOTHING, Counts, Crossing, Groups, crossed, filtered
from clause.consolidations.explorer.dimensions import Dimension
from clause.consolidations.explorer.protection import OTHERS, OTHERS_LABEL, Cells, hidden_cells, told_together
from clause.consolidations.explorer.question import Measure, Question
from clause.consolidations.facts import Facts
from clause.consolidations.figures import HIDDEN, Value
from clause.consolidations.tables.cuts import UNKNOWN
from clause.kernel.values import fold

REST = "autres-valeurs"
REST_LABEL = "Autres"
Labels = Mapping[str, str]
TOTAL = "total"
PEOPLE = (Measure.PARTICIPANTS, Measure.CONTRACTS)


@dataclass(frozen=True)
class Answer:
    """``rows`` and ``columns`` are values in the order shown. ``hidden`` are the cells not told, None where none is told.

    ``groups`` says, by dimension, which values are told under another name. ``withheld``: too few people for any detail;
    ``few``: for the total too.
    """

    question: Question
    crossing: Crossing
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_labels: Labels
    column_labels: Labels
    groups: Mapping[str, Groups] = field(default_factory=dict)
    hidden: frozenset[tuple[str, str]] | None = frozenset()
    masked: bool = False
    withheld: bool = False
    few: bool = False

    @property
    def hides(self) -> bool:
        return self.withheld or self.hidden is None or bool(self.hidden)

    def told(self, row: str, column: str, measure: Measure) -> Value:
        """The figure of a cell; « total » names a margin."""
        if row == TOTAL and column == TOTAL:
            return HIDDEN if self.few and measure in PEOPLE else self.crossing.total[measure.value]
        if row == TOTAL:
            return self.crossing.columns[column][measure.value]
        if column == TOTAL:
            return self.crossing.rows[row][measure.value]
        if self.hidden is None or (row, column) in self.hidden:
            return HIDDEN
        return self.crossing.cell(row, column)[measure.value]


def answered(facts: Facts, question: Question, min_cell: int, *, masked: bool, most_columns: int) -> Answer:
    """The answer, with small cells hidden where ``masked``; past ``most_columns`` the least columns are one, if not masked."""
    facts = filtered(facts, question.filters)
    if masked and not question.of_public_hours:
        return _protected(facts, question, min_cell)
    crossing = crossed(facts, question)
    groups = {} if masked else _rest(question, crossing, most_columns)
    if groups:
        crossing = crossed(facts, question, groups)
    return _shown(facts, question, crossing, groups, masked=masked)


def _rest(question: Question, crossing: Crossing, most: int) -> dict[str, Groups]:
    """The columns that do not fit, under one name: those with the least hours; never for time, which is a series."""
    if question.columns is None or len(crossing.columns) <= most:
        return {}
    largest = sorted(crossing.columns, key=lambda key: (-crossing.columns[key]["hours"], key))
    return {question.columns.key: dict.fromkeys(largest[most - 1 :], REST)}


def _protected(facts: Facts, question: Question, min_cell: int) -> Answer:
    groups: dict[str, Groups] = {}
    for dimension in question.dimensions:
        alone = crossed(facts, replace(question, rows=dimension, columns=None))
        together = told_together(_people(facts, dimension, alone), min_cell)
        if together is None or 0 < alone.total["participants"] < min_cell:
            return _withheld(question, alone, min_cell)
        groups[dimension.key] = dict.fromkeys(together, OTHERS)
    crossing = crossed(facts, question, groups)
    margins = (*crossing.rows.values(), *crossing.columns.values())
    if any(0 < counts["participants"] < min_cell for counts in margins):
        return _withheld(question, crossing, min_cell)  # told together, and the same people in all: still too few
    return replace(_shown(facts, question, crossing, groups, masked=True), hidden=_hidden(crossing, min_cell))


def _people(facts: Facts, dimension: Dimension, alone: Crossing) -> dict[str, int]:
    """The people of each value, in the order of the table of the year: of two as many, both pages then hide the same."""
    labels = _labels(facts, dimension, tuple(alone.rows))
    return {key: alone.rows[key]["participants"] for key in _ordered(dimension, alone.rows, labels)}


def _withheld(question: Question, crossing: Crossing, min_cell: int) -> Answer:
    few = 0 < crossing.total["participants"] < min_cell
    return Answer(question, Crossing({}, crossing.total), (), (), {}, {}, masked=True, withheld=True, few=few)


def _hidden(crossing: Crossing, min_cell: int) -> frozenset[tuple[str, str]] | None:
    if not crossing.columns:
        return frozenset()
    rows, columns = sorted(crossing.rows), sorted(crossing.columns)

    def grid(measure: str) -> np.ndarray:
        return np.array([[crossing.cell(r, c)[measure] for c in columns] for r in rows], dtype="int64")

    cells = Cells(grid("participants"), tuple(grid(m.value) for m in Measure if m is not Measure.PARTICIPANTS))
    found = hidden_cells(cells, min_cell)
    if found is None:
        return None
    return frozenset((rows[int(r)], columns[int(c)]) for r, c in zip(*np.nonzero(found), strict=True))


def _shown(facts: Facts, question: Question, crossing: Crossing, groups: Mapping[str, Groups], *, masked: bool) -> Answer:  # fmt: skip
    row_labels = _labels(facts, question.rows, tuple(crossing.rows))
    columns = question.columns
    column_labels = _labels(facts, columns, tuple(crossing.columns)) if columns else {}
    return Answer(
        question, crossing,
        rows=_sorted(question, crossing, row_labels),
        columns=_ordered(columns, crossing.columns, column_labels) if columns else (),
        row_labels=row_labels, column_labels=column_labels, groups=groups, masked=masked,
    )  # fmt: skip


def _labels(facts: Facts, dimension: Dimension, keys: tuple[str, ...]) -> Labels:
    plain = tuple(key for key in keys if key not in (OTHERS, REST))
    return {**dimension.labels(facts, plain), OTHERS: OTHERS_LABEL, REST: REST_LABEL}


def _ordered(dimension: Dimension, counts: Mapping[str, Counts], labels: Labels) -> tuple[str, ...]:
    """Time and closed lists in their order; others by hours, then label; unknown, then what is told together, last."""
    rank = {key: number for number, key in enumerate(dimension.order)}

    def place(key: str) -> tuple[int, int, int, str, str]:
        last = {UNKNOWN: 1, REST: 2, OTHERS: 2}.get(key, 0)
        size = 0 if dimension.is_time else -counts[key]["hours"]
        return last, rank.get(key, len(rank)), size, key if dimension.is_time else fold(labels[key]), key

    return tuple(sorted(counts, key=place))


def _sorted(question: Question, crossing: Crossing, labels: Labels) -> tuple[str, ...]:
    """The rows by the column asked (« libelle », « total », a column or, with one dimension, a measure); « - » is descending."""
    usual = _ordered(question.rows, crossing.rows, labels)
    wanted = question.sort.removeprefix("-")
    values = _values(question, crossing, wanted)
    if wanted == "libelle":
        return tuple(sorted(usual, key=lambda key: fold(labels[key]), reverse=question.sort.startswith("-")))
    if values is None:
        return usual
    return tuple(sorted(usual, key=lambda key: values[key], reverse=question.sort.startswith("-")))


def _values(question: Question, crossing: Crossing, wanted: str) -> dict[str, int] | None:
    if question.columns is None:
        known = {m.value for m in Measure}
        return {key: counts[wanted] for key, counts in crossing.rows.items()} if wanted in known else None
    if wanted == TOTAL:
        return {key: counts[question.measure.value] for key, counts in crossing.rows.items()}
    return None


def nothing(crossing: Crossing) -> bool:
    return crossing.total == NOTHING


def sorts(answer: Answer) -> Sequence[str]:
    """What the rows may be sorted by."""
    return ("libelle", TOTAL) if answer.question.columns else ("libelle", *(m.value for m in Measure))
