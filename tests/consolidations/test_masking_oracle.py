"""Nothing hidden is found: by subtraction, by the tables beside, in the pictures."""

from __future__ import annotations

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clause.consolidations.annual import of_facts
from clause.consolidations.figures import Hidden
from clause.consolidations.masking import LINKED, MERGED, masked, to_hide
from clause.consolidations.report import Table
from tests.consolidations.worlds import KINDS, PERIMETER, YEAR, World, facts_of, quick, worlds


@given(st.lists(st.integers(0, 12), min_size=1, max_size=7), st.integers(2, 6))
def test_hidden_rows_have_more_than_one_solution(people: list[int], min_cell: int) -> None:
    hidden = to_hide(people, min_cell)
    if hidden is None:
        return
    for number, count in enumerate(people):
        assert number in hidden or not 0 < count < min_cell
    total = sum(people[n] for n in hidden)
    parts = [p for p in itertools.product(range(1, total + 1), repeat=len(hidden)) if sum(p) == total] if total <= 14 and len(hidden) <= 4 else None  # fmt: skip
    if parts is not None:
        for position in range(len(hidden)):
            assert len({p[position] for p in parts}) > 1, (people, hidden)


@quick
@given(worlds())
def test_no_hidden_cell_is_found_by_subtraction(world: World) -> None:
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for table in report.tables:
        for measure in sorted(table.sensitive):
            _try_to_find(table, measure)
    small = [
        (t.code, r.key) for t in report.tables if t.column("participants") for r in t.rows
        if isinstance(r.cells["participants"], int) and 0 < r.cells["participants"] < PERIMETER.min_cell
    ]  # fmt: skip
    assert small == []


def _try_to_find(table: Table, measure: str) -> None:
    hidden = [row for row in table.rows if isinstance(row.cells[measure], Hidden) and row.key != MERGED]
    if table.total is None or isinstance(table.total[measure], Hidden):
        return
    assert len(hidden) != 1, (table.code, measure)
    if hidden and measure in table.summed:
        shown = sum(row.cells[measure] for row in table.rows if isinstance(row.cells[measure], int))  # type: ignore[misc]  # numbers here, or the test fails
        left = table.total[measure] - shown  # type: ignore[operator]  # a number here, or the test fails
        assert left > len(hidden), (table.code, measure)


def test_two_sexes_of_one_hundred_and_twenty() -> None:
    """T-IND-2: with 117 and 3 of 120, both are hidden."""
    assert to_hide([117, 3, 0], 5) == {0, 1}


@quick
@given(worlds())
def test_linked_tables_do_not_give_back_what_one_hides(world: World) -> None:
    """Bands of age share their bounds, rows of markets their hours: where one table hides, the others keep their total."""
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for family in LINKED:
        tables = [table for table in report.tables if table.code in family]
        told = [t for t in tables if any(isinstance(r.cells["participants"], int) for r in t.rows)]
        if any(isinstance(r.cells["participants"], Hidden) for t in tables for r in t.rows):
            assert [t.code for t in told if t is not tables[0] and len(t.rows) > 1] == []
        for table in told:  # one row tells no more than the total
            assert (
                len(table.rows) > 1
                or table.total is None
                or table.rows[0].cells["participants"] == table.total["participants"]
            )


def test_bands_of_age_are_not_crossed() -> None:
    """Four people under 26 are hidden with the five over 55; the bands of the PLIE would have told the five."""
    ages = [20] * 2 + [25] * 2 + [30] * 9 + [50] * 6 + [60] * 5
    world = World(
        hours=[(YEAR, 3, 1, n, n, 10_000, 10_000) for n in range(1, len(ages) + 1)],
        markets=[{"id": 1, "authority": 1, "operation": 1, "kind": KINDS[0], "starts": date(2026, 1, 1), "ends": None, "due": 0, "valued": False, "state": "running", "sector": "building", "company": 1}],
        contracts=[{"id": n, "person": n, "mode": "direct_hire", "contract_type": "cdd", "employer_type": "company", "company": 1, "starts": date(2026, 1, 1), "ends": None, "kind": "work"} for n in range(1, len(ages) + 1)],
        people=[{"id": n, "sex": "f", "age": age, "level": "3", "public": "rsa", "qpv": "qpv", "commune": "Valmont"} for n, age in enumerate(ages, 1)],
    )  # fmt: skip
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    ours, plie = report.table("C06b"), report.table("C06b-PLIE")
    assert ours is not None and plie is not None  # noqa: PT018 - one reading
    assert [r.key for r in ours.rows if isinstance(r.cells["participants"], Hidden)] == ["lt26", "ge55"]
    assert plie.rows == ()
    assert plie.total is not None
    assert plie.total["participants"] == len(ages)


@quick
@given(worlds())
def test_no_chart_draws_a_hidden_figure(world: World) -> None:
    """A bar that is missing would read as a zero."""
    report = masked(of_facts(facts_of(world), PERIMETER, YEAR), PERIMETER.min_cell)
    for table in report.tables:
        for row in table.rows if table.chart else ():
            assert not any(isinstance(row.cells[key], Hidden) for key in table.chart.columns), table.code  # type: ignore[union-attr]  # it is there, or the test fails
