"""The command run as a user types it, and the figures of the database afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from clause.kernel import clock
from tests.imports.reprise.workbooks import Book, save


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """``run("import", "workbook", …)``: a result with exit_code, stdout, stderr."""
    from clause.cli import main

    clock.move_to(datetime(2026, 11, 21, 9))

    def invoke(*arguments: str) -> Result:
        return app.test_cli_runner().invoke(main, list(arguments))

    return invoke


@pytest.fixture
def import_book(run: Callable[..., Result], tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Import a workbook by the command; the exit code and the JSON report, whose counts always add up."""

    def run_import(book: Book | Path, *options: str) -> tuple[int, dict[str, Any]]:
        path = book if isinstance(book, Path) else save(book, tmp_path / "reprise.xlsx")
        result = run("import", "workbook", str(path), "--json", *options)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        assert result.stdout, result.stderr
        report = json.loads(result.stdout)
        assert report["read"] == report["written"] + report["known"] + report["held"] + len(report["refused"])
        return result.exit_code, report

    return run_import
