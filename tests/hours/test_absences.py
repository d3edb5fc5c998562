"""The list of declarations as a workbook; an absence is shown beside the hours and is in none of their sums: list, page, queue, history, mail, total asked."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind
from clause.hours.models import Declaration
from clause.hours.queries import Filters, declaration_page, declarations, declarations_to_validate
from clause.kernel.audit import history
from tests.hours.conftest import World
from tests.hours.test_pages import publish
from tests.support.client import Client


def _sent(world: World) -> Declaration:
    contract = world.contracts[0].id
    lines = (DraftLine(contract, HourKind.WORK, 10000), DraftLine(contract, HourKind.ABSENCE, 700))
    declaration = world.open()
    # All who worked on the market are people of the clause: the total is their hours, without the absence.
    actions.save_draft(world.session, world.as_company, declaration, DraftData(lines, total_hours_worked=10000))
    return actions.submit(world.session, world.as_company, declaration)


def test_the_list_is_taken_away_with_its_filters(world: World, client: Client) -> None:
    _sent(world)
    user = world.facilitator_user()
    publish(world.session)
    client.sign_in(user.email)
    page = client.get("/heures/?etat=submitted")
    assert "/heures/declarations.xlsx?etat=submitted" in page.text
    rows = _rows(client.get("/heures/declarations.xlsx?etat=submitted").data)
    assert [row[1] for row in rows if row[5] == 100] == [world.market.reference]
    assert not [row for row in _rows(client.get("/heures/declarations.xlsx?etat=draft").data) if row[5] == 100]


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in load_workbook(io.BytesIO(content)).active.values]


def test_an_absence_is_in_no_sum(world: World, session: Session) -> None:
    declaration = _sent(world)
    assert [row.hours for row in declarations(session, world.as_company, Filters()).rows] == [10000]
    [row] = declarations_to_validate(session, world.as_facilitator)
    assert (row.hours, row.not_counted) == (10000, ())
    page = declaration_page(session, world.as_facilitator, declaration.public_id)
    assert page is not None
    assert (page.total, page.waiting_hours, page.absences) == (10000, 10000, 700)
    actions.validate_lines(session, world.as_facilitator, declaration)
    said = [event.action for event in history(session, declaration)]
    assert not [action for action in said if "107" in action or "non compt" in action], said
