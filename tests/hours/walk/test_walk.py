"""Ten thousand random steps on each engine through everything that is done to hours; the invariants of domain.md § 10 hold.

The seeds are fixed: a failure says its seed and its step, and plays again the same.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours.codes import LineState
from clause.hours.models import DeclarationLine
from clause.hours.proof import discrepancies
from clause.hours.proof.finding import Check
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.ledger.models import EntryKind, LedgerEntry
from tests.hours.walk.steps import WEIGHTS, Steps
from tests.hours.walk.world import found

STEPS = int(os.environ.get("CLAUSE_WALK_STEPS", "2500"))  # a seed; four seeds make ten thousand
CHECK_EVERY = 250
Decided = tuple[object, ...]


class Walk:
    """Plays the steps and holds what must not change."""

    def __init__(self, session: Session, steps: Steps) -> None:
        self.session, self.steps = session, steps
        self.played: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.decided: dict[int, Decided] = {}
        self.as_of: dict[date, int] = {}
        self.sums = steps.sums()

    def step(self) -> None:
        name, act = self.steps.draw()
        today = clock.today()
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
            self.played[name] += 1
        except Refused:
            self.refused[name] += 1
            self.session.expire_all()
            name = f"{name}, refused"
        self.after(name)
        if clock.today() != today:
            self.as_of[today] = self.known_on(today)

    def after(self, name: str) -> None:
        """What each kind of step leaves alone: a refusal changes nothing at all."""
        before, sums = self.sums, self.steps.sums()
        self.sums = sums
        if name not in {"validate", "adjust", "correct", "reopen", "decide", "transfer", "take_back"}:
            assert sums == before, f"{name} changed the ledger (invariant 8)"
        if name in {"transfer", "take_back"}:
            assert sum(sums.values()) == sum(before.values()), "a transfer changes no total of the company"

    def known_on(self, day: date) -> int:
        statement = select(func.coalesce(func.sum(LedgerEntry.hours_real), 0)).where(LedgerEntry.posted_on <= day)
        return self.session.scalar(statement) or 0

    def check(self) -> None:
        found = {found.check for found in discrepancies(self.session)}
        assert found <= {Check.TRANSFER_OVERDRAWN}, "a correction after a transfer is told; nothing else is wrong"
        moved = select(func.sum(LedgerEntry.hours_real), func.sum(LedgerEntry.hours_valued)).where(
            LedgerEntry.kind == EntryKind.TRANSFER
        )
        assert set(self.session.execute(moved).one()) <= {0, None}, "invariant 2"
        self.check_years()
        for day, hours in self.as_of.items():
            assert self.known_on(day) == hours, f"what was known on {day} has changed"
        self.check_decided()

    def check_years(self) -> None:
        """Invariant 3: the cumulative sum is the sum of the months; no month of a contract is below zero."""
        worked = LedgerEntry.kind != EntryKind.TRANSFER
        months = self.session.execute(
            select(LedgerEntry.employment_contract_id, LedgerEntry.month, func.sum(LedgerEntry.hours_real))
            .where(worked)
            .group_by(LedgerEntry.employment_contract_id, LedgerEntry.month)
        ).all()
        assert all(hours >= 0 for _, _, hours in months)
        assert sum(hours for _, _, hours in months) == self.known_on(date.max)

    def check_decided(self) -> None:
        """Invariant 9: a validated line never changes, a correction is another line."""
        line = DeclarationLine
        rows = self.session.execute(
            select(
                line.id, line.hours, line.hour_kind, line.worked_from, line.worked_to, line.month, line.market_id,
                line.employment_contract_id, line.not_counted, line.applied_ratio, line.applied_coefficient, line.decided_at,
            ).where(line.state == LineState.VALIDATED)
        )  # fmt: skip
        now = {row[0]: tuple(row[1:]) for row in rows}
        assert {id: now.get(id) for id in self.decided} == self.decided
        self.decided = now


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_whatever_is_done_to_hours_the_books_agree(engine: str, seed: int, app: Flask, session: Session) -> None:
    walk = Walk(session, Steps(found(session, app.config["CLAUSE"].data_dir), Random(seed)))
    for number in range(1, STEPS + 1):
        try:
            walk.step()
            if number % CHECK_EVERY == 0:
                walk.check()
                session.commit()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {number}: {error}") from error
    assert STEPS < 2000 or set(walk.played) == set(WEIGHTS), f"never played: {set(WEIGHTS) - set(walk.played)}"
