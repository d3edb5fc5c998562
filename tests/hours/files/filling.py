"""What the tests of hours files share: a sheet written in every format, imported, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clause.hours.files.filling import Month, Options, fill
from clause.hours.files.reading import Unknown, read_sheet
from clause.hours.models import DeclarationLine
from clause.kernel.report import Report
from clause.organisations.models import Company
from tests.hours.conftest import MARCH, World
from tests.hours.files import sheets

BOTH = pytest.mark.usefixtures("engine")


NIR = "2550814168025" + "38"  # the specimen that the administration publishes


def run(world: World, path: Path, *, viewer: Any = None, **options: bool) -> Report:
    """Import a file on the world's market in March as its company; the counts always add up."""
    meant = Month(world.market, world.session.get_one(Company, world.company.company_id), MARCH)
    sheet = read_sheet(path, path.name, MARCH)
    assert not isinstance(sheet, Unknown)
    report = fill(world.session, viewer or world.as_company, meant, sheet, Options(**options))
    assert report.adds_up
    return report


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.read, report.written, report.known, report.held, len(report.refused)


def kept(world: World) -> dict[tuple[int, str], int]:
    world.session.flush()
    rows = world.session.execute(
        select(DeclarationLine.employment_contract_id, DeclarationLine.hour_kind, DeclarationLine.hours)
    )
    return {(contract, kind.value): hours for contract, kind, hours in rows}


WRITERS: dict[str, Callable[..., Path]] = {
    "xlsx": sheets.xlsx, "ods": sheets.ods, "xls": sheets.xls, "csv": sheets.csv,
    "virgules.csv": lambda path, rows: sheets.csv(path, rows, separator=","),
    "windows.csv": lambda path, rows: sheets.csv(path, rows, encoding="cp1252"),
}  # fmt: skip
