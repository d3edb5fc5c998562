"""Databases of one's own on the PostgreSQL server of the tests, and nothing left behind."""

from __future__ import annotations

import os
import secrets

import psycopg

from clause.config import Settings
from clause.kernel import schema

SERVER = os.environ.get("CLAUSE_TEST_POSTGRES", "postgresql:///postgres")


def available() -> bool:
    try:
        with psycopg.connect(SERVER, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


def _run(*statements: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def url(name: str) -> str:
    base, _, query = SERVER.partition("?")
    return (
        base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
        + f"/{name}"
        + (f"?{query}" if query else "")
    )


def create_empty() -> str:
    name = f"clause_test_{os.getpid()}_{secrets.token_hex(4)}"
    _run(f'CREATE DATABASE "{name}"')
    return name


def create_template() -> str:
    name = create_empty()
    schema.upgrade(Settings(database_url=url(name)))
    return name


def copy(template: str) -> str:
    name = f"{template}_{secrets.token_hex(4)}"
    _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return name


def drop(name: str) -> None:
    _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
