"""Production refuses to start with what would make it unsafe."""

from __future__ import annotations

import pytest

from clause import config
from clause.config import SettingsError

SAFE = {
    "CLAUSE_ENV": "production",
    "CLAUSE_SECRET_KEY": "x" * 40,
    "CLAUSE_BASE_URL": "https://clause.example",
}


def test_safe_production_starts() -> None:
    assert config.from_environment(SAFE).production


@pytest.mark.parametrize(
    "change",
    [
        {"CLAUSE_SECRET_KEY": ""},
        {"CLAUSE_SECRET_KEY": "short"},
        {"CLAUSE_DEMO_PASSWORD": "demo"},
        {"CLAUSE_NOW": "2026-01-01"},
        {"CLAUSE_BASE_URL": "http://clause.example"},
    ],
)
def test_unsafe_production_does_not(change: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        config.from_environment({**SAFE, **change})


def test_a_database_address_gets_our_driver() -> None:
    settings = config.from_environment({"CLAUSE_DATABASE_URL": "postgres://u@h/d"})
    assert settings.url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("wrong", [{"CLAUSE_NOW": "hier"}, {"CLAUSE_SMTP_PORT": "abc"}])
def test_a_wrong_value_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        config.from_environment(wrong)
