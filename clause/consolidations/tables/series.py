"""C17: months of the year, and years since the first. Pure."""

from __future__ import annotations

from datetime import date

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, number
from clause.consolidations.figures import Unit
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.coded import worked
from clause.consolidations.tables.cuts import CONTRACTS, HOURS, PARTICIPANTS, PEOPLE
from clause.consolidations.tables.measures import MEASURES, grouped
from clause.kernel.values import format_month


def months(facts: Facts) -> Table:
    """Every month of the year, with the hours of the same month a year before."""
    year = facts.first.year
    now = grouped(facts.period, "month")
    before = facts.hours[facts.hours["year"] == year - 1].groupby("month")["real"].sum()
    rows = tuple(
        Row(
            f"{year}-{month:02d}",
            format_month(date(year, month, 1)),
            {
                **{m: number(now, month, m) if month in now.index else 0 for m in MEASURES},
                "hours_previous": int(before.get(month, 0)),
            },
        )
        for month in range(1, 13)
    )
    return Table(
        code="C17",
        title="Série mensuelle",
        about="Mois de travail",
        columns=(HOURS, Column("hours_previous", f"Heures en {year - 1}", Unit.HOURS), PARTICIPANTS, CONTRACTS),
        rows=rows,
        total={**worked(facts).whole, "hours_previous": int(before.sum())},
        notes=(d.MONTH_OF_WORK, d.MONTHS, d.REAL_HOURS),
        summed=frozenset({"hours", "hours_previous"}),
        sensitive=PEOPLE,
        chart=Chart("column", ("hours", "hours_previous"), f"Heures par mois, {year} et {year - 1}"),
    )


def years(facts: Facts) -> Table:
    """Every year since the first that has hours, up to the one of the report."""
    found = facts.years.set_index("year")
    since = int(found.index.min()) if len(found) else facts.first.year
    rows = tuple(_year(facts, year) for year in range(min(since, facts.first.year), facts.first.year + 1))
    return Table(
        code="C17b",
        title="Série annuelle",
        about="Année",
        columns=(HOURS, PARTICIPANTS, CONTRACTS, Column("markets", "Marchés en cours")),
        rows=rows,
        total=None,
        notes=(d.MONTH_OF_WORK, d.YEARS, d.ONGOING),
        sensitive=PEOPLE,
        chart=Chart("column", ("hours",), "Heures par année"),
    )


def _year(facts: Facts, year: int) -> Row:
    found = facts.years[facts.years["year"] == year]
    sums = {m: int(found[m].sum()) for m in MEASURES}
    running = int(facts.ongoing(date(year, 1, 1), date(year, 12, 31)).sum()) + facts.older.running.get(year, 0)
    return Row(str(year), str(year), {**sums, "markets": running})
