"""How far a long import is: a small file beside the data, not a row, because SQLite has one writer and the import holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from clause.config import Settings


@dataclass(frozen=True)
class Progress:
    """What is being done, in French, lines done out of all, and how far the whole import is, in percent."""

    label: str = ""
    done: int = 0
    total: int = 0
    percent: int = 0


def _path(settings: Settings, public_id: str) -> Path:
    return settings.data_dir / "progress" / f"{Path(public_id).name}.json"


def tell(settings: Settings, public_id: str, progress: Progress) -> None:
    """Replace the file whole, so that a page never reads half of it."""
    path = _path(settings, public_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps([progress.label, progress.done, progress.total, progress.percent]), encoding="utf-8")
    draft.replace(path)


def told(settings: Settings, public_id: str) -> Progress:
    """The latest word, or nothing."""
    try:
        label, done, total, percent = json.loads(_path(settings, public_id).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Progress()
    return Progress(label, done, total, percent)


def forget(settings: Settings, public_id: str) -> None:
    _path(settings, public_id).unlink(missing_ok=True)
