"""The report of a large import: the job keeps its figures and its first remarks, a file beside the data keeps all of them.

A hundred thousand refused lines are read back when somebody downloads the report, never to show a list of imports.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clause.config import Settings
from clause.imports.report import Report, from_json
from clause.kernel.jobs import Job

SHOWN = 100
GROUPS = ("refused", "different", "warnings")


def reports(settings: Settings) -> Path:
    """Where they are kept for a week."""
    return settings.data_dir / "reports"


def _path(settings: Settings, public_id: str) -> Path:
    return reports(settings) / f"{Path(public_id).name}.json"


def keep(settings: Settings, public_id: str, report: Report) -> dict[str, Any]:
    """What goes on the job: counts, the first remarks of each group, how many there are; all of them in a file where some are left out."""
    whole = report.as_json()
    if any(len(whole[group]) > SHOWN for group in GROUPS):
        path = _path(settings, public_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as out:
            json.dump(whole, out, ensure_ascii=False)
    counts = {f"{group}_count": len(whole[group]) for group in GROUPS}
    return {**whole, **{group: whole[group][:SHOWN] for group in GROUPS}, **counts}


def whole(settings: Settings, job: Job) -> Report:
    """The report with every remark."""
    try:
        return from_json(json.loads(_path(settings, job.public_id).read_text(encoding="utf-8")))
    except OSError:
        return from_json(job.report or {})


def counts(report: dict[str, Any] | None) -> dict[str, int]:
    """How many remarks of each group a job's report has, those of its file included."""
    said = report or {}
    return {group: said.get(f"{group}_count", len(said.get(group, ()))) for group in GROUPS}
