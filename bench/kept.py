"""``bench.json``: the last measure of each row, whatever part of the benchmark was run last."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def write(path: Path, rows: Sequence[Row]) -> None:
    """Put these rows in place of those of the same name, and keep the others; each says its own date and load.

    Rows of another machine or another Python are dropped: ratios of both would stand side by side.
    """
    here = {"machine": platform.platform(), "python": platform.python_version()}
    before = _rows(path, here)
    merged = {row["what"]: row for row in (*before, *rows)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**here, "rows": list(merged.values())}, indent=1, ensure_ascii=False))


def _rows(path: Path, here: dict[str, str]) -> list[Row]:
    if not path.exists():
        return []
    found = json.loads(path.read_text())
    same = all(found.get(key) == value for key, value in here.items())
    return [row for row in found["rows"] if same and "date" in row]
