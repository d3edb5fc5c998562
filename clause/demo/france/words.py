"""The words of the country: every place, family and firm is made up; regions, trades and institutions are of their kind."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum import luhn

from clause.candidates.codes import EducationLevel, PublicKind
from clause.markets.codes import Nature, Sector
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind, StructureKind

FIRST_SIREN = 20_000  # SIRENs that begin with 000 are nobody's; those of the small demonstration come before


def siret(number: int) -> str:
    """A made-up SIRET with right keys, of the organisation of this number."""
    siren = f"{FIRST_SIREN + number:08d}"
    siren += str(luhn.calc_check_digit(siren))
    nic = f"{siren}0001"
    return nic + str(luhn.calc_check_digit(nic))


_HEADS = (
    "Mont", "Val", "Bois", "Roche", "Font", "Champ", "Vern", "Haute", "Belle", "Clair", "Grand", "Orm", "Pierre", "Bruy",
    "Chant", "Long", "Noir", "Sauve", "Tour", "Ver", "Aigue", "Bour", "Cast", "Dorn", "Espi", "Fav", "Garn", "Havr",
    "Isse", "Jarn", "Lux", "Marv", "Neuv", "Orv", "Palu", "Quer", "Ramb",
)  # fmt: skip
_TAILS = (
    "brécy", "aurèle", "igny", "ombre", "eville", "ières", "oncourt", "alède", "essart", "ugny", "erolles", "andière",
    "oise", "ellac", "ombes", "audry", "entin", "iville", "arcelles", "oulx", "ençon", "ivret", "adour", "elange",
    "ouzy", "emont", "avoise", "ardes", "eyrac", "ussel", "allois", "inges", "oyères", "umeray", "ebecq", "onville",
    "iersac", "ouest", "elines", "artigues", "oval",
)  # fmt: skip
_RIVERS = (
    "Lysane",
    "Orvance",
    "Theuse",
    "Marlette",
    "Druyère",
    "Vaurelle",
    "Iselle",
    "Chavanne",
    "Nolaise",
    "Ambreuse",
)


def place(number: int) -> str:
    """A made-up commune, another for each number."""
    # 37 and 41 are prime to each other: a pair comes back only after both lists have been read through.
    name = _HEADS[number % len(_HEADS)] + _TAILS[number % len(_TAILS)]
    turn = number // (len(_HEADS) * len(_TAILS))
    return name if turn == 0 else f"{name}-sur-{_RIVERS[(turn - 1) % len(_RIVERS)]}"


_FAMILY_HEADS = ("Mor", "Del", "Bar", "Cor", "Fau", "Gar", "Lam", "Mer", "Pel", "Rou", "Sar", "Tal", "Ver", "Vas", "Bel", "Cha", "Dar", "Fer", "Gil", "Jou", "Kar", "Lor", "Mat", "Nor", "Ou", "Ram", "Sim", "Thi", "Zel")  # fmt: skip
_FAMILY_TAILS = ("vandier", "mandin", "lecourt", "çonnet", "batier", "ridane", "zouane", "doumi", "kasso", "lenoire", "pardel", "querin", "raudin", "sévrac", "taillon", "vignel", "maillet", "nadour", "boulier", "chenal", "diakel", "fontel", "grandin")  # fmt: skip
WOMEN = ("Aïcha", "Amélie", "Aurélie", "Caroline", "Céline", "Élodie", "Fanta", "Fatima", "Hélène", "Inès", "Jeanne", "Julie", "Karima", "Laura", "Leïla", "Lucie", "Manon", "Marie", "Nadia", "Nathalie", "Océane", "Samira", "Sandra", "Sophie", "Yasmine")  # fmt: skip
MEN = ("Adama", "Ahmed", "Alexandre", "Anthony", "Bruno", "Christophe", "David", "Éric", "Florian", "Ibrahim", "Jérôme", "Jonathan", "Julien", "Karim", "Kévin", "Ludovic", "Mamadou", "Mehdi", "Mickaël", "Mohamed", "Nicolas", "Olivier", "Samuel", "Thomas", "Youssef")  # fmt: skip


def family(number: int) -> str:
    """A made-up family name."""
    return _FAMILY_HEADS[number % len(_FAMILY_HEADS)] + _FAMILY_TAILS[number * 5 // 3 % len(_FAMILY_TAILS)]


# Region, and its share of the structures.
REGIONS = (
    ("Hauts-de-France", 26), ("Île-de-France", 24), ("Auvergne-Rhône-Alpes", 22), ("Nouvelle-Aquitaine", 15),
    ("Pays de la Loire", 14), ("Occitanie", 14), ("Grand Est", 13), ("Provence-Alpes-Côte d'Azur", 12), ("Bretagne", 10),
    ("Normandie", 9), ("Centre-Val de Loire", 6), ("Bourgogne-Franche-Comté", 5), ("La Réunion", 1),
)  # fmt: skip
STRUCTURES = (
    (StructureKind.PLIE, "PLIE de", 52), (StructureKind.EMPLOYMENT_HOUSE, "Maison de l'emploi de", 27),
    (StructureKind.LOCAL_AUTHORITY, "Agglomération de", 15), (StructureKind.ASSOCIATION, "Association Cap Clause de", 6),
)  # fmt: skip
BUYERS = (
    (BuyerType.COMMUNE, "Ville de {}", 42), (BuyerType.INTERCOMMUNALITY, "Communauté d'agglomération de {}", 13),
    (BuyerType.SOCIAL_LANDLORD, "{} Habitat", 16), (BuyerType.PUBLIC_BODY, "Centre hospitalier de {}", 9),
    (BuyerType.SEM_SPL, "Société d'aménagement de {}", 6), (BuyerType.DEPARTMENT, "Département de {}", 4),
    (BuyerType.JOINT_SYNDICATE, "Syndicat mixte de {}", 4), (BuyerType.REGION, "Région, lycées de {}", 2),
    (BuyerType.STATE, "Services de l'État de {}", 2), (BuyerType.PRIVATE, "{} Promotion", 2),
)  # fmt: skip
PRESCRIBERS = (
    (PrescriberKind.FRANCE_TRAVAIL, "Pôle emploi {}", 34), (PrescriberKind.MISSION_LOCALE, "Mission locale {}", 20),
    (PrescriberKind.PLIE, "Référents PLIE {}", 17), (PrescriberKind.DEPARTMENT, "Service RSA {}", 13),
    (PrescriberKind.CAP_EMPLOI, "Cap emploi {}", 5), (PrescriberKind.SIAE, "Structures d'insertion {}", 7),
    (PrescriberKind.CCAS, "CCAS {}", 4),
)  # fmt: skip


@dataclass(frozen=True)
class Trade:
    """A kind of lot: what is bought, and the job of those who do it."""

    title: str
    firm: str
    sector: Sector
    nature: Nature
    cpv: str
    naf: str
    job: str
    rome: str
    weight: int


W, S = Nature.WORKS, Nature.SERVICES
TRADES = (
    Trade("Gros œuvre", "Constructions", Sector.BUILDING, W, "45223220-4", "41.20B", "Manœuvre du bâtiment", "F1704", 14),
    Trade("Peinture et revêtements", "Peintures", Sector.BUILDING, W, "45442100-8", "43.34Z", "Peintre en bâtiment", "F1606", 8),
    Trade("Électricité", "Électricité", Sector.BUILDING, W, "45310000-3", "43.21A", "Aide électricien", "F1602", 7),
    Trade("Plomberie, chauffage", "Chauffage", Sector.BUILDING, W, "45330000-9", "43.22A", "Aide plombier", "F1603", 6),
    Trade("Plâtrerie, isolation", "Plâtrerie", Sector.BUILDING, W, "45410000-4", "43.31Z", "Plaquiste", "F1604", 6),
    Trade("Couverture, étanchéité", "Couvertures", Sector.BUILDING, W, "45261210-9", "43.91B", "Couvreur", "F1610", 5),
    Trade("Menuiseries", "Menuiserie", Sector.BUILDING, W, "45421000-4", "43.32A", "Aide menuisier", "F1607", 5),
    Trade("Démolition, désamiantage", "Démolition", Sector.BUILDING, W, "45110000-1", "43.11Z", "Ouvrier de démolition", "F1703", 3),
    Trade("Voirie et réseaux divers", "Travaux publics", Sector.PUBLIC_WORKS, W, "45233140-2", "42.11Z", "Manœuvre de travaux publics", "F1702", 14),
    Trade("Réseaux d'eau et assainissement", "Canalisations", Sector.PUBLIC_WORKS, W, "45231300-8", "42.21Z", "Canalisateur", "F1705", 5),
    Trade("Nettoyage des locaux", "Propreté", Sector.CLEANING, S, "90911200-8", "81.21Z", "Agent de propreté", "K2204", 10),
    Trade("Entretien des espaces verts", "Paysages", Sector.GREEN_SPACES, S, "77310000-6", "81.30Z", "Ouvrier paysagiste", "A1203", 7),
    Trade("Collecte et tri des déchets", "Collecte", Sector.WASTE_WATER, S, "90511000-2", "38.11Z", "Agent de collecte", "K2303", 4),
    Trade("Restauration collective", "Restauration", Sector.CATERING, S, "55523100-3", "56.29B", "Employé polyvalent de restauration", "G1603", 2),
    Trade("Gardiennage et sécurité", "Sécurité", Sector.SECURITY, S, "79713000-5", "80.10Z", "Agent de sécurité", "K2503", 1),
    Trade("Transport et manutention", "Transports", Sector.TRANSPORT, S, "60100000-9", "49.41B", "Manutentionnaire", "N1105", 2),
    Trade("Maîtrise d'œuvre et études", "Ingénierie", Sector.INTELLECTUAL, Nature.INTELLECTUAL, "71300000-1", "71.12B", "Assistant d'études", "F1104", 1),
)  # fmt: skip

# Employers of insertion and of temporary work; the mode and the contract they sign are in ``hiring``.
SUPPLIERS = (
    (EmployerType.ETTI, "Intérim Insertion", "78.20Z", 34), (EmployerType.AI, "Relais Emploi", "88.99B", 16),
    (EmployerType.EI, "Atelier d'insertion", "43.99C", 17), (EmployerType.ACI, "Chantier d'insertion", "81.30Z", 13),
    (EmployerType.GEIQ, "GEIQ BTP", "78.30Z", 8), (EmployerType.ETT, "Travail temporaire", "78.20Z", 6),
    (EmployerType.REGIE_QUARTIER, "Régie de quartier", "81.21Z", 4), (EmployerType.EA, "Entreprise adaptée", "81.21Z", 2),
)  # fmt: skip

PUBLICS = (
    (PublicKind.LONG_TERM_JOBSEEKER, 37), (PublicKind.RSA, 27), (PublicKind.YOUTH_LOW_QUALIFIED, 15),
    (PublicKind.RQTH_BOETH, 5), (PublicKind.PLIE_PARTICIPANT, 4), (PublicKind.SENIOR_JOBSEEKER, 3),
    (PublicKind.IAE_EMPLOYEE, 3), (PublicKind.YOUTH_REINFORCED_SUPPORT, 2), (PublicKind.QPV_RESIDENT, 2),
    (PublicKind.OTHER_MINIMUM, 1), (PublicKind.JUSTICE_INVOLVED, 1),
)  # fmt: skip
YOUNG = frozenset({PublicKind.YOUTH_LOW_QUALIFIED, PublicKind.YOUTH_REINFORCED_SUPPORT})
OTHER_PUBLICS = (PublicKind.QPV_RESIDENT, PublicKind.PLIE_PARTICIPANT, PublicKind.REASONED_OPINION, PublicKind.ASS)
LEVELS = (
    (EducationLevel.L1, 8), (EducationLevel.L2, 38), (EducationLevel.L3, 33), (EducationLevel.L4, 11),
    (EducationLevel.L5, 3), (EducationLevel.L6, 1), (EducationLevel.UNKNOWN, 6),
)  # fmt: skip
