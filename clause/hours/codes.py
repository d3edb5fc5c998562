"""Closed lists of declarations (domain.md OPE-02, REA-02, REA-08)."""

from __future__ import annotations

from clause.kernel.codes import Code


class DeclarationState(Code):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "À valider"
    RETURNED = "returned", "Renvoyée"
    VALIDATED = "validated", "Validée"
    REJECTED = "rejected", "Refusée"


class Origin(Code):
    COMPANY = "company", "Saisie par l'entreprise"
    STATEMENT = "statement", "Saisie par le facilitateur d'après un relevé signé"
    IMPORT = "import", "Reprise de données"


class LineState(Code):
    DECLARED = "declared", "À valider"
    RETURNED = "returned", "À corriger"
    CONTESTED = "contested", "Pièce demandée"
    VALIDATED = "validated", "Validée"
    REJECTED = "rejected", "Refusée"


# A line that the declarant may still change; the others are locked in the grid.
OPEN_LINES = frozenset({LineState.DECLARED, LineState.RETURNED})


class HourKind(Code):
    """Kinds of hours (REA-02); which ones count, and for how much, is a setting."""

    WORK = "work", "Travail"
    TRAINING = "training", "Formation dans le contrat"
    OTHER_TRAINING = "other_training", "Autre formation"
    PREHIRE = "prehire", "Formation avant embauche"
    TUTORING = "tutoring", "Tutorat"
    ABSENCE = "absence", "Absence"


class HoursBasis(Code):
    WORKED = "worked", "Heures travaillées"
    PAID = "paid", "Heures payées"
    ESTIMATED = "estimated", "Heures estimées d'après un montant"


class NotCounted(Code):
    """Why validated hours do not count; the value is kept on the line."""

    BEFORE_VALIDATION = "before_validation", "avant le début de l'éligibilité"
    ELIGIBILITY_EXPIRED = "eligibility_expired", "après la fin de l'éligibilité"
    NOT_ELIGIBLE = "not_eligible", "la personne n'a pas d'éligibilité validée"
    OUTSIDE_CONTRACT = "outside_contract", "en dehors des dates du contrat de travail"
    OUTSIDE_MARKET = "outside_market", "en dehors des dates du marché"
    EMPLOYER = "employer", "les heures de ce type d'employeur ne comptent pas"
    KIND = "kind", "ce type d'heures ne compte pas"
    TRAINING_CAP = "training_cap", "au-delà de la part de formation avant embauche que le marché accepte"
    ESTIMATED = "estimated", "elles sont estimées d'après un montant et restent à confirmer"
    NO_CLAUSE = "no_clause", "le marché n'a pas de clause"
