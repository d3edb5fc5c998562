"""Every figure of the year and of a bilan opens on what made it: no cell without a link, no link without lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy.orm import Session

from clause.consolidations.annual import of_facts, year_facts
from clause.consolidations.bilan import operation_report
from clause.consolidations.explorer.reading import employers
from clause.consolidations.facts import Facts, read
from clause.consolidations.figures import Hidden
from clause.consolidations.lines import opens, selection
from clause.consolidations.masking import MERGED
from clause.consolidations.operation_facts import BEGINNING
from clause.consolidations.perimeter import of_operation, of_structure
from clause.consolidations.report import Report
from clause.kernel import clock
from tests.consolidations.support import golden
from tests.consolidations.test_oracle import PERIMETER, YEAR, World, facts_of, worlds
from tests.support import factories as make

# Accounts of the team have no lines; rows told together would tell apart what they hide.
CLOSED = ("facilitators", MERGED)


@pytest.fixture(autouse=True)
def now(app: Flask) -> Iterator[None]:
    clock.move_to(datetime(2026, 12, 15, 10))
    yield
    clock.move_to(None)


def closed(report: Report, facts: Facts) -> Iterator[tuple[str, str, str]]:
    """The figures that are there, are told, and open on nothing."""
    for table in report.tables:
        for row in (*table.rows, None):
            cells = row.cells if row else table.total or {}
            for column in table.columns:
                value, key = cells.get(column.key), row.key if row else "total"
                if not value or isinstance(value, Hidden | str) or key in CLOSED:
                    continue
                if (
                    not opens(table, row, column, value, outside=False)
                    or selection(facts, table.code, key, column.key) is None
                ):
                    yield table.code, key, column.key


@settings(max_examples=4, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
@given(worlds())
def test_every_figure_of_a_random_year_opens(world: World) -> None:
    facts = facts_of(world)
    assert not list(closed(of_facts(facts, PERIMETER, YEAR), facts))


def test_every_figure_of_the_golden_case_opens(session: Session) -> None:
    case, day = golden(session), date(2026, 12, 15)
    perimeter = of_structure(case.structure)
    facts = year_facts(session, perimeter, YEAR, day)
    assert not list(closed(of_facts(facts, perimeter, YEAR), facts))
    for operation in case.operations.values():
        report = operation_report(session, operation, day, make.viewer_of(case.structure))
        facts = read(session, of_operation(operation), BEGINNING, day, day)
        facts = replace(facts, more={"employers": employers(session, facts)})
        assert not list(closed(report, facts))
