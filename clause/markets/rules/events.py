"""What an act adds to the three figures of an objective (OBJ-08). Hours in hundredths."""

from __future__ import annotations

from dataclasses import dataclass

from clause.markets.codes import ObjectiveKind
from clause.markets.rules.checks import Refusal

MAKES_DUE = frozenset({ObjectiveKind.TRANCHE_CONFIRMED, ObjectiveKind.PURCHASE_ORDER, ObjectiveKind.INVOICE})
# Pooling transfers have two sides and are not typed as a change of one market.
CHANGES = (
    ObjectiveKind.AMENDMENT,
    ObjectiveKind.TRANCHE_CONFIRMED,
    ObjectiveKind.PURCHASE_ORDER,
    ObjectiveKind.INVOICE,
    ObjectiveKind.RENEWAL,
    ObjectiveKind.WAIVER,
    ObjectiveKind.CORRECTION,
)


@dataclass(frozen=True)
class Deltas:
    """What is added to the initial, the current and the due figure."""

    initial: int
    current: int
    due: int


def change(kind: ObjectiveKind, current: int, due: int, new: int, new_due: int | None = None) -> Deltas | Refusal:
    """The differences that lead to ``new``: the new due total for what makes hours due, the new current one otherwise.

    ``new_due`` says the due total where an act on the current figure leaves another than the usual one: both move
    together while all is due, and a fall never leaves more due than there is.
    """
    refusal = _refusal(kind, current, due, new)
    if refusal:
        return refusal
    if kind in MAKES_DUE:
        return Deltas(0, max(0, new - current), new - due)
    if new_due is None:
        new_due = new if due == current else min(due, new)
    if new_due > new:
        return Refusal.DUE_ABOVE_TOTAL
    return Deltas(new - current if kind is ObjectiveKind.CORRECTION else 0, new - current, new_due - due)


def _refusal(kind: ObjectiveKind, current: int, due: int, new: int) -> Refusal | None:
    if new == (due if kind in MAKES_DUE else current):
        return Refusal.NOTHING_CHANGES
    if kind in MAKES_DUE and new < due:
        return Refusal.DUE_GOES_DOWN
    if kind is ObjectiveKind.WAIVER and new > current:
        return Refusal.WAIVER_GOES_UP
    return None
