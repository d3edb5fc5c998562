"""What was typed on the page of a month: put in its rows, market by market, and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clause.hours.codes import HourKind
from clause.hours.grid.rows import MAX_COMMENT, Row, Typed, read_typed
from clause.hours.months.page import Column, MonthPage, PersonLine, typed_here
from clause.kernel.values import BadValue, read_hours


@dataclass
class Entered:
    """What differs from what is kept: keys of columns, and the totals of pay slips by contract id."""

    columns: set[str] = field(default_factory=set)
    payslips: dict[int, int | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def take_typed(page: MonthPage, form: Mapping[str, Any]) -> Entered:
    """Put in the page what the form holds; boxes that it leaves out stay as kept."""
    entered = Entered()
    for line in page.lines:
        _take_comment(page, line, form, entered)
        _take_payslip(line, form, entered)
    for column, row in page.boxes():
        if _take_hours(column, row, form):
            entered.columns.add(column.key)
    for column in (*page.columns, *page.empty):
        _take_total(column, form, entered)
    return entered


def _text(form: Mapping[str, Any], name: str) -> str | None:
    value = form.get(name)
    return None if value is None else str(value).strip()[:MAX_COMMENT]


def _take_hours(column: Column, row: Row, form: Mapping[str, Any]) -> bool:
    changed = False
    for kind in HourKind:
        text = _text(form, column.box(row, kind.value))
        if text is not None and text != row.texts.get(kind, ""):
            row.texts[kind], changed = text, True
    return changed


def _take_comment(page: MonthPage, line: PersonLine, form: Mapping[str, Any], entered: Entered) -> None:
    """One comment for the person's month, on each of their markets; where markets differ, an empty one changes nothing."""
    text = _text(form, f"c.{line.key}")
    if text is None or text == line.comment or (line.comments_differ and not text):
        return
    line.comment, line.comments_differ = text, False
    for column in page.columns:
        rows = line.cells.get(column.key, [])
        if rows and typed_here(column, rows):
            rows[0].comment = text
            entered.columns.add(column.key)


def _take_payslip(line: PersonLine, form: Mapping[str, Any], entered: Entered) -> None:
    name = f"p.{line.key}"
    text = _text(form, name)
    if text is None or text == line.payslip:
        return
    line.payslip = text
    try:
        entered.payslips[line.contract_id] = read_hours(text) if text else None
    except BadValue as error:
        entered.errors[name] = str(error)


def _take_total(column: Column, form: Mapping[str, Any], entered: Entered) -> None:
    text = _text(form, f"{column.key}.total")
    if text is not None and column.editable and text != column.total_text:
        column.total_text = text
        entered.columns.add(column.key)


def read_column(column: Column) -> Typed:
    """The draft of one market, and sentences by name of box of this page."""
    remark = column.declaration.comment if column.declaration else ""
    typed = read_typed(column.rows, {"total": column.total_text, "remark": remark})
    return Typed(typed.data, {f"{column.key}.{name}": sentence for name, sentence in typed.errors.items()})
