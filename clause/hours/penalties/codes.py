"""Closed lists of penalty cases and of difficulties (OPE-02, OPE-06)."""

from __future__ import annotations

from clause.kernel.codes import Code


class PenaltyState(Code):
    DETECTED = "detected", "Détectée"
    CONTRADICTORY = "contradictory", "Observations demandées à l'entreprise"
    PROPOSED = "proposed", "Proposée au maître d'ouvrage"
    APPLIED = "decided_applied", "Appliquée par le maître d'ouvrage"
    WAIVED = "decided_waived", "Non appliquée par le maître d'ouvrage"
    CLOSED = "closed", "Classée"


class WaiverMotive(Code):
    """Why an authority does not apply a penalty."""

    ECONOMIC_DIFFICULTY = "economic_difficulty", "Difficulté économique de l'entreprise"
    NO_CANDIDATE = "no_candidate_despite_sourcing", "Aucun candidat malgré les recherches"
    CONTRACT_REDUCED = "contract_reduced", "Marché réduit"
    FORCE_MAJEURE = "force_majeure", "Force majeure"
    BUYER_FAULT = "buyer_fault", "Fait du maître d'ouvrage"
    OTHER = "other", "Autre motif"


class DifficultyKind(Code):
    """What keeps a company from its hours, as it announces it."""

    NO_CANDIDATE = "no_candidate", "Pas de candidat"
    CANDIDATE_LEFT = "candidate_left", "Départ d'un salarié en insertion"
    SITE_LATE = "site_late", "Chantier retardé ou suspendu"
    LESS_WORK = "less_work", "Moins de travail que prévu"
    ECONOMIC = "economic", "Difficulté économique"
    OTHER = "other", "Autre difficulté"
