"""A file that somebody sent, kept aside between the page that reads it and the page that says what came of it.

It stays beside the data, under a random name that only who sent it can use, a day at most: its content goes as soon as
nothing is left to decide.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clause.config import Settings

TOKEN = re.compile(r"[\w-]{43}")
LEFT_AFTER = 24 * 3600
NAME_LENGTH = 120


@dataclass(frozen=True)
class Waiting:
    """One file kept aside: ``about`` is what was noted of it (its owner, its name, the report once it was read)."""

    token: str
    path: Path
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "waiting"


def keep(settings: Settings, owner: str, content: bytes, name: str) -> Waiting:
    """Keep a file for its owner (who and for which month, in one text)."""
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    token = secrets.token_urlsafe(32)
    waiting = Waiting(token, folder / token, {"owner": owner, "name": Path(name).name[-NAME_LENGTH:]})
    waiting.path.write_bytes(content)
    note(waiting)
    return waiting


def note(waiting: Waiting, **more: Any) -> None:
    waiting.about.update(more)
    waiting.path.with_suffix(".json").write_text(json.dumps(waiting.about, ensure_ascii=False), encoding="utf-8")


def found(settings: Settings, owner: str, token: str) -> Waiting | None:
    """The file of this address, None for anybody but its owner and after a day."""
    if not TOKEN.fullmatch(token):
        return None
    path = _folder(settings) / token
    try:
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Waiting(token, path, about) if about.get("owner") == owner else None


def forget(waiting: Waiting, *, report_too: bool = False) -> None:
    """Delete the content; with ``report_too`` what was noted of it too."""
    waiting.path.unlink(missing_ok=True)
    if report_too:
        waiting.path.with_suffix(".json").unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    limit = time.time() - LEFT_AFTER  # the age of a file is real time, wherever the clock of the site is held
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # gone meanwhile: read to its end, or swept by another request
            if path.stat().st_mtime < limit:
                path.unlink()
