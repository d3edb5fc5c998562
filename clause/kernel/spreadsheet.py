"""Workbooks that go out: the one place that writes xlsx.

Text never becomes a formula, a number or a link, whatever it begins with. Numbers and dates are real ones, in French
formats. The document's own dates are given by the caller, so that the same data gives the same bytes.

For a plain list: ``write_list(title, subtitle, columns, rows)``. For more: ``Book``, ``Sheet``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from clause.kernel import clock, values

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACCENT = "#1F5F5B"
PALE = "#EEF4F3"
LINE = "#C9D6D4"
MAX_SHEET_NAME = 31
MAX_TEXT = 32_000
WIDTHS = (9, 60)
DEFAULT_WIDTH = 8.43


class Kind(Enum):
    """What a column holds, and how Excel shows it; the comment says in which unit the values are given."""

    TEXT = "text", "@"
    INTEGER = "integer", "#,##0"
    HOURS = "hours", "#,##0.00"  # hundredths of an hour
    EUROS = "euros", '#,##0.00" €"'  # cents
    SHARE = "share", '#,##0.00" %"'  # ten-thousandths, written as a percentage: 5000 → 50
    NUMBER = "number", "General"  # as it must be read: int or Decimal
    RATE = "rate", '#,##0.00" %"'  # a percentage: Decimal("83.68")
    FTE = "fte", "#,##0.000"  # Decimal
    DATE = "date", "dd/mm/yyyy"
    MONTH = "month", "mm/yyyy"  # the date of its first day

    @property
    def format(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Column:
    """A column of a list: its heading, what it holds, its width in characters where the content should not decide."""

    label: str
    kind: Kind = Kind.TEXT
    width: int | None = None


Cell = str | int | Decimal | date | None


def cell_value(kind: Kind, value: Any) -> str | int | float | date | None:
    """What is written in the cell: hundredths become hours, cents euros, ten-thousandths percent, text stays."""
    if value is None or value == "":
        return None
    if kind is Kind.TEXT or isinstance(value, str):
        return str(value)[:MAX_TEXT]
    if kind is Kind.HOURS:
        return values.hours_number(value)
    if kind in (Kind.EUROS, Kind.SHARE):
        return int(value) // 100 if value % 100 == 0 else int(value) / 100
    if isinstance(value, datetime):
        return clock.day_of(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value  # type: ignore[no-any-return]  # as the caller gave it


def sheet_name(text: str, taken: Sequence[str] = ()) -> str:
    """A name that Excel accepts: at most 31 characters, none of ``[]:*?/\\``, not taken yet."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", text).strip().strip("'") or "Feuille"
    name, number = clean[:MAX_SHEET_NAME].rstrip(), 2
    while name.casefold() in {t.casefold() for t in taken}:
        suffix = f" ({number})"
        name, number = clean[: MAX_SHEET_NAME - len(suffix)].rstrip() + suffix, number + 1
    return name


class Book:
    """A workbook being written. ``dated`` is the day it says it was made: never the clock, where bytes must repeat."""

    def __init__(self, title: str, dated: date, subject: str = "") -> None:
        self._bytes = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._bytes,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self._book.set_properties(
            {"title": title, "subject": subject, "author": "Clause", "created": datetime(dated.year, dated.month, dated.day)}  # noqa: DTZ001 - the document's own date has no zone
        )  # fmt: skip
        self._book.set_size(2400, 1400)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.cell_styles: dict[tuple[Kind, bool, bool], Any] = {}
        self.names: list[str] = []

    def sheet(self, name: str) -> Sheet:
        name = sheet_name(name, self.names)
        self.names.append(name)
        return Sheet(self, self._book.add_worksheet(name), name)

    def style(self, **properties: Any) -> Any:
        """A cell format, made once for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
            self._formats[key] = self._book.add_format({**base, **properties})
        return self._formats[key]

    def chart(self, kind: str, subtype: str | None = None) -> Any:
        return self._book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})

    def close(self) -> bytes:
        self._book.close()
        return self._bytes.getvalue()


@dataclass(frozen=True)
class Block:
    """Where a table was written: header row, first and last row of its data, total row; rows count from 0."""

    sheet: str
    header: int
    first: int
    last: int
    total: int | None

    def reference(self, column: int) -> list[Any]:
        """The data of a column, as xlsxwriter's charts take it."""
        return [self.sheet, self.first, column, self.last, column]


