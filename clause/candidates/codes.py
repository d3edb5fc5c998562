"""Closed lists of people, eligibility, PLIE pathways and employment contracts (domain.md PUB-01, consolidations.md § 6)."""

from __future__ import annotations

from clause.kernel.codes import Code


class Sex(Code):
    F = "f", "Femme", ("féminin", "mme", "madame")
    M = "m", "Homme", ("H", "masculin", "M.", "monsieur")
    UNKNOWN = "unknown", "Inconnu", ("non renseigné",)


class PublicKind(Code):
    """Eligible publics (PUB-01)."""

    LONG_TERM_JOBSEEKER = "long_term_jobseeker", "Demandeur d'emploi de longue durée", ("DELD", "DETLD", "longue durée")
    RSA = "rsa", "Bénéficiaire du RSA", ("RSA", "BRSA", "bénéficiaire du RSA ou ayant droit", "allocataire du RSA")
    ASS = "ass", "Allocataire de l'ASS", ("allocataire ASS",)
    AAH = "aah", "Allocataire de l'AAH", ("allocataire AAH",)
    OTHER_MINIMUM = "other_minimum", "Autre minimum social", ("minimum social", "minima sociaux", "ADA")
    RQTH_BOETH = "rqth_boeth", "Travailleur handicapé", ("RQTH", "TH", "BOETH", "BOE")
    INVALIDITY_PENSION = "invalidity_pension", "Pension d'invalidité", ("invalidité",)
    YOUTH_LOW_QUALIFIED = "youth_low_qualified", "Jeune de moins de 26 ans sans qualification", ("jeune peu qualifié", "jeune sans qualification", "jeune de moins de 26 ans", "jeune infra CAP")  # fmt: skip
    YOUTH_GRADUATE_INACTIVE = "youth_graduate_inactive", "Jeune diplômé de moins de 26 ans en inactivité", ("jeune diplômé",)  # fmt: skip
    YOUTH_REINFORCED_SUPPORT = "youth_reinforced_support", "Jeune en accompagnement renforcé", ("PACEA", "CEJ", "garantie jeunes", "SMA", "SMV", "contrat d'engagement jeune")  # fmt: skip
    E2C_EPIDE = "e2c_epide", "École de la 2e chance ou EPIDE", ("E2C", "EPIDE", "école de la deuxième chance")
    SENIOR_JOBSEEKER = "senior_jobseeker", "Demandeur d'emploi de 50 ans et plus", ("senior", "demandeur d'emploi de plus de 50 ans", "plus de 50 ans")  # fmt: skip
    IAE_EMPLOYEE = "iae_employee", "Salarié de l'insertion par l'activité économique", ("IAE", "SIAE", "salarié IAE")
    REGIE_QUARTIER = "regie_quartier", "Salarié de régie de quartier", ("régie de quartier",)
    GEIQ_EMPLOYEE = "geiq_employee", "Salarié en parcours GEIQ", ("GEIQ",)
    ADAPTED_SECTOR = "adapted_sector", "Salarié du secteur adapté ou protégé", ("EA", "ESAT", "EATT", "secteur adapté")
    JUSTICE_INVOLVED = "justice_involved", "Personne sous main de justice", ("justice", "SPIP", "sous main de justice")
    REFUGEE = "refugee", "Réfugié ou protection subsidiaire", ("réfugié", "protection subsidiaire")
    QPV_RESIDENT = "qpv_resident", "Habitant d'un QPV éloigné de l'emploi", ("QPV", "habitant QPV", "résident QPV")
    PLIE_PARTICIPANT = "plie_participant", "Participant d'un PLIE", ("PLIE", "participant PLIE")
    REASONED_OPINION = "reasoned_opinion", "Autre, sur avis motivé", ("avis motivé", "autre")


HEALTH = frozenset({PublicKind.AAH, PublicKind.RQTH_BOETH, PublicKind.INVALIDITY_PENSION, PublicKind.ADAPTED_SECTOR})
JUSTICE = frozenset({PublicKind.JUSTICE_INVOLVED})
SENSITIVE = HEALTH | JUSTICE | {PublicKind.REFUGEE}


class EducationLevel(Code):
    """Level of the framework of 2019 (PUB-06); the old level is kept beside it for PLIE history."""

    L1 = "1", "Niveau 1", ("niv 1",)
    L2 = "2", "Niveau 2", ("infra 3", "infra3", "niv 2", "sans diplôme", "collège", "brevet")
    L3 = "3", "Niveau 3 (CAP, BEP)", ("CAP", "BEP", "niveau 3", "CAP/BEP")
    L4 = "4", "Niveau 4 (baccalauréat)", ("bac", "baccalauréat", "BP", "niveau 4")
    L5 = "5", "Niveau 5 (bac + 2)", ("bac+2", "BTS", "DUT", "niveau 5")
    L6 = "6", "Niveau 6 (licence)", ("licence", "BUT", "bac+3", "niveau 6")
    L7 = "7", "Niveau 7 (master)", ("master", "bac+5", "niveau 7")
    L8 = "8", "Niveau 8 (doctorat)", ("doctorat", "niveau 8")
    UNKNOWN = "unknown", "Non renseigné", ("inconnu", "9", "non connu")


