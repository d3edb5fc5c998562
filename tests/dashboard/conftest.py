"""The clock of these tests stands on 21 November 2026."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.kernel import clock
from tests.dashboard.scene import NOW, Scene, scene


@pytest.fixture(autouse=True)
def _november(app: Flask) -> Iterator[None]:
    clock.move_to(NOW)
    yield
    clock.move_to(None)


@pytest.fixture
def alpha(session: Session) -> Scene:
    return scene(session, "Alpha")
