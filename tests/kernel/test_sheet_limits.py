"""The memory of reading a spreadsheet is bounded whatever the file: what would pass the bound is refused, with a sentence."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest
import xlwt

from clause.kernel.sheet_reader import CellError, Limits, Unreadable, read_workbook
from tests.kernel.hostile_sheets import ods, ods_cell, xls, xlsx

SMALL = Limits(cells=1000, errors=50, text_bytes=10_000, sheets=3, rows=5000)
PEAK = 300  # megabytes of a process that reads a hostile file, some 45 of them its own before it starts

CHILD = """
import sys
from pathlib import Path
from clause.kernel.sheet_reader import Unreadable, open_workbook
try:
    with open_workbook(Path(sys.argv[1])) as sheets:
        for sheet in sheets:
            for row in sheet.rows():
                pass
except Unreadable as fault:
    print(fault)
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def cells(count: int, xml: str, **said: str) -> list[str]:
    return [f'<row r="{n}">{xml.format(n=n, **said)}</row>' for n in range(1, count + 1)]


def refused(path: Path, sentence: str, limits: Limits = SMALL) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_workbook(path, limits)


# One shared text shown by many cells


def test_a_shared_text_counts_in_every_cell_of_an_xlsx(tmp_path):
    shown = cells(200, '<c r="A{n}" t="s"><v>0</v></c>')
    assert len(read_workbook(xlsx(tmp_path / "ok.xlsx", shown, ["x" * 40]), SMALL)[0].rows) == 200
    refused(xlsx(tmp_path / "a.xlsx", shown, ["x" * 100]), "textes du classeur")
    refused(xlsx(tmp_path / "wide.xlsx", shown, ["x" * 30 + "😀"]), "textes du classeur")  # four bytes a character


def test_a_shared_text_counts_in_every_cell_of_an_xls(tmp_path):
    assert len(read_workbook(xls(tmp_path / "ok.xls", "x" * 20, 300), SMALL)[0].rows) == 300
    refused(xls(tmp_path / "a.xls", "x" * 200, 300), "textes du classeur")


