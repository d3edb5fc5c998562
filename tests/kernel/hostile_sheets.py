"""Files that are small and would take gigabytes once read: each in one line of XML or of records, by format."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import xlwt

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ODF = "urn:oasis:names:tc:opendocument:xmlns"


def xlsx(path: Path, rows: Iterable[str], texts: Iterable[str] = (), sheets: int = 1) -> Path:
    """A workbook of these rows of XML, in as many sheets as asked, over these shared texts."""
    body, numbers = "".join(rows), range(1, sheets + 1)
    links = "".join(
        f'<Relationship Id="r{n}" Type="{LINK}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    links += f'<Relationship Id="s" Type="{LINK}/sharedStrings" Target="sharedStrings.xml"/>'
    names = "".join(f'<sheet name="Feuille {n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>{names}</sheets></workbook>'
        )
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        document = f'<Relationship Id="r" Type="{LINK}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{document}</Relationships>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>')
        for n in numbers:
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            )
        shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
    return path


def ods(path: Path, rows: str, tables: int = 1, prefix: str = "table") -> Path:
    """A document of tables of these rows of XML; ``prefix`` is what it calls the namespace of tables."""
    spaces = " ".join(
        f'xmlns:{p}="{ODF}:{n}:1.0"' for p, n in (("office", "office"), (prefix, "table"), ("text", "text"))
    )
    body = "".join(f'<{prefix}:table {prefix}:name="T{n}">{rows}</{prefix}:table>' for n in range(tables))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{ODF}:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_cell(text: str = "1", *, columns: str = "1", rows: str = "1", value: str = ' office:value="1"') -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}"{value}>'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )


def xls(path: Path, text: str, rows: int, columns: int = 1) -> Path:
    """An old workbook that shows one text in many cells: the text is in the file once."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Feuille")
    for row in range(rows):
        for column in range(columns):
            sheet.write(row, column, text)
    book.save(str(path))
    return path
