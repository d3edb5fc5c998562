"""All annual tables of the country with the year before, to memory; against a bare scan, and against plain pandas."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from bench import country, plain
from bench.measure import peak, side_by_side
from clause.consolidations.annual import annual, of_facts, year_facts
from clause.consolidations.perimeter import every_structure
from clause.consolidations.workbook import as_workbook
from clause.kernel.unit import current_session

SCAN = text("SELECT month, market_id, sum(hours_real), sum(hours_valued) FROM ledger_entry GROUP BY month, market_id")


def tables(engine: str, years: str, repetitions: str) -> dict[str, Any]:
    """Seconds of the tables and of the bare scan of the ledger, rows fetched."""
    with country.application(country.address(engine, int(years))).app_context():
        session = current_session()
        ours, bare = side_by_side(
            lambda: annual(session, every_structure(), country.YEAR, country.AS_OF),
            lambda: session.execute(SCAN).fetchall(),
            int(repetitions),
            country.server(session),
        )
    return {"ours": ours, "baseline": bare}


def against_pandas(repetitions: str) -> dict[str, Any]:
    """The tables that the plain script makes, by both; their figures must be the same."""
    url = country.address("sqlite", 1)
    with country.application(url).app_context():
        session = current_session()
        folder = plain.export(session, country.FOLDER / "csv")

        def ours() -> dict[str, Any]:
            facts = year_facts(session, every_structure(), country.YEAR, country.AS_OF, "C01")
            return {code: of_facts(facts, every_structure(), country.YEAR, only=code).tables[0] for code in plain.CODES}

        plain.assert_same(ours(), plain.tables(folder, country.YEAR))
        mine, theirs = side_by_side(ours, lambda: plain.tables(folder, country.YEAR), int(repetitions))
    return {"ours": mine, "baseline": theirs}


def workbook(repetitions: str) -> dict[str, Any]:
    """Writing the national workbook, and the same cells by bare xlsxwriter; the memory of reading and writing it."""
    from bench.cells import bare, cells_of

    with country.application(country.address("sqlite", 1)).app_context():
        report = annual(current_session(), every_structure(), country.YEAR, country.AS_OF)
        written = as_workbook(report)
    memory = peak()
    sheets = cells_of(written)
    ours, baseline = side_by_side(lambda: as_workbook(report), lambda: bare(sheets), int(repetitions))
    return {"ours": ours, "baseline": baseline, "peak_mb": memory}