class Sheet:
    """A sheet being written from top to bottom; ``row`` is the next free row."""

    def __init__(self, book: Book, worksheet: Any, name: str) -> None:
        self.book, self.worksheet, self.name, self.row = book, worksheet, name, 0
        self._widths: dict[int, float] = {}
        worksheet.hide_gridlines(2)
        worksheet.set_paper(9)  # A4
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        worksheet.set_footer("&L&8&A&R&8Page &P sur &N")

    def heading(self, title: str, *lines: str) -> None:
        """The title and the lines under it (perimeter, unit, source), then an empty row."""
        self.worksheet.write_string(self.row, 0, title[:MAX_TEXT], self.book.style(bold=True, font_size=15, font_color=ACCENT))  # fmt: skip
        for line in filter(None, lines):
            self.row += 1
            self.worksheet.write_string(self.row, 0, line[:MAX_TEXT], self.book.style(font_color="#4A5A58"))
        self.row += 2

    def subheading(self, title: str) -> None:
        self.worksheet.write_string(self.row, 0, title[:MAX_TEXT], self.book.style(bold=True, font_size=12, font_color=ACCENT))  # fmt: skip
        self.row += 1

    def paragraphs(self, lines: Sequence[str], **style: Any) -> None:
        """One line of text a row, overflowing to the right as a sentence does."""
        for line in lines:
            self.worksheet.write_string(self.row, 0, line[:MAX_TEXT], self.book.style(**style))
            self.row += 1

    def width(self, columns: int) -> float:
        """Of the first ``columns`` columns together, in characters."""
        return sum(self._widths.get(number, DEFAULT_WIDTH) for number in range(columns))

    def columns_for(self, columns: int, at_least: int = 70) -> int:
        """How many columns, at least these, are as wide as so many characters."""
        while self.width(columns) < at_least:
            columns += 1
        return columns

    def upright(self) -> None:
        """Print in portrait: a sheet to read from top to bottom."""
        self.worksheet.set_portrait()

    def on_one_page(self) -> None:
        """Print the whole sheet on one page."""
        self.worksheet.fit_to_pages(1, 1)

    def wrapped(self, lines: Sequence[str], columns: int, at_least: int = 70, **style: Any) -> None:
        """Sentences that fold inside the first columns (more of them if they are narrow), each row as tall as it needs."""
        columns = self.columns_for(columns, at_least)
        last_column, characters = columns - 1, int(self.width(columns) * 0.85)
        for line in lines:
            cell = self.book.style(text_wrap=True, **style)
            if last_column > 0:
                self.worksheet.merge_range(self.row, 0, self.row, last_column, "", cell)
            self.worksheet.write_string(self.row, 0, line[:MAX_TEXT], cell)
            self.worksheet.set_row(self.row, 15 * max(1, -(-len(line) // max(characters, 20))))
            self.row += 1

    def link(self, column: int, target: str, text: str) -> None:
        """A link to another sheet of the book, in the present row."""
        style = self.book.style(font_color=ACCENT, underline=1)
        self.worksheet.write_url(self.row, column, f"internal:'{target.replace(chr(39), chr(39) * 2)}'!A1", style, text)

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Any]],
        total: Sequence[Any] | None = None,
        *,
        summed: Mapping[int, Any] | frozenset[int] = frozenset(),
        kinds: Mapping[tuple[int, int], Kind] | None = None,
        freeze: bool = True,
        filters: bool = True,
    ) -> Block:
        """Header, rows and total. The total of the columns in ``summed`` is a formula that keeps ``total`` as its value.

        ``kinds`` overrides the kind of single cells, by (row, column) of the data: a table whose rows have units.
        """
        header, first = self.row, self.row + 1
        for number, column in enumerate(columns):
            self.worksheet.write_string(header, number, column.label, self._header_style(column.kind))
        own, usual = kinds or {}, [column.kind for column in columns]
        for line, row in enumerate(rows):
            for number, value in enumerate(row):
                self._cell(
                    first + line, number, own.get((line, number), usual[number]) if own else usual[number], value
                )
        last = first + max(len(rows), 1) - 1
        self.row = first + len(rows)
        total_row = self._total(columns, total, first, last, summed) if total is not None else None
        self._fit(columns, rows, total)
        self._heights(columns, rows, first)
        self.worksheet.set_row(
            header, 15 * max(-(-(len(c.label) + 2) // int(self._widths[n])) for n, c in enumerate(columns)) + 3
        )
        if filters and rows:
            self.worksheet.autofilter(header, 0, last, len(columns) - 1)
        if freeze:
            self.worksheet.freeze_panes(first, 1)
            self.worksheet.repeat_rows(header)
        self.row += 1
        return Block(self.name, header, first, last, total_row)

    def place(self, chart: Any, row: int, column: int, width: int = 760, height: int = 340) -> None:
        chart.set_size({"width": width, "height": height})
        self.worksheet.insert_chart(row, column, chart, {"object_position": 2})

    def _header_style(self, kind: Kind) -> Any:
        align = "left" if kind is Kind.TEXT else "right"
        return self.book.style(bold=True, font_color="#FFFFFF", bg_color=ACCENT, text_wrap=True, align=align, valign="vcenter", border=1, border_color=ACCENT)  # fmt: skip

    def _style(self, kind: Kind, *, total: bool = False, text: bool = False) -> Any:
        key = (kind, total, text)
        if key not in self.book.cell_styles:  # asked for each of tens of thousands of cells
            self.book.cell_styles[key] = self._made_style(kind, total=total, text=text)
        return self.book.cell_styles[key]

    def _made_style(self, kind: Kind, *, total: bool, text: bool) -> Any:
        shape: dict[str, Any] = {"border": 1, "border_color": LINE}
        if kind is Kind.TEXT:
            shape |= {"text_wrap": True}
        else:
            shape |= {"num_format": "General" if text else kind.format, "align": "right"}
        return self.book.style(**shape, **({"bold": True, "bg_color": PALE} if total else {}))

    def _cell(self, row: int, column: int, kind: Kind, value: Any, *, total: bool = False) -> None:
        written = cell_value(kind, value)
        style = self._style(kind, total=total, text=isinstance(written, str))
        if isinstance(written, str):
            self.worksheet.write_string(row, column, written, style)
        elif written is None:
            self.worksheet.write_blank(row, column, None, style)
        elif isinstance(written, date):
            moment = datetime(written.year, written.month, written.day)  # noqa: DTZ001 - a day has no zone
            self.worksheet.write_datetime(row, column, moment, style)
        elif isinstance(written, bool):
            self.worksheet.write_string(row, column, "oui" if written else "non", style)
        else:
            self.worksheet.write_number(row, column, written, style)

    def _total(
        self, columns: Sequence[Column], total: Sequence[Any], first: int, last: int, summed: Mapping[int, Any] | frozenset[int]
    ) -> int:  # fmt: skip
        row = self.row
        for number, value in enumerate(total):
            kind = columns[number].kind
            written = cell_value(kind, value)
            if number in summed and isinstance(written, int | float):
                letter = xl_col_to_name(number)
                formula = f"=SUM({letter}{first + 1}:{letter}{last + 1})"
                self.worksheet.write_formula(row, number, formula, self._style(kind, total=True), written)
            else:
                self._cell(row, number, kind, value, total=True)
        self.row += 1
        return row

    def _heights(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], first: int) -> None:
        """Rows whose texts fold are as tall as they need: not every reader works it out on opening."""
        texts = [number for number, column in enumerate(columns) if column.kind is Kind.TEXT]
        for line, row in enumerate(rows):
            lines = max((-(-len(str(row[n] or "")) // max(int(self._widths[n]) - 2, 1)) for n in texts), default=1)
            if lines > 1:
                self.worksheet.set_row(first + line, 15 * lines)

    def _fit(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], total: Sequence[Any] | None) -> None:
        """Widths from the content, the widest of the tables of the sheet."""
        for number, column in enumerate(columns):
            lines = [*rows[:500], *([total] if total is not None else [])]
            longest = max((len(_shown(column.kind, line[number])) for line in lines if number < len(line)), default=0)
            words = max((len(w) for w in column.label.split()), default=0)
            wanted = column.width or min(
                max(longest + 2, words + 4, min(len(column.label), 16) + 2, WIDTHS[0]), WIDTHS[1]
            )
            self._widths[number] = max(wanted, self._widths.get(number, 0))
            self.worksheet.set_column(number, number, self._widths[number])


def _shown(kind: Kind, value: Any) -> str:
    written = cell_value(kind, value)
    if isinstance(written, int | float) and not isinstance(written, bool):
        return f"{written:,.2f}" + ("  %" if kind in (Kind.RATE, Kind.SHARE, Kind.EUROS) else "")
    return "00/00/0000" if isinstance(written, date) else str(written or "")


def write_list(
    title: str, subtitle: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, dated: date | None = None
) -> bytes:
    """The bytes of a workbook of one sheet: title, subtitle (perimeter and filters), header, rows, filters, A4.

    ``rows`` hold plain values in the order of ``columns``: hours in hundredths, money in cents, shares in
    ten-thousandths, dates as dates. ``dated`` (default: today) is the day that the document bears.
    """
    book = Book(title, dated or clock.today())
    sheet = book.sheet(title)
    sheet.heading(title, subtitle)
    sheet.table(columns, rows)
    return book.close()
