"""The life of a declaration and of its lines (domain.md OPE-02): who may become what. Pure.

A line: declared → returned → declared → validated, or declared → contested → validated | rejected. A line that is validated
or rejected never changes: a correction or a reopening puts another line in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from clause.hours.codes import DeclarationState, LineState

S = DeclarationState
TRANSITIONS: dict[DeclarationState, frozenset[DeclarationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED}),
    S.SUBMITTED: frozenset({S.RETURNED, S.VALIDATED, S.REJECTED, S.SUBMITTED}),
    S.RETURNED: frozenset({S.SUBMITTED, S.RETURNED}),
    S.VALIDATED: frozenset({S.VALIDATED, S.RETURNED}),  # a correction leaves it validated, a reopening sends it back
    S.REJECTED: frozenset({S.RETURNED}),
}

L = LineState
LINE_TRANSITIONS: dict[LineState, frozenset[LineState]] = {
    L.DECLARED: frozenset({L.RETURNED, L.CONTESTED, L.VALIDATED}),
    L.RETURNED: frozenset({L.DECLARED}),
    L.CONTESTED: frozenset({L.VALIDATED, L.REJECTED}),
    L.VALIDATED: frozenset(),
    L.REJECTED: frozenset(),
}
DECIDED_LINES = frozenset({L.VALIDATED, L.REJECTED})
WAITING_LINES = frozenset({L.DECLARED, L.CONTESTED})


class Refusal(StrEnum):
    SUBMITTED = (
        "Ces heures sont déjà envoyées : elles ne changent plus tant que le facilitateur ne les a pas renvoyées."
    )
    VALIDATED = "Ces heures sont validées. Pour les corriger, écrivez à votre facilitateur."
    REJECTED = "Ces heures ont été refusées après échange. Pour y revenir, écrivez à votre facilitateur."
    DRAFT = "Ces heures ne sont pas encore envoyées : il n'y a rien à valider."
    RETURNED = "Ces heures ont été renvoyées à l'entreprise. Attendez qu'elle les corrige et les envoie de nouveau."


def may_become(state: DeclarationState, following: DeclarationState) -> bool:
    return following in TRANSITIONS[state]


def line_may_become(state: LineState, following: LineState) -> bool:
    return following in LINE_TRANSITIONS[state]


def edit_refusal(state: DeclarationState) -> Refusal | None:
    """None where the declarant may still type: a draft, or what was sent back."""
    return {S.SUBMITTED: Refusal.SUBMITTED, S.VALIDATED: Refusal.VALIDATED, S.REJECTED: Refusal.REJECTED}.get(state)


def decide_refusal(state: DeclarationState) -> Refusal | None:
    """None where the facilitator may validate or send back lines that wait."""
    return {S.DRAFT: Refusal.DRAFT}.get(state)


def state_after(lines: Iterable[LineState]) -> DeclarationState:
    """The state of a sent declaration by its standing lines.

    One to correct sends it back; one that waits, or whose evidence is discussed, leaves it to validate; then it is decided:
    refused where all its lines are, validated otherwise (a month without lines too).
    """
    states = set(lines)
    if L.RETURNED in states:
        return S.RETURNED
    if states & WAITING_LINES:
        return S.SUBMITTED
    return S.REJECTED if states == {L.REJECTED} else S.VALIDATED
