"""Every way into the ledger: what it writes, who entered the hours, who validated them, and dated of which day.

A way that is not here does not exist: ``test_nothing_else_writes_to_the_ledger`` reads the code for it.
"""

from __future__ import annotations

import ast
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import clause
from clause.access import Role, Viewer
from clause.hours import actions
from clause.hours.codes import DeclarationState, LineState, NotCounted
from clause.hours.evidence import actions as evidence
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.codes import MarketStatus
from tests.hours.conftest import MARCH, World

pytestmark = pytest.mark.usefixtures("engine")
REASON = "D'après le relevé signé."
APRIL, MAY = date(2026, 4, 10), date(2026, 5, 4)

Entry = tuple[str, int, str, date]


def entries(session: Session) -> list[Entry]:
    """(kind, real hours, who posted, on which day), in the order of the ledger."""
    session.flush()
    rows = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
    return [(e.kind.value, e.hours_real, e.posted_by, e.posted_on) for e in rows]


def total(session: Session) -> int:
    return session.scalar(select(func.coalesce(func.sum(LedgerEntry.hours_real), 0))) or 0


def sent(world: World, hours: int = 14000) -> Declaration:
    """A month of one person, declared and sent by the company."""
    world.contracts = world.contracts[:1]
    return world.declared(hours)


def standing(declaration: Declaration) -> DeclarationLine:
    return next(line for line in declaration.lines if line.standing)


def in_may() -> None:
    clock.move_to(datetime(2026, 5, 4, 9, 0))


@pytest.fixture
def judge(world: World) -> Viewer:
    return Viewer(role=Role.FACILITATOR, name="Camille Facilitatrice", structure_id=world.structure.id)


