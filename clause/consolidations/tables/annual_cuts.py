"""The cuts of the annual consolidation: C03 to C06, C08 and C09. One entry a table."""

from __future__ import annotations

from clause.candidates.codes import ContractType, EducationLevel, PublicKind, Sex
from clause.candidates.rules.ages import AgeClass, PlieAge
from clause.consolidations import definitions as d
from clause.consolidations.figures import Unit
from clause.consolidations.report import Chart, Column
from clause.consolidations.tables import keys as k
from clause.consolidations.tables.cuts import (
    AUTHORITIES,
    CONTRACTS,
    HOURS,
    MARKETS,
    OPERATIONS,
    PARTICIPANTS,
    PEOPLE,
    UNKNOWN,
    Cut,
    Grain,
)
from clause.consolidations.tables.nomenclatures import CPV_DIVISIONS
from clause.markets.codes import ClauseKind, Nature, Sector
from clause.organisations.codes import BuyerType

M, C, P = Grain.MARKET, Grain.CONTRACT, Grain.PERSON
PARTITION = frozenset({"hours", "participants", "employment_contracts"})
BY_CONTRACT = frozenset({"hours", "employment_contracts"})
BY_MARKET = frozenset({"hours", "markets"})
OF_MARKETS = (MARKETS, HOURS, PARTICIPANTS, CONTRACTS)
ARTICLE = Column("article", "Article", Unit.TEXT, opens=False)
QPV = {"qpv": "Habite un quartier prioritaire (QPV)", "not_qpv": "N'habite pas un QPV", UNKNOWN: "Inconnu"}
PUBLICS = order_publics = (*k.order_of(PublicKind), UNKNOWN)

