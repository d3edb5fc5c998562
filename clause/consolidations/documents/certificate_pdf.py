"""The certificate of a company's year as a PDF, and the sentence that attests it. It counts nothing that the report has not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clause.consolidations.companies.certificate import Attested
from clause.consolidations.documents.bilan_pdf import MASKED, tables_data
from clause.consolidations.figures import as_text
from clause.consolidations.report import Report
from clause.consolidations.workbook import SOURCE
from clause.kernel import pdf
from clause.kernel.values import NBSP, format_date

TEMPLATE = Path(__file__).with_name("certificate.typ")
ASK = "Établie d'après le registre des heures validées. Pour la vérifier, adressez-vous à la structure qui atteste."


def as_pdf(of: Attested, report: Report) -> bytes:
    """The bytes of the PDF; the same report gives the same ones."""
    return pdf.written(TEMPLATE, data(of, report), report.as_of)


def sentence(of: Attested) -> str:
    """What is attested, in one sentence."""
    until = "" if of.last_day == of.last_day.replace(month=12, day=31) else f", jusqu'au {format_date(of.last_day)},"
    return (
        f"{of.structure.name}, qui suit l'exécution des clauses sociales d'insertion, atteste que l'entreprise {of.company.name}"
        f" (SIREN {of.company.siren}) a contribué en {of.year}{until} à l'insertion de personnes éloignées de l'emploi, comme suit."
    )


def data(of: Attested, report: Report) -> dict[str, Any]:
    """What the template is given: texts only."""
    day = format_date(report.as_of)
    return {
        "title": report.title, "subtitle": of.company.name, "kicker": "Clause sociale d'insertion", "author": of.structure.name,
        "footer": f"{report.title}, {of.company.name} – arrêtée au {day} – {SOURCE}", "facts": [list(pair) for pair in report.parameters],
        "sentence": sentence(of), "tiles": _tiles(report), "masking": MASKED, "tables": tables_data(report.tables),
        "made": f"Fait le {day}. {ASK}", "signature": f"Pour {of.structure.name}",
    }  # fmt: skip


def _tiles(report: Report) -> list[dict[str, str]]:
    figures = report.table("A01")
    assert figures is not None
    text = {row.key: as_text(row.unit or figures.columns[0].unit, row.cells["value"]) for row in figures.rows}
    return [
        {"value": f"{text['hours']}{NBSP}h", "label": "réelles sur ses marchés", "detail": f"{text['hours_valued']}{NBSP}h valorisées"},
        {"value": text["participants"], "label": "personnes sur ses marchés", "detail": f"{text['employment_contracts']} contrats"},
        {"value": f"{text['employed_hours']}{NBSP}h", "label": "de ses propres salariés", "detail": f"{text['employed_hours_valued']}{NBSP}h valorisées"},
        {"value": text["employed_participants"], "label": "personnes qu'elle emploie", "detail": f"{text['employed_contracts']} contrats"},
    ]  # fmt: skip
