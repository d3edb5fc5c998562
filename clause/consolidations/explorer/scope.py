"""Who explores what: the perimeter, the dimensions, whether small cells are hidden, what a figure opens on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.models import EmploymentContract
from clause.consolidations.explorer.dimensions import CONTRACTS, DIMENSIONS, MARKETS, PEOPLE, TIME, Dimension
from clause.consolidations.perimeter import Perimeter, of_structure, of_viewer
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, OperationPartner
from clause.organisations.models import Company, Establishment, Structure

SHARED = "partagees"
# Crossed with people and contracts where small cells are hidden: one level of each family (ADR 0027).
GUARDED = frozenset({
    "sexe", "age", "niveau", "public", "qpv", "commune", "prescripteur", "modalite-employeur", "trimestre", "operation",
})  # fmt: skip


class Lines(StrEnum):
    """What a figure opens on: ledger entries with their people, sums by month and market, or nothing."""

    ENTRIES = "entries"
    MONTHS = "months"


@dataclass(frozen=True)
class Scope:
    """``company_id``: hours of its own employees alone. ``choices``: the perimeters to choose from, (value, label)."""

    perimeter: Perimeter
    masked: bool
    dimensions: Mapping[str, Dimension]
    lines: Lines
    company_id: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""

    @property
    def may_filter(self) -> bool:
        return not self.masked


def scope_of(session: Session, viewer: Viewer, wanted: str = "") -> Scope:
    """The scope of the viewer; ``wanted`` is a perimeter of the list, another word is the first one."""
    if viewer.role is Role.COMPANY:
        return _of_company(session, viewer)
    if viewer.role is Role.AUTHORITY:
        return Scope(of_viewer(session, viewer), True, _outside(), Lines.MONTHS)
    if not viewer.in_structure:
        return Scope(Perimeter("Aucun marché", structure_ids=()), True, _outside(), Lines.MONTHS)
    return _of_structure(session, viewer, wanted)


def _outside() -> dict[str, Dimension]:
    """Of time and markets all, of people and contracts those that are told together."""
    return {key: one for key, one in DIMENSIONS.items() if key in GUARDED or (one.group in (TIME, MARKETS) and key != "annee")}  # fmt: skip


def _of_structure(session: Session, viewer: Viewer, wanted: str) -> Scope:
    structure = session.get_one(Structure, viewer.structure_id)
    shared = select(OperationPartner.operation_id).where(OperationPartner.structure_id == structure.id)
    choices = (("", f"Opérations pilotées par {structure.name}"), (SHARED, "Opérations partagées par une autre structure"))  # fmt: skip
    if session.scalar(shared.limit(1)) is None:
        return Scope(of_structure(structure), False, DIMENSIONS, Lines.ENTRIES)
    if wanted == SHARED:
        perimeter = Perimeter(f"{structure.name}, opérations partagées", among=Market.operation_id.in_(shared))
        return Scope(perimeter, True, _outside(), Lines.MONTHS, choices=choices, chosen=SHARED)
    return Scope(of_structure(structure), False, DIMENSIONS, Lines.ENTRIES, choices=choices)


def _of_company(session: Session, viewer: Viewer) -> Scope:
    """The hours of the people it employs: it declares them by name, and never reads why they are eligible."""
    company = session.get_one(Company, viewer.company_id)
    worked = (
        select(LedgerEntry.market_id)
        .join(EmploymentContract, EmploymentContract.id == LedgerEntry.employment_contract_id)
        .join(Establishment, Establishment.id == EmploymentContract.establishment_id)
        .where(Establishment.company_id == company.id)
    )
    known = {key: one for key, one in DIMENSIONS.items() if one.group in (TIME, MARKETS, CONTRACTS, PEOPLE) and not one.eligibility}  # fmt: skip
    perimeter = Perimeter(f"{company.name}, ses salariés", among=Market.id.in_(worked), described=(("company", company.siren),))  # fmt: skip
    return Scope(perimeter, False, known, Lines.ENTRIES, company_id=company.id)
