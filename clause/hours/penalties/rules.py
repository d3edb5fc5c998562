"""Penalties (domain.md OPE-06): what the contract of a market says, and nothing else, computes an amount. Pure.

The tool computes and keeps the values it used; a facilitator proposes, the authority decides. Hours in hundredths, money
in cents, shares in ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clause.hours.penalties.codes import PenaltyState
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_date, half_up

ANSWER_DAYS = 15  # proposed for the observations of the company; the facilitator types another day
LEAST_ANSWER_DAYS = 8

S = PenaltyState
NEXT: dict[PenaltyState, frozenset[PenaltyState]] = {
    S.DETECTED: frozenset({S.CONTRADICTORY, S.CLOSED}),
    S.CONTRADICTORY: frozenset({S.PROPOSED}),
    S.PROPOSED: frozenset({S.APPLIED, S.WAIVED}),
    S.APPLIED: frozenset({S.CLOSED}),
    S.WAIVED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset[PenaltyState](),
}


class PenaltyRefusal(StrEnum):
    """Why an act on a penalty case is refused."""

    NO_TERMS = (
        "Le marché ne fixe pas de pénalité : aucun montant ne peut être calculé. "
        "Si le contrat en prévoit une, indiquez-la d'abord dans les règles du marché."
    )
    NOTHING = "Il n'y a rien à pénaliser : aucune heure ne manque et aucun jour de retard n'est compté."
    NO_CONTRACTOR = "Ce marché n'a pas de titulaire : indiquez-le d'abord."
    NOTICE_FIRST = (
        "Le marché demande une mise en demeure avant toute pénalité, et aucune n'a été envoyée à cette entreprise."
    )
    ONE_AT_A_TIME = "Un dossier est déjà ouvert pour cette entreprise sur ce marché : terminez-le d'abord."
    STATE = "Ce dossier n'en est pas là : rechargez la page pour voir où il en est."
    ANSWER_TOO_SOON = f"Laissez au moins {LEAST_ANSWER_DAYS} jours à l'entreprise pour répondre."
    WAIT_FOR_ANSWER = "L'entreprise peut encore répondre : attendez sa réponse, ou la fin du délai."
    ABOVE = "Ce montant dépasse ce que le contrat permet : il ne peut qu'être égal ou plus bas."
    WHY_LOWER = "Expliquez pourquoi vous proposez moins que le montant calculé."
    MOTIVE = "Choisissez le motif : sans motif, une pénalité ne peut pas être écartée."
    EXPLAIN = "Expliquez la décision en quelques mots : l'entreprise la lira."
    AMOUNT = "Indiquez le montant appliqué, au-dessus de zéro. Pour ne rien appliquer, choisissez « Ne pas appliquer »."
    DOCUMENT = (
        "Joignez la décision écrite du maître d'ouvrage : sans elle, vous ne pouvez pas l'enregistrer à sa place."
    )
    WHY_CLOSE = "Écrivez pourquoi le dossier est abandonné."


@dataclass(frozen=True)
class Terms:
    """What the contract says: cents an hour, cents a day (None: no such penalty), a cap as a share of the amount.

    ``notice_first``: a formal notice comes before days of lateness count, and before hours unless ``hours_without_notice``.
    """

    hour_cents: int | None = None
    day_cents: int | None = None
    cap_share: int | None = None
    notice_first: bool = True
    hours_without_notice: bool = False

    @property
    def any(self) -> bool:
        return self.hour_cents is not None or self.day_cents is not None


def terms_of(parameters: Mapping[str, Any]) -> Terms:
    """OPE-06: unit amounts come from the contract alone, so from the market's own parameters, never from a structure's."""
    return Terms(
        setting("penalty.hour_amount", parameters),
        setting("penalty.day_amount", parameters),
        setting("penalty.cap_share_of_amount", parameters),
        bool(setting("penalty.requires_formal_notice", parameters)),
        bool(setting("penalty.hours_without_notice", parameters)),
    )


@dataclass(frozen=True)
class Facts:
    """What is held against the terms. ``due`` None: no objective. ``notice_on``: the day the formal notice was sent.

    Late documents: ``late_since`` is the last day in time, ``late_until`` the day they came, or the day of the calculation.
    """

    due: int | None = None
    done: int = 0
    market_amount_cents: int | None = None
    notice_on: date | None = None
    late_since: date | None = None
    late_until: date | None = None


@dataclass(frozen=True)
class Computed:
    """A penalty computed: each part, their sum, and the amount once capped. ``waits_for_notice``: nothing counts before it."""

    shortfall: int
    late_days: int
    hours_cents: int
    days_cents: int
    cap_cents: int | None
    amount_cents: int
    waits_for_notice: bool = False

    @property
    def capped(self) -> bool:
        return self.amount_cents < self.hours_cents + self.days_cents


def compute(terms: Terms, facts: Facts) -> Computed | None:
    """OPE-06: P = max(0, due − done) × hour + late days × day, capped where the contract says so; None without any term.

    T-OPE-2: 150 h short and 12 days late, 200 € an hour and 75 € a day: 30 000 + 900 = 30 900 €.
    """
    if not terms.any:
        return None
    shortfall, days = counted_shortfall(terms, facts), late_days(terms, facts)
    hours_cents = int(half_up(Decimal(shortfall) * (terms.hour_cents or 0) / 100))
    days_cents = days * (terms.day_cents or 0)
    cap = _cap(terms, facts)
    amount = hours_cents + days_cents
    return Computed(
        shortfall, days, hours_cents, days_cents, cap, amount if cap is None else min(amount, cap),
        waits_for_notice(terms, facts),
    )  # fmt: skip


def shortfall_of(facts: Facts) -> int:
    """Hours missing of what is due; 0 without objective."""
    return max(0, (facts.due or 0) - facts.done)


def counted_shortfall(terms: Terms, facts: Facts) -> int:
    """Hours missing that a penalty may count: none before the formal notice where the contract asks for one."""
    if terms.hour_cents is None or (terms.notice_first and not terms.hours_without_notice and facts.notice_on is None):
        return 0
    return shortfall_of(facts)


def late_days(terms: Terms, facts: Facts) -> int:
    """Days of late documents: from the formal notice where the contract requires one, else from the day they were due."""
    since = facts.notice_on if terms.notice_first else facts.late_since
    if terms.day_cents is None or facts.late_since is None or since is None or facts.late_until is None:
        return 0
    return max(0, (facts.late_until - max(since, facts.late_since)).days)


def waits_for_notice(terms: Terms, facts: Facts) -> bool:
    """Something is held against the company, and the contract wants a formal notice that was not sent."""
    if facts.notice_on is not None or not terms.notice_first:
        return False
    hours = terms.hour_cents is not None and not terms.hours_without_notice and shortfall_of(facts) > 0
    return hours or (terms.day_cents is not None and facts.late_since is not None)


def _cap(terms: Terms, facts: Facts) -> int | None:
    if terms.cap_share is None or facts.market_amount_cents is None:
        return None
    return int(half_up(Decimal(facts.market_amount_cents) * terms.cap_share / 10_000))


DAYS_KEPT = ("on", "notice_on", "late_since", "late_until", "received_on")


def with_days(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values kept with a case, its ISO texts made days again."""
    return {**kept, **{name: date.fromisoformat(kept[name]) for name in DAYS_KEPT if kept.get(name)}}


