"""Files kept aside between two pages, with other requests that keep and forget theirs at the same time."""

from __future__ import annotations

from pathlib import Path

from clause.config import Settings
from clause.hours.files import waiting


def test_a_file_that_goes_while_old_ones_are_swept_stops_nobody(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    waiting.keep(settings, "1.1.1", b"a", "a.csv")
    (tmp_path / "waiting" / "gone").symlink_to(tmp_path / "nowhere")  # listed, and no longer there when it is looked at
    kept = waiting.keep(settings, "1.1.1", b"b", "b.csv")
    assert waiting.found(settings, "1.1.1", kept.token) is not None
    assert waiting.found(settings, "2.1.1", kept.token) is None
