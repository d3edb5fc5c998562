"""Whether a public contract should have a social consideration (LEG-03, LEG-04), as far as its public data says.

The data has no day of consultation: the day of notification is used, so every answer is an estimate to check. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clause.kernel.codes import Code
from clause.markets.codes import Nature
from clause.markets.rules.legal import EFFECTIVE_FROM, NO_CONSIDERATION, Purchase, social_obligation
from clause.organisations.codes import BuyerType


class Outcome(Code):
    NOT_CONCERNED = "not_concerned", "Obligation non applicable"
    MET = "met", "Obligation satisfaite"
    MISSING = "missing", "Obligation sans considération sociale, à vérifier"
    UNKNOWN = "unknown", "Obligation à vérifier : considérations non publiées"


ESTIMATED = (
    "Estimation d'après la date de notification et le montant publié : les données essentielles ne disent ni la date de"
    " la consultation, ni le total des lots. À vérifier auprès de l'acheteur."
)
WORKS_DIVISION = "45"
INTELLECTUAL_DIVISIONS = frozenset({"71", "72", "73"})
SPECIFIC_SERVICE_DIVISIONS = frozenset({"80", "85"})  # teaching, health and social services (annex XIV), the main ones
DEFENCE = "defense ou de securite"


def nature_of(cpv: str, published: str = "", ccag: str = "") -> Nature | None:
    """What is bought: from the words of the record (folded), else from the division of the CPV; None where both are silent."""
    if "travaux" in (ccag, published) or "de travaux" in published:
        return Nature.WORKS
    if ccag in ("prestations intellectuelles", "maitrise d oeuvre"):
        return Nature.INTELLECTUAL
    if "de service" in published:
        return Nature.SERVICES
    return _nature_of_division(cpv[:2])


def _nature_of_division(division: str) -> Nature | None:
    if not division:
        return None
    if division == WORKS_DIVISION:
        return Nature.WORKS
    if division in INTELLECTUAL_DIVISIONS:
        return Nature.INTELLECTUAL
    return Nature.SERVICES if division >= "50" else Nature.SUPPLIES


# First digits of the SIREN of public bodies, by INSEE's own numbering.
BUYER_KINDS: tuple[tuple[str, BuyerType], ...] = (
    ("19", BuyerType.PUBLIC_BODY), ("1", BuyerType.STATE), ("200", BuyerType.INTERCOMMUNALITY),
    ("21", BuyerType.COMMUNE), ("22", BuyerType.DEPARTMENT), ("23", BuyerType.REGION),
    ("24", BuyerType.INTERCOMMUNALITY), ("25", BuyerType.JOINT_SYNDICATE), ("2", BuyerType.PUBLIC_BODY),
)  # fmt: skip


def buyer_kind(siren: str) -> BuyerType | None:
    """The type of a buyer that its SIREN lets suppose; None for the SIREN of a company, which says nothing."""
    return next((kind for start, kind in BUYER_KINDS if siren.startswith(start)), None)


def is_social(considerations: Sequence[str] | None) -> bool | None:
    """True with a social consideration, False where « none » is published, None where nothing is."""
    if not considerations:
        return None
    return any(c != NO_CONSIDERATION for c in considerations)


def outcome(
    *,
    notification_date: date | None,
    amount_cents: int | None,
    buyer_siren: str,
    purchase: Nature | None,
    cpv: str,
    published_nature: str,
    is_concession: bool,
    has_social: bool | None,
    effective: date = EFFECTIVE_FROM,
) -> Outcome:
    """Where a contract stands with the obligation. ``published_nature`` is folded; a missing day or amount: not concerned."""
    if notification_date is None or amount_cents is None:
        return Outcome.NOT_CONCERNED
    purchase_facts = Purchase(
        launched_on=notification_date,
        amount_cents=amount_cents,
        buyer=buyer_kind(buyer_siren) or BuyerType.PUBLIC_BODY,
        nature=purchase,
        concession=is_concession,
        specific_services=cpv[:2] in SPECIFIC_SERVICE_DIVISIONS,
        defence=DEFENCE in published_nature,
    )
    if not social_obligation(purchase_facts, effective).applies:
        return Outcome.NOT_CONCERNED
    return Outcome.UNKNOWN if has_social is None else Outcome.MET if has_social else Outcome.MISSING
