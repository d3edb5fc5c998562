"""The social obligation of August 2026 and the European thresholds (LEG-03, LEG-04). Amounts in cents, excl. VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.kernel.codes import Code
from clause.kernel.values import format_date, format_euros
from clause.markets.codes import Nature
from clause.organisations.codes import BuyerType

EFFECTIVE_FROM = date(2026, 8, 21)


@dataclass(frozen=True)
class Thresholds:
    """One row of LEG-04, in euros: central authorities, other authorities, contracting entities, works and concessions."""

    valid_from: date
    valid_to: date
    central: int
    other: int
    entities: int
    works: int


THRESHOLDS: tuple[Thresholds, ...] = (
    Thresholds(date(2016, 1, 1), date(2017, 12, 31), 135_000, 209_000, 418_000, 5_225_000),
    Thresholds(date(2018, 1, 1), date(2019, 12, 31), 144_000, 221_000, 443_000, 5_548_000),
    Thresholds(date(2020, 1, 1), date(2021, 12, 31), 139_000, 214_000, 428_000, 5_350_000),
    Thresholds(date(2022, 1, 1), date(2023, 12, 31), 140_000, 215_000, 431_000, 5_382_000),
    Thresholds(date(2024, 1, 1), date(2025, 12, 31), 143_000, 221_000, 443_000, 5_538_000),
    Thresholds(date(2026, 1, 1), date(2027, 12, 31), 140_000, 216_000, 432_000, 5_404_000),
)
SPECIFIC_SERVICES = {False: 750_000, True: 1_000_000}  # social and other specific services: authorities, entities


@dataclass(frozen=True)
class Purchase:
    """What the thresholds look at. ``amount_cents`` is the total of all the lots (LEG-03)."""

    launched_on: date
    amount_cents: int
    buyer: BuyerType
    nature: Nature | None
    concession: bool = False
    contracting_entity: bool = False
    specific_services: bool = False
    defence: bool = False


def threshold(of: Purchase) -> int | None:
    """LEG-04: the European threshold in cents on the day of launch; None where the table does not reach that day."""
    row = next((t for t in THRESHOLDS if t.valid_from <= of.launched_on <= t.valid_to), None)
    if row is None and of.launched_on > THRESHOLDS[-1].valid_to:
        row = THRESHOLDS[-1]  # the next revision is not known yet: the last one stands until it is entered
    return None if row is None else _euros(row, of) * 100


def _euros(row: Thresholds, of: Purchase) -> int:
    if of.concession or of.nature is Nature.WORKS:
        return row.works
    if of.specific_services:
        return SPECIFIC_SERVICES[of.contracting_entity]
    if of.contracting_entity:
        return row.entities
    return row.central if of.buyer is BuyerType.STATE else row.other


@dataclass(frozen=True)
class Obligation:
    """Whether the buyer must take a social consideration into account, and the sentence that says why."""

    applies: bool
    sentence: str
    threshold_cents: int | None = None


def social_obligation(of: Purchase, effective: date = EFFECTIVE_FROM) -> Obligation:
    """LEG-03: a social or employment condition is due from the European threshold on, for consultations since ``effective``.

    It is never « hours of insertion »: any social consideration meets it.
    """
    if of.buyer is BuyerType.PRIVATE:
        return Obligation(False, "Commande privée : l'obligation ne s'applique pas.")
    if of.defence:
        return Obligation(False, "Marché de défense ou de sécurité : l'obligation ne s'applique pas.")
    if of.launched_on < effective:
        return Obligation(False, f"Consultation lancée avant le {format_date(effective)} : pas d'obligation.")
    limit = threshold(of)
    if limit is None or of.amount_cents < limit:
        return Obligation(False, "Montant sous le seuil européen : pas d'obligation.", limit)
    return Obligation(
        True,
        f"Depuis le {format_date(effective)}, un marché d'au moins {format_euros(limit)} HT comporte une condition"
        " d'exécution sociale ou relative à l'emploi (code de la commande publique, L2112-2-1).",
        limit,
    )


class Exemption(Code):
    """Motives that dispense from the obligation."""

    AVAILABLE_SOLUTION = "immediately_available_solution", "Le besoin peut être satisfait par une solution immédiatement disponible"  # fmt: skip
    INSUFFICIENT_LINK = "insufficient_link", "Pas de lien suffisant avec l'objet du marché"
    RESTRICTS_COMPETITION = "restricts_competition", "Restreindrait la concurrence ou rendrait l'exécution difficile"
    WORKS_UNDER_6_MONTHS = "works_under_6_months", "Marché de travaux de moins de six mois"
    DEFENCE_SECURITY = "defence_security", "Marché de défense ou de sécurité"


class ExemptionRefusal(StrEnum):
    NOT_FOR_CONCESSIONS = "Ce motif de dispense n'existe pas pour une concession."
    WORKS_ONLY = "Ce motif de dispense ne vaut que pour un marché de travaux."


MARKETS_ONLY = frozenset({Exemption.AVAILABLE_SOLUTION, Exemption.WORKS_UNDER_6_MONTHS})


def exemption_refusal(motive: Exemption, nature: Nature | None, concession: bool = False) -> ExemptionRefusal | None:
    """Why this motive cannot be used (LEG-03); None where it can."""
    if concession and motive in MARKETS_ONLY:
        return ExemptionRefusal.NOT_FOR_CONCESSIONS
    if motive is Exemption.WORKS_UNDER_6_MONTHS and nature is not Nature.WORKS:
        return ExemptionRefusal.WORKS_ONLY
    return None
