"""The picture of an answer: one bar a row, cut by column where its parts add up to it. Pure; the template only draws.

Where a cell is hidden, or a person may be in several columns, the bars are the totals: parts would lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clause.consolidations.explorer.answer import TOTAL, Answer
from clause.consolidations.explorer.question import Measure
from clause.consolidations.figures import Unit, as_text
from clause.consolidations.pictures import round_tenth

MOST_ROWS = 20
MOST_PARTS = 6
WIDTH = 520  # of the bars alone; names and figures stand beside them as text


@dataclass(frozen=True)
class Part:
    """A piece of a bar: its place, its length, and the number of its colour."""

    x: str
    width: str
    series: int


@dataclass(frozen=True)
class Bar:
    label: str
    figure: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Picture:
    """``names`` are those of the colours, empty where a bar is one; ``left_out`` rows did not fit."""

    text: str
    bars: tuple[Bar, ...]
    names: tuple[str, ...]
    left_out: int
    width: int = WIDTH


def picture_of(answer: Answer) -> Picture | None:
    """The picture of the first rows; None where there is nothing to draw."""
    measure = answer.question.measure if answer.question.columns else Measure.HOURS
    rows = answer.rows[:MOST_ROWS]
    totals = [_number(answer, row, TOTAL, measure) for row in rows]
    highest = max(totals, default=0)
    if highest <= 0:
        return None
    columns = answer.columns if _adds_up(answer, measure) else ()
    bars = tuple(
        Bar(answer.row_labels[row], as_text(measure.unit, total), _parts(answer, row, columns, measure, total, highest))
        for row, total in zip(rows, totals, strict=True)
    )
    names = tuple(answer.column_labels[c] for c in columns)
    return Picture(_text(answer, measure), bars, names, len(answer.rows) - len(rows))


def _adds_up(answer: Answer, measure: Measure) -> bool:
    if not 1 < len(answer.columns) <= MOST_PARTS or answer.hides:
        return False
    return all(
        sum(_number(answer, row, column, measure) for column in answer.columns) == _number(answer, row, TOTAL, measure)
        for row in answer.rows
    )


def _parts(answer: Answer, row: str, columns: Sequence[str], measure: Measure, total: int, highest: int) -> tuple[Part, ...]:  # fmt: skip
    found, at = [], 0
    for series, column in enumerate(columns or (TOTAL,)):
        value = max(0, _number(answer, row, column, measure) if columns else total)
        if value:
            found.append(Part(_scaled(at, highest), _scaled(value, highest), series))
        at += value
    return tuple(found)


def _scaled(value: int, highest: int) -> str:
    return str(round_tenth(Decimal(WIDTH) * value / highest))


def _number(answer: Answer, row: str, column: str, measure: Measure) -> int:
    value = answer.told(row, column, measure)
    return value if isinstance(value, int) else 0


def _text(answer: Answer, measure: Measure) -> str:
    whole = as_text(measure.unit, answer.told(TOTAL, TOTAL, measure))
    unit = " h" if measure.unit is Unit.HOURS else ""
    return f"Graphique : {answer.question.title}. Total : {whole}{unit}. Le tableau qui suit donne chaque chiffre."
