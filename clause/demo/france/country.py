"""What does not change from one year to the next: structures, authorities, companies that hold or employ, prescribers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from clause.demo.france import words
from clause.demo.france.size import Size, divided
from clause.demo.france.words import Trade, place, siret
from clause.kernel import bulk
from clause.kernel.values import fold, siren_of
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind
from clause.organisations.models import (
    AuthorityEstablishment,
    Company,
    ContractingAuthority,
    Establishment,
    PrescriberOrganisation,
    Structure,
)


@dataclass(slots=True)
class Firm:
    """A company and its only establishment."""

    company: int
    establishment: int
    kind: EmployerType
    trade: Trade


@dataclass(slots=True)
class Area:
    """A structure and what is its own: how many of everything in a year, and the organisations it works with."""

    number: int
    structure: int
    name: str
    facilitator: str
    communes: list[str]
    operations: int
    markets: int
    participants: int
    employment_contracts: int
    authorities: list[tuple[int, BuyerType, str]] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    suppliers: list[Firm] = field(default_factory=list)
    prescribers: list[tuple[int, str, PrescriberKind]] = field(default_factory=list)


def pick(dice: Random, choices: Sequence[tuple[Any, ...]]) -> Any:
    """One of these tuples, by the weight that ends it."""
    return dice.choices(choices, weights=[choice[-1] for choice in choices])[0]


def build(session: Session, size: Size, dice: Random, opened: datetime) -> list[Area]:
    """Write the organisations; the areas, largest first."""
    areas = _areas(size, dice)
    _structures(session, areas, dice, opened)
    _authorities(session, areas, _counts(areas, size.authorities), dice, opened)
    numbers = iter(range(size.structures + size.authorities, 10**6))
    _firms(session, areas, _counts(areas, size.companies), dice, opened, numbers, suppliers=False)
    _firms(session, areas, _counts(areas, size.suppliers), dice, opened, numbers, suppliers=True)
    _prescribers(session, areas)
    return areas


def _counts(areas: Sequence[Area], total: int) -> list[int]:
    return divided(total, [area.markets for area in areas])


def _areas(size: Size, dice: Random) -> list[Area]:
    """Sizes like those of real territories: a few very large, many small."""
    weights = sorted((dice.lognormvariate(0, 0.75) for _ in range(size.structures)), reverse=True)
    authorities, companies = divided(size.authorities, weights), divided(size.companies, weights)
    operations = divided(size.operations, weights, authorities)
    markets = divided(size.markets, weights, [max(pair) for pair in zip(operations, companies, strict=True)])
    participants = divided(size.participants, weights)
    contracts = divided(size.employment_contracts, weights, participants)
    return [
        Area(number, 0, "", _person(dice), [place(number * 9 + k) for k in range(5 + markets[number] // 40)], operations[number], markets[number], participants[number], contracts[number])
        for number in range(size.structures)
    ]  # fmt: skip


def _person(dice: Random) -> str:
    return f"{dice.choice(words.WOMEN + words.MEN)} {words.family(dice.randrange(10**6))}"


def _structures(session: Session, areas: Sequence[Area], dice: Random, opened: datetime) -> None:
    rows = []
    for area, id in zip(areas, bulk.reserve(session, Structure, len(areas)), strict=True):
        kind, prefix, _weight = pick(dice, words.STRUCTURES)
        region, _weight = pick(dice, words.REGIONS)
        area.structure, area.name = id, f"{prefix} {area.communes[0]}"
        rows.append(
            {
                "id": id, "siret": siret(area.number), "name": area.name, "kind": kind, "territory": area.communes[0],
                "region": region, "email": f"contact@structure{area.number + 1}.example", "created_at": opened,
            }
        )  # fmt: skip
    bulk.write(session, Structure, rows)


def _authorities(
    session: Session, areas: Sequence[Area], counts: Sequence[int], dice: Random, opened: datetime
) -> None:
    ids = iter(bulk.reserve(session, ContractingAuthority, sum(counts)))
    rows: list[bulk.Values] = []
    places: list[bulk.Values] = []
    for area, count in zip(areas, counts, strict=True):
        for rank in range(count):
            kind, pattern, _weight = pick(dice, words.BUYERS)
            commune = area.communes[rank % len(area.communes)]
            again = rank // len(area.communes)
            name = pattern.format(commune) + (f" ({again + 1})" if again else "")
            id, number = next(ids), siret(len(areas) + len(rows))
            area.authorities.append((id, kind, name))
            rows.append(
                {
                    "id": id, "siren": siren_of(number), "name": name, "kind": kind, "commune": commune,
                    "search": fold(f"{name} {commune} {siren_of(number)}"), "created_at": opened,
                }
            )  # fmt: skip
            places.append({"authority_id": id, "siret": number, "name": name})
    bulk.write(session, ContractingAuthority, rows)
    bulk.write(session, AuthorityEstablishment, places)


# One holder in twenty-five is itself an employer of insertion, for the markets that are reserved to it.
_HOLDERS = ((EmployerType.COMPANY, 960), (EmployerType.EI, 14), (EmployerType.ACI, 10), (EmployerType.REGIE_QUARTIER, 6), (EmployerType.AI, 4), (EmployerType.EA, 4), (EmployerType.ESAT, 2))  # fmt: skip
_TRADES = tuple((trade, trade.weight) for trade in words.TRADES)


def _firms(
    session: Session, areas: Sequence[Area], counts: Sequence[int], dice: Random, opened: datetime, numbers: Iterable[int], *, suppliers: bool
) -> None:  # fmt: skip
    ids, places = (bulk.reserve(session, model, sum(counts)) for model in (Company, Establishment))
    keys = iter(zip(ids, places, numbers, strict=False))
    companies, establishments = [], []
    for area, count in zip(areas, counts, strict=True):
        for _ in range(count):
            company, establishment, number = next(keys)
            made = _supplier(area, dice) if suppliers else _holder(dice)
            kind, trade, name, naf = made
            (area.suppliers if suppliers else area.firms).append(Firm(company, establishment, kind, trade))
            commune, sign = dice.choice(area.communes), siret(number)
            companies.append(
                {
                    "id": company, "siren": siren_of(sign), "name": name, "email": f"paie{number}@entreprise.example",
                    "search": fold(f"{name} {siren_of(sign)} {sign} {commune}"), "created_at": opened,
                }
            )  # fmt: skip
            workforce = int(dice.lognormvariate(2.8, 1.1)) + 1
            establishments.append(
                {
                    "id": establishment, "company_id": company, "siret": sign, "name": name, "kind": kind, "naf": naf,
                    "workforce": workforce, "commune": commune,
                }
            )  # fmt: skip
    bulk.write(session, Company, companies)
    bulk.write(session, Establishment, establishments)


def _holder(dice: Random) -> tuple[EmployerType, Trade, str, str]:
    kind, _weight = pick(dice, _HOLDERS)
    trade, _weight = pick(dice, _TRADES)
    return kind, trade, f"{trade.firm} {words.family(dice.randrange(10**6))}", trade.naf


def _supplier(area: Area, dice: Random) -> tuple[EmployerType, Trade, str, str]:
    """An agency of temporary work of insertion in every area, then all kinds."""
    kind, prefix, naf, _weight = words.SUPPLIERS[0] if not area.suppliers else pick(dice, words.SUPPLIERS)
    trade, _weight = pick(dice, _TRADES)
    return kind, trade, f"{prefix} {dice.choice(area.communes)}", naf


def _prescribers(session: Session, areas: Sequence[Area]) -> None:
    ids = iter(bulk.reserve(session, PrescriberOrganisation, len(areas) * len(words.PRESCRIBERS)))
    rows = []
    for area in areas:
        for kind, pattern, _weight in words.PRESCRIBERS:
            id, name = next(ids), pattern.format(area.communes[0])
            area.prescribers.append((id, name, kind))
            rows.append({"id": id, "structure_id": area.structure, "name": name, "kind": kind})
    bulk.write(session, PrescriberOrganisation, rows)
