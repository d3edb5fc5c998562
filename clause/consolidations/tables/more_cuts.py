"""The cuts of C07 (crossings), C10 (companies), C11 (durations) and C12 (kinds of hours). One entry a table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from clause.candidates.codes import PublicKind, Sex
from clause.candidates.rules.ages import AgeClass
from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts
from clause.consolidations.report import Chart
from clause.consolidations.tables import company_keys as companies
from clause.consolidations.tables import duration_keys as durations
from clause.consolidations.tables import keys as k
from clause.consolidations.tables.annual_cuts import BY_CONTRACT, PARTITION, PUBLICS, QPV, C, M, P
from clause.consolidations.tables.cuts import COMPANIES, HOURS, MARKETS, UNKNOWN, Cut, Grain
from clause.hours.codes import HourKind
from clause.markets.codes import Sector

Labels = Mapping[str, str]
OF_COMPANIES = (COMPANIES, MARKETS, HOURS)
BY_COMPANY = frozenset({"hours", "markets", "companies"})


def crossed_labels(first: Labels, second: Labels) -> Labels:
    """``a/b`` → « A / B », unknown ones too."""
    ours, theirs = ({UNKNOWN: "Inconnu", **labels} for labels in (first, second))
    return {f"{a}/{b}": f"{x} / {y}" for a, x in ours.items() for b, y in theirs.items()}


def _pairs(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{a}/{b}" for a in first for b in second)


SEX, AGES, SECTORS, PUBLIC = (k.order_of(code) for code in (Sex, AgeClass, Sector, PublicKind))
_sex, _ages, _sectors, _publics = ({m.value: m.label for m in code} for code in (Sex, AgeClass, Sector, PublicKind))
SEX_AGE, SEX_SECTOR, QPV_PUBLIC = (
    crossed_labels(_sex, _ages),
    crossed_labels(_sex, _sectors),
    crossed_labels(QPV, _publics),
)


def kind_keys(facts: Facts) -> pd.Series:
    """The kind of hours is its own key."""
    kinds = sorted(facts.hours["hour_kind"].unique())
    return pd.Series(kinds, index=kinds, dtype="str")


MORE_CUTS: tuple[Cut, ...] = (
    Cut(
        "C07", "Sexe et âge", "Sexe / âge à l'entrée", P, k.column("people", "sex"), lambda _facts: SEX_AGE,
        order=_pairs(SEX, AGES), crossed=(P, k.age_keys), summed=PARTITION, notes=(d.PERSON_COUNTED, d.FROZEN, d.CROSSED),
    ),
    Cut(
        "C07b", "Sexe et secteur", "Sexe / secteur du marché", P, k.column("people", "sex"), lambda _facts: SEX_SECTOR,
        order=_pairs(SEX, (*SECTORS, UNKNOWN)), crossed=(M, k.column("markets", "sector")), summed=frozenset({"hours"}),
        notes=(d.MONTH_OF_WORK, d.DISTINCT, d.CROSSED),
    ),
    Cut(
        "C07c", "Quartiers et publics", "Quartier prioritaire / public principal", P, k.column("people", "qpv"),
        lambda _facts: QPV_PUBLIC, order=_pairs(tuple(QPV), PUBLICS), crossed=(P, k.column("people", "public")),
        summed=PARTITION, notes=(d.PERSON_COUNTED, d.FROZEN, d.CROSSED),
    ),
    Cut(
        "C10", "Entreprises par taille", "Effectif de l'entreprise", M, companies.of_contractor(companies.size_keys),
        k.labels_of(companies.Size), order=k.order_of(companies.Size), shown=k.order_of(companies.Size), columns=OF_COMPANIES,
        summed=BY_COMPANY, sensitive=frozenset(), company_keys=companies.size_keys,
        notes=(d.COMPANY_COUNTED, d.COMPANY_HOURS, d.COMPANY_SIZE, d.ONGOING),
    ),
    Cut(
        "C10b", "Entreprises par secteur", "Section de la NAF", M, companies.of_contractor(companies.section_keys),
        companies.section_labels, order=companies.SECTIONS, columns=OF_COMPANIES, summed=BY_COMPANY, sensitive=frozenset(),
        company_keys=companies.section_keys, notes=(d.COMPANY_COUNTED, d.COMPANY_HOURS, d.COMPANY_SECTOR, d.ONGOING),
    ),
    Cut(
        "C10c", "Première clause ou non", "L'entreprise", M, companies.of_contractor(companies.first_keys),
        k.labels_of(companies.First), order=k.order_of(companies.First), shown=companies.BOTH, columns=OF_COMPANIES,
        summed=BY_COMPANY, sensitive=frozenset(), company_keys=companies.first_keys, of_period=True,
        notes=(d.COMPANY_COUNTED, d.COMPANY_HOURS, d.FIRST_CLAUSE, d.ONGOING),
    ),
    Cut(
        "C11", "Durée des contrats de travail", "Durée du contrat", C, durations.length_keys, k.labels_of(durations.Length),
        order=k.order_of(durations.Length), shown=k.order_of(durations.Length), summed=BY_CONTRACT,
        notes=(d.CONTRACT_COUNTED, d.LENGTH, d.DISTINCT), chart=Chart("column", ("employment_contracts",), "Contrats par durée"),
    ),
    Cut(
        "C11b", "Heures par personne", "Heures de la personne dans l'année", P, durations.hours_class_keys,
        k.labels_of(durations.HoursClass), order=k.order_of(durations.HoursClass), shown=k.order_of(durations.HoursClass),
        summed=PARTITION, of_period=True, notes=(d.PERSON_COUNTED, d.REAL_HOURS), chart=Chart("column", ("participants",), "Personnes par volume d'heures"),
    ),
    Cut(
        "C11c", "Embauches répétées", "Contrats de la personne dans l'année", P, durations.hires_keys,
        k.labels_of(durations.Hires), order=k.order_of(durations.Hires), shown=k.order_of(durations.Hires),
        summed=PARTITION, of_period=True, notes=(d.PERSON_COUNTED, d.CONTRACT_COUNTED),
    ),
    Cut(
        "C12", "Heures de formation", "Type d'heures", Grain.KIND, kind_keys, k.labels_of(HourKind), order=k.order_of(HourKind),
        shown=k.order_of(HourKind), notes=(d.MONTH_OF_WORK, d.TRAINING, d.DISTINCT, d.REAL_HOURS),
    ),
)  # fmt: skip
