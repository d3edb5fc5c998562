"""An answer as a table of a report: what the page, the workbook and the csv write. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clause.consolidations import definitions as d
from clause.consolidations.explorer.answer import TOTAL, Answer
from clause.consolidations.explorer.question import Measure, Question
from clause.consolidations.figures import Value
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.report import RULES_VERSION, Chart, Column, Report, Row, Table
from clause.kernel.values import format_date

CODE = "EX"
MEASURES = {measure.value: measure for measure in Measure}
VALUED = "Heures valorisées : les heures multipliées par le coefficient que leur marché prévoit."
ONCE = "Une personne ou un contrat compte une fois dans chaque case et une fois dans chaque total : un total n'est pas toujours la somme de ses cases."  # fmt: skip
ALONE = "Ces deux divisions se recoupent trop pour ce nombre de personnes : seuls les totaux sont communiqués."
LIMIT = (
    "Aucune case masquée ne se calcule avec les tableaux de cette page pour la même année. Cela ne protège pas de ce que l'on sait par"
    " ailleurs (le bilan d'une opération, le même tableau un autre jour) : ne rapprochez pas ces chiffres de personnes reconnaissables."
)
PUBLIC = "Heures par marché et par mois : elles ne sont pas masquées."


def table_of(answer: Answer, min_cell: int) -> Table:
    """The whole table of an answer; the code is not one of the consolidation's."""
    columns, rows = _columns(answer), _rows(answer)
    question = answer.question
    whole = answer.hidden is not None and not answer.hides
    return Table(
        code=CODE, title=question.title, about=question.rows.label, columns=columns, rows=rows,
        total={c.key: _told(answer, TOTAL, c.key) for c in columns}, notes=tuple(notes(answer, min_cell)),
        unit="heures et nombres" if question.columns is None else question.measure.label.lower(),
        summed=frozenset(c.key for c in columns if c.unit is Measure.HOURS.unit) if whole and not _overlaps(question) else frozenset(),
        chart=Chart("bar", ("hours" if question.columns is None else TOTAL,), question.title) if rows else None,
    )  # fmt: skip


def _columns(answer: Answer) -> tuple[Column, ...]:
    question = answer.question
    if question.columns is None:
        hours = (Measure.HOURS, Measure.VALUED)
        shown = hours if answer.masked and question.of_public_hours else tuple(Measure)
        return tuple(Column(m.value, m.label, m.unit) for m in shown)
    unit = question.measure.unit
    return (*(Column(key, answer.column_labels[key], unit) for key in answer.columns), Column(TOTAL, "Total", unit))


def _rows(answer: Answer) -> tuple[Row, ...]:
    columns = _columns(answer)
    return tuple(Row(key, answer.row_labels[key], {c.key: _told(answer, key, c.key) for c in columns}) for key in answer.rows)  # fmt: skip


def _told(answer: Answer, row: str, column: str) -> Value:
    if answer.question.columns is None:
        return answer.told(row, TOTAL, MEASURES[column])
    return answer.told(row, column, answer.question.measure)


def _overlaps(question: Question) -> bool:
    return any(one.overlaps for one in question.dimensions)


def notes(answer: Answer, min_cell: int) -> list[str]:
    """The rules that govern the table, and what is hidden in it."""
    question = answer.question
    found = [d.MONTH_OF_WORK, VALUED if question.measure is Measure.VALUED and question.columns else d.REAL_HOURS, ONCE]
    found += [note for one in question.dimensions for note in one.notes]
    if answer.masked:
        found += [PUBLIC] if question.of_public_hours else [*_hiding(answer, min_cell), LIMIT]
    return list(dict.fromkeys(found))


def _hiding(answer: Answer, min_cell: int) -> list[str]:
    if answer.withheld:
        return ["Le détail n'est pas communiqué : il porterait sur trop peu de personnes."]
    if answer.hidden is None:
        return [d.hidden(min_cell), ALONE]
    return [d.hidden(min_cell)]


def report_of(answer: Answer, perimeter: Perimeter, as_of: date, filters: Sequence[str]) -> Report:
    """The report of one table, its filters among the parameters."""
    question = answer.question
    return Report(
        kind="explorer", title=f"Explorer, {question.period}", perimeter=perimeter.name, year=None, as_of=as_of,
        tables=(table_of(answer, perimeter.min_cell),), described=dict(perimeter.described), masked=answer.masked,
        parameters=(
            ("Périmètre", perimeter.name),
            ("Période", question.period),
            ("Date d'arrêt", f"{format_date(as_of)} inclus"),
            ("Version des règles", RULES_VERSION),
            ("Lignes", question.rows.label),
            ("Colonnes", question.columns.label if question.columns else "aucune"),
            ("Mesure", question.measure.label if question.columns else "toutes"),
            ("Filtres", " ; ".join(filters) or "aucun"),
        ),
    )  # fmt: skip
