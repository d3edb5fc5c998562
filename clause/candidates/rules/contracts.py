"""Employment contracts: what is refused, what is only said (domain.md REA-01, OPE-03). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clause.candidates.codes import ContractType, Mode
from clause.candidates.rules.eligibility import Window
from clause.kernel.values import add_months
from clause.organisations.codes import EmployerType

E = EmployerType
_SECONDING = frozenset({E.AI, E.ETTI, E.ETT, E.EATT, E.GEIQ})
_SUBCONTRACTING = frozenset({E.EI, E.EA, E.ACI, E.ESAT, E.REGIE_QUARTIER, E.EITI, E.SEP})
_AGENCIES = frozenset({E.ETTI, E.ETT, E.EATT})
_MISSIONS = frozenset({ContractType.MISSION, ContractType.INSERTION_MISSION})
CDD_MAX_MONTHS = 18


class ContractRefusal(StrEnum):
    DATES = "La fin du contrat précède son début."
    TOO_OLD = "Le début du contrat précède les 14 ans de la personne : vérifiez la date."
    SAME = "Ce contrat est déjà enregistré : même personne, même employeur, même type, même début."
    HOURS_AFTER = "Des heures validées existent après cette date de fin : corrigez d'abord ces heures."


class ContractWarning(StrEnum):
    """What is written all the same, and said."""

    CDI_WITH_END = "Un CDI n'a normalement pas de date de fin : la fin saisie est gardée."
    NO_END = "Ce contrat n'a pas de date de fin : elle est attendue pour un contrat à durée déterminée."
    LONG_CDD = "Ce CDD dépasse dix-huit mois : vérifiez les dates."
    NO_MARKET = "Ce contrat n'est rattaché à aucun marché : ses heures ne pourront pas être déclarées."
    MODE = "Cette modalité ne correspond pas au type de l'employeur : vérifiez l'une ou l'autre."
    MISSION = "Un contrat de mission suppose une entreprise de travail temporaire : vérifiez le type de contrat."
    AWAITING = (
        "L'éligibilité de cette personne n'est pas décidée : ses heures ne compteront pas tant qu'elle ne l'est pas."
    )
    OUTSIDE = (
        "Le contrat commence hors de la période d'éligibilité : les heures hors de cette période ne compteront pas."
    )
    OVERLAPS = "Cette personne a déjà un contrat chez cet employeur sur ces dates."
    MARKET_DATES = "Le contrat commence hors des dates du marché : les heures hors de ces dates ne compteront pas."


@dataclass(frozen=True)
class ContractFacts:
    """One employment contract and what surrounds it; ``windows``: the person's eligibility, decided."""

    contract_type: ContractType
    mode: Mode
    employer: EmployerType
    starts_on: date
    ends_on: date | None
    windows: tuple[Window, ...] = ()
    markets: tuple[tuple[date, date | None], ...] = ()
    has_market: bool = True
    overlaps: bool = False


def dates_refusal(starts_on: date, ends_on: date | None, birth_date: date) -> ContractRefusal | None:
    if ends_on is not None and ends_on < starts_on:
        return ContractRefusal.DATES
    return ContractRefusal.TOO_OLD if starts_on < add_months(birth_date, 14 * 12) else None


def mode_fits(mode: Mode, employer: EmployerType) -> bool:
    """REA-01: secondment by AI, ETTI, ETT, EATT, GEIQ; subcontracting by EI, EA, ACI, ESAT, régies, EITI, work in prison; any other hires."""
    if mode is Mode.SECONDMENT:
        return employer in _SECONDING
    if mode in (Mode.SUBCONTRACTING, Mode.CO_CONTRACTING):
        return employer in _SUBCONTRACTING
    return employer not in _SECONDING or employer is E.GEIQ


def contract_warnings(facts: ContractFacts) -> list[ContractWarning]:
    """Everything that deserves a second look, in reading order; none of it blocks."""
    W = ContractWarning
    checks = (
        (facts.contract_type is ContractType.CDI and facts.ends_on is not None, W.CDI_WITH_END),
        (facts.contract_type is not ContractType.CDI and facts.ends_on is None, W.NO_END),
        (facts.contract_type is ContractType.CDD and _longer_than_cdd(facts), W.LONG_CDD),
        (not facts.has_market, W.NO_MARKET),
        (not mode_fits(facts.mode, facts.employer), W.MODE),
        (facts.contract_type in _MISSIONS and facts.employer not in _AGENCIES, W.MISSION),
        (not facts.windows, W.AWAITING),
        (bool(facts.windows) and not any(w.holds(facts.starts_on) for w in facts.windows), W.OUTSIDE),
        (facts.overlaps, W.OVERLAPS),
        (any(not Window(*dates).holds(facts.starts_on) for dates in facts.markets), W.MARKET_DATES),
    )
    return [warning for happens, warning in checks if happens]


def _longer_than_cdd(facts: ContractFacts) -> bool:
    return facts.ends_on is not None and facts.ends_on >= add_months(facts.starts_on, CDD_MAX_MONTHS)
