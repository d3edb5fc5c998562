"""Two structures that work with the same authority and the same company, as their transfer files and as one database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations.transfer.canonical import as_bytes, sealed
from clause.consolidations.transfer.exporting import document
from clause.organisations.models import Structure
from tests.consolidations.support import AS_OF, Golden, golden, work
from tests.support import factories as make

ADMINISTRATOR = Viewer(role=Role.ADMINISTRATOR, name="Administration")
YEAR = 2026


@dataclass(frozen=True)
class Pair:
    """T-IND-1 and a second structure: 3 people, 300 h, on a market of Ville A that company X holds."""

    first: Golden
    second: Structure


def pair(session: Session) -> Pair:
    case = golden(session)
    case.structure.region = "Bretagne"
    second = make.structure(session, "Maison de l'emploi du Bocage")
    second.region = "Normandie"
    make.facilitator(session, second)
    company = make.establishment(session, "Société neuve")
    holder = _establishment_of(session, case)
    operation = make.operation(session, second, case.authorities["A"], reference="N1")
    markets = [
        make.market(session, operation, holder, starts_on=date(2026, 2, 1), ends_on=date(2026, 11, 30), objective=60_000),
        make.market(session, operation, company, starts_on=date(2026, 2, 1), ends_on=date(2027, 11, 30), objective=None),
    ]  # fmt: skip
    for number in range(3):
        person = make.participant(session, second, last_name=f"Kervella{number}", first_name=f"Nolwenn{number}")
        make.eligible(session, person)
        hired = make.contract(
            session, person, holder, markets[number % 2], job=f"Remplace Nolwenn{number} Kervella{number}"
        )
        work(session, hired, markets[number % 2], date(2026, 3 + number, 1), 10_000)
    session.flush()
    return Pair(case, second)


def _establishment_of(session: Session, case: Golden) -> Any:
    """The establishment of company X, which holds C1 and C3."""
    from sqlalchemy import select

    from clause.markets.models import MarketParty
    from clause.organisations.models import Establishment

    return session.scalars(
        select(Establishment).join(MarketParty, MarketParty.establishment_id == Establishment.id).where(MarketParty.market_id == case.markets["C1"].id)
    ).first()  # fmt: skip


def file_of(session: Session, structure: Structure, as_of: date = AS_OF) -> bytes:
    return as_bytes(document(session, structure, YEAR, as_of))


def resealed(document: Mapping[str, Any]) -> bytes:
    """A file as somebody would write it who knows how to make the checksum."""
    return as_bytes(sealed(document))
