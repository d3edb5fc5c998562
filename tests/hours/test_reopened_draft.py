"""Hours that were reopened go back to the company, which may take the person off the month altogether."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind
from clause.hours.proof import discrepancies
from tests.hours.conftest import World


@pytest.mark.usefixtures("engine")
def test_a_reopened_line_can_be_taken_off_the_draft(world: World, session: Session) -> None:
    declaration = world.declared(14000)
    actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
    actions.reopen(session, world.as_facilitator, declaration, "erreur de personne", notify=False)
    kept = DraftLine(world.contracts[0].id, HourKind.WORK, 12000)
    actions.save_draft(session, world.as_company, declaration, DraftData((kept,)))
    actions.submit(session, world.as_company, declaration, notify=False)
    actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
    assert sum(line.hours for line in declaration.lines if line.standing) == 12000
    assert list(discrepancies(session)) == []
