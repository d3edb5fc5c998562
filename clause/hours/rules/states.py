"""The life of a declaration (domain.md OPE-02): draft → submitted → returned → submitted → validated. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from clause.hours.codes import DeclarationState, LineState

S = DeclarationState
TRANSITIONS: dict[DeclarationState, frozenset[DeclarationState]] = {
    S.DRAFT: frozenset({S.SUBMITTED}),
    S.SUBMITTED: frozenset({S.RETURNED, S.VALIDATED, S.SUBMITTED}),
    S.RETURNED: frozenset({S.SUBMITTED, S.RETURNED}),
    S.VALIDATED: frozenset({S.VALIDATED}),  # a correction leaves it validated
}


class Refusal(StrEnum):
    SUBMITTED = (
        "Ces heures sont déjà envoyées : elles ne changent plus tant que le facilitateur ne les a pas renvoyées."
    )
    VALIDATED = "Ces heures sont validées. Pour les corriger, écrivez à votre facilitateur."
    DRAFT = "Ces heures ne sont pas encore envoyées : il n'y a rien à valider."
    RETURNED = "Ces heures ont été renvoyées à l'entreprise. Attendez qu'elle les corrige et les envoie de nouveau."


def may_become(state: DeclarationState, following: DeclarationState) -> bool:
    return following in TRANSITIONS[state]


def edit_refusal(state: DeclarationState) -> Refusal | None:
    """None where the declarant may still type: a draft, or what was sent back."""
    return {S.SUBMITTED: Refusal.SUBMITTED, S.VALIDATED: Refusal.VALIDATED}.get(state)


def decide_refusal(state: DeclarationState) -> Refusal | None:
    """None where the facilitator may validate or send back lines that wait."""
    return {S.DRAFT: Refusal.DRAFT}.get(state)


def state_after(lines: Iterable[LineState]) -> DeclarationState:
    """The state of a sent declaration by its standing lines: one to correct sends it back, all validated validate it."""
    states = set(lines)
    if LineState.RETURNED in states:
        return S.RETURNED
    return S.SUBMITTED if LineState.DECLARED in states else S.VALIDATED
