"""A report as a workbook (consolidations.md § 5): contents, one sheet a table, native charts. It writes, it counts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clause.consolidations.definitions import DEFINITIONS
from clause.consolidations.figures import HIDDEN_TEXT, NOT_APPLICABLE, Hidden, Unit, Value, rounded
from clause.consolidations.report import Report, Row, Table
from clause.kernel import spreadsheet
from clause.kernel.spreadsheet import Block, Book, Kind, Sheet

KINDS = {
    Unit.HOURS: Kind.HOURS,
    Unit.COUNT: Kind.INTEGER,
    Unit.RATE: Kind.RATE,
    Unit.FTE: Kind.FTE,
    Unit.EUROS: Kind.EUROS,
    Unit.TEXT: Kind.TEXT,
}
UNIT_WORDS = {Unit.HOURS: "heures", Unit.RATE: "%", Unit.FTE: "ETP"}
COLOURS = ("#1F5F5B", "#D9A441", "#7A8F8C", "#B4532A")
CONTENTS = "Sommaire"
SOURCE = "Source : registre des heures validées, Clause"
BESIDE = 75  # a table narrower than this, in characters, has its chart beside it: together they print at full size
ONE_PAGE = 34  # rows of a sheet that is printed on one page
MANY = 7  # columns from which texts fold


@dataclass(frozen=True)
class Appendix:
    """A sheet after the tables, about the report rather than of it: its quality, what differs since it was published.

    ``kinds`` overrides the kind of single cells, by (row, column). ``lines`` stand under the title, ``notes`` under the table.
    """

    name: str
    title: str
    columns: Sequence[spreadsheet.Column]
    rows: Sequence[Sequence[Any]]
    kinds: Mapping[tuple[int, int], Kind] = field(default_factory=dict)
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()


def as_workbook(report: Report, appendices: Sequence[Appendix] = ()) -> bytes:
    """The bytes of the workbook; the same report and appendices give the same ones."""
    book = Book(report.title, report.as_of, subject=report.perimeter)
    contents = book.sheet(CONTENTS)
    names = {table.code: _table_sheet(book, report, table) for table in report.tables}
    more = [(_appendix_sheet(book, report, appendix), appendix.title) for appendix in appendices]
    _contents(contents, report, names, more)
    return book.close()


def _appendix_sheet(book: Book, report: Report, appendix: Appendix) -> str:
    sheet = book.sheet(appendix.name)
    sheet.heading(appendix.title, f"{report.perimeter} · {report.title}", *appendix.lines)
    sheet.table(appendix.columns, appendix.rows, kinds=appendix.kinds)
    if appendix.notes:
        sheet.wrapped(appendix.notes, len(appendix.columns), font_color="#4A5A58")
    return sheet.name


def _contents(sheet: Sheet, report: Report, names: Mapping[str, str], more: Sequence[tuple[str, str]]) -> None:
    sheet.upright()
    sheet.worksheet.set_column(0, 0, 34)
    sheet.worksheet.set_column(1, 1, 66)
    sheet.heading(report.title, report.perimeter)
    _pairs(sheet, "Paramètres", report.parameters)
    sheet.subheading("Tableaux")
    for table in report.tables:
        sheet.link(0, names[table.code], table.code)
        sheet.worksheet.write_string(sheet.row, 1, table.title, sheet.book.style())
        sheet.row += 1
    for name, title in more:
        sheet.link(0, name, name)
        sheet.worksheet.write_string(sheet.row, 1, title, sheet.book.style())
        sheet.row += 1
    sheet.row += 1
    _pairs(sheet, "Définitions", DEFINITIONS)


def _pairs(sheet: Sheet, title: str, pairs: Any) -> None:
    sheet.subheading(title)
    for name, text in pairs:
        sheet.worksheet.write_string(sheet.row, 0, name, sheet.book.style(bold=True, text_wrap=True))
        sheet.worksheet.write_string(sheet.row, 1, text, sheet.book.style(text_wrap=True))
        sheet.worksheet.set_row(sheet.row, 15 * max(1, -(-len(text) // 62), -(-len(name) // 34)))
        sheet.row += 1
    sheet.row += 1


def _table_sheet(book: Book, report: Report, table: Table) -> str:
    """Write one table; the name of its sheet."""
    sheet = book.sheet(f"{table.code} {table.title}")
    day = report.parameters[2][1] if len(report.parameters) > 2 else ""
    sheet.heading(
        table.title, f"{report.perimeter} · {report.title}", f"Unité : {table.unit} · Arrêté au {day}", SOURCE
    )
    block = _grid(sheet, table)
    if table.notes:
        sheet.subheading("Règles de comptage")
        sheet.wrapped(table.notes, len(table.columns) + 1, font_color="#4A5A58")
    if _picture(sheet, table, block) or len(table.rows) <= ONE_PAGE:
        sheet.on_one_page()
    return sheet.name


def _grid(sheet: Sheet, table: Table) -> Block:
    columns = _columns(table)
    counted = [row for row in table.rows if not row.memo]
    memo = [row for row in table.rows if row.memo]
    summed = frozenset(n for n, c in enumerate(table.columns, 1) if c.key in table.summed and _whole(counted, c.key))
    total = (
        None
        if table.total is None
        else [table.total_label, *(_cell(c.unit, table.total.get(c.key)) for c in table.columns)]
    )
    block = sheet.table(
        columns, [_line(table, row) for row in counted], total, summed=summed, kinds=_kinds(table, counted)
    )
    if memo:
        sheet.subheading("Pour mémoire, hors total")
        sheet.table(columns, [_line(table, row) for row in memo], freeze=False, filters=False)
    return block


def _columns(table: Table) -> list[spreadsheet.Column]:
    """Texts fold in a table of many columns, so that it prints at a size that can be read."""
    folded = 22 if len(table.columns) > MANY and any(c.unit is Unit.TEXT for c in table.columns) else None
    return [
        spreadsheet.Column(table.about, width=folded),
        *(
            spreadsheet.Column(_heading(c.label, c.unit), KINDS[c.unit], folded if c.unit is Unit.TEXT else None)
            for c in table.columns
        ),
    ]


def _whole(rows: list[Row], key: str) -> bool:
    """Whether every cell of the column is a number, so that a formula gives the total."""
    return bool(rows) and not any(isinstance(row.cells[key], Hidden | None) for row in rows)


def _heading(label: str, unit: Unit) -> str:
    words = UNIT_WORDS.get(unit)
    return label if words is None or words.casefold() in label.casefold() else f"{label} ({words})"


def _line(table: Table, row: Row) -> list[Any]:
    return [row.label, *(_cell(row.unit or c.unit, row.cells.get(c.key)) for c in table.columns)]


def _cell(unit: Unit, value: Value) -> Any:
    if isinstance(value, Hidden):
        return HIDDEN_TEXT
    if unit is Unit.RATE:
        return NOT_APPLICABLE if value is None else rounded(unit, Decimal(value))
    return value


def _kinds(table: Table, rows: list[Row]) -> dict[tuple[int, int], Kind]:
    """Of tables whose rows have units of their own."""
    return {
        (number, column): KINDS[row.unit]
        for number, row in enumerate(rows)
        if row.unit is not None
        for column in range(1, len(table.columns) + 1)
    }


def _picture(sheet: Sheet, table: Table, block: Block) -> bool:
    """The native chart, beside a narrow table, under a wide one; whether there is one."""
    if table.chart is None or block.last < block.first or not table.rows:
        return False
    first, last = _charted(table, block)
    chart = sheet.book.chart({"stacked": "column", "bar": "bar", "line": "line"}.get(table.chart.kind, "column"), "stacked" if table.chart.kind == "stacked" else None)  # fmt: skip
    for number, key in enumerate(table.chart.columns):
        column = 1 + next(n for n, c in enumerate(table.columns) if c.key == key)
        chart.add_series(
            {
                "name": [sheet.name, block.header, column], "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, column, last, column],
                **({"line": {"color": COLOURS[number], "width": 2.25}} if table.chart.kind == "line" else {"fill": {"color": COLOURS[number]}, "gap": 60}),
            }
        )  # fmt: skip
    chart.set_title(
        {"name": table.chart.title, "name_font": {"size": 12, "bold": True, "color": COLOURS[0]}, "overlay": False}
    )
    chart.set_legend({"position": "bottom"} if len(table.chart.columns) > 1 else {"none": True})
    grid = {"major_gridlines": {"visible": True, "line": {"color": "#DDE5E4"}}, "num_format": "#,##0"}
    if table.chart.kind == "bar":
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis(grid)
    else:
        chart.set_y_axis(grid)
    rows = last - first + 1
    height = min(620, max(300, 26 * rows + 130)) if table.chart.kind == "bar" else 340
    columns = len(table.columns) + 1
    if sheet.width(columns) <= BESIDE:
        sheet.place(chart, block.header, sheet.columns_for(columns) + 1, 520, height)
    else:
        sheet.place(chart, sheet.row + 1, 0, 860, height)
    return True


def _charted(table: Table, block: Block) -> tuple[int, int]:
    """The rows drawn; of the key figures only people and contracts, for a picture has one scale."""
    if table.code != "C01":
        return block.first, block.last
    keys = [row.key for row in table.rows]
    return block.first + keys.index("participants"), block.first + keys.index("employment_contracts")
