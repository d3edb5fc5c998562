"""Spreadsheets that come in: typed cells, errors found, limits kept, in every format."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from clause.kernel.sheet_biff import _error_code
from clause.kernel.sheet_reader import CellError, Limits, Unreadable, cell_name, read_workbook


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Né")
    sheet.write_string(1, 1, "=1+1")
    sheet.write_formula(2, 1, "=NA()", None, "#N/A")
    sheet.write_formula(2, 2, "=1+2", None, 3)
    sheet.write_datetime(3, 1, date(2026, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write(4, 1, 151.67)
    sheet.write_boolean(5, 1, True)
    sheet.write_datetime(6, 1, timedelta(hours=35, minutes=30), book.add_format({"num_format": "[h]:mm"}))
    sheet.write_datetime(6, 2, time(8, 0), book.add_format({"num_format": "h:mm"}))
    sheet.write_string(7, 1, "NA")
    sheet.write_blank(90_000, 30, None, book.add_format({"bold": True}))
    book.close()
    return path


def test_typed_cells_of_an_xlsx(tmp_path: Path):
    [sheet] = read_workbook(workbook(tmp_path / "a.xlsx"))
    assert sheet.name == "Né"
    assert [row[1] for row in sheet.rows] == [
        None, "=1+1", CellError("#N/A"), date(2026, 3, 1), 151.67, True, timedelta(hours=35, minutes=30), "NA",
    ]  # fmt: skip
    assert sheet.rows[2][2] == 3
    assert sheet.rows[6][2] == time(8, 0)
    assert cell_name(2, 1) == "B3"
    assert cell_name(0, 27) == "AB1"


def test_a_formula_never_calculated_is_an_error(tmp_path: Path):
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "=1+1"
    book.active["B1"] = 5
    book.save(tmp_path / "b.xlsx")
    [sheet] = read_workbook(tmp_path / "b.xlsx")
    assert sheet.rows == [[CellError("formule non calculée"), 5]]


def test_ods(tmp_path: Path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Heures")
    row = TableRow()
    for value in ("a", "b"):
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=value))
        row.addElement(cell)
    table.addElement(row)
    row = TableRow()
    failed = TableCell(valuetype="string", formula="of:=NA()")
    failed.addElement(P(text="#N/A"))
    row.addElement(failed)
    row.addElement(TableCell(valuetype="float", value="35.5"))
    table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(tmp_path / "a.ods"))
    [sheet] = read_workbook(tmp_path / "a.ods")
    assert sheet.rows == [["a", "b"], [CellError("#N/A"), 35.5]]


def test_xls(tmp_path: Path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Né")
    sheet.write(0, 0, "a")
    sheet.write(2, 2, 5)
    sheet.row(1).set_cell_error(1, 0x2A)
    book.save(str(tmp_path / "c.xls"))
    [read] = read_workbook(tmp_path / "c.xls")
    assert read.rows == [["a", None, None], [None, CellError("#N/A"), None], [None, None, 5]]


def test_the_error_of_a_formula_in_an_xls():
    record = struct.pack("<HHH", 0, 0, 0) + bytes([2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF])
    assert _error_code(0x0006, record) == 0x07
    assert _error_code(0x0006, struct.pack("<HHHd", 0, 0, 0, 1.5)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_csv(tmp_path: Path, encoding: str, separator: str):
    path = tmp_path / "heures.csv"
    text = f"Prénom{separator}Heures\r\nZoé{separator}35h30\r\n"
    path.write_bytes(text.encode(encoding))
    assert read_workbook(path)[0].rows == [["Prénom", "Heures"], ["Zoé", "35h30"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", ["\t", ";"])
def test_unicode_text_of_excel(tmp_path: Path, encoding: str, separator: str):
    path = tmp_path / "heures.csv"
    text = f"\ufeffPrénom{separator}Heures\r\nZoé Ĳ{separator}35h30\r\n"
    path.write_bytes(text.encode(encoding))
    assert read_workbook(path)[0].rows == [["Prénom", "Heures"], ["Zoé Ĳ", "35h30"]]


def test_what_only_begins_like_unicode_text_is_refused(tmp_path: Path):
    path = tmp_path / "heures.csv"
    for content, said in ((bytes(64), "pas un classeur"), (("\u0a0a" * 800_000).encode("utf-16-le"), "colonnes")):
        path.write_bytes(b"\xff\xfe" + content)
        with pytest.raises(Unreadable, match=said):
            read_workbook(path)


def test_limits(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx")
    for limits, said in (
        (Limits(file_bytes=100), "dépasse"), (Limits(rows=3), "lignes"), (Limits(columns=2), "colonnes"),
        (Limits(cells=5), "trop grande"), (Limits(entries=2), "trop d'éléments"), (Limits(unfolded_bytes=100), "déplié"),
        (Limits(sheets=0), "feuilles"),
    ):  # fmt: skip
        with pytest.raises(Unreadable, match=said):
            read_workbook(path, limits)


def test_a_far_cell_is_refused_before_it_fills_the_memory(tmp_path: Path):
    book = xlsxwriter.Workbook(str(tmp_path / "far.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, 1)
    sheet.write(1_048_575, 16_383, 1)
    book.close()
    with pytest.raises(Unreadable, match="lignes"):
        read_workbook(tmp_path / "far.xlsx")


def test_xml_entities_are_not_expanded(tmp_path: Path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", bomb)
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with pytest.raises(Unreadable):
        read_workbook(tmp_path / "x.xlsx")
