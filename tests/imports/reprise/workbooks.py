"""Workbooks for tests: T-IND-1 (domain.md IND-05) typed as a facilitator would."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.support.factories import siret

Rows = list[list[Any]]
Book = dict[str, Rows]

CITY, LANDLORD = siret(9001), siret(9002)
X, Y, Z = siret(9111), siret(9222), siret(9333)


def ind1() -> Book:
    """Five markets, five people, seven lines of hours in 2026; 1 960 hours in all."""
    eligible = [date(2023, 1, 1), date(2028, 12, 31), "Claude Facilitateur"]
    people = [
        ["P1", "Un", "Ana", date(1990, 1, 1), "F", "Lille", "QP059001", "3", "RSA", "", "Mission locale", *eligible],
        [
            "P2",
            "Deux",
            "Bob",
            "02/02/2001",
            "H",
            "Lille",
            "non",
            "V bis",
            "jeune sans qualification",
            "QPV",
            "",
            *eligible,
        ],
        ["P3", "Trois", "Cléo", "1970-03-03", "F", "", "", "", "DELD", "", "", *eligible],
        ["P4", "Quatre", "Dan", date(1985, 4, 4), "M", "", "", 4, "RQTH", "", "", *eligible],
        ["P5", "Cinq", "Eve", date(1979, 5, 5), "Femme", "", "", "bac", "Bénéficiaire du RSA", "", "", *eligible],
    ]
    contracts = [
        ["K1", "P1", X, "embauche directe", "CDI", date(2025, 6, 1), "", "F1703 Maçon"],
        ["K2", "P1", X, "embauche directe", "CDD", date(2026, 1, 1), date(2026, 1, 31), ""],
        ["K3", "P2", X, "MAD", "mission", date(2025, 6, 2), date(2026, 9, 30), ""],
        ["K4", "P3", Y, "Sous-traitance", "CDDI", date(2026, 3, 1), date(2026, 5, 31), ""],
        ["K5", "P3", Y, "sous traitance", "cddi", date(2026, 6, 1), date(2026, 8, 31), ""],
        ["K6", "P5", Y, "cotraitance", "contrat pro", date(2026, 3, 1), date(2026, 12, 31), ""],
        ["K7", "P4", X, "directe", "CDD", date(2025, 1, 15), date(2025, 12, 31), ""],
        ["K8", "P5", X, "directe", "CDD", date(2025, 6, 1), date(2025, 12, 31), ""],
        ["K9", "P4", Z, "directe", "CDD", date(2024, 1, 1), date(2025, 6, 30), ""],
    ]
    hours: Rows = []
    for contract, market, months in (
        ("K1", "C1", {"2026-02": 100, "2026-03": "150", "2026-04": 150}),
        ("K2", "C3", {"2026-01": 20}),
        ("K3", "C1", {"2026-02": "120,5", "2026-03": 120.5, "2026-04": 59}),
        ("K4", "C2", {"2026-03": "50h00", "2026-04": 50}),
        ("K5", "C2", {"2026-06": 50}),
        ("K6", "C2", {"2026-07": 90}),
        ("K7", "C3", {"2025-02": 140, "2025-03": 140}),
        ("K8", "C1", {"2025-07": 150, "2025-08": 100, "2025-09": 100}),
        ("K9", "C4", {"2024-02": 125, "2024-03": 125, "2025-01": 120}),
    ):
        hours += [[contract, market, month, worked, "", "", ""] for month, worked in months.items()]
    return {
        "Maîtres d'ouvrage": [["SIRET*", "Nom*", "Type*", "Commune"], [CITY, "Ville A", "commune", "Lille"], [LANDLORD, "Bailleur B", "bailleur social", ""]],
        "Opérations": [
            ["Référence*", "Intitulé*", "SIRET maître d'ouvrage*", "Programme", "Commune", "Date de consultation", "Début", "Fin", "Statut"],
            ["O1", "Opération un", CITY, "ANRU", "", date(2025, 1, 1), "", "", ""],
            ["O2", "Opération deux", LANDLORD, "", "", "", "", "", ""],
            ["O3", "Opération trois", CITY, "aucun", "", "", "", "", ""],
        ],
        "Marchés": [
            ["Référence*", "Référence opération*", "Objet*", "Type de clause*", "Nature", "Objectif heures", "Début*", "Fin", "SIRET titulaire", "Statut"],
            ["C1", "O1", "Lot 1", "condition d'exécution", "travaux", 1000, date(2025, 6, 1), date(2026, 9, 30), X, ""],
            ["C2", "O1", "Lot 2", "Condition d'exécution", "travaux", "600", date(2026, 3, 1), date(2027, 2, 28), Y, ""],
            ["C3", "O2", "Lot 3", "execution_condition", "services", 300.0, "15/01/2025", "2026-01-31", X, ""],
            ["C4", "O3", "Lot 4", "critère d'attribution", "", 400, date(2024, 1, 1), date(2025, 12, 15), Z, ""],
            ["C5", "O3", "Lot 5", "condition d'exécution", "", 500, date(2027, 1, 10), date(2028, 1, 9), Z, ""],
        ],
        "Entreprises": [["SIRET*", "Raison sociale*", "Type", "Effectif"], [X, "Xénon", "entreprise", 12], [Y, "Yttrium", "EI", ""], [Z, "Zinc", "", ""]],
        "Participants": [
            ["Identifiant*", "Nom*", "Prénom*", "Date de naissance*", "Sexe*", "Commune", "QPV", "Niveau d'étude", "Public principal*", "Autres publics", "Prescripteur", "Éligible du*", "Éligible au", "Validé par"],
            *people,
        ],
        "Contrats": [
            ["Identifiant*", "Identifiant participant*", "SIRET employeur*", "Modalité*", "Type de contrat*", "Début*", "Fin", "Poste"],
            *contracts,
        ],
        "Heures": [
            ["Identifiant contrat*", "Référence marché*", "Mois* (AAAA-MM)", "Heures travaillées*", "Heures de formation", "Du", "Au"],
            *hours,
        ],
    }  # fmt: skip


def plie() -> Book:
    """The two sheets of a PLIE, for people of T-IND-1."""
    return {
        "Parcours PLIE": [
            ["Identifiant participant*", "Date d'entrée*", "Catégorie*", "Travailleur handicapé", "Inscrit France Travail", "Durée d'inactivité", "Référent", "Date de sortie", "Type de sortie", "Secteur (NAF)", "Type d'employeur", "Effectif", "Type de contrat"],
            ["P1", date(2024, 5, 1), "RSA", "non", "oui", 14, "Réf", "", "", "", "", "", ""],
            ["P4", date(2023, 1, 2), "DELD", "oui", "non", "jamais travaillé", "Réf", date(2025, 9, 1), "emploi durable", "4120A", "entreprise", 30, "CDI"],
        ],
        "Étapes": [
            ["Identifiant participant*", "Type d'étape*", "Début*", "Fin", "Opérateur", "Financée par le PLIE"],
            ["P1", "Contrat sur clause", date(2025, 6, 1), "", "Xénon", "oui"],
            ["P4", "Formation", date(2024, 1, 1), date(2024, 6, 30), "", "non"],
        ],
    }  # fmt: skip


def after() -> Book:
    """What became of people of T-IND-1, and their qualifications."""
    return {
        "Suites": [
            ["Identifiant contrat*", "Moment*", "Situation*", "Même entreprise", "Réponse", "Connue le"],
            ["K3", "fin de contrat", "CDI", "oui", "oui", date(2026, 10, 2)],
            ["K5", "À la fin du contrat", "chômage", "", "", "15/09/2026"],
            ["K7", "6 mois", "inconnue", "", "non", ""],
        ],
        "Qualifications": [
            ["Identifiant participant*", "Intitulé*", "Commencée le*", "Niveau préparé", "État", "Terminée le", "Identifiant contrat"],
            ["P2", "Titre maçon", date(2026, 3, 1), "V", "", date(2026, 8, 28), "K3"],
            ["P3", "CACES", "01/09/2026", "", "en cours", "", ""],
        ],
    }  # fmt: skip


def changed(book: Book, sheet: str, line: int, column: str, value: Any) -> Book:
    """The same workbook with one cell otherwise; ``line`` counts as the spreadsheet does (2 is the first after the header)."""
    other = copy.deepcopy(book)
    header = [h.split("*")[0] for h in other[sheet][0]]
    other[sheet][line - 1][header.index(column)] = value
    return other


def without_column(book: Book, sheet: str, column: str) -> Book:
    other = copy.deepcopy(book)
    place = [h.split("*")[0] for h in other[sheet][0]].index(column)
    other[sheet] = [row[:place] + row[place + 1 :] for row in other[sheet]]
    return other


def save(book: Book, path: Path) -> Path:
    """Write it; dates are real dates, text stays text."""
    workbook = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in book.items():
        sheet = workbook.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, Formula):
                    sheet.write_formula(i, j, value.text, None, value.result)
                elif isinstance(value, date):
                    sheet.write_datetime(i, j, value, day)
                elif isinstance(value, str):
                    sheet.write_string(i, j, value) if value else None
                else:
                    sheet.write(i, j, value)
    workbook.close()
    return path


class Formula:
    """A formula cell and the result that the spreadsheet keeps."""

    def __init__(self, text: str, result: Any) -> None:
        self.text, self.result = text, result

    def __deepcopy__(self, _memo: Any) -> Formula:
        return self
