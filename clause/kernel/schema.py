"""Brings a database to the current schema (Alembic), in its own process-wide lock where the engine has one."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from clause.config import Settings

ROOT = Path(__file__).resolve().parents[2]


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Upgrade by the owner's address where there is one, else by the application's own."""
    command.upgrade(alembic_config(settings.owner_database_url or settings.url), revision)
