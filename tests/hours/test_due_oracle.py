"""Random worlds: what the database finds owed, late and waiting is what a plain loop over every row finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries import Filters, declarations, late_declarations, months_to_declare, to_validate_count
from clause.kernel import clock
from clause.kernel.values import add_months, half_up, half_up_of, month_end
from clause.markets.codes import ClauseKind, MarketStatus, PartyRole
from clause.markets.models import Market, MarketParty, OperationPartner
from clause.organisations.models import Establishment
from tests.support import factories as make

TODAY = date(2026, 4, 10)
MONTHS = [date(2025, month, 1) for month in range(9, 13)] + [date(2026, month, 1) for month in range(1, 5)]
STILL = (DeclarationState.DRAFT, DeclarationState.RETURNED)
CHASED = (MarketStatus.IN_PROGRESS, MarketStatus.AWARDED, MarketStatus.RECEIVED)
SUSPENDED: list[dict[str, Any]] = [
    {},
    {},
    {"suspensions": [["2026-02-01", "2026-03-31"]]},
    {"suspensions": [["2026-03-01", None]]},
]


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("seed", range(4))
def test_what_is_owed_is_what_a_loop_finds(session: Session, seed: int) -> None:
    for viewer in random_world(session, Random(seed)):
        found = months_to_declare(session, viewer, TODAY)
        assert {(o.market_id, o.company_id, o.month, o.state) for o in found} == set(owed(session, viewer))
        assert len(found) == len(set(owed(session, viewer)))
        late = [o for o in found if o.late_days > 0]
        assert sorted(late_declarations(session, viewer, TODAY), key=repr) == sorted(late, key=repr)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("seed", range(4))
def test_what_waits_and_the_list_are_what_a_loop_finds(session: Session, seed: int) -> None:
    for viewer in random_world(session, Random(seed)):
        seen = [
            d
            for d in session.scalars(select(Declaration))
            if _sees(session, viewer, session.get_one(Market, d.market_id), d)
        ]
        if viewer.in_structure:
            assert to_validate_count(session, viewer) == sum(_waits(session, viewer, d) for d in seen)
        for state in (None, *DeclarationState):
            page = declarations(session, viewer, Filters(state=state), page=2, per_page=7)
            kept = sorted((d for d in seen if state in (None, d.state)), key=lambda d: (d.month, d.id), reverse=True)
            assert page.total == len(kept)
            assert [(r.public_id, r.people, r.hours) for r in page.rows] == [
                _said(session, viewer, d) for d in kept[7:14]
            ]


@pytest.mark.parametrize("seed", range(3))
def test_a_quotient_of_whole_numbers_is_rounded_as_a_decimal_is(seed: int) -> None:
    from decimal import Decimal

    dice = Random(seed)
    for _ in range(500):
        by = dice.choice((2, 4, 6, 8, 10, 20, 50, 1000, 10_000))  # quotients that a decimal holds exactly, but sixths
        number = dice.randrange(-(10**6), 10**6)
        assert half_up_of(number, by) == int(half_up(Decimal(number) / by))


def random_world(session: Session, dice: Random) -> list[Viewer]:
    lead, partner = make.structure(session), make.structure(session, "PLIE voisin")
    firms = [make.establishment(session, name) for name in ("Bâti", "Vert", "Tremplin")]
    for number in range(9):
        operation = make.operation(session, dice.choice((lead, lead, partner)))
        if operation.structure_id == lead.id and dice.random() < 0.5:
            make.add(session, OperationPartner(operation_id=operation.id, structure_id=partner.id, agreed_on=TODAY))
        starts = dice.choice(MONTHS).replace(day=dice.choice((1, 15)))
        market = make.market(
            session, operation, dice.choice((*firms, None)), starts_on=starts, reference=f"M{number}",
            ends_on=dice.choice((None, add_months(starts, 1), add_months(starts, 3), date(2026, 12, 31))),
            status=dice.choice((*CHASED, MarketStatus.IN_PROGRESS, MarketStatus.CLOSED)), parameters=dice.choice(SUSPENDED),
            clause_kind=dice.choice((ClauseKind.EXECUTION_CONDITION,) * 4 + (None,)),
        )  # fmt: skip
        contracts = [_hire(session, dice, market, dice.choice(firms), dice.choice((lead, partner))) for _ in range(3)]
        for firm in firms:
            _declare(session, dice, market, firm, [c for c in contracts if c.establishment_id == firm.id])
    session.flush()
    companies = [Viewer(role=Role.COMPANY, name="P", company_id=firm.company_id) for firm in firms]
    return [make.viewer_of(lead), make.viewer_of(partner), *companies]


def _hire(session: Session, dice: Random, market: Market, firm: Establishment, structure: Any) -> EmploymentContract:
    starts = dice.choice(MONTHS).replace(day=10)
    state = dice.choice((ContractState.CONFIRMED, ContractState.CONFIRMED, ContractState.PROPOSED))
    ends = dice.choice((None, add_months(starts, 1), add_months(starts, 4)))
    return make.contract(session, make.participant(session, structure), firm, market, starts_on=starts, ends_on=ends, state=state)  # fmt: skip


def _declare(session: Session, dice: Random, market: Market, firm: Establishment, contracts: list[EmploymentContract]) -> None:  # fmt: skip
    """Whole runs, runs with holes, nothing; some brought by a reprise."""
    share, imported = dice.choice((0.0, 0.6, 1.0)), dice.random() < 0.2
    for month in dice.choice((MONTHS, MONTHS[2:6], MONTHS[:4])):
        if dice.random() >= share:
            continue
        state = dice.choice((DeclarationState.VALIDATED,) * 6 + (DeclarationState.SUBMITTED, *STILL, DeclarationState.REJECTED))  # fmt: skip
        origin = Origin.IMPORT if imported and dice.random() < 0.5 else Origin.COMPANY
        row = make.add(
            session,
            Declaration(
                market_id=market.id, company_id=firm.company_id, month=month, state=state, origin=origin, entered_by="P",
                created_at=clock.now(), submitted_at=clock.now(),
            ),
        )  # fmt: skip
        for contract in contracts if dice.random() < 0.7 else ():
            _line(session, dice, row, contract)


def _line(session: Session, dice: Random, row: Declaration, contract: EmploymentContract) -> None:
    make.add(
        session,
        DeclarationLine(
            declaration_id=row.id, market_id=row.market_id, month=row.month, employment_contract_id=contract.id,
            participant_id=contract.participant_id, structure_id=contract.structure_id, hours=dice.randrange(1, 9000),
            hour_kind=dice.choice((HourKind.WORK, HourKind.ABSENCE)), worked_from=row.month, worked_to=month_end(row.month),
            state=dice.choice(list(LineState)), standing=True,
        ),
    )  # fmt: skip


# The loop


def owed(session: Session, viewer: Viewer) -> Iterator[tuple[int, int, date, DeclarationState | None]]:
    for market in session.scalars(select(Market)):
        if market.clause_kind is None or market.status not in CHASED or market.starts_on > TODAY:
            continue
        rows = {(d.company_id, d.month): d for d in session.scalars(select(Declaration).where(Declaration.market_id == market.id))}  # fmt: skip
        imported = max((d.month for d in rows.values() if d.origin is Origin.IMPORT), default=date.min)
        for company, first, last in set(_spans(session, viewer, market)):
            for month in MONTHS:
                known = rows.get((company, month))
                begun = known is not None and known.state in STILL
                spoken = known is not None or month <= imported or _suspended(market, month)
                if first.replace(day=1) <= month <= last and (begun or not spoken):
                    yield market.id, company, month, known.state if known else None


def _spans(session: Session, viewer: Viewer, market: Market) -> Iterator[tuple[int, date, date]]:
    end = market.ends_on or (market.starts_on if market.status is MarketStatus.RECEIVED else TODAY)
    all_led = not viewer.in_structure or market.structure_id == viewer.structure_id
    for party in session.scalars(select(MarketParty).where(MarketParty.market_id == market.id)):
        if party.role is PartyRole.CONTRACTOR and all_led and viewer.company_id in (None, party.company_id):
            yield party.company_id, market.starts_on, min(end, TODAY)
    for contract in _contracts(session, market):
        company = session.get_one(Establishment, contract.establishment_id).company_id
        if (all_led or contract.structure_id == viewer.structure_id) and viewer.company_id in (None, company) and _partakes(session, viewer, market):  # fmt: skip
            yield company, max(contract.starts_on, market.starts_on), min(contract.ends_on or end, end, TODAY)


def _contracts(session: Session, market: Market) -> list[EmploymentContract]:
    assigned = select(Assignment.employment_contract_id).where(Assignment.market_id == market.id)
    found = session.scalars(select(EmploymentContract).where(EmploymentContract.id.in_(assigned)))
    return [contract for contract in found if contract.state is ContractState.CONFIRMED]


def _partakes(session: Session, viewer: Viewer, market: Market) -> bool:
    if not viewer.in_structure or market.structure_id == viewer.structure_id:
        return True
    partners = select(OperationPartner.structure_id).where(OperationPartner.operation_id == market.operation_id)
    return viewer.structure_id in session.scalars(partners).all()


def _suspended(market: Market, month: date) -> bool:
    pairs = market.parameters.get("suspensions", [])
    return any(
        date.fromisoformat(a) <= month and (b is None or month_end(month) <= date.fromisoformat(b)) for a, b in pairs
    )


def _sees(session: Session, viewer: Viewer, market: Market, declaration: Declaration) -> bool:
    return _partakes(session, viewer, market) if viewer.in_structure else declaration.company_id == viewer.company_id


def _lines(session: Session, declaration: Declaration) -> list[DeclarationLine]:
    return list(session.scalars(select(DeclarationLine).where(DeclarationLine.declaration_id == declaration.id)))


def _waits(session: Session, viewer: Viewer, declaration: Declaration) -> bool:
    lines = _lines(session, declaration)
    own = any(line.structure_id == viewer.structure_id and line.state is LineState.DECLARED for line in lines)
    led = session.get_one(Market, declaration.market_id).structure_id == viewer.structure_id
    sent = declaration.state in (DeclarationState.SUBMITTED, DeclarationState.RETURNED)
    return (sent and own) or (declaration.state is DeclarationState.SUBMITTED and not lines and led)


def _said(session: Session, viewer: Viewer, declaration: Declaration) -> tuple[str, int, int]:
    lines = [
        line
        for line in _lines(session, declaration)
        if line.state is not LineState.REJECTED
        and (not viewer.in_structure or line.structure_id == viewer.structure_id)
    ]
    hours = sum(line.hours for line in lines if line.hour_kind is not HourKind.ABSENCE)
    return declaration.public_id, len({line.participant_id for line in lines}), hours
