"""The workbooks of the demonstration, opened in LibreOffice, recalculated and converted (issue 4, must show 4)."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from clause.app import create_app
from clause.consolidations.annual import annual
from clause.consolidations.bilan import operation_report
from clause.consolidations.perimeter import of_structure
from clause.consolidations.transfer.commands import administrator
from clause.consolidations.transfer.national_queries import Source, national_report
from clause.consolidations.workbook import as_workbook
from clause.kernel import clock
from clause.kernel.db import db
from clause.kernel.unit import current_session
from clause.markets.models import Operation
from clause.organisations.models import Structure
from tests.office import libreoffice as office
from tests.support import demonstration

pytestmark = pytest.mark.xdist_group("office")
NAMES = ("annual", "national", "bilan")


@dataclass(frozen=True)
class Opened:
    """``written`` are our files, ``again`` what LibreOffice made of them, ``wrong`` one with a value that its formula does not give."""

    written: Path
    again: Path

    def pair(self, name: str) -> tuple[Path, Path]:
        return self.written / f"{name}.xlsx", self.again / f"{name}.xlsx"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Opened:
    """Both conversions of every workbook, one start of LibreOffice each."""
    folder = tmp_path_factory.mktemp("office")
    written, again = folder / "written", folder / "again"
    written.mkdir()
    app = create_app(demonstration.copied(tmp_path_factory, sqlite_template, folder / "demo"))
    clock.move_to(datetime(2026, 11, 21, 10))
    with app.app_context():
        _write(written)
        db.engine.dispose()
    clock.move_to(None)
    _spoil(written / "annual.xlsx", written / "wrong.xlsx")
    files = sorted(written.glob("*.xlsx"))
    office.convert(files, "xlsx", again, folder)
    office.convert([f for f in files if f.stem in NAMES], "pdf", again, folder)
    return Opened(written, again)


def _write(folder: Path) -> None:
    session, day = current_session(), date(2026, 11, 21)
    structure = session.scalars(select(Structure).order_by(Structure.id)).first()
    operation = session.scalars(select(Operation).where(Operation.reference == "TIL-2025")).one()
    assert structure is not None
    reports = {
        "annual": annual(session, of_structure(structure), 2026, day),
        "national": national_report(session, administrator(), 2026, day, Source.DATABASE, hide=True),
        "bilan": operation_report(session, operation, day),
    }
    for name, report in reports.items():
        (folder / f"{name}.xlsx").write_bytes(as_workbook(report))


def _spoil(path: Path, wrong: Path) -> None:
    """The same workbook, one kept value of a formula changed: what a reader that does not recalculate would show."""
    first = next(cell for cell in office.formulas(path).values() if isinstance(cell.value, int | float) and cell.value)
    wrong.write_bytes(_with_value(path.read_bytes(), first))


def _with_value(content: bytes, cell: office.Cell) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name.startswith("xl/worksheets/"):
                formula = re.escape(cell.formula.removeprefix("="))
                pattern = rf'(<c r="{cell.place}"[^>]*><f>{formula}</f><v>)[^<]*(</v>)'
                data = re.sub(pattern, r"\g<1>123456\g<2>", data.decode(), count=1).encode()
            after.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_recalculated_formulas_equal_what_is_written(opened: Opened, name: str) -> None:
    before, after = opened.pair(name)
    assert len(office.formulas(before)) > 5
    assert office.differences(before, after) == []


def test_a_wrong_value_is_caught(opened: Opened) -> None:
    """The check can fail: LibreOffice does recalculate here."""
    before, after = opened.pair("wrong")
    found = office.differences(before, after)
    assert found
    assert all("123456 written" in one for one in found)


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_shows_an_error(opened: Opened, name: str) -> None:
    _before, after = opened.pair(name)
    assert list(office.faults(after)) == []
    pages = PdfReader(opened.again / f"{name}.pdf").pages
    text = " ".join(page.extract_text() for page in pages)
    assert not office.FAULT.search(text)
    assert "####" not in text  # a column too narrow for its figures


@pytest.mark.parametrize("name", NAMES)
def test_the_charts_are_there(opened: Opened, name: str) -> None:
    before, after = opened.pair(name)
    assert office.charts(after) == office.charts(before) > 0