CUTS: tuple[Cut, ...] = (
    Cut(
        "C03", "Heures par type de clause", "Type de clause", M, k.column("markets", "clause_kind"), k.labels_of(ClauseKind),
        order=k.order_of(ClauseKind), columns=(ARTICLE, *OF_MARKETS), summed=BY_MARKET, sensitive=PEOPLE,
        notes=(d.MONTH_OF_WORK, d.ONGOING, d.DISTINCT, d.REAL_HOURS), texts=k.articles,
    ),
    Cut(
        "C04", "Modalités et employeurs", "Modalité / type d'employeur", C, k.mode_and_employer_keys,
        lambda _facts: k.MODE_AND_EMPLOYER, order=tuple(k.MODE_AND_EMPLOYER), summed=BY_CONTRACT,
        notes=(d.MONTH_OF_WORK, d.CONTRACT_COUNTED, d.DISTINCT, d.REAL_HOURS),
        chart=Chart("bar", ("hours",), "Heures par modalité et type d'employeur"),
    ),
    Cut(
        "C05", "Types de contrat de travail", "Type de contrat", C, k.column("contracts", "contract_type"),
        k.labels_of(ContractType), order=k.order_of(ContractType), summed=BY_CONTRACT,
        notes=(d.MONTH_OF_WORK, d.CONTRACT_COUNTED, d.DISTINCT, d.REAL_HOURS),
    ),
    Cut(
        "C06a", "Personnes par sexe", "Sexe", P, k.column("people", "sex"), k.labels_of(Sex), order=k.order_of(Sex),
        shown=k.order_of(Sex), summed=PARTITION, notes=(d.PERSON_COUNTED, d.PARTITION, d.REAL_HOURS),
        chart=Chart("bar", ("participants",), "Personnes par sexe"),
    ),
    Cut(
        "C06b", "Personnes par âge à l'entrée", "Âge à l'entrée", P, k.age_keys, k.labels_of(AgeClass),
        order=k.order_of(AgeClass), shown=k.order_of(AgeClass), summed=PARTITION,
        notes=(d.PERSON_COUNTED, d.FROZEN, d.PARTITION), chart=Chart("column", ("participants",), "Personnes par âge"),
    ),
    Cut(
        "C06b-PLIE", "Personnes par âge, tranches PLIE", "Âge à l'entrée", P, k.plie_age_keys, k.labels_of(PlieAge),
        order=k.order_of(PlieAge), shown=k.order_of(PlieAge), summed=PARTITION, notes=(d.PERSON_COUNTED, d.FROZEN, d.PARTITION),
    ),
    Cut(
        "C06c", "Personnes par niveau d'étude", "Niveau d'étude à l'entrée", P, k.column("people", "level"),
        k.labels_of(EducationLevel), order=k.order_of(EducationLevel), shown=k.order_of(EducationLevel), summed=PARTITION,
        notes=(d.PERSON_COUNTED, d.FROZEN, d.PARTITION), chart=Chart("column", ("participants",), "Personnes par niveau"),
    ),
    Cut(
        "C06d", "Personnes par public principal", "Public principal", P, k.column("people", "public"),
        k.labels_of(PublicKind), order=PUBLICS, shown=(UNKNOWN,), summed=PARTITION,
        notes=(d.PERSON_COUNTED, d.FROZEN, d.PARTITION), chart=Chart("bar", ("participants",), "Personnes par public principal"),
    ),
    Cut(
        "C06e", "Personnes, tous publics", "Public", P, k.publics_keys, k.labels_of(PublicKind), order=PUBLICS,
        shown=(UNKNOWN,), overlaps=True, notes=(d.PERSON_COUNTED, d.FROZEN, d.OVERLAPS),
    ),
    Cut(
        "C06f", "Habitants des quartiers (QPV)", "Quartier prioritaire", P, k.column("people", "qpv"), lambda _facts: QPV,
        order=tuple(QPV), shown=tuple(QPV), summed=PARTITION, notes=(d.PERSON_COUNTED, d.FROZEN, d.PARTITION, d.REAL_HOURS),
        chart=Chart("bar", ("participants",), "Personnes et quartiers prioritaires"),
    ),
    Cut(
        "C06g", "Personnes par commune", "Commune à l'entrée", P, k.commune_keys, k.commune_labels, summed=PARTITION,
        notes=(d.PERSON_COUNTED, d.FROZEN),
    ),
    Cut(
        "C06h", "Personnes par prescripteur", "Prescripteur", P, k.prescriber_keys, k.prescriber_labels, summed=PARTITION,
        notes=(d.PERSON_COUNTED, d.FROZEN),
    ),
    Cut(
        "C08", "Nature des marchés", "Nature", M, k.column("markets", "nature"), k.labels_of(Nature),
        order=(*k.order_of(Nature), UNKNOWN), columns=OF_MARKETS, summed=BY_MARKET, sensitive=PEOPLE,
        notes=(d.MONTH_OF_WORK, d.ONGOING, d.DISTINCT),
    ),
    Cut(
        "C08b", "Secteurs d'activité", "Secteur", M, k.column("markets", "sector"), k.labels_of(Sector),
        order=(*k.order_of(Sector), UNKNOWN), columns=OF_MARKETS, summed=BY_MARKET, sensitive=PEOPLE,
        notes=(d.MONTH_OF_WORK, d.ONGOING, d.DISTINCT),
    ),
    Cut(
        "C08c", "Divisions du CPV", "Division du CPV", M, k.cpv_keys, k.cpv_labels, order=(*CPV_DIVISIONS, UNKNOWN),
        columns=OF_MARKETS, summed=BY_MARKET, sensitive=PEOPLE, notes=(d.MONTH_OF_WORK, d.ONGOING, d.DISTINCT, d.CPV),
    ),
    Cut(
        "C08d", "Métiers (ROME)", "Métier", C, k.rome_keys, k.rome_labels, summed=BY_CONTRACT,
        notes=(d.MONTH_OF_WORK, d.CONTRACT_COUNTED, d.DISTINCT, d.ROME),
    ),
    Cut(
        "C09", "Types de donneurs d'ordre", "Type de donneur d'ordre", M, k.buyer_type_keys, k.labels_of(BuyerType),
        order=k.order_of(BuyerType), columns=(AUTHORITIES, OPERATIONS, *OF_MARKETS),
        summed=BY_MARKET | {"operations", "contracting_authorities"}, sensitive=PEOPLE,
        notes=(d.BUYER_COUNTED, d.ONGOING, d.DISTINCT),
    ),
    Cut(
        "C09b", "Donneurs d'ordre", "Donneur d'ordre", M, k.buyer_keys, k.buyer_labels, columns=(OPERATIONS, *OF_MARKETS),
        summed=BY_MARKET | {"operations"}, sensitive=PEOPLE, notes=(d.BUYER_COUNTED, d.ONGOING, d.DISTINCT),
    ),
)  # fmt: skip
