"""Validated hours for tests of consolidations, and the golden case T-IND-1 (domain.md IND-05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.models import EmploymentContract
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel import clock
from clause.kernel.values import month_end
from clause.ledger import posting
from clause.ledger.models import LedgerEntry
from clause.markets.models import Market, Operation
from clause.organisations.codes import BuyerType
from clause.organisations.models import Establishment, Structure
from tests.support import factories as make

AS_OF = date(2027, 12, 31)


def declaration(session: Session, market: Market, company_id: int, month: date) -> Declaration:
    """The declaration of a company for a month, made where there is none."""
    found = session.scalars(
        select(Declaration).where(
            Declaration.market_id == market.id, Declaration.company_id == company_id, Declaration.month == month
        )
    ).one_or_none()
    return found or make.add(
        session,
        Declaration(
            market_id=market.id, company_id=company_id, month=month, state=DeclarationState.VALIDATED, origin=Origin.COMPANY,
            entered_by="Test", created_at=clock.now(), decided_by="Camille Facilitatrice", decided_at=clock.now(),
        ),
    )  # fmt: skip


def line(
    session: Session, contract: EmploymentContract, market: Market, month: date, hundredths: int, **values: Any
) -> DeclarationLine:
    """A validated line of hours."""
    employer = session.get_one(Establishment, contract.establishment_id)
    defaults: dict[str, Any] = {
        "hour_kind": HourKind.WORK, "state": LineState.VALIDATED, "decided_by": "Camille Facilitatrice", "decided_at": clock.now(),
        "worked_from": month, "worked_to": month_end(month),
    }  # fmt: skip
    return make.add(
        session,
        DeclarationLine(
            declaration_id=declaration(session, market, employer.company_id, month).id, market_id=market.id, month=month,
            employment_contract_id=contract.id, participant_id=contract.participant_id, structure_id=contract.structure_id,
            hours=hundredths, **{**defaults, **values},
        ),
    )  # fmt: skip


def work(
    session: Session, contract: EmploymentContract, market: Market, month: date, hundredths: int, *, valued: int | None = None, **values: Any
) -> LedgerEntry:  # fmt: skip
    """Validated and counted hours: a line and its posting, dated of the clock's day."""
    row = line(session, contract, market, month, hundredths, **values)
    entry = posting.post(
        session,
        Viewer(role=make.Role.FACILITATOR, name="Camille Facilitatrice"),
        posting.Hours(
            market.id, contract.participant_id, contract.id, row.id, month, row.hour_kind.value, hundredths,
            hundredths if valued is None else valued,
        ),
    )  # fmt: skip
    session.flush()
    return entry


@dataclass(frozen=True)
class Golden:
    structure: Structure
    operations: dict[str, Operation]
    markets: dict[str, Market]
    contracts: dict[str, EmploymentContract]
    authorities: dict[str, Any]


def golden(session: Session) -> Golden:
    """T-IND-1: five markets of three operations, five people, seven employment contracts of which six work in 2026."""
    of = make.structure(session)
    make.facilitator(session, of)
    ville = make.authority(session, "Ville A")
    bailleur = make.authority(session, "Bailleur B", BuyerType.SOCIAL_LANDLORD)
    operations = {name: make.operation(session, of, buyer, reference=name) for name, buyer in (("O1", ville), ("O2", bailleur), ("O3", ville))}  # fmt: skip
    companies = {name: make.establishment(session, f"Société {name}") for name in "XYZ"}

    def market(name: str, operation: str, company: str, starts: date, ends: date, hours: int) -> Market:
        return make.market(
            session, operations[operation], companies[company], reference=name, starts_on=starts, ends_on=ends, objective=hours * 100
        )  # fmt: skip

    markets = {
        "C1": market("C1", "O1", "X", date(2025, 6, 1), date(2026, 9, 30), 1000),
        "C2": market("C2", "O1", "Y", date(2026, 3, 1), date(2027, 2, 28), 600),
        "C3": market("C3", "O2", "X", date(2025, 1, 15), date(2026, 1, 31), 300),
        "C4": market("C4", "O3", "Z", date(2024, 1, 1), date(2025, 12, 15), 400),
        "C5": market("C5", "O3", "Z", date(2027, 1, 10), date(2028, 1, 9), 500),
    }
    people = {name: make.participant(session, of, reference=name) for name in ("P1", "P2", "P3", "P4", "P5", "P6")}
    for person in people.values():
        make.eligible(session, person, since=date(2024, 1, 1))

    def contract(name: str, person: str, company: str, on: str) -> EmploymentContract:
        return make.contract(
            session, people[person], companies[company], markets[on], reference=name, starts_on=date(2024, 1, 1), ends_on=None
        )  # fmt: skip

    contracts = {
        "P1-C1": contract("P1-C1", "P1", "X", "C1"), "P1-C3": contract("P1-C3", "P1", "X", "C3"),
        "P2-C1": contract("P2-C1", "P2", "X", "C1"), "P3-a": contract("P3-a", "P3", "Y", "C2"),
        "P3-b": contract("P3-b", "P3", "Y", "C2"), "P5-C2": contract("P5-C2", "P5", "Y", "C2"),
        "P4-C3": contract("P4-C3", "P4", "X", "C3"), "P5-C1": contract("P5-C1", "P5", "X", "C1"),
        "P6-C4": contract("P6-C4", "P6", "Z", "C4"),
    }  # fmt: skip
    for name, on, month, hours in (
        ("P1-C1", "C1", date(2026, 2, 1), 150), ("P1-C1", "C1", date(2026, 3, 1), 150), ("P1-C1", "C1", date(2026, 4, 1), 100),
        ("P1-C3", "C3", date(2026, 1, 1), 20), ("P2-C1", "C1", date(2026, 5, 1), 150), ("P2-C1", "C1", date(2026, 6, 1), 150),
        ("P3-a", "C2", date(2026, 4, 1), 100), ("P3-b", "C2", date(2026, 7, 1), 50), ("P5-C2", "C2", date(2026, 8, 1), 90),
        ("P5-C1", "C1", date(2025, 7, 1), 150), ("P5-C1", "C1", date(2025, 8, 1), 150), ("P5-C1", "C1", date(2025, 9, 1), 50),
        ("P4-C3", "C3", date(2025, 2, 1), 150), ("P4-C3", "C3", date(2025, 3, 1), 130),
        ("P6-C4", "C4", date(2024, 5, 1), 150), ("P6-C4", "C4", date(2024, 6, 1), 100), ("P6-C4", "C4", date(2025, 5, 1), 120),
    ):  # fmt: skip
        work(session, contracts[name], markets[on], month, hours * 100)
    return Golden(of, operations, markets, contracts, {"A": ville, "B": bailleur})
