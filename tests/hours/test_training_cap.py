"""REA-02: training before hiring counts up to a share of the objective of its market; a line whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind, NotCounted
from clause.hours.proof import discrepancies
from clause.ledger.queries import worked_by_market
from tests.hours.conftest import World


@pytest.mark.usefixtures("engine")
def test_what_passes_the_cap_is_kept_without_counting(world: World, session: Session) -> None:
    world.market.parameters = {"hours.prehire_training_ratio": "1"}  # objective 1 000 h, hence 250 h at most
    declaration = world.open()
    lines = tuple(DraftLine(c.id, HourKind.PREHIRE, 15000) for c in world.contracts)
    actions.save_draft(session, world.as_company, declaration, DraftData(lines))
    actions.submit(session, world.as_company, declaration, notify=False)
    actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
    first, second = sorted(declaration.lines, key=lambda line: line.id)
    assert (first.not_counted, second.not_counted) == (None, NotCounted.TRAINING_CAP)
    assert worked_by_market(session, [world.market.id])[world.market.id].real == 15000
    actions.correct_line(session, world.as_facilitator, declaration, first, 10000, "relevé")
    again = actions.correct_line(session, world.as_facilitator, declaration, second, 15000, "place libérée")
    assert again.not_counted is None
    assert worked_by_market(session, [world.market.id])[world.market.id].real == 25000
    whole = actions.correct_line(session, world.as_facilitator, declaration, again, 14900, "moins")
    assert whole.not_counted is None, "what the line itself took up is free for the line that replaces it"
    assert list(discrepancies(session)) == []
