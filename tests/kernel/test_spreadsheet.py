"""What a workbook says is what was given: real numbers and dates, text that stays text, the same bytes twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from clause.kernel.spreadsheet import Book, Column, Kind, cell_value, sheet_name, write_list

COLUMNS = [
    Column("Marché"), Column("Heures", Kind.HOURS), Column("Montant", Kind.EUROS), Column("Début", Kind.DATE),
    Column("Part", Kind.SHARE), Column("Taux", Kind.RATE),
]  # fmt: skip
ROW = ["=1+1", 15167, 123450, date(2026, 3, 9), 5000, Decimal("83.68")]


def _sheet(content: bytes):
    return openpyxl.load_workbook(BytesIO(content)).worksheets[0]


def test_a_list_holds_real_values() -> None:
    sheet = _sheet(write_list("Marchés", "PLIE du Val", COLUMNS, [ROW], dated=date(2026, 11, 21)))
    assert sheet["A1"].value == "Marchés"
    assert sheet["A2"].value == "PLIE du Val"
    assert [c.value for c in sheet[4]] == ["Marché", "Heures", "Montant", "Début", "Part", "Taux"]
    cells = sheet[5]
    assert [c.value for c in cells][1:3] == [151.67, 1234.5]
    assert cells[3].value.date() == date(2026, 3, 9)
    assert cells[3].number_format == "dd/mm/yyyy"
    assert [c.value for c in cells][4:] == [50, 83.68]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:F5"


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "http://exemple.test", "{=A1}", "0012"])
def test_text_stays_text(text: str) -> None:
    cell = _sheet(write_list("Liste", "", [Column("Nom")], [[text]], dated=date(2026, 1, 1)))["A4"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.hyperlink is None


def test_the_same_data_gives_the_same_bytes() -> None:
    assert write_list("L", "s", COLUMNS, [ROW], dated=date(2026, 1, 1)) == write_list("L", "s", COLUMNS, [ROW], dated=date(2026, 1, 1))  # fmt: skip


def test_totals_are_formulas_with_their_value() -> None:
    book = Book("B", date(2026, 1, 1))
    sheet = book.sheet("C03 Heures")
    sheet.heading("Heures")
    sheet.table([Column("Type"), Column("Heures", Kind.HOURS), Column("Personnes", Kind.INTEGER)], [["a", 100, 2], ["b", 50, 2]], ["Total", 150, 3], summed=frozenset({1}))  # fmt: skip
    content = book.close()
    assert [c.value for c in _sheet(content)[6]] == ["Total", "=SUM(B4:B5)", 3]
    cached = openpyxl.load_workbook(BytesIO(content), data_only=True).worksheets[0]
    assert cached["B6"].value == 1.5


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("C02 Objectifs : fait / dû", (), "C02 Objectifs   fait   dû"),
        ("A" * 40, (), "A" * 31),
        ("a" * 40, ("A" * 31,), "a" * 27 + " (2)"),
        ("[]", (), "Feuille"),
    ],
)
def test_sheet_names_are_accepted_by_excel(text: str, taken: tuple[str, ...], name: str) -> None:
    assert sheet_name(text, taken) == name


def test_nothing_is_an_empty_cell() -> None:
    assert [cell_value(k, None) for k in Kind] == [None] * len(Kind)
