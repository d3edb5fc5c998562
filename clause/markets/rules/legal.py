"""The law of clauses (LEG-01 to LEG-08): one door to the regimes, the obligation, the public data and the contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clause.kernel.values import half_up
from clause.markets.codes import RESERVED, ClauseKind
from clause.markets.rules.obligation import (
    EFFECTIVE_FROM,
    THRESHOLDS,
    Exemption,
    ExemptionRefusal,
    Obligation,
    Purchase,
    exemption_refusal,
    social_obligation,
    threshold,
)
from clause.markets.rules.regimes import (
    LegalRefusal,
    LegalRegime,
    Regime,
    legal_basis,
    legal_refusal,
    regime,
    regime_on,
)

__all__ = [
    "EFFECTIVE_FROM", "THRESHOLDS", "AnruMinimum", "ClauseContents", "Exemption", "ExemptionRefusal", "LegalRefusal",
    "LegalRegime", "Obligation", "Purchase", "Regime", "anru_minimum", "considerations", "exemption_refusal",
    "kind_of_considerations", "legal_basis", "legal_refusal", "missing_contents", "regime", "regime_on",
    "social_obligation", "social_share", "threshold",
]  # fmt: skip

CLAUSE = "Clause sociale"
CRITERION = "Critère social"
RESERVED_MARKET = "Marché réservé"
RESERVED_CONCESSION = "Concession réservée"
NO_CONSIDERATION = "Pas de considération sociale"


def considerations(kind: ClauseKind | None, concession: bool = False) -> list[str]:
    """LEG-05: the « considérations sociales » of the public contract data; a private order publishes none."""
    if kind is None:
        return [NO_CONSIDERATION]
    if kind in RESERVED:
        return [RESERVED_CONCESSION if concession else RESERVED_MARKET]
    return {
        ClauseKind.AWARD_CRITERION: [CRITERION],
        ClauseKind.CONDITION_AND_CRITERION: [CLAUSE, CRITERION],
        ClauseKind.PRIVATE_COMMITMENT: [],
    }.get(kind, [CLAUSE])


def kind_of_considerations(published: Sequence[str]) -> ClauseKind | None:
    """The kind that published considerations let suppose; None where they say nothing, or reserved without saying to whom."""
    if CLAUSE in published:
        return ClauseKind.CONDITION_AND_CRITERION if CRITERION in published else ClauseKind.EXECUTION_CONDITION
    return ClauseKind.AWARD_CRITERION if CRITERION in published else None


def social_share(with_consideration: int, total: int) -> int | None:
    """LEG-06: share of contracts with a social consideration, in ten-thousandths; None without contract."""
    return int(half_up(Decimal(with_consideration) * 10_000 / total)) if total else None


@dataclass(frozen=True)
class AnruMinimum:
    """Hundredths of an hour."""

    works: int
    upkeep: int


def anru_minimum(
    works: int, upkeep: int, works_rate: Decimal = Decimal("0.05"), upkeep_rate: Decimal = Decimal("0.10")
) -> AnruMinimum:
    """LEG-07: least insertion hours for hours worked on ANRU works and on gestion urbaine de proximité (hundredths)."""
    return AnruMinimum(int(half_up(works * works_rate)), int(half_up(upkeep * upkeep_rate)))


@dataclass(frozen=True)
class ClauseContents:
    """What the documents of a market should say of its clause (LEG-08): texts, empty where unknown."""

    has_hours: bool
    publics: str = ""
    modes: str = ""
    facilitator: str = ""
    contractor_contact: str = ""
    follow_up: str = ""
    penalties: str = ""


def missing_contents(contents: ClauseContents) -> list[str]:
    """LEG-08: what is missing from the record of a clause, in the order of the CCAG; never a refusal."""
    return [
        what
        for what, there in (
            ("nombre d'heures", contents.has_hours),
            ("publics éligibles", contents.publics),
            ("modalités de réalisation", contents.modes),
            ("coordonnées du facilitateur", contents.facilitator),
            ("interlocuteur insertion du titulaire", contents.contractor_contact),
            ("rythme du suivi", contents.follow_up),
            ("pénalités", contents.penalties),
        )
        if not there
    ]
