"""The scene of the pages of candidates."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from clause.kernel import clock
from tests.candidates.pages import done
from tests.candidates.scene import Scene, scene


@pytest.fixture
def s(app: Flask, session: Session) -> Scene:
    """The scene, committed, on 20 November 2026."""
    clock.move_to(datetime(2026, 11, 20, 10))
    made = scene(session)
    done(session)
    return made
