"""Every cell of a crossing against a naive loop, and each dimension of the page on the golden case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clause.consolidations.explorer.answer import REST, TOTAL, answered
from clause.consolidations.explorer.behind import selection_of
from clause.consolidations.explorer.crossing import crossed, filtered
from clause.consolidations.explorer.dimensions import DIMENSIONS
from clause.consolidations.explorer.files import csv_of
from clause.consolidations.explorer.pictures import picture_of
from clause.consolidations.explorer.question import Filter, Measure
from clause.consolidations.explorer.reading import explored
from clause.consolidations.explorer.scope import scope_of
from clause.consolidations.explorer.tables import report_of
from clause.consolidations.perimeter import Perimeter
from tests.consolidations.explorer.support import YEAR, Worker, facts_of, question
from tests.consolidations.support import AS_OF, golden
from tests.support import factories as make

QUARTERS = ("2026-T1", "2026-T2", "2026-T3", "2026-T4")
hours_of = st.one_of(st.just(0), st.integers(1, 20_000))
staff_of = st.lists(
    st.builds(Worker, st.sampled_from(("f", "m", "unknown")), st.sampled_from(("2", "3", "unknown")), st.sampled_from(("qpv", "not_qpv")), st.tuples(hours_of, hours_of, hours_of, hours_of)),
    max_size=25,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(staff_of, st.sampled_from(("f", "m")))
def test_a_crossing_counts_as_a_loop_would(staff: list[Worker], sex: str) -> None:
    """Hours add up; people and contracts are counted once in each cell, row, column and in all."""
    asked = question("niveau", "trimestre")
    facts = filtered(facts_of(staff), (Filter(DIMENSIONS["sexe"], (sex,)),))
    found = crossed(facts, asked)
    kept = [one for one in staff if one.sex == sex]

    def naive(level: str, quarter: str) -> tuple[int, int, int]:
        places = [n for n, name in enumerate(QUARTERS) if quarter in (TOTAL, name)]
        worked = [[one.hours[n] for n in places if one.hours[n]] for one in kept if level in (TOTAL, one.level)]
        return sum(map(sum, worked)), sum(1 for w in worked if w), sum(map(len, worked))

    for level, quarter in product(("2", "3", "unknown", TOTAL), (*QUARTERS, TOTAL)):
        if quarter == TOTAL:
            told = found.total if level == TOTAL else found.rows.get(level, {})
        else:
            told = found.columns.get(quarter, {}) if level == TOTAL else found.cell(level, quarter)
        counted = tuple(told.get(m, 0) for m in ("hours", "participants", "employment_contracts"))
        assert counted == naive(level, quarter)


@settings(max_examples=10, deadline=None)
@given(staff_of)
def test_what_a_cell_opens_on_sums_to_it(staff: list[Worker]) -> None:
    facts, asked = facts_of(staff), replace(question("niveau", "trimestre"), filters=(Filter(DIMENSIONS["sexe"], ("f", "m")),))  # fmt: skip
    answer = answered(facts, asked, 5, masked=False, most_columns=3)
    for row, column in product((*answer.rows, TOTAL), (*answer.columns, TOTAL)):
        chosen = selection_of(facts, asked, (row, column), answer.groups)
        assert int(chosen.hours(facts)["real"].sum()) == answer.told(row, column, Measure.HOURS)


def test_columns_that_do_not_fit_are_one_and_count_people_once() -> None:
    staff = [Worker("f", "2", "qpv", (100, 200, 300, 400))] * 3
    answer = answered(facts_of(staff), question("sexe", "trimestre", Measure.PARTICIPANTS), 5, masked=False, most_columns=3)  # fmt: skip
    assert answer.columns == ("2026-T3", "2026-T4", REST)
    assert answer.told("f", REST, Measure.PARTICIPANTS) == 3
    assert answer.told("f", REST, Measure.HOURS) == 900


def test_every_dimension_divides_the_hours_of_the_golden_case(session: Session, engine: str) -> None:
    """960 h by whatever they are divided; a person of several publics is in several rows."""
    case = golden(session)
    session.flush()
    scope = scope_of(session, make.viewer_of(case.structure))
    facts = explored(session, scope, date(YEAR, 1, 1), date(YEAR, 12, 31), AS_OF)
    for key in scope.dimensions:
        found = crossed(facts, question(key))
        assert found.total["hours"] == 96_000
        assert found.total["participants"] == 4
        summed = sum(counts["hours"] for counts in found.rows.values())
        assert summed == 96_000 or (key == "publics" and summed >= 96_000), key
        answer = answered(facts, question(key, "sexe" if key != "sexe" else "mois"), 5, masked=False, most_columns=12)
        assert not [label for label in answer.row_labels.values() if not label.strip()], key
    by_operation = crossed(facts, question("operation")).rows
    assert sorted(counts["hours"] for counts in by_operation.values()) == [2_000, 94_000]


def test_a_picture_is_cut_only_where_its_parts_add_up() -> None:
    staff = [Worker("f", "2", "qpv", (100, 200, 0, 0)), Worker("m", "3", "qpv", (0, 500, 0, 0))] * 9
    facts = facts_of(staff)

    def drawn(measure: Measure, columns: str) -> tuple[str, ...]:
        picture = picture_of(answered(facts, question("niveau", columns, measure), 5, masked=False, most_columns=12))
        assert picture is not None
        return picture.names

    assert drawn(Measure.HOURS, "sexe") == ("Femme", "Homme")
    assert drawn(Measure.PARTICIPANTS, "sexe") == ("Femme", "Homme")
    assert drawn(Measure.PARTICIPANTS, "trimestre") == ()  # the same people in two quarters


@pytest.mark.parametrize("name", ["=1+1", "@x", "-2", "+3"])
def test_a_csv_never_holds_a_formula(name: str) -> None:
    facts = facts_of([Worker("f", "2", "qpv", (12_345, 0, 0, 0))])
    facts.people["commune"] = name
    report = report_of(answered(facts, question("commune", "sexe"), 5, masked=False, most_columns=12), Perimeter("PLIE"), AS_OF, [])  # fmt: skip
    lines = csv_of(report).decode("utf-8-sig").splitlines()
    assert lines[0] == "Commune de la personne;Femme;Total"
    assert lines[1] == f"'{name};123,45;123,45"
    assert lines[-1] == "Total;123,45;123,45"
