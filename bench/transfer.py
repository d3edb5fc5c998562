"""The country through the transfer files of its structures: exported, received by an empty database, consolidated again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import country
from bench.measure import Stopwatch, peak
from clause.access import Role, Viewer
from clause.consolidations.annual import annual
from clause.consolidations.perimeter import every_structure
from clause.consolidations.report import Report, Table
from clause.consolidations.transfer import exporting
from clause.consolidations.transfer.canonical import as_bytes
from clause.consolidations.transfer.national_queries import national_report
from clause.consolidations.transfer.receiving import receive
from clause.demo.france import FRANCE_2016
from clause.kernel.unit import current_session, work
from clause.organisations.models import Structure

BODY = Viewer(role=Role.ADMINISTRATOR, name="Banc d'essai")
YEAR, AS_OF = country.YEAR, country.AS_OF
# Counted otherwise by files (ADR 0024): facilitators are those of the registry; C17b begins with each structure.
OTHERWISE = {("C01", "facilitators"), ("C17b", "markets")}


def export(session: Session, folder: Path) -> list[Path]:
    """The file of every structure, by its SIRET."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for structure in session.scalars(select(Structure).order_by(Structure.siret)):
        paths.append(folder / f"{structure.siret}.json")
        paths[-1].write_bytes(as_bytes(exporting.document(session, structure, YEAR, AS_OF)))
    return paths


def received(session: Session, paths: list[Path]) -> Report:
    """The national report of these files, nothing hidden."""
    for path in paths:
        receive(session, BODY, path.read_bytes())
    session.flush()
    return national_report(session, BODY, YEAR, AS_OF, hide=False)


@dataclass(frozen=True)
class Difference:
    table: str
    row: str
    column: str
    files: Any
    base: Any


def differences(files: Report, base: Report) -> list[Difference]:
    """Figures of hours, people, contracts and markets that the files count otherwise than the database they come from."""
    found = []
    for table in base.tables:
        theirs = files.table(table.code)
        found += [] if theirs is None else _of_table(theirs, table)
    return [d for d in found if (d.table, d.row) not in OTHERWISE and (d.table, d.column) not in OTHERWISE]


def _of_table(files: Table, base: Table) -> list[Difference]:
    columns = [c.key for c in base.columns if files.column(c.key)]
    pairs = [(row.key, row.cells, other.cells if (other := files.row(row.key)) else {}) for row in base.rows]
    pairs += [("total", base.total or {}, files.total or {})]
    return [
        Difference(base.code, key, column, theirs.get(column), ours[column])
        for key, ours, theirs in pairs
        for column in columns
        if column in ours and not _same(ours[column], theirs.get(column))
    ]


def _same(ours: Any, theirs: Any) -> bool:
    """Hundredths and counts exactly; a rate to a millionth, since files carry it as a number."""
    if isinstance(ours, int) or ours is None or theirs is None:
        return bool((ours or 0) == (theirs or 0))
    return ours == theirs if isinstance(ours, str) else abs(float(ours) - float(theirs)) < 1e-6


def measured(engine: str) -> dict[str, Any]:
    """Seconds of each step; refuses (SystemExit) where the files do not give the golden figures again."""
    watch = Stopwatch()
    with country.application(country.address(engine, 1)).app_context():
        paths = export(current_session(), country.FOLDER / f"transfer-{engine}")
        exported = watch.lap()
        whole = annual(current_session(), every_structure(), YEAR, AS_OF)
    url = country.empty(engine, 0)
    watch.lap()
    with country.application(url).app_context(), work() as session:
        report = received(session, paths)
    taken = watch.lap()
    country.assert_golden(report.tables[0])
    found = differences(report, whole)
    return {"files": len(paths), "exported": exported, "received": taken, "peak_mb": peak(), "golden": FRANCE_2016.key_figures, "differences": [vars(d) for d in found[:40]], "count": len(found)}  # fmt: skip
