"""The sheets « Qualité » and « Écarts » of a workbook: counts and figures, nobody named."""

from __future__ import annotations

from typing import Any

from clause.consolidations.figures import Unit
from clause.consolidations.models import Publication
from clause.consolidations.publishing.differences import Cell, Comparison, Difference
from clause.consolidations.publishing.quality.checks import FORMULA
from clause.consolidations.publishing.quality.review import Review
from clause.consolidations.workbook import Appendix
from clause.kernel import clock
from clause.kernel.spreadsheet import Column, Kind
from clause.kernel.values import format_date, format_decimal, half_up


def quality_appendix(checked: Review) -> Appendix:
    """What the review found, question by question, then what was examined."""
    rows = [[found.check.gravity.label, found.check.title, found.count] for found in checked.found]
    examined = [
        ["Objets examinés", thing.label.capitalize(), tally.examined] for thing, tally in checked.things.items()
    ]
    faulty = [
        ["Objets avec un défaut", thing.label.capitalize(), tally.faulty] for thing, tally in checked.things.items()
    ]
    columns = [Column("Gravité"), Column("Contrôle", width=60), Column("Nombre", Kind.INTEGER)]
    said = "sans objet" if checked.score is None else f"{format_decimal(checked.score)} %"
    return Appendix(
        "Qualité", "Qualité des données", columns, [*rows, *examined, *faulty],
        lines=(f"Note : {said} ({checked.faultless} objets sans défaut sur {checked.examined} examinés)",),
        notes=(FORMULA,),
    )  # fmt: skip


def gaps_appendix(published: Publication, found: Comparison) -> Appendix:
    """Every cell that differs: what was published, what is true today, the gap and the growth from both."""
    columns = [
        Column("Tableau", width=34), Column("Ligne", width=34), Column("Colonne", width=26), Column("Unité"),
        Column("Publié", Kind.NUMBER), Column("Aujourd'hui", Kind.NUMBER), Column("Écart", Kind.NUMBER), Column("Évolution (%)", Kind.RATE),
    ]  # fmt: skip
    day = format_date(clock.day_of(published.published_at))
    return Appendix(
        "Écarts", f"Écarts depuis la publication n° {published.number} du {day}", columns, [_gap(cell, found) for cell in found.cells],
        lines=(f"Publication arrêtée au {format_date(published.as_of)} inclus",),
        notes=("L'évolution est calculée sur les deux chiffres montrés. L'écart d'un taux est en points.",),
    )  # fmt: skip


UNIT_WORDS = {Unit.HOURS: "heures", Unit.COUNT: "nombre", Unit.RATE: "%", Unit.FTE: "ETP", Unit.TEXT: "texte"}


def _gap(cell: Difference, found: Comparison) -> list[Any]:
    title = next(table.title for table in found.tables if table.code == cell.table)
    growth = None if cell.growth is None else half_up(cell.growth, 2)
    return [
        f"{cell.table} {title}", cell.row, cell.column, UNIT_WORDS[cell.unit],
        _side(cell, cell.published), _side(cell, cell.today), cell.gap, growth,
    ]  # fmt: skip


def _side(cell: Difference, side: Cell) -> Any:
    """A number where there is one, else the words of the page."""
    return side.said(cell.unit) if side.number is None else side.number
