"""Whom a line of a company's file is about: one of the people under contract there this month, or nobody. Pure.

What a refusal says never depends on whether the person exists elsewhere: only the company's own people are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from clause.kernel.values import fold


@dataclass(frozen=True)
class Somebody:
    """One confirmed employment contract of the company on the market this month, and its person."""

    contract_id: int
    reference: str
    person_id: int
    last_name: str
    first_name: str
    birth_date: date | None


@dataclass(frozen=True)
class Said:
    """Who a line says it is about; what it does not say is empty."""

    contract: str = ""
    last_name: str = ""
    first_name: str = ""
    full_name: str = ""
    birth_date: date | None = None

    @property
    def names(self) -> str:
        return self.full_name or f"{self.last_name} {self.first_name}".strip()


class Unmatched(Enum):
    """Why a line is about nobody; the sentence says what to do."""

    NOBODY = (
        "Aucune personne sous contrat confirmé chez l'entreprise sur ce marché ce mois-ci ne correspond. Vérifiez le nom,"
        " le prénom, la date de naissance ou l'identifiant du contrat ; sinon, annoncez d'abord le contrat."
    )
    UNSAID = (
        "Cette ligne ne dit pas qui est la personne : indiquez son nom et son prénom, ou l'identifiant de son contrat."
    )
    OTHER_NAME = "L'identifiant du contrat et le nom ne sont pas ceux de la même personne : corrigez l'un ou l'autre."
    SEVERAL_PEOPLE = "Plusieurs personnes portent ce nom : indiquez la date de naissance ou l'identifiant du contrat."
    SEVERAL_CONTRACTS = "Cette personne a plusieurs contrats ce mois-ci : indiquez l'identifiant du contrat concerné."


def match(said: Said, people: Sequence[Somebody]) -> Somebody | Unmatched:
    """The contract that a line is about: by its identifier first, else by name, first name and birth date (formats.md § 2).

    A line without a birth date is matched by the names alone where one person bears them.
    """
    if said.contract:
        own = [person for person in people if fold(person.reference) == fold(said.contract)]
        if len(own) == 1:
            return own[0] if not said.names or _named(said, own[0]) else Unmatched.OTHER_NAME
    if not (said.full_name or (said.last_name and said.first_name)):
        return Unmatched.NOBODY if said.contract else Unmatched.UNSAID
    named = [person for person in people if _named(said, person) and _born(said, person)]
    return _only(named)


def _only(named: Sequence[Somebody]) -> Somebody | Unmatched:
    if len(named) == 1:
        return named[0]
    if not named:
        return Unmatched.NOBODY
    return Unmatched.SEVERAL_PEOPLE if len({person.person_id for person in named}) > 1 else Unmatched.SEVERAL_CONTRACTS


def _named(said: Said, person: Somebody) -> bool:
    """The same names whatever their accents, capitals and, in one column, their order."""
    if said.full_name:
        return sorted(fold(said.full_name).split()) == sorted(fold(f"{person.last_name} {person.first_name}").split())
    wanted = [(said.last_name, person.last_name), (said.first_name, person.first_name)]
    return all(not typed or fold(typed) == fold(known) for typed, known in wanted)


def _born(said: Said, person: Somebody) -> bool:
    return said.birth_date is None or person.birth_date == said.birth_date