def test_long_texts_of_an_xls_cut_by_the_end_of_a_record_are_followed(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Feuille")
    for n in range(12):
        sheet.write(n, 0, f"{n} " + ("é€" if n % 2 else "e") * 3000)
    book.save(str(tmp_path / "long.xls"))
    rows = read_workbook(tmp_path / "long.xls")[0].rows
    assert [len(str(row[0])) > 3000 for row in rows] == [True] * 12
    refused(tmp_path / "long.xls", "textes du classeur")


def test_a_repeated_text_counts_as_often_as_it_repeats_in_an_ods(tmp_path):
    refused(ods(tmp_path / "a.ods", ods_cell("x" * 100, columns="50", rows="10")), "textes du classeur")
    refused(ods(tmp_path / "b.ods", ods_cell("<text:s text:c='900000'/>")), "textes du classeur")
    refused(ods(tmp_path / "c.ods", ods_cell("<text:s text:c='9000000000'/>")), "abîmé")


def test_texts_within_cells_count(tmp_path):
    inline = cells(200, '<c r="A{n}" t="inlineStr"><is><t>' + "x" * 100 + "</t></is></c>")
    refused(xlsx(tmp_path / "a.xlsx", inline), "textes du classeur")
    (tmp_path / "a.csv").write_text(f"a;{'x' * 100}\n" * 200)
    refused(tmp_path / "a.csv", "textes du classeur")


def test_shared_texts_that_no_cell_shows_count(tmp_path):
    refused(xlsx(tmp_path / "a.xlsx", [], (str(n) for n in range(1001))), "trop grandes")
    refused(xlsx(tmp_path / "b.xlsx", [], ["x" * 11_000]), "textes du classeur")


# Cells


@pytest.mark.parametrize("attribute", [' office:value="1"', ' office:value-type="float"', ' table:formula="of:=1"', ""])
def test_a_repeated_cell_counts_as_often_as_it_repeats_in_an_ods(tmp_path, attribute):
    refused(ods(tmp_path / "a.ods", ods_cell(columns="100", rows="100", value=attribute)), "trop grande")


@pytest.mark.parametrize("number", ["000100000000", "+7", "1e9", "٩٩"])
def test_a_repetition_that_readers_understand_differently_is_refused(tmp_path, number):
    refused(ods(tmp_path / "a.ods", ods_cell(columns=number)), "abîmé")


def test_another_name_for_the_tables_of_an_ods_hides_nothing(tmp_path):
    rows = ods_cell(columns="100", rows="100").replace("table:", "t:")
    refused(ods(tmp_path / "a.ods", rows, prefix="t"), "trop grande")


def test_empty_rows_and_columns_to_the_end_of_an_ods_cost_nothing(tmp_path):
    empty = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    [sheet] = read_workbook(ods(tmp_path / "a.ods", ods_cell() + empty), SMALL)
    assert sheet.rows == [[1]]


def test_a_cell_written_many_times_counts_each_time(tmp_path):
    refused(xlsx(tmp_path / "a.xlsx", ['<row r="1">' + '<c r="A1"><v>1</v></c>' * 1001 + "</row>"]), "trop grandes")


def test_cells_of_all_the_sheets_count_together(tmp_path):
    rows = cells(400, '<c r="A{n}"><v>1</v></c>')
    assert len(read_workbook(xlsx(tmp_path / "ok.xlsx", rows, sheets=2), SMALL)) == 2
    refused(xlsx(tmp_path / "a.xlsx", rows, sheets=3), "à elles toutes")
    refused(ods(tmp_path / "a.ods", ods_cell(rows="400"), tables=3), "à elles toutes")
    refused(ods(tmp_path / "b.ods", ods_cell(), tables=4), "plus de 3 feuilles")


def test_a_wide_row_is_refused_in_every_format(tmp_path):
    columns = Limits(columns=5)
    wide = '<row r="1">' + "".join(f'<c r="{chr(65 + n)}1"><v>1</v></c>' for n in range(6)) + "</row>"
    (tmp_path / "a.csv").write_text(";".join("123456"))
    for path in (
        xlsx(tmp_path / "a.xlsx", [wide]), ods(tmp_path / "a.ods", ods_cell(columns="6")), xls(tmp_path / "a.xls", "x", 1, 6),
        tmp_path / "a.csv",
    ):  # fmt: skip
        refused(path, "plus de 5 colonnes", columns)


def test_many_numbers_in_one_record_of_an_xls_are_all_counted(tmp_path):
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    row = book.add_sheet("Feuille").row(0)
    for column in range(6):
        row.write(column, column)  # xlwt writes neighbours as one record
    book.save(str(path))
    assert struct.pack("<H", 0x00BD) in path.read_bytes()
    refused(path, "plus de 5 colonnes", Limits(columns=5))


def test_rows_of_a_csv_are_counted_as_they_come(tmp_path):
    (tmp_path / "a.csv").write_text("a;b\n" * 501)
    refused(tmp_path / "a.csv", "trop grande")
    (tmp_path / "b.csv").write_text("a;b\n" * 9 + ";" * 150 + "\n" + "a\n" * 900)
    refused(tmp_path / "b.csv", "trop grande")


# Cells in error


def test_too_many_cells_in_error_are_refused_in_an_xlsx_and_an_ods(tmp_path):
    refused(xlsx(tmp_path / "a.xlsx", cells(60, '<c r="A{n}" t="e"><v>#N/A</v></c>')), "cellules sont en erreur")
    failed = ods_cell("#N/A", value=' table:formula="of:=1"')
    refused(ods(tmp_path / "a.ods", failed * 60), "cellules sont en erreur")


def test_the_text_of_an_error_is_kept_short(tmp_path):
    [sheet] = read_workbook(ods(tmp_path / "a.ods", ods_cell("#" * 5000, value=' table:formula="of:=1"')), SMALL)
    assert sheet.rows[0][0] == CellError("#" * 80)


# Containers


def test_a_part_that_is_no_sheet_stays_small(tmp_path):
    refused(xlsx(tmp_path / "a.xlsx", []), "styles", Limits(small_part_bytes=100))


def test_a_table_of_sectors_that_names_itself_for_ever_is_refused(tmp_path):
    path = xls(tmp_path / "a.xls", "x", 1)
    content = bytearray(path.read_bytes())
    struct.pack_into("<L", content, 68, 0)  # the rest of the table would be the first sector, and again
    path.write_bytes(content)
    refused(path, "abîmé")


# Peaks


@pytest.mark.parametrize("kind", ["texts.xlsx", "tree.xlsx", "repeated.ods", "texts.xls", "lines.csv"])
def test_a_process_that_reads_a_hostile_file_stays_small(tmp_path, kind):
    path = tmp_path / kind
    make = {
        "texts.xlsx": lambda: xlsx(path, cells(30_000, '<c r="A{n}" t="s"><v>0</v></c>'), ["x" * 30_000]),
        "tree.xlsx": lambda: xlsx(path, ["<x/>" * 1_000_000]),
        "repeated.ods": lambda: ods(path, ods_cell(rows="100000", columns="10")),
        "texts.xls": lambda: xls(path, "x" * 30_000, 30_000),
        "lines.csv": lambda: path.write_text("é;\n" * 150_000),
    }
    make[kind]()
    said = subprocess.run([sys.executable, "-c", CHILD, str(path)], check=True, capture_output=True, text=True).stdout
    assert int(said.split()[-1]) < PEAK
