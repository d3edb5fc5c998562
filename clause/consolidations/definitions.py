"""The counting rules and definitions, in French, as they are printed (consolidations.md § 2, domain.md § 6)."""

from __future__ import annotations

MONTH_OF_WORK = "Les heures sont celles du mois de travail, quelle que soit la date de saisie ; seules les heures validées comptent."
DISTINCT = (
    "Personnes, contrats, opérations et donneurs d'ordre sont comptés une fois dans chaque ligne, et une fois dans le total :"
    " le total n'est pas toujours la somme des lignes."
)
ONGOING = (
    "Un marché est en cours dans la période si ses dates la touchent. Il compte chaque année où il court :"
    " les nombres de marchés ne s'additionnent pas d'une année à l'autre. Seuls les marchés avec une clause comptent."
)
REAL_HOURS = "Heures réelles : ce sont les heures travaillées et validées, sans coefficient."
ATTAINMENT = (
    "Objectif dû : part de l'objectif déjà exigible à la date d'arrêt. La réalisation prend les heures valorisées pour les seuls"
    " marchés qui le prévoient, les heures réelles pour les autres."
)
POOLING = (
    "Globalisation : les heures qu'une convention fait passer d'un marché à un autre comptent pour l'objectif du marché qui les"
    " reçoit, au mois où elles ont été travaillées, et plus pour celui du marché qui les cède. Dans les statistiques d'heures, de"
    " personnes et de contrats, elles restent là où elles ont été travaillées."
)
RATES = (
    "Le taux d'un ensemble est la somme des heures divisée par la somme des objectifs dus, jamais une moyenne de taux. Le taux"
    " plafonné ne retient, pour chaque marché, que les heures dans la limite de son objectif."
)
NO_OBJECTIVE = "Un marché sans objectif dû n'entre dans aucun taux : il est compté à part."
C02_TOTAL = (
    "Le total réunit les marchés en cours dans l'année qui ont un objectif : ceux terminés dans l'année et ceux encore en cours"
    " à sa fin. Les lignes « pour mémoire » sont en dehors du total."
)
PERSON_COUNTED = "Une personne compte une fois dans le périmètre et la période si elle y a au moins une heure validée."
CONTRACT_COUNTED = "Un contrat de travail compte une fois s'il a au moins une heure validée dans la période."
BUYER_COUNTED = "Un donneur d'ordre compte une fois par SIREN s'il a au moins une opération en cours dans la période."
COMPANY_COUNTED = "Une entreprise compte une fois par SIREN, quel que soit le nombre de ses marchés : titulaires et cotraitants des marchés en cours."
STRUCTURES_COUNTED = (
    "Les structures sont celles qui pilotent au moins un marché en cours ou ont des heures dans l'année ; les facilitateurs sont"
    " leurs comptes actifs de facilitation et de coordination à ce jour."
)
CROSSED = "Une ligne par couple de valeurs ; seuls les couples où il y a quelqu'un sont montrés."
COMPANY_HOURS = "Les heures d'un marché sont celles de son titulaire, quel que soit l'employeur des personnes."
COMPANY_SIZE = "Effectif : celui du plus grand établissement connu de l'entreprise sur ces marchés."
COMPANY_SECTOR = "Secteur : section du code NAF de cet établissement."
FIRST_CLAUSE = (
    "Première clause : le premier marché avec clause de l'entreprise dans ce périmètre commence dans l'année."
)
SIAE_PART = (
    "SIAE : EI, ACI, AI et ETTI. Les heures sont celles des personnes qu'elles emploient ; la place est celle de la structure sur"
    " le marché, ou « fournit du personnel » si elle n'y est pas enregistrée."
)
FOLLOW_UP = (
    "Suites dues dans l'année : à la fin du dernier contrat d'une suite de contrats qui s'enchaînent, 6 mois après, et pour les"
    " marchés ANRU 6 et 12 mois après le premier jour. Une personne peut être due plusieurs fois."
)
FOLLOW_UP_SO_FAR = (
    "Situation demandée à la fin du dernier contrat d'une suite de contrats qui s'enchaînent, 6 mois après, et pour les marchés"
    " ANRU 6 et 12 mois après le premier jour. Chaque personne compte une fois dans chaque colonne, par sa dernière situation."
)
OUTCOMES = (
    "Emploi durable : CDI, ou CDD de 6 mois et plus. Une suite demandée sans réponse est « inconnue » : chaque colonne totalise ce"
    " qui était dû."
)
REPLY = "Taux de réponse : réponses ÷ suites dues. Une situation inconnue d'une personne qui a répondu est une réponse."
QUALIFICATIONS = "Commencées, obtenues ou abandonnées dans l'année, par niveau préparé ; une même qualification peut être commencée et obtenue."
CANDIDATES = "Évaluations proposées dans l'année, avec leur décision à ce jour."
PLACED = "Propositions sur un poste faites dans l'année, avec leur réponse à ce jour."
NOT_KEPT = "Personnes non retenues sur un poste dans l'année, et ce qui a suivi : une embauche, une autre proposition, ou rien de connu."
LATE = (
    "Retard des déclarations des titulaires : du jour où le mois était dû au jour de son envoi, ou à la date d'arrêt s'il n'est pas"
    " envoyé. Les mois d'un relevé importé et les mois suspendus ne sont pas dus."
)
MIDTERM = "Mi-parcours : le milieu des dates du marché est dans l'année ; il manque des heures si la moitié de l'objectif dû n'était pas faite à la fin de ce mois."
ACTS = "Mises en demeure par jour d'envoi ; pénalités une fois proposées au maître d'ouvrage, par jour de proposition ou de décision."
ANRU = (
    "Marchés des opérations ANRU. Part : heures d'insertion des marchés dont le total des heures travaillées est déclaré ÷ ce total."
    " Part demandée : 5 % pour les travaux et l'ingénierie, 10 % pour la gestion urbaine de proximité, sauf autre réglage."
)
ANRU_ONLY = "Marchés des opérations ANRU seulement."
LENGTH = "Durée du premier au dernier jour du contrat, en mois entiers, qu'elle soit ou non écoulée."
TRAINING = (
    "Les heures de formation sont celles qui comptent pour la clause, par type ; une personne compte dans chaque type"
    " d'heures qu'elle a faites."
)
FROZEN = "Âge, public, niveau, quartier et prescripteur sont ceux du jour d'entrée dans la clause ; ils ne suivent pas les changements."
PARTITION = "Chaque personne est dans une seule ligne ; la ligne « inconnu » réunit celles dont l'information manque."
OVERLAPS = "Une personne peut relever de plusieurs publics : la somme des lignes peut dépasser le nombre de personnes."
CPV = "Division : les deux premiers chiffres du code CPV du marché."
ROME = "Code ROME du poste ; là où il manque, l'intitulé du poste tel qu'il a été saisi."
YEARS = "Depuis la première année qui a des heures. Chaque année compte ses propres personnes et contrats : ils ne s'additionnent pas."
MONTHS = (
    "Une personne qui travaille plusieurs mois compte une fois dans chaque mois, et une fois dans le total de l'année."
)
PREVIOUS = "L'année précédente est recalculée avec les mêmes règles et la même date d'arrêt. Les évolutions se lisent sur les chiffres bruts des deux années."
HIDDEN = (
    "« n. c. » : non communiqué. Les chiffres qui portent sur moins de {min_cell} personnes sont masqués, avec d'autres lignes de"
    " sorte qu'on ne puisse pas les retrouver par soustraction ; les petites lignes des listes longues sont réunies."
)
EXPECTED = "Heures attendues à une date : objectif dû × jours écoulés ÷ jours du marché. Un marché sans date de fin n'a pas d'attendu."


