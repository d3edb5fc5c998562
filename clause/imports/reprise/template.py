"""The empty workbook: a notice, eleven sheets with their drop-down lists, one example line each, which the import ignores."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from clause.imports.reprise.cells import Kind
from clause.imports.reprise.layout import LISTS, NOTICE, SHEETS, Column, SheetLayout
from clause.kernel.spreadsheet import ACCENT, PALE

LINES = 2000  # rows that have drop-down lists and formats
FORMATS = {
    Kind.DATE: "dd/mm/yyyy", Kind.EUROS: "#,##0.00", Kind.SHARE: "0.##%", Kind.HOURS: "#,##0.00", Kind.INTEGER: "0",
}  # fmt: skip
NOTICE_TEXT = (
    "Remplissez les feuilles dont vous avez besoin : une feuille vide ou absente est acceptée.",
    "La première ligne de chaque feuille est son en-tête : ne la changez pas. L'ordre des colonnes est libre.",
    "Une étoile (*) marque une information obligatoire.",
    "La ligne qui commence par EXEMPLE montre comment remplir : elle est ignorée par l'import. Vous pouvez la supprimer.",
    "Dates : JJ/MM/AAAA ou AAAA-MM-JJ. Mois : AAAA-MM. Nombres : avec une virgule ou un point. Heures : 35,5 ou 35h30.",
    "Un SIRET compte 14 chiffres ; les zéros du début perdus par le tableur sont remis.",
    "Une référence relie deux feuilles : un marché cite la référence de son opération, des heures citent leur contrat et leur marché.",
    "Aucun numéro de sécurité sociale, nulle part : la ligne serait refusée.",
    "Les heures importées sont enregistrées comme validées. Celles qui sont hors de la période d'éligibilité sont gardées sans compter.",
    "Si une seule ligne est refusée, rien n'est écrit, sauf si vous choisissez d'importer seulement les lignes valides.",
    "Au plus 100 000 lignes remplies, toutes feuilles comprises : au-delà, découpez le classeur, par exemple par année.",
    "Importer deux fois le même fichier ne change rien.",
)  # fmt: skip


def template() -> bytes:
    """The bytes of the empty workbook, the same each time."""
    content = BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )  # fmt: skip
    book.set_properties({"title": "Classeur de reprise", "author": "Clause", "created": datetime(2026, 1, 1)})  # noqa: DTZ001 - the document's own date has no zone
    styles = _Styles(book)
    _notice(book, styles)
    sheets = [(layout, book.add_worksheet(layout.label)) for layout in SHEETS]
    lists = _Lists(book.add_worksheet(LISTS))
    for layout, sheet in sheets:
        _sheet(layout, sheet, styles, lists)
    lists.sheet.hide()
    book.close()
    return content.getvalue()


class _Styles:
    """The cell formats of the template, made once."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        head = {**base, "bold": True, "text_wrap": True, "border": 1, "border_color": ACCENT}
        self.book = book
        self.title = book.add_format({**base, "bold": True, "font_size": 18, "font_color": ACCENT})
        self.text = book.add_format({**base, "text_wrap": True})
        self.strong = book.add_format({**base, "bold": True, "font_color": ACCENT})
        self.required = book.add_format({**head, "font_color": "#FFFFFF", "bg_color": ACCENT})
        self.optional = book.add_format({**head, "font_color": "#1C2B2A", "bg_color": PALE})
        self.cell = {kind: book.add_format({**base, "num_format": FORMATS.get(kind, "@")}) for kind in Kind}
        example = {**base, "italic": True, "font_color": "#5A6664", "bg_color": "#F5F3EE"}
        self.example = {kind: book.add_format({**example, "num_format": FORMATS.get(kind, "@")}) for kind in Kind}


class _Lists:
    """The hidden sheet that holds the drop-down lists: a list typed in the rule itself may not pass 255 characters."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.column = sheet, 0
        self.known: dict[tuple[str, ...], str] = {}

    def source(self, choices: tuple[str, ...]) -> str:
        if choices not in self.known:
            for row, choice in enumerate(choices):
                self.sheet.write_string(row, self.column, choice)
            letter = xlsxwriter.utility.xl_col_to_name(self.column)
            self.known[choices] = f"={LISTS}!${letter}$1:${letter}${len(choices)}"
            self.column += 1
        return self.known[choices]


def _notice(book: Any, styles: _Styles) -> None:
    sheet = book.add_worksheet(NOTICE)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, "Classeur de reprise", styles.title)
    row = 2
    for text in NOTICE_TEXT:
        sheet.merge_range(row, 0, row, 1, text, styles.text)
        sheet.set_row(row, 15.5 * (1 + len(text) // 128))
        row += 1
    row += 1
    sheet.write_string(row, 0, "Feuille", styles.required)
    sheet.write_string(row, 1, "Ce qu'elle contient", styles.required)
    for layout in SHEETS:
        row += 1
        sheet.write_url(row, 0, f"internal:'{layout.label.replace(chr(39), chr(39) * 2)}'!A1", styles.strong, layout.label)  # fmt: skip
        sheet.write_string(row, 1, layout.about, styles.text)
        sheet.set_row(row, 15.5 * (1 + len(layout.about) // 100))


def _sheet(layout: SheetLayout, sheet: Any, styles: _Styles, lists: _Lists) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_row(0, 32)
    for number, column in enumerate(layout.columns):
        width = max(_width(column), 12 + len(str(column.example))) if number == 0 else _width(column)
        sheet.set_column(number, number, width, styles.cell[column.kind])
        sheet.write_string(0, number, column.header, styles.required if column.required else styles.optional)
        _example(sheet, number, column, styles.example[column.kind])
        _rule(sheet, number, column, lists)


def _width(column: Column) -> int:
    if column.kind is Kind.SIRET:
        return 26 if column.key == "siret" else 17
    longest = max((len(c) for c in column.choices), default=0)
    return max(13, min(len(column.header) + 3, 24), min(longest + 3, 34), len(str(column.example)) + 3)


def _example(sheet: Any, number: int, column: Column, style: Any) -> None:
    value = column.example
    if number == 0:
        sheet.write_string(1, 0, f"EXEMPLE {value}", style)
    elif column.kind is Kind.DATE and value:
        day = date.fromisoformat(str(value))
        sheet.write_datetime(1, number, datetime(day.year, day.month, day.day), style)  # noqa: DTZ001 - a day has no zone
    elif isinstance(value, int | float):
        sheet.write_number(1, number, value, style)
    else:
        sheet.write_string(1, number, str(value), style)


def _rule(sheet: Any, number: int, column: Column, lists: _Lists) -> None:
    """The drop-down list, or the hint shown when the cell is chosen. A list warns, never forbids: synonyms are read too."""
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": lists.source(column.choices), "error_type": "warning"}
        rule |= {
            "error_title": "Hors de la liste",
            "error_message": "Cette valeur n'est pas dans la liste. La garder ?",
        }
    if column.hint:
        rule |= {"input_title": column.label[:32], "input_message": column.hint}
    if column.choices or column.hint:
        sheet.data_validation(1, number, LINES, number, rule)
