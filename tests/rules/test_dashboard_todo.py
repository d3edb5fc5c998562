"""The words of « what must I do today »."""

from __future__ import annotations

from datetime import date

import pytest

from clause.dashboard.todo import Note, Todo, said, waiting_since

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(("count", "words"), [(0, "0 jour"), (1, "1 jour"), (2, "2 jours")])
def test_french_counts_zero_as_singular(count: int, words: str) -> None:
    assert said(count, "jour", "jours") == words


@pytest.mark.parametrize(
    ("since", "notes"),
    [
        (None, ()),
        (TODAY, ()),
        (date(2026, 11, 20), ()),
        (date(2026, 11, 19), (Note("la plus ancienne attend depuis 2 jours"),)),
    ],
)
def test_a_wait_is_said_from_its_third_day(since: date | None, notes: tuple[Note, ...]) -> None:
    assert waiting_since(since, TODAY) == notes


@pytest.mark.parametrize(
    ("count", "what"), [(0, "marché en retard"), (1, "marché en retard"), (3, "marchés en retard")]
)
def test_what_agrees_with_its_count(count: int, what: str) -> None:
    assert Todo(count, "marché en retard", "marchés en retard", "markets.index").what == what
