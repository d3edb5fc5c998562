"""The eleven sheets of the reprise workbook (formats.md § 1): data, in the order of the template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from clause.candidates.codes import ContractType, ExitKind, Mode, PathwayCategory, PublicKind, Sex
from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.imports.reprise import cells
from clause.imports.reprise.cells import Kind, Read
from clause.kernel.codes import Code
from clause.kernel.values import fold
from clause.markets.codes import AnruBase, ClauseKind, MarketStatus, Nature, OperationStatus, Programme, Sector
from clause.markets.rules.place import read_place
from clause.organisations.codes import BuyerType, EmployerType

YES_NO = ("oui", "non")
LEVELS = ("1", "2", "3", "4", "5", "6", "7", "8", "VI", "Vbis", "V", "IV", "III", "II", "I")


@dataclass(frozen=True)
class Column:
    """A column. ``choices`` is the drop-down list of the template; ``synonyms`` are other headers read as this one."""

    key: str
    label: str
    read: Read
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    hint: str = ""
    example: object = ""

    @property
    def header(self) -> str:
        return f"{self.label}*" if self.required else self.label


@dataclass(frozen=True)
class SheetLayout:
    """A sheet of one kind of thing; ``key`` are the columns of its business key."""

    name: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    about: str
    synonyms: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    def label_of(self, key: str) -> str:
        return self.column(key).label


def header_key(text: object) -> str:
    """A header as it is compared: without star, brackets, accents, capitals."""
    return fold(re.sub(r"\(.*?\)|\*", " ", str(text or "")))


def _text(key: str, label: str, length: int = 120, **more: Any) -> Column:
    return replace(Column(key, label, cells.text(length)), **more)


def _siret(key: str, label: str, **more: Any) -> Column:
    return replace(Column(key, label, cells.SIRETS, Kind.SIRET, hint="14 chiffres"), **more)


def _date(key: str, label: str, **more: Any) -> Column:
    return replace(Column(key, label, cells.DATES, Kind.DATE, hint="JJ/MM/AAAA"), **more)


def _code(key: str, label: str, codes: type[Code], **more: Any) -> Column:
    labels = tuple(m.label for m in codes)
    return replace(Column(key, label, cells.code(codes), Kind.CODE, choices=labels), **more)


def _yes_no(key: str, label: str, **more: Any) -> Column:
    return replace(Column(key, label, cells.yes_no, Kind.YES_NO, choices=YES_NO), **more)


def _share(key: str, label: str, **more: Any) -> Column:
    return replace(Column(key, label, cells.SHARES, Kind.SHARE, hint="50 % ou 0,5"), **more)


AUTHORITIES = SheetLayout(
    "authorities", "Maîtres d'ouvrage",
    (
        _siret("siret", "SIRET", required=True, example="21590350100017"),
        _text("name", "Nom", 200, required=True, example="Ville d'exemple", synonyms=("raison sociale",)),
        _code("kind", "Type", BuyerType, required=True, example="Commune"),
        _text("commune", "Commune", example="Lille"),
    ),
    ("siret",), "Un acheteur par ligne, par son SIRET.",
    ("maitre d'ouvrage", "donneurs d'ordre", "acheteurs", "MOA"),
)  # fmt: skip
OPERATIONS = SheetLayout(
    "operations", "Opérations",
    (
        _text("reference", "Référence", 60, required=True, example="OP-2026-01"),
        _text("title", "Intitulé", 300, required=True, example="Réhabilitation de l'école", synonyms=("nom", "objet")),
        _siret("authority", "SIRET maître d'ouvrage", required=True, example="21590350100017", synonyms=("SIRET du maître d'ouvrage", "SIRET MOA", "SIRET acheteur")),
        _code("programme", "Programme", Programme, example="Aucun"),
        _text("commune", "Commune", example="Lille"),
        Column("place", "Position", read_place, synonyms=("coordonnées", "latitude, longitude"), hint="latitude, longitude", example="50.6292, 3.0573"),
        _date("consultation", "Date de consultation", example="2026-01-15", synonyms=("consultation",)),
        _date("starts_on", "Début", example="2026-03-01", synonyms=("date de début",)),
        _date("ends_on", "Fin", example="2027-06-30", synonyms=("date de fin",)),
        _code("status", "Statut", OperationStatus, hint="laissez vide : le statut suit les dates"),
    ),
    ("reference",), "Une opération regroupe les marchés (lots) d'un maître d'ouvrage.", ("operation",),
)  # fmt: skip
MARKETS = SheetLayout(
    "markets", "Marchés",
    (
        _text("reference", "Référence", 60, required=True, example="OP-2026-01-L2", synonyms=("référence marché", "numéro de marché")),
        _text("operation", "Référence opération", 60, required=True, example="OP-2026-01", synonyms=("référence de l'opération", "opération")),
        _text("lot", "Lot", 60, example="2"),
        _text("title", "Objet", 300, required=True, example="Gros œuvre", synonyms=("intitulé",)),
        Column("clause", "Type de clause", cells.clause_kind, Kind.CODE, True, (*(m.label for m in ClauseKind), "Sans clause"), ("clause",), example="Condition d'exécution"),
        _code("nature", "Nature", Nature, example="Travaux"),
        _code("anru_base", "Base ANRU", AnruBase, synonyms=("part ANRU",), hint="marché d'une opération ANRU : la part demandée, 5 % ou 10 %"),
        Column("sector", "Secteur", cells.sector, Kind.CODE, False, tuple(m.label for m in Sector), example="Bâtiment"),
        _text("cpv", "CPV", 12, example="45262500"),
        Column("amount", "Montant HT", cells.EUROS, Kind.EUROS, synonyms=("montant",), hint="en euros", example=500000),
        _share("labour_share", "Part de main d'œuvre", example=0.5),
        _share("insertion_rate", "Taux d'insertion", example=0.07),
        Column("hourly_cost", "Coût horaire", cells.EUROS, Kind.EUROS, hint="en euros de l'heure", example=35),
        Column("objective", "Objectif heures", cells.hours, Kind.HOURS, synonyms=("objectif", "objectif d'heures", "heures d'insertion"), hint="vide si le marché n'en a pas", example=500),
        _date("notified_on", "Date de notification", example="2026-02-20", synonyms=("notification",)),
        _date("starts_on", "Début", required=True, example="2026-03-01", synonyms=("date de début",)),
        _date("ends_on", "Fin", example="2027-06-30", synonyms=("date de fin",)),
        _siret("contractor", "SIRET titulaire", example="35600000000048", synonyms=("SIRET du titulaire", "titulaire", "SIRET attributaire")),
        _code("status", "Statut", MarketStatus, hint="laissez vide : le statut suit les dates"),
    ),
    ("reference",), "Un marché est un lot tenu par un titulaire. L'objectif reste vide pour un marché sans clause.", ("marche", "lots"),
)  # fmt: skip
COMPANIES = SheetLayout(
    "companies", "Entreprises",
    (
        _siret("siret", "SIRET", required=True, example="35600000000048"),
        _text("name", "Raison sociale", 200, required=True, example="Bâtiment d'exemple", synonyms=("nom",)),
        _code("kind", "Type", EmployerType, example="Entreprise"),
        _text("naf", "NAF", 10, example="4120B", synonyms=("code NAF", "APE")),
        Column("workforce", "Effectif", cells.integer, Kind.INTEGER, example=25),
        _text("commune", "Commune", example="Roubaix"),
    ),
    ("siret",), "Titulaires et employeurs, un établissement par ligne, par son SIRET.", ("entreprise", "employeurs", "titulaires"),
)  # fmt: skip
PARTICIPANTS = SheetLayout(
    "participants", "Participants",
    (
        _text("reference", "Identifiant", 60, required=True, example="P-001", synonyms=("identifiant participant", "référence")),
        _text("last_name", "Nom", required=True, example="DUPONT", synonyms=("nom de naissance",)),
        _text("first_name", "Prénom", required=True, example="Camille"),
        _date("birth_date", "Date de naissance", required=True, example="1990-05-17", synonyms=("né le", "naissance")),
        _code("sex", "Sexe", Sex, required=True, choices=("F", "H"), example="F", synonyms=("genre", "civilité")),
        _text("commune", "Commune", example="Lille"),
        Column("qpv", "QPV", cells.qpv, hint="code du quartier, ou non", example="QP059001"),
        Column("level", "Niveau d'étude", cells.level, choices=LEVELS, synonyms=("niveau", "niveau d'études", "niveau de formation"), hint="1 à 8, ou VI à I", example="3"),
        _code("public", "Public principal", PublicKind, required=True, example="Bénéficiaire du RSA", synonyms=("public", "critère principal")),
        Column("other_publics", "Autres publics", cells.publics, hint="séparés par ;", example="Habitant d'un QPV éloigné de l'emploi"),
        _text("prescriber", "Prescripteur", 200, example="Mission locale"),
        _date("eligible_from", "Éligible du", required=True, example="2026-03-01", synonyms=("éligible à partir du", "date d'éligibilité", "date de validation")),
        _date("eligible_until", "Éligible au", example="2028-02-29", synonyms=("éligible jusqu'au",)),
        _text("decided_by", "Validé par", 180, example="Claude Facilitateur", hint="le facilitateur qui a décidé"),
    ),
    ("reference",), "Une personne par ligne. Jamais de numéro de sécurité sociale.", ("participant", "personnes", "salariés", "bénéficiaires"),
)  # fmt: skip
CONTRACTS = SheetLayout(
    "contracts", "Contrats",
    (
        _text("reference", "Identifiant", 60, required=True, example="C-001", synonyms=("identifiant contrat", "référence")),
        _text("participant", "Identifiant participant", 60, required=True, example="P-001", synonyms=("participant",)),
        _siret("employer", "SIRET employeur", required=True, example="35600000000048", synonyms=("SIRET de l'employeur", "employeur")),
        _code("mode", "Modalité", Mode, required=True, example="Embauche directe"),
        _code("type", "Type de contrat", ContractType, required=True, example="CDD", synonyms=("contrat", "nature du contrat")),
        _date("starts_on", "Début", required=True, example="2026-03-02", synonyms=("date de début",)),
        _date("ends_on", "Fin", example="2026-08-31", synonyms=("date de fin",)),
        Column("job", "Poste", cells.job, hint="code ROME ou libellé", example="F1703 Maçon", synonyms=("métier", "emploi", "ROME")),
    ),
    ("reference",), "Les contrats de travail des participants.", ("contrat", "contrats de travail"),
)  # fmt: skip
HOURS = SheetLayout(
    "hours", "Heures",
    (
        _text("contract", "Identifiant contrat", 60, required=True, example="C-001", synonyms=("contrat",)),
        _text("market", "Référence marché", 60, required=True, example="OP-2026-01-L2", synonyms=("marché", "référence du marché")),
        Column("month", "Mois", cells.MONTHS, Kind.MONTH, True, hint="AAAA-MM", example="2026-03"),
        Column("worked", "Heures travaillées", cells.hours, Kind.HOURS, True, synonyms=("heures", "heures réalisées"), hint="35,5 ou 35h30", example=120.5),
        Column("training", "Heures de formation", cells.hours, Kind.HOURS, synonyms=("formation",), hint="en plus des heures travaillées", example=7),
        _date("from", "Du", hint="si le mois est coupé par un début ou une fin"),
        _date("to", "Au", hint="si le mois est coupé par un début ou une fin"),
    ),
    ("contract", "market", "month", "from"),
    "Une ligne par contrat, marché et mois. Les heures importées sont validées. Du et Au servent quand l'éligibilité commence ou finit en cours de mois.",
    ("heure", "heures d'insertion"),
)  # fmt: skip
PATHWAYS = SheetLayout(
    "pathways", "Parcours PLIE",
    (
        _text("participant", "Identifiant participant", 60, required=True, example="P-001", synonyms=("identifiant", "participant")),
        _date("entered_on", "Date d'entrée", required=True, example="2025-11-03", synonyms=("entrée",)),
        _code("category", "Catégorie", PathwayCategory, required=True, example="Bénéficiaire du RSA"),
        _yes_no("disabled", "Travailleur handicapé", example="non", synonyms=("TH", "RQTH")),
        _yes_no("registered", "Inscrit France Travail", example="oui", synonyms=("inscrit", "inscrit à France Travail")),
        Column("inactivity", "Durée d'inactivité", cells.inactivity, hint="en mois, ou jamais travaillé", example=14),
        _text("advisor", "Référent", example="Claude Référent"),
        _date("exited_on", "Date de sortie", synonyms=("sortie",)),
        _code("exit_kind", "Type de sortie", ExitKind),
        _text("naf", "Secteur", 120, hint="NAF, pour une sortie vers l'emploi"),
        _code("employer_type", "Type d'employeur", EmployerType, hint="pour une sortie vers l'emploi"),
        Column("workforce", "Effectif", cells.integer, Kind.INTEGER, hint="pour une sortie vers l'emploi"),
        _code("contract_type", "Type de contrat", ContractType, hint="pour une sortie vers l'emploi"),
        _text("scheme", "Mesure", 120, hint="pour une sortie vers l'emploi"),
        _text("field", "Domaine", 120, hint="pour une sortie vers la formation"),
        Column("level", "Niveau", cells.level, choices=LEVELS, hint="pour une sortie vers la formation"),
        _text("validation", "Validation", 120, hint="pour une sortie vers la formation"),
        Column("months", "Durée", cells.integer, Kind.INTEGER, hint="en mois, pour une sortie vers la formation"),
    ),
    ("participant", "entered_on"), "Les entrées, et les sorties quand elles ont eu lieu.", ("parcours", "PLIE"),
)  # fmt: skip
STEPS = SheetLayout(
    "steps", "Étapes",
    (
        _text("participant", "Identifiant participant", 60, required=True, example="P-001", synonyms=("identifiant", "participant")),
        _text("kind", "Type d'étape", required=True, example="Contrat sur clause", synonyms=("étape", "type")),
        _date("starts_on", "Début", required=True, example="2026-03-02", synonyms=("date de début",)),
        _date("ends_on", "Fin", example="2026-08-31", synonyms=("date de fin",)),
        _text("operator", "Opérateur", 200, example="Bâtiment d'exemple"),
        _yes_no("financed", "Financée par le PLIE", example="non", synonyms=("financée",)),
    ),
    ("participant", "kind", "starts_on", "operator"), "Les étapes des parcours PLIE.", ("etape", "étapes de parcours"),
)  # fmt: skip
FOLLOW_UPS = SheetLayout(
    "follow_ups", "Suites",
    (
        _text("contract", "Identifiant contrat", 60, required=True, example="C-001", synonyms=("contrat",)),
        _code("moment", "Moment", Moment, required=True, example="À la fin du contrat", synonyms=("quand", "échéance")),
        _code("situation", "Situation", Situation, required=True, example="CDI", synonyms=("situation à la sortie", "devenir")),
        _yes_no("same_company", "Même entreprise", hint="pour un emploi : chez le même employeur ?", example="oui"),
        _yes_no("reply", "Réponse", hint="vide : oui", example="oui", synonyms=("a répondu",)),
        _date("known_on", "Connue le", example="2026-09-04", synonyms=("date de la réponse",)),
    ),
    ("contract", "moment"),
    "Ce que chaque personne est devenue, par son dernier contrat : à sa fin, 6 mois après ; pour l'ANRU, 6 et 12 mois après l'entrée.",
    ("suites de parcours", "suivi", "sorties"),
)  # fmt: skip
QUALIFICATIONS = SheetLayout(
    "qualifications", "Qualifications",
    (
        _text("participant", "Identifiant participant", 60, required=True, example="P-001", synonyms=("identifiant", "participant")),
        _text("title", "Intitulé", 200, required=True, example="Titre professionnel maçon", synonyms=("qualification", "diplôme")),
        _date("begun_on", "Commencée le", required=True, example="2026-04-01", synonyms=("début",)),
        Column("level", "Niveau préparé", cells.level, choices=LEVELS, synonyms=("niveau",), hint="1 à 8, ou VI à I", example="3"),
        _code("state", "État", QualificationState, hint="vide : commencée, ou obtenue si elle a une fin", example="Obtenue", synonyms=("résultat",)),
        _date("ended_on", "Terminée le", example="2026-08-28", synonyms=("fin", "obtenue le")),
        _text("contract", "Identifiant contrat", 60, hint="le contrat pendant lequel elle a commencé", example="C-001", synonyms=("contrat",)),
    ),
    ("participant", "title", "begun_on"), "Les formations qui mènent à un titre ou un diplôme.", ("qualification", "formations"),
)  # fmt: skip

SHEETS: tuple[SheetLayout, ...] = (
    AUTHORITIES, OPERATIONS, MARKETS, COMPANIES, PARTICIPANTS, CONTRACTS, HOURS, PATHWAYS, STEPS, FOLLOW_UPS, QUALIFICATIONS,
)  # fmt: skip
# A sheet comes after those that its lines refer to.
ORDER = (
    "authorities",
    "companies",
    "operations",
    "markets",
    "participants",
    "contracts",
    "hours",
    "pathways",
    "steps",
    "follow_ups",
    "qualifications",
)
NOTICE, LISTS = "Notice", "Listes"  # the other sheets of the template: not read


def sheet_layout(name: str) -> SheetLayout:
    return next(s for s in SHEETS if s.name == name)


def layout_of(title: str) -> SheetLayout | None:
    """The sheet meant by a title, whatever its accents and capitals, or None."""
    wanted = fold(title)
    return next((s for s in SHEETS if wanted in {fold(w) for w in (s.label, *s.synonyms)}), None)


def columns_of(layout: SheetLayout, headers: Sequence[object]) -> dict[int, Column]:
    """Which column each position holds: by label first, then by synonym; the first header of a column wins."""
    keys = [header_key(h) for h in headers]
    found: dict[int, Column] = {}
    for names in (lambda c: (c.label,), lambda c: c.synonyms):
        for column in layout.columns:
            wanted = {header_key(n) for n in names(column)}
            place = next((i for i, k in enumerate(keys) if k and k in wanted and i not in found), None)
            if place is not None and column not in found.values():
                found[place] = column
    return found
