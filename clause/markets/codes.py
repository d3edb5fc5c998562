"""Closed lists of operations and markets (consolidations.md § 6, domain.md OPE-02)."""

from __future__ import annotations

from clause.kernel.codes import Code


class ClauseKind(Code):
    """How insertion enters a market (LEG-02). A market « sans clause » has none of these."""

    EXECUTION_CONDITION = "execution_condition", "Condition d'exécution", ("clause sociale d'insertion", "clause sociale", "clause d'exécution")  # fmt: skip
    AWARD_CRITERION = "award_criterion", "Critère d'attribution", ("critère social",)
    CONDITION_AND_CRITERION = "condition_and_criterion", "Condition et critère", ("condition d'exécution et critère", "clause et critère", "condition d'exécution et critère d'attribution")  # fmt: skip
    INSERTION_SERVICE = "insertion_service", "Marché d'insertion", ("marché de services de qualification et d'insertion professionnelles", "marché d'insertion et de qualification")  # fmt: skip
    RESERVED_DISABILITY = "reserved_disability", "Réservé handicap", ("marché réservé handicap", "réservé EA ESAT")
    RESERVED_IAE = "reserved_iae", "Réservé IAE", ("marché réservé IAE", "réservé SIAE")
    RESERVED_BOTH = "reserved_both", "Réservé handicap et IAE", ("réservé IAE et handicap",)
    RESERVED_PRISON = "reserved_prison", "Réservé pénitentiaire", ("réservé prison",)
    RESERVED_SSE = "reserved_sse", "Réservé ESS", ("réservé économie sociale et solidaire",)
    PRIVATE_COMMITMENT = "private_commitment", "Commande privée", ("engagement volontaire", "privé")


NO_CLAUSE = "sans clause"
RESERVED = frozenset(
    {
        ClauseKind.RESERVED_DISABILITY,
        ClauseKind.RESERVED_IAE,
        ClauseKind.RESERVED_BOTH,
        ClauseKind.RESERVED_PRISON,
        ClauseKind.RESERVED_SSE,
    }
)
OBJECTIVE_EXPECTED = frozenset({ClauseKind.EXECUTION_CONDITION, ClauseKind.CONDITION_AND_CRITERION})


class Nature(Code):
    WORKS = "works", "Travaux"
    SERVICES = "services", "Services", ("service",)
    SUPPLIES = "supplies", "Fournitures", ("fourniture",)
    INTELLECTUAL = "intellectual", "Prestations intellectuelles", ("prestation intellectuelle", "PI")


class Programme(Code):
    NONE = "none", "Aucun", ("non", "sans")
    ANRU = "anru", "ANRU", ("NPNRU", "PNRU")


class AnruBase(Code):
    """Which rate of the ANRU charter applies to a market (LEG-07)."""

    WORKS = "works", "Travaux et ingénierie", ("travaux",)
    LOCAL_MANAGEMENT = "local_management", "Gestion urbaine de proximité", ("GUP", "gestion urbaine")


class OperationStatus(Code):
    PROSPECT = "prospect", "Repérée", ("prospect",)
    UPSTREAM = "upstream", "En amont", ("amont",)
    CONSULTATION = "consultation", "En consultation", ("consultation",)
    IN_PROGRESS = "in_progress", "En cours", ("démarrée", "en exécution")
    COMPLETED = "completed", "Terminée", ("achevée", "terminé")
    CLOSED = "closed", "Clôturée", ("close", "clos", "clôturé", "soldée")
    ABANDONED = "abandoned", "Abandonnée", ("abandonné", "annulée")


class MarketStatus(Code):
    PLANNED = "planned", "Prévu", ("à venir", "prévisionnel")
    CONSULTING = "consulting", "En consultation", ("consultation",)
    AWARDED = "awarded", "Attribué", ("notifié",)
    IN_PROGRESS = "in_progress", "En cours", ("en exécution", "démarré")
    SUSPENDED = "suspended", "Suspendu"
    RECEIVED = "received", "Réceptionné", ("terminé", "achevé", "reçu", "fini")
    CLOSED = "closed", "Clôturé", ("clos", "soldé")
    UNSUCCESSFUL = "unsuccessful", "Infructueux"
    NO_FOLLOW_UP = "no_follow_up", "Sans suite"
    TERMINATED = "terminated", "Résilié"


NEVER_ONGOING = frozenset({MarketStatus.PLANNED, MarketStatus.UNSUCCESSFUL, MarketStatus.NO_FOLLOW_UP})


class PartyRole(Code):
    CONTRACTOR = "contractor", "Titulaire", ("mandataire", "attributaire")
    CO_CONTRACTOR = "co_contractor", "Cotraitant"
    SUBCONTRACTOR = "subcontractor", "Sous-traitant"


HOLDERS = frozenset({PartyRole.CONTRACTOR, PartyRole.CO_CONTRACTOR})


class ObjectiveMode(Code):
    """How the hour objective of a market is fixed (OBJ-06)."""

    FIXED_HOURS = "fixed_hours", "Nombre d'heures fixé au marché"
    FORMULA = "formula", "Formule : montant × part de main d'œuvre × taux ÷ coût horaire"
    PERCENT_OF_HOURS = "percent_of_hours", "Pourcentage des heures travaillées sur le marché"
    PER_AMOUNT = "per_amount", "Une heure par tranche de montant facturé"
    JOBS_OR_FTE = "jobs_or_fte", "Nombre d'embauches ou d'ETP"


class ObjectiveKind(Code):
    """What changes an objective (OBJ-08)."""

    AWARD = "award", "Attribution"
    TRANCHE_CONFIRMED = "tranche_confirmed", "Tranche affermie"
    PURCHASE_ORDER = "purchase_order", "Bon de commande"
    INVOICE = "invoice", "Facturation"
    AMENDMENT = "amendment", "Avenant"
    RENEWAL = "renewal", "Reconduction"
    TRANSFER_IN = "transfer_in", "Globalisation reçue"
    TRANSFER_OUT = "transfer_out", "Globalisation cédée"
    WAIVER = "waiver", "Dispense"
    TOTAL_HOURS = "total_hours", "Heures totales du mois"
    CORRECTION = "correction", "Correction"


class Sector(Code):
    """Sector of activity of a market, in the words of the observatories (field.md § 2.3, A6)."""

    BUILDING = "building", "Bâtiment", ("BTP", "construction")
    PUBLIC_WORKS = "public_works", "Travaux publics", ("TP", "voirie", "VRD")
    CLEANING = "cleaning", "Nettoyage", ("propreté", "entretien de locaux")
    GREEN_SPACES = "green_spaces", "Espaces verts", ("paysage",)
    WASTE_WATER = "waste_water", "Eau et déchets", ("eaux et déchets", "déchets", "collecte", "assainissement")
    CATERING = "catering", "Restauration", ("traiteur",)
    SECURITY = "security", "Sécurité et gardiennage", ("gardiennage", "sécurité")
    TRANSPORT = "transport", "Transport et logistique", ("transport", "logistique", "déménagement")
    SOCIAL = "social", "Action sociale", ("aide à la personne", "petite enfance")
    INDUSTRY = "industry", "Industrie"
    INTELLECTUAL = "intellectual", "Prestations intellectuelles et numérique", ("numérique", "ingénierie", "études")
    OTHER_SERVICES = "other_services", "Autres services", ("services", "autre", "maintenance")


class LabourBasis(Code):
    PRICE = "price", "Part du prix de vente"
    COST = "cost", "Part des coûts"