def test_validated(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.validate_lines(session, judge, declaration)
    assert entries(session) == [("posting", 14000, judge.name, APRIL)]
    line = standing(declaration)
    assert (declaration.entered_by, line.decided_by) == ("Dominique Chantier", judge.name)


def test_adjusted(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    line = actions.adjust_line(session, judge, declaration, standing(declaration), 13200, REASON)
    assert entries(session) == [("posting", 13200, judge.name, APRIL)]
    assert (line.stated_hours, line.hours, line.correction_reason) == (14000, 13200, REASON)
    assert declaration.state is DeclarationState.VALIDATED


def test_corrected_in_another_month(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.validate_lines(session, judge, declaration)
    in_may()
    actions.correct_line(session, judge, declaration, standing(declaration), 15000, REASON)
    assert entries(session) == [
        ("posting", 14000, judge.name, APRIL), ("reversal", -14000, judge.name, MAY), ("posting", 15000, judge.name, MAY),
    ]  # fmt: skip
    assert known_on(session, APRIL) == 14000, "what was published in April is still what it was"
    assert known_on(session, MAY) == 15000


def known_on(session: Session, day: date) -> int:
    return session.scalar(select(func.sum(LedgerEntry.hours_real)).where(LedgerEntry.posted_on <= day)) or 0


def test_corrected_after_an_adjustment(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.adjust_line(session, judge, declaration, standing(declaration), 13200, REASON)
    actions.correct_line(session, judge, declaration, standing(declaration), 14000, REASON)
    assert [hours for _, hours, _, _ in entries(session)] == [13200, -13200, 14000]


def test_reopened_then_declared_again_and_validated(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.validate_lines(session, judge, declaration)
    in_may()
    assert actions.reopen(session, judge, declaration, REASON) == 1
    assert entries(session)[1:] == [("reversal", -14000, judge.name, MAY)]
    old, new = declaration.lines
    assert (old.standing, old.state, old.corrected_by_id) == (False, LineState.VALIDATED, new.id)
    assert (new.standing, new.state, new.return_reason) == (True, LineState.RETURNED, REASON)
    assert declaration.state is DeclarationState.RETURNED
    actions.submit(session, world.as_company, declaration)
    actions.validate_lines(session, judge, declaration)
    assert entries(session)[2:] == [("posting", 14000, judge.name, MAY)]
    assert (known_on(session, APRIL), total(session)) == (14000, 14000)


def test_reopened_lines_that_did_not_count_leave_the_ledger_alone(
    world: World, session: Session, judge: Viewer
) -> None:
    world.contracts = []
    world.hire(eligible=False)
    declaration = world.declared(7000)
    actions.validate_lines(session, judge, declaration)
    assert standing(declaration).not_counted is NotCounted.NOT_ELIGIBLE
    actions.reopen(session, judge, declaration, REASON)
    assert entries(session) == []
    assert standing(declaration).not_counted is None, "what goes back to the company says nothing of the past"


def test_a_nil_month_is_reopened(world: World, session: Session, judge: Viewer) -> None:
    declaration = actions.declare_nil(session, world.as_company, world.open())
    actions.validate_lines(session, judge, declaration)
    assert actions.reopen(session, judge, declaration, REASON) == 0
    assert declaration.state is DeclarationState.RETURNED
    assert entries(session) == []


def test_accepted_after_the_contradictory_stage(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    review = evidence.ask(session, judge, declaration, standing(declaration), "Le relevé signé, s'il vous plaît.", MAY)
    assert entries(session) == []
    evidence.answer(session, world.as_company, declaration, review, "Le voici.")
    evidence.decide(session, judge, declaration, review, accept=True, text="")
    assert entries(session) == [("posting", 14000, judge.name, APRIL)]
    assert declaration.state is DeclarationState.VALIDATED


def test_refused_after_the_contradictory_stage(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    review = evidence.ask(session, judge, declaration, standing(declaration), "Le relevé signé, s'il vous plaît.", MAY)
    evidence.answer(session, world.as_company, declaration, review, "Nous ne l'avons plus.")
    evidence.decide(session, judge, declaration, review, accept=False, text="Sans relevé, rien ne prouve ces heures.")
    assert entries(session) == []
    assert standing(declaration).state is LineState.REJECTED
    assert declaration.state is DeclarationState.REJECTED
    actions.reopen(session, judge, declaration, "Le relevé a été retrouvé.")
    actions.submit(session, world.as_company, declaration)
    actions.validate_lines(session, judge, declaration)
    assert entries(session) == [("posting", 14000, judge.name, APRIL)]


def test_imported_hours_are_settled_by_the_same_function(world: World, session: Session, judge: Viewer) -> None:
    """The reprise writes lines in bulk and settles them; the whole workbook is read in tests/imports."""
    from clause.hours.settling import load_grounds, settle

    declaration = sent(world)
    line = standing(declaration)
    entry = settle(session, judge, line, load_grounds(session, [line.market_id], [line.employment_contract_id]))
    assert entry is not None
    assert entries(session) == [("posting", 14000, judge.name, APRIL)]
    assert line.state is LineState.VALIDATED


def test_a_closed_market_takes_corrections_and_no_reopening(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.validate_lines(session, judge, declaration)
    world.market.status = MarketStatus.CLOSED
    with pytest.raises(Refused, match="clôturé"):
        actions.reopen(session, judge, declaration, REASON)
    actions.correct_line(session, judge, declaration, standing(declaration), 13900, REASON)
    assert total(session) == 13900


WAYS = ("validate", "adjust", "return", "ask", "reopen", "correct")


@pytest.mark.parametrize("way", WAYS)
def test_another_structure_decides_nothing(world: World, session: Session, judge: Viewer, way: str) -> None:
    declaration = sent(world)
    line = standing(declaration)
    if way in ("reopen", "correct"):
        actions.validate_lines(session, judge, declaration)
    before = entries(session)
    other = Viewer(role=Role.FACILITATOR, name="Voisine", structure_id=world.structure.id + 1)
    with pytest.raises(Refused):
        act(session, other, declaration, line, way)
    session.expire_all()
    assert entries(session) == before


def act(session: Session, viewer: Viewer, declaration: Declaration, line: DeclarationLine, way: str) -> None:
    match way:
        case "validate":
            actions.validate_lines(session, viewer, declaration)
        case "adjust":
            actions.adjust_line(session, viewer, declaration, line, 100, REASON)
        case "return":
            actions.return_(session, viewer, declaration, REASON)
        case "ask":
            evidence.ask(session, viewer, declaration, line, REASON, MAY)
        case "reopen":
            actions.reopen(session, viewer, declaration, REASON)
        case "correct":
            actions.correct_line(session, viewer, declaration, line, 100, REASON)


# Who may write to the ledger: (module, function of clause.ledger.posting). ADR 0014 says why each is there.
WRITERS = {
    ("clause/hours/settling.py", "post"),
    ("clause/hours/actions/correcting.py", "reverse"),
    ("clause/hours/actions/reopening.py", "reverse"),
    ("clause/imports/reprise/writing_hours.py", "reverse"),  # a workbook that is read again and changed its hours
}
WRITING = {"post", "reverse", "transfer"}
TRANSFERS = {"transfer"}  # two entries of one transfer: tests/hours/ of the globalisation


def test_nothing_else_writes_to_the_ledger() -> None:
    root = Path(clause.__file__).parent.parent
    found = set()
    for path in sorted(Path(clause.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text())
        name = str(path.relative_to(root))
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if (
                isinstance(called, ast.Attribute)
                and isinstance(called.value, ast.Name)
                and called.value.id == "posting"
            ):
                found |= {(name, called.attr)} if called.attr in WRITING else set()
            makes = isinstance(called, ast.Name) and called.id == "LedgerEntry"
            assert not makes or name == "clause/ledger/posting.py", f"{name} makes an entry of its own"
    assert {(name, called) for name, called in found if called not in TRANSFERS} == WRITERS


def test_every_kind_of_entry_is_known_here() -> None:
    assert {kind.value for kind in EntryKind} == {"posting", "reversal", "transfer"}


def test_an_adjustment_needs_hours_a_difference_and_a_reason(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    line = standing(declaration)
    for hours, reason, field in ((0, REASON, "hours"), (14000, REASON, "hours"), (13000, " ", "reason")):
        with pytest.raises(Refused) as refusal:
            actions.adjust_line(session, judge, declaration, line, hours, reason)
        assert refusal.value.field == field


def test_march_is_the_month_of_the_entries(world: World, session: Session, judge: Viewer) -> None:
    declaration = sent(world)
    actions.validate_lines(session, judge, declaration)
    in_may()
    actions.correct_line(session, judge, declaration, standing(declaration), 10000, REASON)
    assert set(session.scalars(select(LedgerEntry.month))) == {MARCH}
