"""read = written + known + held + refused, whatever the cells hold: one line, one fate."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clause.imports.report import Report
from clause.imports.reprise import running
from clause.imports.reprise.running import Options
from clause.kernel.unit import work
from tests.imports.reprise.workbooks import Book, after, ind1, plie, save

BASE = {**ind1(), **plie(), **after()}
CELLS = st.one_of(
    st.sampled_from(["", "C1", "K1", "P1", "O1", "RSA", "oui", "2026-03", "=1+1", "31/02/2026", "sans clause", "#N/A", -1, 0, 1e9, True]),
    st.dates(date(1950, 1, 1), date(2030, 1, 1)), st.integers(-5, 400), st.text(max_size=8).filter(lambda t: t.isprintable()),
)  # fmt: skip
SHEETS = sorted(BASE)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """T-IND-1 with some cells replaced by anything."""
    book = {name: [list(row) for row in rows] for name, rows in BASE.items()}
    for _ in range(draw(st.integers(0, 6))):
        rows = book[draw(st.sampled_from(SHEETS))]
        row = rows[draw(st.integers(1, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    return book


def imported(path: Path, options: Options) -> Report:
    with work() as session:
        report = running.import_plan(session, None, running.read_plan(path, "x.xlsx", options), options)
        session.rollback()
    return report


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(book=books(), valid_only=st.booleans())
def test_counts_add_up(app: Any, tmp_path: Path, book: Book, valid_only: bool) -> None:
    path = save(book, tmp_path / "x.xlsx")
    filled = sum(
        any(cell not in ("", None) and not str(cell).isspace() for cell in row)
        for rows in book.values()
        for row in rows[1:]
    )
    with app.app_context():
        report = imported(path, Options(valid_only=valid_only))
    assert report.adds_up
    assert report.read == filled
    assert report.held == 0 if valid_only else not (report.refused and report.written)
    assert all(r.reason and r.line for r in report.refused)