class LegacyLevel(Code):
    """Level of the nomenclature of 1969."""

    VI = "VI", "Niveau VI"
    VBIS = "Vbis", "Niveau V bis", ("V bis",)
    V = "V", "Niveau V"
    IV = "IV", "Niveau IV"
    III = "III", "Niveau III"
    II = "II", "Niveau II"
    I = "I", "Niveau I"  # noqa: E741 - the level's own name


class EligibilityState(Code):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "À décider"
    INCOMPLETE = "incomplete", "À compléter"
    ELIGIBLE = "eligible", "Éligible"
    NOT_ELIGIBLE = "not_eligible", "Non éligible"
    EXPIRED = "expired", "Expirée"
    WITHDRAWN = "withdrawn", "Retirée"


class Mode(Code):
    """Way of realisation (REA-01, consolidations.md § 6)."""

    DIRECT_HIRE = "direct_hire", "Embauche directe", ("directe", "direct")
    SECONDMENT = "secondment", "Mise à disposition", ("MAD", "mise a disposition", "intérim")
    SUBCONTRACTING = "subcontracting", "Sous-traitance", ("soustraitance",)
    CO_CONTRACTING = "co_contracting", "Cotraitance", ("co-traitance",)


class ContractType(Code):
    """Type of an employment contract (consolidations.md § 6)."""

    CDI = "cdi", "CDI", ("contrat à durée indéterminée",)
    CDD = "cdd", "CDD", ("contrat à durée déterminée", "CDD tremplin", "CDDU")
    CDDI = "cddi", "CDDI", ("contrat à durée déterminée d'insertion", "CDD d'insertion")
    MISSION = "mission", "Contrat de mission", ("intérim", "CTT", "mission d'intérim", "contrat de travail temporaire")
    INSERTION_MISSION = "insertion_mission", "Contrat de mission d'insertion", ("mission d'insertion", "CTTI", "intérim d'insertion")  # fmt: skip
    APPRENTICESHIP = "apprenticeship", "Contrat d'apprentissage", ("apprentissage", "alternance")
    PROFESSIONALISATION = "professionalisation", "Contrat de professionnalisation", ("professionnalisation", "contrat pro")  # fmt: skip
    AIDED_CONTRACT = "aided_contract", "Contrat aidé", ("PEC", "CUI", "CUI-CAE", "CUI-CIE", "CAE", "CIE")
    OTHER = "other", "Autre contrat", ("autre",)


class PathwayCategory(Code):
    DELD = "deld", "Demandeur d'emploi de longue durée", ("DELD",)
    RSA = "rsa", "Bénéficiaire du RSA", ("RSA",)
    OTHER = "other", "Autres", ("autre",)


class ExitKind(Code):
    DURABLE_JOB = "durable_job", "Emploi durable", ("emploi",)
    BUSINESS_CREATION = "business_creation", "Création d'activité", ("création d'entreprise",)
    QUALIFYING_TRAINING = "qualifying_training", "Formation qualifiante", ("formation",)
    OTHER_POSITIVE = "other_positive", "Autre sortie positive", ("autre positive",)
    ABANDONMENT = "abandonment", "Abandon"
    MOVE = "move", "Déménagement"
    DEATH = "death", "Décès"
    RETIREMENT = "retirement", "Retraite"
    OTHER = "other", "Autre sortie", ("autre", "réorientation")


POSITIVE_EXITS = frozenset(
    {ExitKind.DURABLE_JOB, ExitKind.BUSINESS_CREATION, ExitKind.QUALIFYING_TRAINING, ExitKind.OTHER_POSITIVE}
)


class PlacementState(Code):
    PROPOSED = "proposed", "Proposé"
    PRESENTED = "presented", "Présenté à l'entreprise"
    HIRED = "hired", "Embauché"
    NOT_KEPT = "not_kept", "Non retenu"


class NotKept(Code):
    """Why a person presented on a post was not hired."""

    NO_SHOW = "no_show", "Absente à l'entretien", ("absent", "ne s'est pas présenté")
    DECLINED = "declined", "A refusé le poste", ("refus du candidat",)
    SKILLS = "skills", "Compétences insuffisantes", ("compétences",)
    MOBILITY = "mobility", "Mobilité ou horaires", ("mobilité", "transport", "horaires")
    FILLED = "filled", "Poste déjà pourvu", ("poste pourvu",)
    FOUND_ELSEWHERE = "found_elsewhere", "A trouvé un autre emploi", ("autre emploi",)
    OTHER = "other", "Autre raison", ("autre",)


class ContractState(Code):
    """An employment contract is announced by a company and confirmed by a facilitator (OPE-03)."""

    PROPOSED = "proposed", "À confirmer"
    CONFIRMED = "confirmed", "Confirmé"
    REFUSED = "refused", "Refusé"
