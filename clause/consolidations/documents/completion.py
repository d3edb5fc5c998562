"""The certificate of completion of a closed operation (OPE-09): one sentence, from the figures of its bilan."""

from __future__ import annotations

from collections.abc import Mapping

from clause.consolidations.figures import Unit, as_text
from clause.consolidations.report import Report, Table
from clause.kernel.values import NBSP, format_date, format_hours
from clause.markets.codes import OperationStatus

RESULTS = "Le résultat de chaque marché est dans le tableau « Résultat à la fin des marchés »."


def completion(report: Report) -> str | None:
    """What is attested of the operation; None while it is not closed."""
    identity, figures = report.table("B01"), report.table("B02")
    said = {row.key: str(row.cells["value"]) for row in identity.rows} if identity else {}
    if figures is None or said.get("status") != OperationStatus.CLOSED.label:
        return None
    text = {row.key: as_text(row.unit or Unit.COUNT, row.cells["value"]) for row in figures.rows}
    people, contracts = (_several(figures, key) for key in ("participants", "employment_contracts"))
    return (
        f"{said['structure']} atteste que l'opération « {said['operation']} » ({said['reference']}), maître d'ouvrage {said['authority']}, est clôturée et"
        f" que {text['hours']}{NBSP}h d'insertion y ont été réalisées et validées au {format_date(report.as_of)}{_objective(report, figures, text)}."
        f" {text['participants']} personne{'s' if people else ''} y {'ont' if people else 'a'} travaillé, par {text['employment_contracts']}"
        f" contrat{'s' if contracts else ''} de travail. {RESULTS}"
    )


def _several(figures: Table, key: str) -> bool:
    row = figures.row(key)
    value = row.cells["value"] if row else 0
    return isinstance(value, int) and value > 1


def _objective(report: Report, figures: Table, text: Mapping[str, str]) -> str:
    """What was due and attained; the hours that attain it where they are not those worked, so that the rate can be checked."""
    due, hours = figures.row("objective_due"), figures.row("hours")
    if due is None or hours is None or due.cells["value"] is None:
        return ", sans objectif d'heures"
    markets = report.table("B03")
    rows = markets.rows if markets else ()
    counted = sum(cell for row in rows if row.cells["objective_due"] is not None and isinstance(cell := row.cells["hours"], int))  # fmt: skip
    told = f", pour un objectif dû de {text['objective_due']}{NBSP}h, soit un taux de réalisation de {text['rate']}"
    if counted == hours.cells["value"]:
        return told
    return f"{told} ({format_hours(counted)}{NBSP}h comptent pour lui, globalisation et coefficients compris)"
