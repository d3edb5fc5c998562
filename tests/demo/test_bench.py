"""The benchmark itself: which databases it takes as loaded, what it keeps of an earlier run, how long a page is asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import country, kept, measure
from clause.kernel import schema
from tests.support import postgres

SOME_YEARS = 97  # of no benchmark


@pytest.fixture
def folder(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(country, "FOLDER", tmp_path)
    return tmp_path


def test_only_a_base_that_was_loaded_to_the_end_is_taken_as_loaded(engine: str, folder: Path) -> None:
    assert not country.ready(engine, SOME_YEARS)
    try:
        country.empty(engine, SOME_YEARS)  # as a load that was stopped leaves it
        assert not country.ready(engine, SOME_YEARS)
        country.mark_whole(engine, SOME_YEARS)
        assert country.ready(engine, SOME_YEARS)
        country.empty(engine, SOME_YEARS)
        assert not country.ready(engine, SOME_YEARS)
    finally:
        if engine == "postgresql":
            postgres.drop(f"clause_bench_{SOME_YEARS}")


def test_a_whole_base_is_brought_to_the_current_schema(folder: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:  # fmt: skip
    asked = []
    monkeypatch.setattr(schema, "upgrade", lambda settings: asked.append(settings.url))
    monkeypatch.setattr(country, "_sqlite_is_whole", lambda _years: True)
    monkeypatch.setattr(country, "_postgresql_is_whole", lambda _years: True)
    assert country.ready(engine, SOME_YEARS)
    assert asked == [country.address(engine, SOME_YEARS)]


def test_a_part_that_is_run_again_replaces_its_own_rows_alone(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    kept.write(path, [{"what": "pages", "value": 1, "date": "2026-01-01"}, {"what": "tables", "value": 2, "date": "2026-01-01"}])  # fmt: skip
    kept.write(path, [{"what": "tables", "value": 3, "date": "2026-01-02"}, {"what": "loading", "value": 4, "date": "2026-01-02"}])  # fmt: skip
    rows = {row["what"]: (row["value"], row["date"]) for row in json.loads(path.read_text())["rows"]}
    assert rows == {"pages": (1, "2026-01-01"), "tables": (3, "2026-01-02"), "loading": (4, "2026-01-02")}


def test_rows_of_another_machine_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"machine": "elsewhere", "python": "3.8", "rows": [{"what": "pages", "date": "2020-01-01"}]}))  # fmt: skip
    kept.write(path, [{"what": "tables", "value": 3, "date": "2026-01-02"}])
    assert [row["what"] for row in json.loads(path.read_text())["rows"]] == ["tables"]


def test_a_slow_page_is_asked_thirty_times_and_a_quick_one_as_often_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(measure.time, "monotonic", lambda: 0.0)  # no time passes
    assert measure.p95(lambda: asked.append(1), 200)[1] == 200
    assert len(asked) == 201  # the first is not counted
    clock = iter(range(0, 100_000, 100))
    monkeypatch.setattr(measure.time, "monotonic", lambda: next(clock))
    assert measure.p95(lambda: None, 200)[1] == measure.LEAST
