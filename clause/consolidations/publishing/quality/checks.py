"""The questions of the quality review: a closed list, in the order of the page. Each is a sentence and a mend in French."""

from __future__ import annotations

from dataclasses import dataclass

from clause.kernel.codes import Code


class Gravity(Code):
    WRONG = "wrong", "Fausse des chiffres"
    UNKNOWN = "unknown", "Laisse des « inconnu »"
    CHECK = "check", "À vérifier"


class Thing(Code):
    """What is examined; the label is its plural."""

    MONTH = "month", "mois de déclaration"
    CONTRACT = "contract", "contrats de travail"
    MARKET = "market", "marchés"
    PERSON = "person", "personnes"


@dataclass(frozen=True)
class Check:
    """One question. ``key`` is in addresses and in what is kept; ``why`` says what it does to the figures, and the mend."""

    key: str
    thing: Thing
    gravity: Gravity
    title: str
    why: str


YOUNGEST, OLDEST = 16, 70

LATE = Check(
    "mois-en-retard", Thing.MONTH, Gravity.WRONG, "Mois sans déclaration, délai passé",
    "Les heures de ces mois manquent partout. Relancez l'entreprise, ou saisissez le mois d'après son relevé signé.",
)  # fmt: skip
PENDING = Check(
    "a-valider", Thing.MONTH, Gravity.WRONG, "Mois déclarés qui attendent une validation",
    "Tant que le mois n'est pas validé, aucune de ses heures ne compte. Ouvrez la déclaration et décidez.",
)  # fmt: skip
NOT_COUNTED = Check(
    "hors-eligibilite", Thing.MONTH, Gravity.WRONG, "Mois avec des heures faites hors de l'éligibilité",
    "Ces heures sont validées mais ne comptent pas. Si l'éligibilité commençait plus tôt ou a été prolongée, corrigez-la,"
    " puis rouvrez la ligne.",
)  # fmt: skip
CONTRACT_OVER = Check(
    "contrat-termine", Thing.CONTRACT, Gravity.WRONG, "Contrats de travail avec des heures hors de leurs dates",
    "La date de fin est fausse, ou les heures sont sur le mauvais contrat. Corrigez la date sur la page du contrat, ou la ligne.",
)  # fmt: skip
NO_OBJECTIVE = Check(
    "sans-objectif", Thing.MARKET, Gravity.WRONG, "Marchés avec une clause et sans objectif",
    "Leurs heures n'entrent dans aucun taux (tableau C02, ligne « sans objectif »). Enregistrez l'objectif du marché.",
)  # fmt: skip
NO_CONTRACTOR = Check(
    "sans-titulaire", Thing.MARKET, Gravity.WRONG, "Marchés en cours sans titulaire",
    "Aucune entreprise ne doit de déclaration pour ces marchés, et aucune n'est comptée. Ajoutez le titulaire.",
)  # fmt: skip
NO_LEVEL = Check(
    "sans-niveau", Thing.PERSON, Gravity.UNKNOWN, "Personnes sans niveau de formation",
    "Elles sont dans la ligne « inconnu » du tableau des niveaux. Complétez leur entrée.",
)  # fmt: skip
NO_PUBLIC = Check(
    "sans-public", Thing.PERSON, Gravity.UNKNOWN, "Personnes sans public principal",
    "Elles sont dans la ligne « inconnu » du tableau des publics. Complétez leur entrée.",
)  # fmt: skip
NO_QPV = Check(
    "sans-qpv", Thing.PERSON, Gravity.UNKNOWN, "Personnes dont on ne sait pas si elles habitent un quartier prioritaire",
    "Elles sont dans la ligne « inconnu » du tableau des quartiers prioritaires. Complétez leur entrée.",
)  # fmt: skip
NO_SEX = Check(
    "sans-sexe", Thing.PERSON, Gravity.UNKNOWN, "Personnes dont le sexe n'est pas renseigné",
    "Elles sont dans la ligne « inconnu » des tableaux par sexe. Complétez leur entrée.",
)  # fmt: skip
NO_NATURE = Check(
    "sans-nature", Thing.MARKET, Gravity.UNKNOWN, "Marchés sans nature ou sans secteur",
    "Leurs heures sont dans la ligne « non renseigné » des tableaux par nature et par secteur. Complétez le marché.",
)  # fmt: skip
NO_JOB = Check(
    "sans-metier", Thing.CONTRACT, Gravity.UNKNOWN, "Contrats de travail sans métier ni code ROME",
    "Leurs heures sont dans la ligne « non renseigné » du tableau des métiers.",
)  # fmt: skip
AGE = Check(
    "age", Thing.PERSON, Gravity.CHECK, f"Personnes de moins de {YOUNGEST} ans ou de plus de {OLDEST} ans à leur entrée",
    "La date de naissance est sans doute mal saisie : la tranche d'âge est alors fausse. Corrigez-la sur la fiche, puis complétez l'entrée.",
)  # fmt: skip

CHECKS: tuple[Check, ...] = (
    LATE, PENDING, NOT_COUNTED, CONTRACT_OVER, NO_OBJECTIVE, NO_CONTRACTOR, NO_LEVEL, NO_PUBLIC, NO_QPV, NO_SEX, NO_NATURE, NO_JOB, AGE,
)  # fmt: skip
BY_KEY = {check.key: check for check in CHECKS}

FORMULA = (
    "Note = objets sans aucun défaut ÷ objets examinés. Sont examinés les personnes, les contrats et les mois de déclaration de"
    " la période, et les marchés en cours. Un objet qui a plusieurs défauts n'est compté qu'une fois."
)
