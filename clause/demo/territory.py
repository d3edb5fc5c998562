"""The territory of the demonstration, as data: an invented country of three rivers, its buyers, firms, works and people.

Dates are months from the first of the eighteen months played (0), so that the demonstration is always fresh. SIRETs are
made up on SIRENs that begin with 000, which no real company has; their keys are right.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stdnum import luhn

from clause.candidates.codes import ContractType, Mode
from clause.markets.codes import ClauseKind, MarketStatus, Nature, OperationStatus, Programme, Sector
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind

MONTHS = 18


def siret(number: int) -> str:
    """A made-up SIRET with right keys."""
    siren = f"0001{number:04d}"
    siren += str(luhn.calc_check_digit(siren))
    nic = f"{siren}0001"
    return nic + str(luhn.calc_check_digit(nic))


@dataclass(frozen=True)
class StructureSeed:
    key: str
    name: str
    kind: StructureKind
    territory: str
    number: int


STRUCTURES = (
    StructureSeed("plie", "PLIE des Trois Rivières", StructureKind.PLIE, "Agglomération des Trois Rivières", 1),
    StructureSeed("mde", "Maison de l'emploi du Haut-Bocage", StructureKind.EMPLOYMENT_HOUSE, "Haut-Bocage", 2),
)


@dataclass(frozen=True)
class AuthoritySeed:
    key: str
    name: str
    kind: BuyerType
    commune: str
    number: int


AUTHORITIES = (
    AuthoritySeed("ville", "Ville de Montbrécy", BuyerType.COMMUNE, "Montbrécy", 11),
    AuthoritySeed("agglo", "Agglomération des Trois Rivières", BuyerType.INTERCOMMUNALITY, "Montbrécy", 12),
    AuthoritySeed("bailleur", "Trois Rivières Habitat", BuyerType.SOCIAL_LANDLORD, "Sainte-Aurèle", 13),
    AuthoritySeed("departement", "Département de la Lysane", BuyerType.DEPARTMENT, "Montbrécy", 14),
)

# An invented country: the points only tell where its communes are to one another.
PLACES = {
    "Montbrécy": "46.9312, -0.6145", "Sainte-Aurèle": "46.9704, -0.5421", "Saint-Elme": "46.8873, -0.6802",
    "Hauteville-le-Bois": "47.0240, -0.7311", "Le Clos-Fleuri": "46.9051, -0.5013",
}  # fmt: skip


@dataclass(frozen=True)
class CompanySeed:
    key: str
    name: str
    kind: EmployerType
    naf: str
    workforce: int
    commune: str
    number: int


CO = EmployerType.COMPANY
COMPANIES = (
    CompanySeed("construction", "Delattre Construction", CO, "41.20B", 85, "Montbrécy", 21),
    CompanySeed("peinture", "Peintures Morvant", CO, "43.34Z", 18, "Sainte-Aurèle", 22),
    CompanySeed("electricite", "Lysane Électricité", CO, "43.21A", 42, "Montbrécy", 23),
    CompanySeed("voirie", "Travaux Publics du Bocage", CO, "42.11Z", 130, "Hauteville-le-Bois", 24),
    CompanySeed("proprete", "Claire Propreté Services", CO, "81.21Z", 260, "Montbrécy", 25),
    CompanySeed("toiture", "Couvertures Renardin", CO, "43.91B", 12, "Saint-Elme", 26),
    CompanySeed("paysage", "Jardins de la Lysane", CO, "81.30Z", 24, "Saint-Elme", 27),
    CompanySeed("etti", "Tremplin Intérim Insertion", EmployerType.ETTI, "78.20Z", 9, "Montbrécy", 31),
    CompanySeed("aci", "Chantiers des Trois Rivières", EmployerType.ACI, "81.30Z", 31, "Montbrécy", 32),
    CompanySeed("ai", "Relais Services Emploi", EmployerType.AI, "88.99B", 14, "Sainte-Aurèle", 33),
    CompanySeed("ei", "Bâtir Ensemble", EmployerType.EI, "43.99C", 27, "Montbrécy", 34),
    CompanySeed("ei-tri", "Éco-Tri Lysane", EmployerType.EI, "38.11Z", 22, "Hauteville-le-Bois", 35),
)

PRESCRIBERS = (
    ("plie", "Référents du PLIE des Trois Rivières", PrescriberKind.PLIE),
    ("plie", "France Travail Montbrécy", PrescriberKind.FRANCE_TRAVAIL),
    ("plie", "Mission locale des Trois Rivières", PrescriberKind.MISSION_LOCALE),
    ("plie", "Cap emploi Lysane", PrescriberKind.CAP_EMPLOI),
    ("plie", "Département de la Lysane, service RSA", PrescriberKind.DEPARTMENT),
    ("mde", "France Travail Haut-Bocage", PrescriberKind.FRANCE_TRAVAIL),
    ("mde", "Mission locale du Bocage", PrescriberKind.MISSION_LOCALE),
)


@dataclass(frozen=True)
class Job:
    """A recurrent way of working on a market: so many people, under such contracts, from one employer."""

    employer: str
    people: int
    contract_type: ContractType
    mode: Mode
    title: str
    rome: str
    hours: int
    months: int = 6


@dataclass(frozen=True)
class MarketSeed:
    """``first`` and ``last`` are months of the eighteen; ``hours`` the objective, or None; amounts in euros."""

    reference: str
    lot: str
    title: str
    kind: ClauseKind | None
    nature: Nature
    sector: Sector
    cpv: str
    status: MarketStatus
    first: int
    last: int
    holder: str = ""
    hours: int | None = None
    amount: int | None = None
    formula: tuple[int, int, int] | None = None  # labour share %, insertion rate %, hourly cost €
    co_holder: str = ""
    subcontractor: str = ""
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True)
class OperationSeed:
    reference: str
    title: str
    structure: str
    authority: str
    status: OperationStatus
    commune: str
    first: int
    last: int
    programme: Programme = Programme.NONE
    partner: str = ""
    markets: tuple[MarketSeed, ...] = field(default_factory=tuple)


K, S, N, M, C, X = ClauseKind, MarketStatus, Nature, Mode, ContractType, Sector

OPERATIONS = (
    OperationSeed(
        "TIL-2025", "Réhabilitation de la cité des Tilleuls, 148 logements", "plie", "bailleur", OperationStatus.IN_PROGRESS,
        "Sainte-Aurèle", 0, 26, Programme.ANRU, "",
        (
            MarketSeed("TIL-01", "01", "Gros œuvre et façades", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45262000", S.IN_PROGRESS, 0, 22, "construction", None, 9_800_000, (50, 7, 35), "ei", "toiture", (Job("construction", 3, C.CDD, M.DIRECT_HIRE, "Aide-maçon", "F1703", 138, 8), Job("ei", 1, C.CDDI, M.CO_CONTRACTING, "Ouvrier polyvalent du bâtiment", "F1704", 121, 8))),
            MarketSeed("TIL-02", "02", "Peinture et sols souples", K.CONDITION_AND_CRITERION, N.WORKS, X.BUILDING, "45442100", S.IN_PROGRESS, 4, 22, "peinture", 6_200, 2_480_000, None, "", "", (Job("peinture", 2, C.PROFESSIONALISATION, M.DIRECT_HIRE, "Peintre en bâtiment", "F1606", 132, 12), Job("ei", 1, C.CDDI, M.SUBCONTRACTING, "Peintre en bâtiment", "F1606", 110, 6))),
            MarketSeed("TIL-03", "03", "Électricité, courants forts et faibles", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45310000", S.IN_PROGRESS, 2, 22, "electricite", 7_400, 4_100_000, None, "", "", (Job("etti", 2, C.INSERTION_MISSION, M.SECONDMENT, "Aide-électricien", "F1602", 104, 4),)),
            MarketSeed("TIL-04", "04", "Couverture et étanchéité", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45261000", S.SUSPENDED, 3, 20, "toiture", 1_900, 1_350_000, None, "", "", (Job("etti", 1, C.INSERTION_MISSION, M.SECONDMENT, "Aide-couvreur", "F1610", 98, 5),)),
            MarketSeed("TIL-05", "05", "Ascenseurs", None, N.WORKS, X.BUILDING, "45313100", S.IN_PROGRESS, 6, 22, "electricite", None, 310_000),
        ),
    ),
    OperationSeed(
        "ECO-2025", "Construction du groupe scolaire des Coteaux", "plie", "ville", OperationStatus.IN_PROGRESS, "Montbrécy", 2, 24,
        markets=(
            MarketSeed("ECO-01", "01", "Terrassement, VRD", K.EXECUTION_CONDITION, N.WORKS, X.PUBLIC_WORKS, "45112500", S.RECEIVED, 2, 12, "voirie", 2_000, 1_900_000, None, "", "", (Job("voirie", 1, C.CDI, M.DIRECT_HIRE, "Manœuvre de travaux publics", "F1704", 145, 16), Job("etti", 1, C.INSERTION_MISSION, M.SECONDMENT, "Manœuvre de travaux publics", "F1704", 92, 3))),
            MarketSeed("ECO-02", "02", "Gros œuvre bois et béton", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45262300", S.IN_PROGRESS, 6, 22, "construction", None, 7_200_000, (50, 7, 35), "", "", (Job("construction", 3, C.CDD, M.DIRECT_HIRE, "Coffreur-bancheur", "F1701", 140, 6), Job("etti", 1, C.INSERTION_MISSION, M.SECONDMENT, "Manœuvre du bâtiment", "F1704", 100, 4))),
            MarketSeed("ECO-03", "03", "Menuiseries intérieures", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45421000", S.TERMINATED, 7, 14, "ei", 1_100, 780_000, None, "", "", (Job("ei", 1, C.CDDI, M.DIRECT_HIRE, "Menuisier", "F1607", 112, 6),)),
            MarketSeed("ECO-04", "04", "Plantations et jardin pédagogique", K.EXECUTION_CONDITION, N.WORKS, X.GREEN_SPACES, "45112710", S.AWARDED, 20, 25, "paysage", 240, 165_000),
        ),
    ),
    OperationSeed(
        "NET-2025", "Nettoyage des locaux communautaires 2025-2027", "plie", "agglo", OperationStatus.IN_PROGRESS, "Montbrécy", 0, 30,
        markets=(
            MarketSeed("NET-01", "01", "Sièges et bureaux", K.EXECUTION_CONDITION, N.SERVICES, X.CLEANING, "90911200", S.IN_PROGRESS, 0, 30, "proprete", 9_600, 2_350_000, None, "", "", (Job("proprete", 3, C.CDI, M.DIRECT_HIRE, "Agent de propreté", "K2204", 86, 20), Job("ai", 1, C.MISSION, M.SECONDMENT, "Agent de propreté", "K2204", 60, 6))),
            MarketSeed("NET-02", "02", "Équipements sportifs", K.RESERVED_IAE, N.SERVICES, X.CLEANING, "90911200", S.IN_PROGRESS, 3, 30, "ai", 3_400, 240_000, None, "", "", (Job("ai", 2, C.CDDI, M.DIRECT_HIRE, "Agent d'entretien", "K2204", 78, 9),)),
        ),
    ),
    OperationSeed(
        "VER-2025", "Espaces verts et propreté des quartiers", "plie", "ville", OperationStatus.IN_PROGRESS, "Montbrécy", 0, 24,
        Programme.ANRU, "",
        (
            MarketSeed("VER-01", "01", "Entretien des espaces verts des Hauts", K.INSERTION_SERVICE, N.SERVICES, X.GREEN_SPACES, "77310000", S.IN_PROGRESS, 0, 24, "aci", 14_500, 310_000, None, "", "", (Job("aci", 5, C.CDDI, M.DIRECT_HIRE, "Jardinier", "A1203", 104, 10),)),
            MarketSeed("VER-02", "02", "Gestion urbaine de proximité", K.EXECUTION_CONDITION, N.SERVICES, X.GREEN_SPACES, "77310000", S.IN_PROGRESS, 5, 24, "paysage", 1_500, 420_000, None, "", "", (Job("paysage", 1, C.APPRENTICESHIP, M.DIRECT_HIRE, "Ouvrier paysagiste", "A1203", 128, 14),)),
        ),
    ),
    OperationSeed(
        "PIS-2024", "Rénovation de la piscine communautaire", "plie", "agglo", OperationStatus.COMPLETED, "Sainte-Aurèle", -6, 12,
        markets=(
            MarketSeed("PIS-01", "01", "Gros œuvre et démolition", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45262000", S.CLOSED, -6, 8, "construction", 1_250, 1_900_000, None, "", "", (Job("construction", 1, C.CDD, M.DIRECT_HIRE, "Aide-maçon", "F1703", 136, 6),)),
            MarketSeed("PIS-02", "02", "Traitement d'eau et plomberie", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45330000", S.CLOSED, -2, 10, "ei", 1_150, 980_000, None, "", "", (Job("ei", 1, C.CDDI, M.DIRECT_HIRE, "Aide-plombier", "F1603", 108, 5),)),
            MarketSeed("PIS-03", "03", "Peinture", K.AWARD_CRITERION, N.WORKS, X.BUILDING, "45442100", S.RECEIVED, 4, 12, "peinture", 900, 540_000, None, "", "", (Job("peinture", 1, C.CDD, M.DIRECT_HIRE, "Peintre en bâtiment", "F1606", 124, 3),)),
            MarketSeed("PIS-04", "04", "Équipements de cuisine", None, N.SUPPLIES, X.CATERING, "39310000", S.NO_FOLLOW_UP, 4, 12, "", None, 60_000),
        ),
    ),
    OperationSeed(
        "COL-2026", "Restructuration du collège de Saint-Elme", "plie", "departement", OperationStatus.CONSULTATION, "Saint-Elme", 14, 40,
        markets=(
            MarketSeed("COL-01", "01", "Clos couvert", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45214220", S.CONSULTING, 22, 36, "", None, 4_200_000),
            MarketSeed("COL-02", "02", "Second œuvre", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45400000", S.PLANNED, 24, 38, "", None, 2_100_000),
            MarketSeed("COL-03", "03", "Désamiantage", K.EXECUTION_CONDITION, N.WORKS, X.BUILDING, "45262660", S.UNSUCCESSFUL, 18, 24, "", None, 350_000),
        ),
    ),
    OperationSeed(
        "BUS-2025", "Ligne de bus rapide Montbrécy – Haut-Bocage", "plie", "departement", OperationStatus.IN_PROGRESS, "Montbrécy", 1, 26, Programme.NONE, "mde",
        (
            MarketSeed("BUS-01", "01", "Voirie, section des Trois Rivières", K.EXECUTION_CONDITION, N.WORKS, X.PUBLIC_WORKS, "45233140", S.IN_PROGRESS, 1, 24, "voirie", None, 16_800_000, (30, 8, 35), "", "", (Job("voirie", 2, C.CDD, M.DIRECT_HIRE, "Ouvrier de voirie", "F1702", 142, 8), Job("etti", 2, C.INSERTION_MISSION, M.SECONDMENT, "Manœuvre de travaux publics", "F1704", 108, 4))),
            MarketSeed("BUS-02", "02", "Stations et mobilier", K.EXECUTION_CONDITION, N.WORKS, X.PUBLIC_WORKS, "45213315", S.IN_PROGRESS, 6, 24, "construction", 5_800, 2_900_000, None, "", "", (Job("ei-tri", 1, C.CDDI, M.SUBCONTRACTING, "Ouvrier polyvalent", "F1704", 96, 7), Job("construction", 1, C.APPRENTICESHIP, M.DIRECT_HIRE, "Apprenti maçon", "F1703", 120, 12))),
            MarketSeed("BUS-03", "03", "Assistance à maîtrise d'ouvrage", K.AWARD_CRITERION, N.INTELLECTUAL, X.INTELLECTUAL, "71310000", S.IN_PROGRESS, 1, 26, "electricite", 1_500, 860_000, None, "", "", (Job("electricite", 1, C.PROFESSIONALISATION, M.DIRECT_HIRE, "Dessinateur-projeteur", "F1104", 60, 12),)),
        ),
    ),
    OperationSeed(
        "DEC-2025", "Collecte et tri des déchets du Haut-Bocage", "mde", "departement", OperationStatus.IN_PROGRESS, "Hauteville-le-Bois", 0, 30,
        markets=(
            MarketSeed("DEC-01", "01", "Collecte sélective", K.EXECUTION_CONDITION, N.SERVICES, X.WASTE_WATER, "90511000", S.IN_PROGRESS, 0, 30, "voirie", 7_600, 3_300_000, None, "", "", (Job("voirie", 2, C.CDD, M.DIRECT_HIRE, "Ripeur", "K2303", 138, 6),)),
            MarketSeed("DEC-02", "02", "Centre de tri", K.RESERVED_IAE, N.SERVICES, X.WASTE_WATER, "90513000", S.IN_PROGRESS, 2, 30, "ei-tri", 9_200, 690_000, None, "", "", (Job("ei-tri", 3, C.CDDI, M.DIRECT_HIRE, "Agent de tri", "K2304", 122, 9),)),
        ),
    ),
)  # fmt: skip

FIRST_NAMES_F = [
    "Amina",
    "Bérénice",
    "Chloé",
    "Djamila",
    "Élodie",
    "Fatou",
    "Gaëlle",
    "Hawa",
    "Inès",
    "Jeanne",
    "Karima",
    "Leïla",
    "Maëva",
    "Nadia",
    "Océane",
    "Paloma",
    "Rokia",
    "Sonia",
    "Tiphaine",
    "Yasmina",
]
FIRST_NAMES_M = [
    "Abdel",
    "Bastien",
    "Cédric",
    "Dylan",
    "Enzo",
    "Farid",
    "Grégory",
    "Hugo",
    "Ibrahim",
    "Jordan",
    "Kevin",
    "Ludovic",
    "Mamadou",
    "Nicolas",
    "Omar",
    "Pascal",
    "Rachid",
    "Steven",
    "Thierry",
    "Youssef",
]
LAST_NAMES = [
    "Abadie",
    "Besnard",
    "Cissokho",
    "Duvivier",
    "Estève",
    "Ferrand",
    "Gomis",
    "Haddad",
    "Imbert",
    "Jaouen",
    "Kaddour",
    "Lemarié",
    "Mendy",
    "Naudin",
    "Ouali",
    "Perrault",
    "Quémener",
    "Rahmani",
    "Sagnol",
    "Traoré",
    "Urbain",
    "Vallier",
    "Wattrelos",
    "Yahiaoui",
    "Zerbib",
    "Bonnefoy",
    "Carlier",
    "Dembélé",
    "Escoffier",
    "Fontaine",
]
COMMUNES = ("Montbrécy", "Sainte-Aurèle", "Saint-Elme", "Hauteville-le-Bois", "Le Clos-Fleuri")
