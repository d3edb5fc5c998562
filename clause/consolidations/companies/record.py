"""A company's own record over years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clause.consolidations.companies.certificate import EMPLOYED, HELD, REAL, VALUED, WORKED
from clause.consolidations.companies.reading import Line, lines, structure_names, sums
from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.cuts import CONTRACTS, PARTICIPANTS
from clause.organisations.models import Company

COLUMNS = (
    REAL, VALUED, PARTICIPANTS, CONTRACTS, Column("employed_hours", "Heures de ses salariés", Unit.HOURS),
    Column("employed_people", "Personnes salariées"),
)  # fmt: skip


@dataclass(frozen=True)
class Attestable:
    """A year of work on the markets of a structure: a certificate can be had of it."""

    year: int
    structure_public_id: str
    structure: str
    hours: int


def record(session: Session, company: Company, as_of: date) -> tuple[Table, list[Attestable]]:
    """Every year that has hours, all structures together, then each with its structures: the latest first. Two queries."""
    found = lines(session, company.id, as_of)
    names = structure_names(session, {line.structure_id for line in found})
    pairs = sorted({(line.year, line.structure_id) for line in found}, key=lambda p: (-p[0], names[p[1]].name, p[1]))
    attestable = [
        Attestable(year, names[s].public_id, names[s].name, sum(x.real for x in found if (x.year, x.structure_id) == (year, s)))
        for year, s in pairs
    ]  # fmt: skip
    return years(found), attestable


def years(found: Sequence[Line]) -> Table:
    """One row a year since the first; people count once in each. Pure."""
    known = range(min(x.year for x in found), max(x.year for x in found) + 1) if found else range(0)
    rows = tuple(Row(str(year), str(year), _cells([x for x in found if x.year == year])) for year in known)
    return Table(
        "R01", "D'année en année", "Année", COLUMNS, rows, _cells(found) if rows else None, notes=(WORKED, HELD, EMPLOYED),
        unit="heures et nombres", summed=frozenset({"hours", "valued", "employed_hours"}),
        chart=Chart("column", ("hours", "valued"), "Heures réelles et valorisées, par année"),
    )  # fmt: skip


def _cells(found: Sequence[Line]) -> dict[str, Value]:
    held, employed = sums(x for x in found if x.held), sums(x for x in found if x.employed)
    return {
        "hours": held.real, "valued": held.valued, "participants": held.people, "employment_contracts": held.contracts,
        "employed_hours": employed.real, "employed_people": employed.people,
    }  # fmt: skip