# The life of a case


def opening_refusal(computed: Computed | None) -> PenaltyRefusal | None:
    """Why a case may not be opened on this calculation."""
    if computed is None:
        return PenaltyRefusal.NO_TERMS
    if computed.amount_cents > 0:
        return None
    return PenaltyRefusal.NOTICE_FIRST if computed.waits_for_notice else PenaltyRefusal.NOTHING


def may_become(state: PenaltyState, wanted: PenaltyState) -> bool:
    return wanted in NEXT[state]


def answer_refusal(today: date, answer_before: date) -> PenaltyRefusal | None:
    """The company has time to answer."""
    return None if answer_before >= today + timedelta(days=LEAST_ANSWER_DAYS) else PenaltyRefusal.ANSWER_TOO_SOON


def with_addition(answer: str, text: str, day: date, by: str) -> str:
    """A second answer is added to the first, with its day and who typed it: nothing that was said is lost."""
    return f"{answer}\n\nAjouté le {format_date(day)}, saisi par {by} :\n{text.strip()}" if answer else text.strip()


def proposal_refusal(
    *, amount: int, computed: int, reason: str, motive: bool, answered: bool, answer_before: date | None, today: date
) -> PenaltyRefusal | None:
    """A proposal comes after the answer or the delay, never above the calculation, lower with a reason, none with a motive."""
    if not answered and answer_before is not None and today <= answer_before:
        return PenaltyRefusal.WAIT_FOR_ANSWER
    if amount > computed:
        return PenaltyRefusal.ABOVE
    if amount == 0 and not motive:
        return PenaltyRefusal.MOTIVE
    return PenaltyRefusal.WHY_LOWER if amount < computed and not reason.strip() else None


def decision_refusal(
    *, applied: bool, amount: int | None, computed: int, motive: bool, reason: str
) -> PenaltyRefusal | None:
    """The authority applies an amount that the contract allows, or waives for a motive of the list, and says why."""
    if not applied:
        return PenaltyRefusal.MOTIVE if not motive else _explained(reason)
    if not amount:
        return PenaltyRefusal.AMOUNT
    if amount > computed:
        return PenaltyRefusal.ABOVE
    return _explained(reason) if amount < computed else None


def _explained(reason: str) -> PenaltyRefusal | None:
    return None if reason.strip() else PenaltyRefusal.EXPLAIN


# Difficulties


def announced_in_time(announced_on: date, market_ends_on: date | None, notice_on: date | None) -> bool:
    """OPE-06: a difficulty told before the end of the market and before the formal notice; the authority weighs the rest."""
    limits = [day for day in (market_ends_on, notice_on) if day is not None]
    return all(announced_on <= limit for limit in limits)
