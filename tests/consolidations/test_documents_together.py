"""What one page hides is not told by another: the year after, the explorer, the portfolio."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given

from clause.consolidations.annual import of_facts
from clause.consolidations.explorer.answer import answered
from clause.consolidations.explorer.dimensions import DIMENSIONS, PEOPLE
from clause.consolidations.explorer.protection import OTHERS
from clause.consolidations.explorer.question import Measure, Question
from clause.consolidations.explorer.scope import GUARDED
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Hidden
from clause.consolidations.masking import WITHHELD, masked
from clause.consolidations.portfolio.comparison import comparison
from clause.consolidations.report import Report, Table
from tests.consolidations.worlds import KINDS, PERIMETER, YEAR, World, facts_of, quick, worlds

FEW = 3  # so that small worlds have figures to show beside those to hide
PREVIOUS = "participants_previous"


def published(facts: Facts, min_cell: int = FEW) -> Report:
    return masked(of_facts(facts, PERIMETER, facts.first.year), min_cell)


@quick
@given(worlds())
def test_the_year_before_tells_no_more_than_its_own_consolidation(world: World) -> None:
    facts = facts_of(world)
    report, before = published(facts), published(facts.year_before)
    for table in report.tables:
        if table.column(PREVIOUS) is None:
            continue
        own = before.table(table.code)
        assert own is not None
        for row in (*table.rows, None):
            said = (row.cells if row else table.total or {}).get(PREVIOUS)
            if not said or isinstance(said, Hidden):
                continue
            there = own.row(row.key) if row else None
            cells = (there.cells if there else None) if row else own.total
            assert cells is not None or _one_row(table), (table.code, row.key if row else "total", said)
            assert cells is None or cells["participants"] == said, (table.code, row.key if row else "total", said)


def _one_row(table: Table) -> bool:
    """One row tells no more than the total."""
    return sum(bool(row.cells[PREVIOUS]) for row in table.rows) == 1


def staff(
    people: list[dict[str, Any]], contracts: list[dict[str, Any]] | None = None, years: tuple[int, ...] = (YEAR,)
) -> Facts:
    """Everybody on one market, an hour each."""
    market = {"id": 1, "authority": 1, "operation": 1, "kind": KINDS[0], "starts": date(2024, 1, 1), "ends": None, "due": 0, "valued": False, "state": "running", "sector": "building", "company": 1}  # fmt: skip
    plain = {"mode": "direct_hire", "contract_type": "cdd", "employer_type": "company", "company": 1, "starts": date(2025, 1, 1), "ends": None, "kind": "work"}  # fmt: skip
    held = contracts or [{} for _ in people]
    return facts_of(
        World(
            hours=[(year, 3, 1, n, n, 100, 100) for year in years for n in range(1, len(people) + 1)],
            markets=[market],
            contracts=[{"id": n, "person": n, **plain, **one} for n, one in enumerate(held, 1)],
            people=[{"id": n, "sex": "f", "age": 30, "level": "3", "public": "rsa", "qpv": "qpv", "commune": "Valmont", **one} for n, one in enumerate(people, 1)],
        )
    )  # fmt: skip


def test_lengths_of_contracts_stay_hidden_a_year_later() -> None:
    """Three CDI of 2025 hide the lengths of contracts of 2025; the page of 2026 has those of 2025 beside its own."""
    held = (
        [{"ends": date(2025, 9, 30)}] * 9 + [{"contract_type": "apprenticeship"}] * 6 + [{"contract_type": "cdi"}] * 3
    )
    facts = staff([{}] * len(held), held, years=(YEAR - 1,))
    later, own = published(facts, 5).table("C11"), published(facts.year_before, 5).table("C11")
    assert own is not None
    assert later is not None
    assert own.rows == ()
    assert [
        row.cells[PREVIOUS] for row in later.rows if isinstance(row.cells[PREVIOUS], int) and row.cells[PREVIOUS]
    ] == []


AGES = [20] * 6 + [30] * 6 + [50] * 8 + [60] * 2


def test_the_explorer_hides_the_same_rows_as_the_year() -> None:
    """Under 26 and 26 to 44 are as many: both pages must choose the same one to hide with the two over 55."""
    facts = staff([{"age": age} for age in AGES])
    assert _hidden_by_the_year(facts, "C06b", 5) == {"lt26", "ge55"} == _hidden_by_the_explorer(facts, "age", 5)


@quick
@given(worlds())
def test_every_dimension_of_people_hides_what_the_year_hides(world: World) -> None:
    facts = facts_of(world)
    report = published(facts)
    for dimension in (DIMENSIONS[key] for key in sorted(GUARDED) if DIMENSIONS[key].group == PEOPLE):
        assert dimension.cut is not None
        table = report.table(dimension.cut.code)
        if table is None or WITHHELD in table.notes:
            continue
        assert _hidden_by_the_explorer(facts, dimension.key, FEW) == _hidden_by_the_year(facts, dimension.cut.code, FEW), dimension.key  # fmt: skip


def _hidden_by_the_explorer(facts: Facts, key: str, min_cell: int) -> set[str] | None:
    asked = Question(DIMENSIONS[key], None, Measure.HOURS, YEAR, YEAR)
    found = answered(facts, asked, min_cell, masked=True, most_columns=12)
    return None if found.withheld else {value for value, name in found.groups[key].items() if name == OTHERS}


def _hidden_by_the_year(facts: Facts, code: str, min_cell: int) -> set[str]:
    whole, table = of_facts(facts, PERIMETER, YEAR, only=code).table(code), published(facts, min_cell).table(code)
    assert whole is not None
    assert table is not None
    return {
        row.key for row in whole.rows
        if row.cells["participants"] and ((there := table.row(row.key)) is None or isinstance(there.cells["participants"], Hidden))
    }  # fmt: skip


def test_a_share_of_the_portfolio_does_not_give_back_an_age() -> None:
    """The share of the under 26 would tell how many of the eight hidden people they are, so the two over 55."""
    facts = staff([{"age": age} for age in [20] * 6 + [30] * 10 + [50] * 9 + [60] * 2])
    rows = {row.key: row.cells["own"] for row in comparison(facts, facts, "PLIE", 5).rows}
    assert isinstance(rows["young"], Hidden)
