"""A table of a report as the plain data of a template: texts, widths, alignments, and its picture. It counts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clause.consolidations.figures import Unit, Value, as_text
from clause.consolidations.pictures import Picture, picture
from clause.consolidations.report import Column, Row, Table

MANY = 7  # columns from which texts go under the name of the row
CHARACTER, PADDING = 4.4, 9.0  # points, of a figure in a table
SHORT = 12  # characters of a text that never folds: days, amounts, one word
COLOURS = ("#1c5b56", "#d9a441", "#7a8f8c", "#b4532a")
WITHHELD = "Le détail n'est pas communiqué : il porterait sur trop peu de personnes."
NOTHING = "Rien à montrer pour cette opération."


def table_data(table: Table, said: Sequence[str] = ()) -> dict[str, Any]:
    """``said`` are notes already printed above: each rule is told once in a document."""
    shown, under = _columns(table)
    lines = {memo: [_row(shown, under, row) for row in table.rows if row.memo is memo] for memo in (False, True)}
    total = None if table.total is None else {"label": table.total_label, "cells": _cells(shown, table.total, None)}
    every = [*lines[False], *lines[True], *([{**total, "under": ""}] if total else [])]
    return {
        "title": table.title, "headings": [table.about, *map(_heading, shown)], "rows": lines[False], "memo": lines[True],
        "total": total, "aligns": ["left", *("left" if c.unit is Unit.TEXT else "right" for c in shown)],
        "widths": _widths(shown, every), "chart": _chart(picture(table)), "empty": WITHHELD if table.total else NOTHING,
        "notes": [note for note in table.notes if note not in said],
    }  # fmt: skip


def _columns(table: Table) -> tuple[list[Column], list[Column]]:
    """Those of the grid, and the texts told under the name of the row."""
    texts = [c for c in table.columns if c.unit is Unit.TEXT]
    if len(table.columns) < MANY or len(texts) < 2:
        return list(table.columns), []
    return [c for c in table.columns if c not in texts], texts


def _heading(column: Column) -> str:
    hours = column.unit is Unit.HOURS and "eures" not in column.label
    return f"{column.label} (h)" if hours else column.label


def _row(shown: Sequence[Column], under: Sequence[Column], row: Row) -> dict[str, Any]:
    told = " ; ".join(f"{c.label.lower()} : {row.cells[c.key]}" for c in under if row.cells[c.key])
    return {"label": row.label, "under": told, "cells": _cells(shown, row.cells, row.unit)}


def _cells(shown: Sequence[Column], cells: Mapping[str, Value], unit: Unit | None) -> list[str]:
    return [as_text(unit or c.unit, cells[c.key]) if c.key in cells else "" for c in shown]


def _widths(shown: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> list[tuple[float, str]]:
    """Figures and short texts take the room they need, in points; the others share the rest by their length."""
    found: list[tuple[float, str]] = [(_share([row["label"] for row in rows]) + 2, "fr")]
    for number, column in enumerate(shown):
        texts = [str(row["cells"][number]) for row in rows]
        longest = max(map(len, (*_heading(column).split(), *texts)), default=4)
        if column.unit is Unit.TEXT and longest > SHORT:
            found.append((_share(texts), "fr"))
        else:
            found.append((longest * CHARACTER + PADDING, "pt"))
    return found


def _share(texts: Sequence[str]) -> int:
    return min(max(map(len, texts), default=4), 40) + 4


def _chart(drawn: Picture | None) -> dict[str, Any] | None:
    if drawn is None:
        return None
    return {
        "alt": drawn.text, "names": drawn.names, "width": drawn.width, "height": drawn.height, "left": drawn.left, "colours": COLOURS,
        "grid": drawn.grid, "labels": [(float(x), label) for x, label in drawn.labels],
        "bars": [{"x": float(b.x), "y": float(b.y), "width": float(b.width), "height": float(b.height), "series": b.series} for b in drawn.bars],
        "lines": [{"series": line.series, "points": _points(line.points)} for line in drawn.lines],
    }  # fmt: skip


def _points(text: str) -> list[list[float]]:
    return [[float(part) for part in point.split(",")] for point in text.split()]
