"""Whatever is declared, returned, validated and corrected, the ledger says the standing lines that count (domain.md § 10)."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.refusals import Refused
from clause.kernel.values import add_months
from clause.ledger.models import EntryKind, LedgerEntry
from tests.hours.conftest import World

ACTS = st.tuples(
    st.sampled_from(["type", "send", "return", "validate", "correct"]), st.integers(0, 2), st.integers(0, 23000)
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=25))
def test_the_ledger_is_the_sum_of_what_counts(acts: list[tuple[str, int, int]], world: World, session: Session) -> None:
    point = session.begin_nested()
    for act, month, hours in acts:
        declaration = world.open(add_months(date(2026, 1, 1), month))
        play(world, session, declaration, act, hours)
        check(session)
    point.rollback()


def play(world: World, session: Session, declaration: Declaration, act: str, hours: int) -> None:
    """One act, or its refusal, which must change nothing."""
    try:
        with session.begin_nested():
            if act == "type":
                kinds = (HourKind.WORK, HourKind.ABSENCE)
                lines = tuple(DraftLine(c.id, k, hours // 2, comment="oui") for c in world.contracts for k in kinds)
                actions.save_draft(session, world.as_company, declaration, DraftData(lines))
            elif act == "send":
                actions.submit(session, world.as_company, declaration, notify=False)
            elif act == "return":
                actions.return_(session, world.as_facilitator, declaration, "à revoir", notify=False)
            elif act == "validate":
                actions.validate_lines(session, world.as_facilitator, declaration, notify=False)
            else:
                line = next((x for x in declaration.lines if x.standing), None)
                if line is not None:
                    actions.correct_line(session, world.as_facilitator, declaration, line, hours, "relevé")
    except Refused:
        session.expire_all()


def check(session: Session) -> None:
    session.flush()
    counted = session.scalar(
        select(func.coalesce(func.sum(DeclarationLine.hours), 0)).where(
            DeclarationLine.standing,
            DeclarationLine.state == LineState.VALIDATED,
            DeclarationLine.not_counted.is_(None),
        )
    )
    assert session.scalar(select(func.coalesce(func.sum(LedgerEntry.hours_real), 0))) == counted
    reversed_once = select(LedgerEntry.reverses_id).where(LedgerEntry.kind == EntryKind.REVERSAL)
    ids = session.scalars(reversed_once).all()
    assert len(ids) == len(set(ids))
    negative = select(func.sum(LedgerEntry.hours_real)).group_by(
        LedgerEntry.employment_contract_id, LedgerEntry.month, LedgerEntry.hour_kind
    )
    assert all(total >= 0 for total in session.scalars(negative))
