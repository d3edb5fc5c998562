"""The bilan of an operation: made to be sent to its authority, so small cells are always hidden and nobody is named."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.masking import masked_bilan
from clause.consolidations.operation_facts import read_operation
from clause.consolidations.perimeter import of_operation
from clause.consolidations.report import RULES_VERSION, Report
from clause.consolidations.tables.measures import whole
from clause.consolidations.tables.operation_tables import tables
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_date
from clause.markets.models import Operation
from clause.markets.visibility import leads

ABOUT_PEOPLE = {"B09a": "sex", "B09b": "age", "B09c": "publics", "B09d": "level", "B09e": "qpv", "B09f": "outcomes"}


def operation_report(session: Session, operation: Operation, as_of: date, viewer: Viewer | None = None) -> Report:
    """The report of an operation that the caller found through ``visible_operations`` (or by its reference, in a command).

    A structure that is only partner does not read difficulties and penalties, here or elsewhere.
    """
    reads_all = viewer is None or not viewer.in_structure or leads(viewer, operation.structure_id)
    of = read_operation(session, operation, of_operation(operation), as_of, with_commitments=reads_all)
    buyer, structure = of.identity.authority, of.identity.structure
    report = Report(
        kind="operation",
        title=f"Bilan de l'opération {operation.reference}",
        perimeter=f"{operation.title} – {buyer.name}",
        year=None,
        as_of=as_of,
        tables=tables(of),
        described={"operation": operation.reference, "authority": buyer.siren, "structure": structure.siret},
        parameters=(
            ("Périmètre", f"{operation.reference} – {operation.title} ({buyer.name})"),
            ("Période", f"du début de l'opération au {format_date(as_of)}"),
            ("Date d'arrêt", f"{format_date(as_of)} inclus"),
            ("Version des règles", RULES_VERSION),
        ),
    )
    headcount = whole(of.facts.period)["participants"]
    return masked_bilan(report, int(setting("stats.min_cell", structure.parameters)), ABOUT_PEOPLE, headcount)
