"""Closed lists of follow-up (OPE-10)."""

from __future__ import annotations

from clause.kernel.codes import Code


class Moment(Code):
    """When a person is asked for their situation: after a contract, and for ANRU markets after entry."""

    CONTRACT_END = "contract_end", "À la fin du contrat", ("fin de contrat", "sortie")
    SIX_MONTHS_AFTER = "six_months_after", "6 mois après la fin du contrat", ("6 mois", "M+6")
    ENTRY_SIX = "entry_six", "6 mois après l'entrée (ANRU)", ("entrée + 6 mois",)
    ENTRY_TWELVE = "entry_twelve", "12 mois après l'entrée (ANRU)", ("entrée + 12 mois",)


class Situation(Code):
    """Situation of a person on that day."""

    CDI = "cdi", "CDI"
    CDD_LONG = "cdd_long", "CDD de 6 mois et plus", ("CDD long", "CDD +6 mois")
    CDD_SHORT = "cdd_short", "CDD de moins de 6 mois", ("CDD court", "CDD")
    AGENCY_WORK = "agency_work", "Intérim", ("mission",)
    ALTERNANCE = "alternance", "Alternance", ("apprentissage", "contrat de professionnalisation")
    TRAINING = "training", "Formation"
    BUSINESS_CREATION = "business_creation", "Création d'activité", ("création d'entreprise",)
    IAE = "iae", "Insertion par l'activité économique", ("SIAE", "CDDI")
    JOBSEEKER = "jobseeker", "Recherche d'emploi", ("demandeur d'emploi", "chômage")
    OTHER = "other", "Autre situation", ("autre",)
    UNKNOWN = "unknown", "Inconnue", ("injoignable", "non connue", "sans réponse")


class QualificationState(Code):
    BEGUN = "begun", "Commencée", ("en cours",)
    OBTAINED = "obtained", "Obtenue", ("validée", "réussie")
    ABANDONED = "abandoned", "Abandonnée", ("non obtenue", "échec")
