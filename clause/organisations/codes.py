"""Closed lists of the organisations: kinds of structures, of buyers, of employers, of prescribers."""

from __future__ import annotations

from clause.kernel.codes import Code


class StructureKind(Code):
    PLIE = "plie", "PLIE"
    EMPLOYMENT_HOUSE = "employment_house", "Maison de l'emploi", ("MDE",)
    LOCAL_AUTHORITY = "local_authority", "Collectivité territoriale", ("collectivité",)
    ASSOCIATION = "association", "Association"


class BuyerType(Code):
    """Type of a contracting authority (consolidations.md § 6)."""

    COMMUNE = "commune", "Commune", ("ville", "mairie", "CCAS")
    INTERCOMMUNALITY = "intercommunality", "Intercommunalité", ("EPCI", "métropole", "communauté d'agglomération", "communauté de communes", "agglomération")  # fmt: skip
    DEPARTMENT = "department", "Département", ("conseil départemental",)
    REGION = "region", "Région", ("conseil régional",)
    STATE = "state", "État", ("services de l'État", "ministère")
    SOCIAL_LANDLORD = "social_landlord", "Bailleur social", ("bailleur", "OPH", "ESH", "office public de l'habitat", "HLM")  # fmt: skip
    PUBLIC_BODY = "public_body", "Établissement public", ("EP", "hôpital", "université")
    SEM_SPL = "sem_spl", "SEM ou SPL", ("SEM", "SPL", "société d'économie mixte", "société publique locale")
    JOINT_SYNDICATE = "joint_syndicate", "Syndicat mixte", ("syndicat",)
    PRIVATE = "private", "Privé", ("promoteur", "entreprise privée")


class EmployerType(Code):
    """Type of an establishment that employs (consolidations.md § 6); all but ``company`` and ``ETT`` are of insertion."""

    COMPANY = "company", "Entreprise", ("direct", "entreprise ordinaire", "société")
    EI = "EI", "Entreprise d'insertion (EI)", ("entreprise d'insertion",)
    ACI = "ACI", "Atelier et chantier d'insertion (ACI)", ("atelier et chantier d'insertion", "chantier d'insertion", "atelier chantier d'insertion")  # fmt: skip
    AI = "AI", "Association intermédiaire (AI)", ("association intermédiaire",)
    ETTI = "ETTI", "Entreprise de travail temporaire d'insertion (ETTI)", ("entreprise de travail temporaire d'insertion",)  # fmt: skip
    ETT = "ETT", "Entreprise de travail temporaire (ETT)", ("entreprise de travail temporaire", "agence d'intérim", "intérim")  # fmt: skip
    EA = "EA", "Entreprise adaptée (EA)", ("entreprise adaptée",)
    EATT = "EATT", "Entreprise adaptée de travail temporaire (EATT)", ("entreprise adaptée de travail temporaire",)
    ESAT = "ESAT", "Établissement ou service d'accompagnement par le travail (ESAT)", ("établissement et service d'aide par le travail",)  # fmt: skip
    GEIQ = "GEIQ", "Groupement d'employeurs pour l'insertion et la qualification (GEIQ)", ("groupement d'employeurs",)
    REGIE_QUARTIER = "REGIE_QUARTIER", "Régie de quartier", ("régie de quartier", "régie de territoire", "régie")

    # Their hours count only where a setting says so (REA-01, domain.md § 4): an independent has no employer, a prison no contract.
    EITI = "EITI", "Entreprise d'insertion par le travail indépendant (EITI)", ("entreprise d'insertion par le travail indépendant", "travail indépendant")  # fmt: skip
    SEP = "SEP", "Travail en détention (SEP, RIEP, concessionnaire)", ("structure pénitentiaire", "service de l'emploi pénitentiaire", "travail pénitentiaire", "RIEP", "concessionnaire pénitentiaire")  # fmt: skip

    @property
    def short(self) -> str:
        """The usual short name: the acronym where there is one."""
        return self.value if self.value.isupper() and "_" not in self.value else self.label


SIAE = frozenset({EmployerType.EI, EmployerType.ACI, EmployerType.AI, EmployerType.ETTI})
INSERTION_EMPLOYERS = frozenset(EmployerType) - {EmployerType.COMPANY, EmployerType.ETT}


class PrescriberKind(Code):
    PLIE = "plie", "PLIE", ("référent PLIE",)
    FRANCE_TRAVAIL = "france_travail", "France Travail", ("Pôle emploi",)
    MISSION_LOCALE = "mission_locale", "Mission locale"
    CAP_EMPLOI = "cap_emploi", "Cap emploi"
    DEPARTMENT = "department", "Département (RSA)", ("conseil départemental", "département")
    CCAS = "ccas", "CCAS", ("centre communal d'action sociale",)
    SIAE = "siae", "Structure d'insertion", ("SIAE",)
    COMPANY = "company", "Entreprise"
    SELF = "self", "Candidature spontanée", ("spontanée",)
    OTHER = "other", "Autre prescripteur", ("autre",)
