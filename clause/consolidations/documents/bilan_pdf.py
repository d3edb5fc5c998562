"""The bilan of an operation as a PDF: the figures of the report, written as the page writes them. It counts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clause.consolidations.definitions import DEFINITIONS
from clause.consolidations.documents.completion import completion
from clause.consolidations.documents.tables_data import COLOURS, table_data
from clause.consolidations.figures import Unit, Value, as_text
from clause.consolidations.report import Report, Table
from clause.consolidations.workbook import SOURCE
from clause.kernel import pdf
from clause.kernel.values import NBSP, format_date

IDENTITY = "B01"
TEMPLATE = Path(__file__).with_name("bilan.typ")
MASKED = "Ce document ne nomme personne. Les chiffres qui porteraient sur trop peu de personnes sont marqués « n. c. » (non communiqué)."


def as_pdf(report: Report) -> bytes:
    """The bytes of the PDF; the same report gives the same ones."""
    return pdf.written(TEMPLATE, data(report), report.as_of)


def data(report: Report) -> dict[str, Any]:
    """What the template is given: texts only. The identity is the cover; every other table follows."""
    identity = report.table(IDENTITY)
    said = [(row.key, row.label, str(row.cells["value"])) for row in identity.rows] if identity else []
    period = dict(report.parameters).get("Période", "")
    return {
        "title": report.title, "subtitle": report.perimeter, "kicker": "Clause sociale d'insertion", "author": next((value for key, _label, value in said if key == "structure"), ""),
        "footer": f"{report.title} – arrêté au {format_date(report.as_of)} – {SOURCE}",
        "facts": [
            *((label, value) for _key, label, value in said),
            ("Période", period), ("Arrêté au", f"{format_date(report.as_of)} inclus"),
            ("Règles de comptage", f"version {dict(report.parameters).get('Version des règles', '')}"),
        ],
        "tiles": _tiles(report.table("B02")), "gauge": _gauge(report), "masking": MASKED if report.masked else "",
        "tables": tables_data([table for table in report.tables if table.code != IDENTITY]), "definitions": [list(pair) for pair in DEFINITIONS], "completion": completion(report) or "",
        "made": f"Fait le {format_date(report.as_of)}",
    }  # fmt: skip


def tables_data(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Each counting rule is printed once, under the first table that it governs."""
    made, said = [], set[str]()
    for table in tables:
        made.append(table_data(table, tuple(said)))
        said |= set(table.notes)
    return made


def _tiles(figures: Table | None) -> list[dict[str, str]]:
    if figures is None:
        return []
    text = {row.key: as_text(row.unit or Unit.COUNT, row.cells["value"]) for row in figures.rows}
    return [
        {"value": f"{text['hours']}{NBSP}h", "label": "d'insertion validées", "detail": f"soit {text['fte']} ETP sur un an"},
        {"value": text["rate"], "label": "de l'objectif dû", "detail": f"objectif dû : {text['objective_due']}{NBSP}h"},
        {"value": text["participants"], "label": "participants", "detail": f"{text['employment_contracts']} contrats de travail"},
        {"value": text["markets"], "label": "marchés avec une clause", "detail": f"reste à faire : {text['hours_remaining']}{NBSP}h"},
    ]  # fmt: skip


def _gauge(report: Report) -> dict[str, Any] | None:
    """Done, expected on this day, due, as parts of the longest; None without objective."""
    months, figures = report.table("B05"), report.table("B02")
    due = _number(figures, "objective_due")
    if not due or months is None or months.total is None:
        return None
    done, expected = _whole(months.total["cumulative"]), months.total["expected"]
    longest = max(due, done, _whole(expected))
    pooled = _number(figures, "hours") != done
    words = [(f"fait{', globalisation ou valorisation comprises' if pooled else ''} : {_hours(done)}", COLOURS[0])]
    if isinstance(expected, int):
        words.append((f"attendu à ce jour : {_hours(expected)}", COLOURS[1]))
    words.append((f"dû : {_hours(due)}", "#25221d"))
    return {
        "done": done / longest, "due": due / longest, "expected": _whole(expected) / longest if isinstance(expected, int) else None,
        "words": words, "alt": "Jauge : " + " ; ".join(text for text, _colour in words),
    }  # fmt: skip


def _hours(hundredths: int) -> str:
    return f"{as_text(Unit.HOURS, hundredths)}{NBSP}h"


def _number(figures: Table | None, key: str) -> int:
    row = figures.row(key) if figures else None
    return _whole(row.cells["value"]) if row else 0


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0
