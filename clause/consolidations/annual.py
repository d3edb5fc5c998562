"""The annual consolidation: the list of its tables, and the report that holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations import facts as reading
from clause.consolidations.definitions import fte_rule
from clause.consolidations.facts import Facts
from clause.consolidations.masking import masked
from clause.consolidations.more_facts import with_more
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.report import RULES_VERSION, Report, Table
from clause.consolidations.tables import outcomes, people_tables
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.anru import ANRU_CUTS, anru, anru_cut
from clause.consolidations.tables.commitment_figures import commitment_figures
from clause.consolidations.tables.cuts import compared
from clause.consolidations.tables.insertion_companies import insertion_companies
from clause.consolidations.tables.key_figures import key_figures
from clause.consolidations.tables.more_cuts import MORE_CUTS
from clause.consolidations.tables.objectives import objectives
from clause.consolidations.tables.series import months, years
from clause.kernel.values import format_date

# A new table is one function from facts to Table; the pages and files have them in the order of their codes.
_MADE: dict[str, Callable[[Facts], Table]] = {
    "C01": key_figures,
    "C02": objectives,
    **{cut.code: partial(compared, cut=cut) for cut in (*CUTS, *MORE_CUTS)},
    "C10d": insertion_companies,
    "C12b": people_tables.qualifications,
    "C13": outcomes.outcomes,
    "C13b": outcomes.replies,
    **{code: partial(outcomes.crossing, code=code) for code in outcomes.CROSSINGS},
    "C14": people_tables.candidates,
    "C14b": people_tables.placements,
    "C14c": people_tables.not_kept,
    "C15": commitment_figures,
    "C16": anru,
    **{code: partial(anru_cut, code=code) for code in ANRU_CUTS},
    "C16h": outcomes.after_entry,
    "C17": months,
    "C17b": years,
}
TABLES: dict[str, Callable[[Facts], Table]] = dict(sorted(_MADE.items()))


def year_facts(session: Session, perimeter: Perimeter, year: int, as_of: date, only: str | None = None) -> Facts:
    """The facts of a year, and of the one before for comparison; those that ``only`` one table needs where it is given."""
    facts = reading.read(
        session, perimeter, date(year, 1, 1), date(year, 12, 31), as_of, since=date(year - 1, 1, 1), lean=only is None
    )
    return with_more(session, perimeter, facts, TABLES if only is None else (only,))


def annual(session: Session, perimeter: Perimeter, year: int, as_of: date, viewer: Viewer | None = None) -> Report:
    """The report of a year. Small cells are hidden from an authority; None is the command of a structure."""
    return of_facts(year_facts(session, perimeter, year, as_of), perimeter, year, viewer)


def of_facts(facts: Facts, perimeter: Perimeter, year: int, viewer: Viewer | None = None, only: str | None = None) -> Report:  # fmt: skip
    """The report of facts already read; ``only`` one of its tables where no more is needed. Pure."""
    report = _whole(facts, perimeter, year, list(TABLES) if only is None else [code for code in TABLES if code == only])
    return masked(report, perimeter.min_cell) if viewer is not None and viewer.role is Role.AUTHORITY else report


def _whole(facts: Facts, perimeter: Perimeter, year: int, codes: list[str]) -> Report:
    return Report(
        kind="annual",
        title=f"Consolidation annuelle {year}",
        perimeter=perimeter.name,
        year=year,
        as_of=facts.as_of,
        tables=tuple(_with_unit(TABLES[code](facts)) for code in codes),
        described=dict(perimeter.described),
        parameters=(
            ("Périmètre", perimeter.name),
            ("Période", f"du 01/01/{year} au 31/12/{year}"),
            ("Date d'arrêt", f"{format_date(facts.as_of)} inclus"),
            ("Version des règles", RULES_VERSION),
            ("Base de l'équivalent temps plein", fte_rule(facts.base)),
        ),
    )


def _with_unit(table: Table) -> Table:
    return table if table.unit else replace(table, unit="heures et nombres")
