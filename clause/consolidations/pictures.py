"""Small charts for the pages: positions of bars and lines from a table of a report. Pure; the template only draws them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from clause.consolidations.figures import Unit, Value, as_text
from clause.consolidations.report import Column, Row, Table
from clause.kernel.values import format_decimal

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 240, 62, 26, 12
DRAWN = frozenset({"C17", "C17b", "B05", "R01", "F01"})  # series; the other tables read well enough as they are
MOST_LABELS = 13
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    series: int


@dataclass(frozen=True)
class Line:
    points: str
    series: int


@dataclass(frozen=True)
class Picture:
    """Coordinates in the box ``width`` × ``height``; ``text`` is the alternative for who does not see it."""

    text: str
    names: tuple[str, ...]
    grid: tuple[tuple[float, str], ...]
    labels: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def picture(table: Table) -> Picture | None:
    """The chart of a series; None for a table without one, or with nothing to draw."""
    if table.code not in DRAWN or table.chart is None or not table.rows:
        return None
    columns = [c for c in table.columns if c.key in table.chart.columns]
    highest = max((_number(row.cells[c.key]) for row in table.rows for c in columns), default=0)
    if highest <= 0:
        return None
    top = round_up(highest)
    bars, lines = ((), _lines(table, columns, top)) if table.chart.kind == "line" else (_bars(table, columns, top), ())
    return Picture(
        text=_text(table, columns), names=tuple(c.label for c in columns), grid=_grid(top), labels=_labels(table), bars=bars, lines=lines,
    )  # fmt: skip


def round_up(value: int) -> int:
    """The next value whose quarters are easy to read: 1, 2, 4 or 8 times a power of ten (hundredths)."""
    power = int("1" + "0" * (len(str(value)) - 1))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _y(value: int, top: int) -> float:
    return float(round_tenth(TOP + (HEIGHT - TOP - BOTTOM) * (1 - Decimal(value) / top)))


def round_tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


def _slot(table: Table) -> Decimal:
    return Decimal(WIDTH - LEFT) / len(table.rows)


def _bars(table: Table, columns: list[Column], top: int) -> tuple[Bar, ...]:
    slot = _slot(table)
    each = min(slot * Decimal("0.7") / len(columns), Decimal(48))
    found = []
    for number, row in enumerate(table.rows):
        start = LEFT + slot * number + (slot - each * len(columns)) / 2
        for series, column in enumerate(columns):
            y = _y(max(_number(row.cells[column.key]), 0), top)
            height = Decimal(HEIGHT - BOTTOM) - Decimal(str(y))
            found.append(
                Bar(
                    str(round_tenth(start + each * series)),
                    str(y),
                    str(round_tenth(each - 1)),
                    str(round_tenth(height)),
                    series,
                )
            )
    return tuple(found)


def _lines(table: Table, columns: list[Column], top: int) -> tuple[Line, ...]:
    slot = _slot(table)
    found = []
    for series, column in enumerate(columns):
        points = [
            f"{round_tenth(LEFT + slot * number + slot / 2)},{_y(_number(row.cells[column.key]), top)}"
            for number, row in enumerate(table.rows)
            if row.cells[column.key] is not None
        ]
        found.append(Line(" ".join(points), series))
    return tuple(found)


def _grid(top: int) -> tuple[tuple[float, str], ...]:
    steps = [top * quarter // 4 for quarter in range(5)]
    return tuple((_y(step, top), format_decimal(Decimal(step) / 100)) for step in steps)


def _labels(table: Table) -> tuple[tuple[str, str], ...]:
    slot, every = _slot(table), -(-len(table.rows) // MOST_LABELS)
    shown = [(number, row) for number, row in enumerate(table.rows) if number % every == 0]
    return tuple((str(round_tenth(LEFT + slot * n + slot / 2)), _short(row)) for n, row in shown)


def _short(row: Row) -> str:
    year, _, month = row.key.partition("-")
    return f"{SHORT_MONTHS[int(month) - 1]} {year[2:]}" if month.isdigit() else row.key


def _text(table: Table, columns: list[Column]) -> str:
    first, last = table.rows[0], table.rows[-1]
    said = [
        f"{c.label} : {as_text(Unit.HOURS, table.total[c.key])} h"
        for c in columns
        if table.total and table.total.get(c.key) is not None
    ]
    return f"Graphique : {table.title.lower()}, de {first.label} à {last.label}. {' ; '.join(said)}"
