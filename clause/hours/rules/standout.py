"""What stands out in declared hours, so that the facilitator reads first what deserves it (field.md § 1.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clause.hours.codes import NotCounted
from clause.kernel.codes import Code
from clause.kernel.values import format_hours

JUMP_HOURS = 20_00
JUMP_SHARE = 3  # a third of last month


class Signal(Code):
    """In the order in which they are read; the weight sorts the queue."""

    NOT_ELIGIBLE = "not_eligible", "Hors éligibilité"
    OUTSIDE = "outside", "Hors dates"
    EXPLAINED = "explained", "Dépassement expliqué"
    FINDING = "finding", "À vérifier"
    NEW_PERSON = "new_person", "Nouvelle personne"
    JUMP = "jump", "Écart avec le mois précédent"


WEIGHTS = {
    Signal.NOT_ELIGIBLE: 32, Signal.OUTSIDE: 32, Signal.EXPLAINED: 16, Signal.FINDING: 8, Signal.NEW_PERSON: 4, Signal.JUMP: 2,
}  # fmt: skip
OF_ELIGIBILITY = frozenset({NotCounted.BEFORE_VALIDATION, NotCounted.ELIGIBILITY_EXPIRED, NotCounted.NOT_ELIGIBLE})
OF_DATES = frozenset({NotCounted.OUTSIDE_CONTRACT, NotCounted.OUTSIDE_MARKET})


@dataclass(frozen=True)
class Waiting:
    """One line that waits. ``last_month`` is the figure of the same contract, market and kind, None where there was none."""

    hours: int
    last_month: int | None
    first_time: bool
    not_counted: NotCounted | None
    explained: bool
    findings: int


def signals(line: Waiting) -> list[Signal]:
    """What stands out in a line, most serious first."""
    found = {
        Signal.NOT_ELIGIBLE: line.not_counted in OF_ELIGIBILITY,
        Signal.OUTSIDE: line.not_counted in OF_DATES,
        Signal.EXPLAINED: line.explained,
        Signal.FINDING: line.findings > 0,
        Signal.NEW_PERSON: line.first_time,
        Signal.JUMP: jumps(line.hours, line.last_month),
    }
    return [signal for signal, present in found.items() if present]


def jumps(hours: int, last_month: int | None) -> bool:
    """More than twenty hours and a third away from last month's figure, up or down."""
    if last_month is None:
        return False
    gap = abs(hours - last_month)
    return gap > JUMP_HOURS and gap * JUMP_SHARE > last_month


def weight(found: Iterable[Signal]) -> int:
    """How early a declaration is read: each kind of signal weighs once."""
    return sum(WEIGHTS[signal] for signal in set(found))


def difference_said(hours: int, last_month: int | None) -> str:
    """« 140 h le mois précédent », or that there was nothing."""
    return "rien le mois précédent" if last_month is None else f"{format_hours(last_month)} h le mois précédent"
