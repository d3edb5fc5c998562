"""Which cells of a crossing are hidden from who reads from outside (ADR 0027). Pure; cells are numpy arrays of integers.

Margins are shown: dimensions are recoded first, so that each has at least ``min_cell`` people. A small cell then stands in a
rectangle of hidden cells around which people, contracts and hours may move, whatever is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clause.consolidations.masking import to_hide

Grid = Any  # a numpy array of int64, rows by columns
OTHERS = "autres-valeurs-reunies"
OTHERS_LABEL = "Autres valeurs, réunies"
SLACK = 5  # a fifth: how much more of an additive measure the shown figures allow in a small cell


def told_together(people: Mapping[str, int], min_cell: int) -> frozenset[str] | None:
    """The values of a dimension that are told as one: the small ones and the least others; None where nothing protects."""
    if not any(0 < count < min_cell for count in people.values()):
        return frozenset()
    keys = list(people)
    chosen = to_hide([people[key] for key in keys], min_cell)
    return None if chosen is None else frozenset(keys[n] for n in chosen)


@dataclass(frozen=True)
class Cells:
    """The people of each cell, and what adds up along rows and columns: contracts, hours."""

    people: Grid
    additive: Sequence[Grid] = ()


def hidden_cells(cells: Cells, min_cell: int) -> Grid | None:
    """Where figures are hidden, as booleans; None where no rectangle protects some small cell: margins alone are told."""
    people = cells.people
    small = (people > 0) & (people < min_cell)
    hidden = small.copy()
    for row, column in sorted(zip(*np.nonzero(small), strict=True), key=lambda at: (-people[at], at)):
        corner = _corner(cells, hidden, row, column, min_cell)
        if corner is None:
            return None
        for at in ((corner[0], corner[1]), (row, corner[1]), (corner[0], column)):
            hidden[at] = True
    return hidden


def _corner(cells: Cells, hidden: Grid, row: int, column: int, min_cell: int) -> tuple[int, int] | None:
    """The far corner of the rectangle that costs least: its two sides can give what the cell lacks, the corner take it."""
    gives = cells.people >= max(1, min_cell - int(cells.people[row, column]))
    for measure in cells.additive:
        gives &= measure >= needed(int(measure[row, column]))
    allowed = gives[row, :][np.newaxis, :] & gives[:, column][:, np.newaxis] & (cells.people > 0)
    allowed[row, :] = False
    allowed[:, column] = False
    if not allowed.any():
        return None
    price = np.where(hidden, 0, cells.people + 1)
    cost = price + price[row, :][np.newaxis, :] + price[:, column][:, np.newaxis]
    found = np.argmin(np.where(allowed, cost, np.iinfo("int64").max))
    return int(found // cost.shape[1]), int(found % cost.shape[1])


def needed(amount: int) -> int:
    """How much the sides of a rectangle hold at least: a fifth of the small cell, and something."""
    return max(1, -(-amount // SLACK))
