"""LibreOffice without a screen, with recalculation forced: by default it keeps the values written in the file and proves nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

COMMAND = shutil.which("soffice") or shutil.which("libreoffice")
ALWAYS = 0  # 1: never, 2: ask
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>{mode}</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>{mode}</value></prop></item>
</oor:items>
"""
FAULT = re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NULL|NUM)[!?]?|Err:\d+")


@dataclass(frozen=True)
class Cell:
    """A formula of a workbook, with the value that is kept beside it."""

    sheet: str
    place: str
    formula: str
    value: object


def convert(files: Sequence[Path], kind: str, out: Path, work: Path) -> None:
    """Open the files and write them again as ``kind`` (xlsx, pdf) in ``out``; one start for all of them."""
    assert COMMAND is not None
    profile = work / "profile" / "user"
    if not profile.exists():
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(PROFILE.format(mode=ALWAYS), encoding="utf-8")
    subprocess.run(
        [COMMAND, f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--norestore", "--convert-to", kind, "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    missing = [file.name for file in files if not (out / file.with_suffix(f".{kind}").name).exists()]
    assert not missing, f"not converted: {missing}"


def formulas(path: Path) -> dict[tuple[str, str], Cell]:
    """Every formula of a workbook by sheet and cell."""
    written, kept = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): Cell(sheet.title, cell.coordinate, str(cell.value), kept[sheet.title][cell.coordinate].value)
        for sheet in written.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }  # fmt: skip


def faults(path: Path) -> Iterator[str]:
    """Cells that show an error."""
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "e" or (isinstance(cell.value, str) and FAULT.fullmatch(cell.value.strip())):
                    yield f"{sheet.title}!{cell.coordinate} {cell.value}"


def differences(before: Path, after: Path) -> list[str]:
    """Formulas whose recalculated value is not the one that was written beside them, or that are gone."""
    old, new = formulas(before), formulas(after)
    return [
        f"{cell.sheet}!{cell.place} {cell.formula}: {cell.value!r} written, {new[key].value if key in new else 'gone'!r} recalculated"
        for key, cell in old.items()
        if key not in new or new[key].value != cell.value
    ]


def charts(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(bool(re.fullmatch(r"xl/charts/chart\d+\.xml", name)) for name in archive.namelist())