def fte_rule(base: int) -> str:
    return f"Équivalent temps plein : heures réelles de l'année ÷ {base:,} h.".replace(",", "\N{NARROW NO-BREAK SPACE}")


def hidden(min_cell: int) -> str:
    return HIDDEN.format(min_cell={5: "cinq"}.get(min_cell, str(min_cell)))


DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("Source", "Registre des heures : chaque heure validée y est inscrite une fois ; une correction y inscrit l'inverse puis la valeur juste."),
    ("Date d'arrêt", "Les écritures du registre et les actes sur les objectifs enregistrés jusqu'à ce jour inclus ; le reste est à ce jour."),
    ("Marché", "Un lot et son titulaire."),
    ("Objectif initial, actualisé, dû", "À l'attribution ; après avenants ; part déjà exigible (tranches affermies, commandes, reconductions)."),
    ("Heures restantes", "Pour chaque marché, ce qui manque pour atteindre l'objectif dû, jamais négatif."),
    ("Heures au-delà", "Pour chaque marché, ce qui dépasse l'objectif dû."),
    ("Globalisation", "Convention signée, avant que les heures soient faites, par une entreprise et chaque maître d'ouvrage de ses marchés : un dépassement de l'un peut compter pour un autre."),
    ("Participant", "Personne éligible, validée par un facilitateur, qui a au moins une heure validée dans la période."),
    ("Modalité", "Embauche directe, mise à disposition, sous-traitance ou cotraitance, au choix de l'entreprise."),
    ("Sans objet", "Le chiffre n'existe pas : pas d'objectif dû."),
)  # fmt: skip
