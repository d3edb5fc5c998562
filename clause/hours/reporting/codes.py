"""Closed lists of reporting obligations, reminders and formal notices (OPE-04)."""

from __future__ import annotations

from clause.kernel.codes import Code


class Frequency(Code):
    """How often a market's contract asks for an account."""

    MONTHLY = "monthly", "Chaque mois", ("mensuel", "mensuelle")
    QUARTERLY = "quarterly", "Chaque trimestre", ("trimestriel", "trimestrielle")
    HALF_YEARLY = "half_yearly", "Chaque semestre", ("semestriel", "semestrielle")


class ReportSubject(Code):
    """What is owed at each period: the months of hours themselves, or another account that the contract asks for."""

    HOURS = "hours", "Heures du mois ou des mois de la période"
    FOLLOW_UP = "follow_up", "Point de suivi (document)"


class NoticeState(Code):
    """A formal notice is drafted by the facilitator and sent by the authority, whose date is recorded (OPE-03)."""

    DRAFTED = "drafted", "Projet, à envoyer par le maître d'ouvrage"
    SENT = "sent", "Envoyée par le maître d'ouvrage"
    WITHDRAWN = "withdrawn", "Abandonnée"


class MailOutcome(Code):
    """What became of a mail."""

    SENT = "sent", "Envoyé"
    WAITING = "waiting", "En attente"
    RETRIED = "retried", "Refusé, sera réessayé"
    FAILED = "failed", "Abandonné après plusieurs refus"
