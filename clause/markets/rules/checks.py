"""What an operation or a market may not say, whoever says it: refusals by field of the form."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)


class Refusal(StrEnum):
    """Sentences for the person at the form."""

    END_BEFORE_START = "La date de fin est avant la date de début : vérifiez les deux dates."
    CONSULTATION_AFTER_END = "La consultation ne peut pas suivre la fin de l'opération : vérifiez les deux dates."
    NOTIFICATION_AFTER_END = "La notification ne peut pas suivre la fin du marché : vérifiez les deux dates."
    IMPLAUSIBLE_DATE = "Cette date est trop lointaine pour être juste : vérifiez l'année."
    REFERENCE_MISSING = "Indiquez la référence."
    TITLE_MISSING = "Indiquez l'objet."
    AUTHORITY_MISSING = "Choisissez un maître d'ouvrage dans la liste, ou indiquez son SIRET."
    AUTHORITY_NAME_MISSING = "Ce SIRET n'est pas encore connu : indiquez le nom du maître d'ouvrage."
    NOT_LEAD = "Seule la structure qui conduit l'opération peut la modifier."
    NO_CLAUSE_NO_OBJECTIVE = (
        "Un marché sans clause n'a pas d'objectif d'heures. Choisissez un type de clause, ou laissez l'objectif vide."
    )
    NO_CLAUSE = "Ce marché est sans clause : choisissez d'abord un type de clause."
    OBJECTIVE_STAYS = (
        "Ce marché a déjà un objectif d'heures : il ne peut pas devenir « sans clause »."
        " Ramenez d'abord l'objectif à zéro par une dispense."
    )
    OBJECTIVE_THERE = (
        "L'objectif de ce marché est déjà fixé. Pour le changer, enregistrez un avenant ou une correction."
    )
    OBJECTIVE_MISSING = "L'objectif de ce marché n'est pas encore fixé : fixez-le d'abord."
    OBJECTIVE_ZERO = "L'objectif calculé est de 0 h : vérifiez les valeurs, ou laissez le marché sans objectif."
    OBJECTIVE_HUGE = "L'objectif dépasse dix millions d'heures : vérifiez les valeurs."
    DUE_ABOVE_TOTAL = "Les heures exigibles ne peuvent pas dépasser l'objectif."
    DUE_GOES_DOWN = "Le total exigible ne baisse que par un avenant, une dispense ou une correction."
    NOTHING_CHANGES = "Le nouvel objectif est le même que l'ancien : rien à enregistrer."
    WAIVER_GOES_UP = "Une dispense ne peut que réduire l'objectif."
    REASON_MISSING = "Indiquez le motif : il restera dans l'historique du marché."
    STEP_FORBIDDEN = "Ce changement d'état n'est pas possible depuis l'état actuel."
    BEFORE_START = "Cette date est avant le début du marché."
    BEFORE_SUSPENSION = "La reprise ne peut pas précéder la suspension."
    CONTRACTOR_TWICE = "Cette entreprise est déjà titulaire ou cotraitante de ce marché."
    PARTY_TWICE = "Cette entreprise est déjà sous-traitante de ce marché."
    PARTNER_IS_LEAD = "Cette structure conduit déjà l'opération."
    PARTNER_TWICE = "Cette structure est déjà partenaire de l'opération."


def date_refusals(
    starts_on: date | None, ends_on: date | None, *, consultation: date | None = None, notification: date | None = None
) -> list[tuple[str, Refusal]]:
    """(field, refusal) of the dates of an operation or a market; an unknown date is never out of order."""
    found = [
        (field, Refusal.IMPLAUSIBLE_DATE)
        for field, day in (
            ("starts_on", starts_on),
            ("ends_on", ends_on),
            ("consultation_date", consultation),
            ("notification_date", notification),
        )
        if day is not None and not EARLIEST <= day <= LATEST
    ]
    if starts_on and ends_on and ends_on < starts_on:
        found.append(("ends_on", Refusal.END_BEFORE_START))
    if consultation and ends_on and consultation > ends_on:
        found.append(("consultation_date", Refusal.CONSULTATION_AFTER_END))
    if notification and ends_on and notification > ends_on:
        found.append(("notification_date", Refusal.NOTIFICATION_AFTER_END))
    return found
