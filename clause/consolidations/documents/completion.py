"""The certificate of completion of a closed operation (OPE-09): one sentence, from the figures of its bilan."""

from __future__ import annotations

from clause.consolidations.figures import Unit, as_text
from clause.consolidations.report import Report
from clause.kernel.values import NBSP, format_date
from clause.markets.codes import OperationStatus

RESULTS = "Le résultat de chaque marché est dans le tableau « Résultat à la fin des marchés »."


def completion(report: Report) -> str | None:
    """What is attested of the operation; None while it is not closed."""
    identity, figures = report.table("B01"), report.table("B02")
    said = {row.key: str(row.cells["value"]) for row in identity.rows} if identity else {}
    if figures is None or said.get("status") != OperationStatus.CLOSED.label:
        return None
    text = {row.key: as_text(row.unit or Unit.COUNT, row.cells["value"]) for row in figures.rows}
    due = figures.row("objective_due")
    bound = due is not None and due.cells["value"] is not None
    objective = f", pour un objectif dû de {text['objective_due']}{NBSP}h, soit un taux de réalisation de {text['rate']}" if bound else ", sans objectif d'heures"  # fmt: skip
    return (
        f"{said['structure']} atteste que l'opération « {said['operation']} » ({said['reference']}) de {said['authority']} est clôturée et"
        f" que {text['hours']}{NBSP}h d'insertion y ont été réalisées et validées au {format_date(report.as_of)}{objective}."
        f" {text['participants']} personnes y ont travaillé, par {text['employment_contracts']} contrats de travail. {RESULTS}"
    )
