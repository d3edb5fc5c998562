"""An attacker who has every table of the page and solves the equations finds no hidden cell (ADR 0027)."""

from __future__ import annotations

from collections import deque
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clause.consolidations.explorer.answer import TOTAL, Answer, answered
from clause.consolidations.explorer.protection import OTHERS, Cells, hidden_cells, needed, told_together
from clause.consolidations.explorer.question import Measure
from clause.consolidations.figures import HIDDEN
from tests.consolidations.explorer.support import Worker, facts_of, question

MIN = 5
SEXES, LEVELS, QPV, QUARTERS = ("f", "m"), ("2", "3", "4"), ("qpv", "not_qpv"), ("2026-T1", "2026-T2", "2026-T3", "2026-T4")  # fmt: skip
AXES = {"sexe": SEXES, "niveau": LEVELS, "qpv": QPV, "trimestre": QUARTERS}
VIEWS = list(combinations(AXES, 2))
ATOMS = list(product(*AXES.values()))


def most(values: np.ndarray, hidden: np.ndarray, row: int, column: int) -> int:
    """The largest value that a hidden cell may have, given the shown ones and the margins: an exact maximum flow.

    The cell grows by what others of its column give up, which their rows give to other columns, until its own row gives up.
    """
    rows, columns = values.shape
    room = {(c, columns + r): int(values[r, c]) for r in range(rows) for c in range(columns) if hidden[r, c]}
    room |= {(columns + r, c): 1 << 40 for r in range(rows) for c in range(columns) if hidden[r, c]}
    del room[column, columns + row], room[columns + row, column]
    grown = 0
    while path := _path(room, column, columns + row):
        step = min(room[arc] for arc in path)
        for a, b in path:
            room[a, b] -= step
            room[b, a] = room.get((b, a), 0) + step
        grown += step
    return int(values[row, column]) + grown


def _path(room: dict[tuple[int, int], int], start: int, end: int) -> list[tuple[int, int]]:
    before, waiting = {start: start}, deque([start])
    while waiting and end not in before:
        here = waiting.popleft()
        for (a, b), free in room.items():
            if a == here and free > 0 and b not in before:
                before[b] = here
                waiting.append(b)
    found, at = [], end
    while at in before and at != start:
        found.append((before[at], at))
        at = before[at]
    return found


grids = st.integers(2, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, 40)), min_size=columns, max_size=columns), min_size=2, max_size=6
    )
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(grids, st.integers(3, 6), st.integers(0, 10_000))
def test_a_small_cell_cannot_be_told_from_one_of_enough_people(grid: list[list[int]], least: int, seed: int) -> None:
    people = np.array(grid, dtype="int64")
    hours = people * np.random.default_rng(seed).integers(500, 120_000, people.shape)
    hidden = hidden_cells(Cells(people, (hours,)), least)
    if hidden is None:
        return
    for row, column in np.argwhere(hidden):
        count = people[row, column]
        assert most(people, hidden, row, column) >= max(least, count + 1 if count < least else count)
        if 0 < count < least:
            assert most(hours, hidden, row, column) >= hours[row, column] + needed(int(hours[row, column]))
    assert not ((people > 0) & (people < least) & ~hidden).any()


def test_the_reader_of_flows_does_find_an_unprotected_cell() -> None:
    """3 hidden alone with its row's other cell is found by subtraction; a rectangle of cells that give little bounds it."""
    people = np.array([[3, 9], [8, 7]], dtype="int64")
    alone = np.array([[True, True], [False, False]])
    assert most(people, alone, 0, 0) == 3
    assert most(people, np.full((2, 2), True), 0, 0) == 11
    assert most(np.array([[3, 1], [8, 7]], dtype="int64"), np.full((2, 2), True), 0, 0) == 4


@pytest.mark.parametrize(
    ("people", "together"),
    [
        ({"a": 10, "b": 7}, set()),
        ({"a": 117, "b": 3}, {"a", "b"}),  # T-IND-2: one small value takes another with it
        ({"a": 30, "b": 3, "c": 6}, {"b", "c"}),
        ({"a": 30, "b": 3, "c": 4}, {"b", "c"}),
        ({"a": 2}, None),
    ],
)
def test_values_told_together(people: dict[str, int], together: set[str] | None) -> None:
    found = told_together(people, MIN)
    assert (None if found is None else set(found)) == together


