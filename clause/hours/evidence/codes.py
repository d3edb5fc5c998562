"""Closed lists of the contradictory stage."""

from __future__ import annotations

from clause.kernel.codes import Code


class EvidenceState(Code):
    SENT = "sent", "Envoyé à l'entreprise"
    ANSWERED = "answered", "Réponse reçue"
    ACCEPTED = "accepted", "Heures acceptées"
    REJECTED = "rejected", "Heures refusées"
