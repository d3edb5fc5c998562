"""What the contradictory stage allows, in which order (field.md § 6.9, after the controls of the IAE). Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

from clause.hours.evidence.codes import EvidenceState
from clause.kernel.values import format_date

LONGEST = timedelta(days=90)
MOST_PIECES = 10
S = EvidenceState
TRANSITIONS: dict[EvidenceState, frozenset[EvidenceState]] = {
    S.SENT: frozenset({S.ANSWERED, S.ACCEPTED, S.REJECTED}),
    S.ANSWERED: frozenset({S.ANSWERED, S.ACCEPTED, S.REJECTED}),
    S.ACCEPTED: frozenset(),
    S.REJECTED: frozenset(),
}


class Refusal(Enum):
    """A sentence, and the field that it is about."""

    NO_REASON = "Dites à l'entreprise quelle pièce vous demandez, et pourquoi.", "reason"
    PAST = "Le jour demandé pour la réponse doit être après aujourd'hui.", "answer_before"
    TOO_FAR = "Laissez au plus 90 jours à l'entreprise pour répondre.", "answer_before"
    NO_ANSWER = "Écrivez votre réponse : quelques mots suffisent, même avec une pièce jointe.", "answer"
    DECIDED = "C'est déjà décidé : la réponse n'est plus attendue.", ""
    TOO_MANY = f"Une réponse a {MOST_PIECES} pièces au plus : regroupez-les dans un seul PDF.", "pieces"
    NO_DECISION = "Écrivez à l'entreprise pourquoi ces heures sont refusées.", "decision"
    TOO_EARLY = "L'entreprise n'a pas encore répondu et le jour demandé n'est pas passé : ces heures ne peuvent pas être refusées avant.", ""  # fmt: skip

    def __init__(self, sentence: str, field: str) -> None:
        self.sentence, self.field = sentence, field


def may_become(state: EvidenceState, following: EvidenceState) -> bool:
    return following in TRANSITIONS[state]


def ask_refusal(reason: str, answer_before: date, today: date) -> Refusal | None:
    """None where the question may be sent: it says what it wants, and leaves from one to 90 days."""
    if not reason.strip():
        return Refusal.NO_REASON
    if answer_before <= today:
        return Refusal.PAST
    return Refusal.TOO_FAR if answer_before > today + LONGEST else None


def answer_refusal(state: EvidenceState, text: str) -> Refusal | None:
    """None until it is decided, on time or late."""
    if not may_become(state, S.ANSWERED):
        return Refusal.DECIDED
    return None if text.strip() else Refusal.NO_ANSWER


def pieces_refusal(kept: int, added: int) -> Refusal | None:
    """None where these pieces may be added to those that the answer has."""
    return Refusal.TOO_MANY if added and kept + added > MOST_PIECES else None


def decide_refusal(
    state: EvidenceState, answer_before: date, today: date, *, accept: bool, text: str
) -> Refusal | None:
    """None where it may be decided. Hours are accepted at any time, refused once heard or once the day has passed."""
    if not may_become(state, S.ACCEPTED if accept else S.REJECTED):
        return Refusal.DECIDED
    if accept:
        return None
    if state is S.SENT and today <= answer_before:
        return Refusal.TOO_EARLY
    return None if text.strip() else Refusal.NO_DECISION


def with_addition(answer: str, text: str, day: date) -> str:
    """A second answer is added to the first, with its day: nothing that was said is lost."""
    return f"{answer}\n\nAjouté le {format_date(day)} :\n{text.strip()}" if answer else text.strip()