def test_a_table_without_rectangle_keeps_its_margins_alone() -> None:
    assert hidden_cells(Cells(np.array([[3, 4], [4, 40]], dtype="int64")), MIN) is not None
    assert hidden_cells(Cells(np.array([[2, 5], [5, 0]], dtype="int64")), MIN) is None


hours_of = st.one_of(st.just(0), st.integers(100, 40_000))
workers = st.builds(
    Worker, st.sampled_from("ffm"), st.sampled_from(("2", "2", "3", "3", "4")), st.sampled_from(QPV), st.tuples(hours_of, hours_of, hours_of, hours_of),
)  # fmt: skip


def members(answer: Answer, axis: str, key: str) -> set[str]:
    """The values that a shown key stands for."""
    groups = answer.groups.get(axis, {})
    return {value for value in AXES[axis] if groups.get(value, value) == key}


def functional(answer: Answer, row: str, column: str) -> np.ndarray:
    """A cell as what it sums: one place for each combination of the four characteristics."""
    asked = dict(zip((d.key for d in answer.question.dimensions), (row, column), strict=False))
    wanted = {axis: set(AXES[axis]) if asked.get(axis, TOTAL) == TOTAL else members(answer, axis, asked[axis]) for axis in AXES}  # fmt: skip
    return np.array([all(v in wanted[a] for v, a in zip(atom, AXES, strict=True)) for atom in ATOMS], dtype=float)


@settings(max_examples=8, deadline=None)
@given(st.lists(workers, min_size=12, max_size=60))
def test_all_the_tables_of_a_year_together_give_no_hidden_cell(staff: list[Worker]) -> None:
    """Hours add up over everything: six tables and their margins as one linear system, in which no hidden cell has one solution."""
    facts = facts_of(staff)
    answers = [answered(facts, question(a, b), MIN, masked=True, most_columns=12) for a, b in VIEWS]
    shown, hidden = [np.ones(len(ATOMS))], []
    for answer in answers:
        for row, column in product((*answer.rows, TOTAL), (*answer.columns, TOTAL)):
            told = answer.told(row, column, Measure.HOURS) is not HIDDEN
            (shown if told else hidden).append(functional(answer, row, column))
    _, sizes, directions = np.linalg.svd(np.array(shown))
    free = directions[int((sizes > 1e-9).sum()) :]  # what the shown figures leave open
    for cell in {tuple(one) for one in hidden}:
        assert np.abs(free @ np.array(cell)).max() > 1e-6


@settings(max_examples=12, deadline=None)
@given(st.lists(workers, min_size=5, max_size=50))
def test_nothing_shown_counts_too_few_people_and_measures_hide_together(staff: list[Worker]) -> None:
    facts = facts_of(staff)
    for a, b in (("sexe", "niveau"), ("niveau", "trimestre")):
        answer = answered(facts, question(a, b), MIN, masked=True, most_columns=12)
        for row, column in product((*answer.rows, TOTAL), (*answer.columns, TOTAL)):
            told = [answer.told(row, column, m) for m in Measure]
            people = answer.told(row, column, Measure.PARTICIPANTS)
            assert people is HIDDEN or people == 0 or people >= MIN  # type: ignore[operator]  # a number here, or the test fails
            assert not answer.rows or len({value is HIDDEN for value in told}) == 1
        margins = answer.told(TOTAL, TOTAL, Measure.HOURS)
        assert margins == sum(sum(one.hours) for one in staff)


def test_margins_of_a_dimension_are_the_same_in_every_table() -> None:
    staff = [Worker("f", "2", "qpv", (100, 0, 0, 0))] * 9 + [Worker("m", "3", "not_qpv", (0, 200, 0, 0))] * 3 + [Worker("m", "4", "qpv", (300, 0, 0, 0))] * 6  # fmt: skip
    facts = facts_of(staff)
    rows = [
        {key: answer.told(key, TOTAL, Measure.PARTICIPANTS) for key in answer.rows}
        for answer in (
            answered(facts, question("niveau", b), MIN, masked=True, most_columns=12) for b in ("sexe", "qpv")
        )
    ]
    assert rows[0] == rows[1] == {"2": 9, OTHERS: 9}
