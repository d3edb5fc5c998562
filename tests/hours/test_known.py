"""REA-07 adds all the contracts of a person, whoever employs: what was sent, never what another company is still typing."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from clause.candidates.models import Participant
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.checking import Blocked
from clause.hours.codes import DeclarationState, HourKind, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules.plausibility import Finding
from tests.hours.conftest import MARCH, World
from tests.support import factories as make


def second_job(world: World, session: Session) -> World:
    """The first person of the world, employed by another company on another market."""
    company = make.establishment(session)
    market = make.market(session, make.operation(session, world.structure), company)
    other = World(session, world.structure, company, market)
    person = session.get_one(Participant, world.contracts[0].participant_id)
    other.contracts.append(make.contract(session, person, company, market))
    return other


def typed(world: World, hours: int, month: date = MARCH, **line: object) -> list[Finding]:
    draft = DraftLine(world.contracts[0].id, HourKind.WORK, hours, **line)  # type: ignore[arg-type]  # of the kind that the test made
    return actions.save_draft(world.session, world.as_company, world.open(month), DraftData((draft,)))


def test_hours_sent_by_another_employer_are_added_without_being_told(world: World, session: Session) -> None:
    other = second_job(world, session)
    other.declared(15000)
    with pytest.raises(Blocked) as refused:
        typed(world, 8000)
    assert "En comptant ses autres employeurs" in refused.value.sentence
    assert not re.search(r"\b150\b", refused.value.sentence)


def test_the_draft_of_another_company_says_nothing_yet(world: World, session: Session) -> None:
    other = second_job(world, session)
    other.declared(15000, sent=False)
    assert typed(world, 8000) == []


def test_refused_hours_are_not_hours(world: World, session: Session) -> None:
    other = second_job(world, session)
    sent = other.declared(15000)
    session.execute(update(DeclarationLine).where(DeclarationLine.declaration_id == sent.id).values(state=LineState.REJECTED))  # fmt: skip
    assert typed(world, 8000) == []


def test_a_day_on_two_contracts_is_one_day(world: World, session: Session) -> None:
    other, day = second_job(world, session), date(2026, 3, 3)
    typed(other, 700, worked_from=day, worked_to=day)
    actions.submit(session, other.as_company, other.open(), notify=False)
    found = typed(world, 600, worked_from=day, worked_to=day)
    assert [(f.code, f.blocking) for f in found] == [("span", True)]


def test_the_year_adds_what_is_declared_and_what_is_validated(world: World, session: Session) -> None:
    other = second_job(world, session)
    for number in range(1, 4):
        declaration = other.declared(15000, date(2026, number, 1))
        if number == 1:
            actions.validate_lines(session, other.as_facilitator, declaration, notify=False)
    assert session.get_one(Declaration, declaration.id).state is DeclarationState.SUBMITTED
    session.execute(
        update(DeclarationLine).where(DeclarationLine.declaration_id == declaration.id).values(hours=145000)
    )
    found = typed(world, 5000, date(2026, 2, 1))
    assert ("year", False) in [(f.code, f.blocking) for f in found]
