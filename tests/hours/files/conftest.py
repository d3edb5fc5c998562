"""The people of the world of tests who have a contract on its market."""

from __future__ import annotations

import pytest

from clause.candidates.models import EmploymentContract, Participant
from tests.hours.conftest import World


@pytest.fixture
def people(world: World) -> list[tuple[EmploymentContract, Participant]]:
    return [(c, world.session.get_one(Participant, c.participant_id)) for c in world.contracts]
