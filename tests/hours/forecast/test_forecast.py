"""The forecast read from the database, and its pages: who sees what, sorted, exported, in a constant number of queries."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from clause.access import Role
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, Position
from clause.hours.actions import DraftData, DraftLine, declare_nil, open_declaration, save_draft, submit, validate_lines
from clause.hours.codes import HourKind
from clause.hours.forecast.queries.facts import Projection, projections
from clause.hours.forecast.rules.engagements import Basis
from clause.hours.forecast.rules.forecast import Unknown
from clause.kernel import clock
from clause.kernel.db import open_for_reading, open_for_writing
from clause.markets.codes import MarketStatus
from clause.markets.models import Market
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.people import signed_in
from tests.support.queries import count_queries

TODAY = date(2026, 4, 10)  # a Friday
END = date(2026, 12, 31)
MARCH, FEBRUARY, JANUARY = (date(2026, m, 1) for m in (3, 2, 1))


def projected(world: World, market: Market | None = None) -> Projection:
    chosen = market or world.market
    return projections(world.session, [chosen], TODAY)[chosen.id]


def month(world: World, of: date, hours: int, *, validated: bool = True) -> None:
    """Work of everybody in this month, sent, and validated unless said otherwise."""
    declaration = open_declaration(world.session, world.as_company, world.market, world.company.company_id, of)
    lines = tuple(DraftLine(c.id, HourKind.WORK, hours) for c in world.contracts)
    save_draft(world.session, world.as_company, declaration, DraftData(lines))
    submit(world.session, world.as_company, declaration)
    if validated:
        validate_lines(world.session, world.as_facilitator, declaration)


def test_done_declared_undeclared_and_to_come_are_told_apart(engine: str, session: Session, builder: Any) -> None:
    world: World = builder(session, people=2)
    month(world, JANUARY, 13_000)
    month(world, FEBRUARY, 13_000, validated=False)
    found = projected(world).forecast
    assert (found.facts.done, found.facts.pending) == (26_000, 26_000)
    # 130 h a month are 30 h a week: 40 days since February, then 266 until the end of the year, for two people.
    assert found.elapsed == 2 * round(3_000 * 40 / 7)
    assert found.to_come == 2 * round(3_000 * 266 / 7)
    assert found.facts.pace is not None
    assert (found.facts.pace.hours, found.facts.pace.last) == (52_000, date(2026, 2, 28))
    assert projected(world).contracts[0].rhythm.basis is Basis.PAST


def test_hours_of_the_contract_come_first_and_are_shared_between_markets(session: Session, world: World) -> None:
    [one, other] = world.contracts
    one.weekly_hours, other.weekly_hours = 3_500, 2_800
    elsewhere = make.market(session, make.operation(session, world.structure), world.company)
    make.add(session, Assignment(employment_contract_id=other.id, market_id=elsewhere.id))
    session.flush()
    lines = projected(world).contracts
    assert [(x.rhythm.weekly, x.rhythm.basis) for x in lines] == [(3_090, Basis.CONTRACT), (1_236, Basis.CONTRACT)]


def test_a_contract_to_confirm_and_an_open_post_are_planned_not_under_way(session: Session, builder: Any) -> None:
    world: World = builder(session, people=0)
    world.hire(state=ContractState.PROPOSED, starts_on=date(2026, 5, 1), weekly_hours=3_500)
    post = Position(
        market_id=world.market.id, establishment_id=world.company.id, title="Maçon", places=2, weekly_hours=2_000,
        created_at=clock.now(),
    )  # fmt: skip
    make.add(session, post)
    found = projected(world).forecast
    assert found.to_come == 0
    announced = round(3_090 * 245 / 7)
    assert found.planned == announced + 2 * round(round(2_000 * 0.8829) * 263 / 7)
    hired = world.hire(starts_on=date(2026, 5, 1), weekly_hours=3_500)
    make.add(session, Assignment(employment_contract_id=hired.id, market_id=make.market(session, make.operation(session, world.structure)).id))  # fmt: skip
    assignment = session.query(Assignment).filter_by(employment_contract_id=hired.id, market_id=world.market.id).one()
    assignment.position_id = post.id
    session.flush()
    assert projected(world).posts[0].places == 1


def test_eligibility_bounds_what_counts(session: Session, builder: Any) -> None:
    world: World = builder(session, people=0)
    person = make.participant(session, world.structure)
    make.eligible(session, person, until=date(2026, 4, 16))
    make.contract(session, person, world.company, world.market, weekly_hours=3_500)
    assert projected(world).forecast.to_come == 3_090


def test_months_declared_nil_are_a_pace_too(session: Session, builder: Any) -> None:
    world: World = builder(session, people=0)
    for each in (JANUARY, FEBRUARY, MARCH):
        declaration = open_declaration(session, world.as_company, world.market, world.company.company_id, each)
        declare_nil(session, world.as_company, declaration)
    pace = projected(world).forecast.facts.pace
    assert pace is not None
    assert (pace.hours, pace.first, pace.last) == (0, JANUARY, date(2026, 3, 31))


@pytest.mark.parametrize(
    ("values", "unknown"),
    [
        ({"ends_on": None}, Unknown.NO_END),
        ({"ends_on": date(2026, 4, 9)}, Unknown.OVER),
        ({"status": MarketStatus.RECEIVED}, Unknown.OVER),
        ({"status": MarketStatus.SUSPENDED}, Unknown.SUSPENDED),
        ({"parameters": {"suspensions": [["2026-03-01", None]]}}, Unknown.SUSPENDED),
        ({"status": MarketStatus.CONSULTING}, Unknown.NOT_BEGUN),
    ],
)
def test_what_cannot_be_projected_is_said(session: Session, world: World, values: Any, unknown: Unknown) -> None:
    market = make.market(session, make.operation(session, world.structure), world.company, **values)
    found = projected(world, market)
    assert found.forecast.unknown is unknown
    assert (found.forecast.likely, found.closing) == (0, None)


def test_closing_is_for_what_contracts_under_way_leave(session: Session, builder: Any) -> None:
    world: World = builder(session, people=0)
    closing = projected(world).closing
    assert closing is not None
    assert closing.gap == 100_000
    assert closing.starts[0] == date(2026, 4, 13)
    first = closing.rows[0].cells[0]
    assert first is not None
    assert (first.people, first.each) == (1, round(3_090 * 263 / 7))


# Pages


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " "))


def test_pages_by_role(app: Flask, engine: str, session: Session, builder: Any) -> None:
    world: World = builder(session, people=1)
    person = session.get_one(type(world.contracts[0]), world.contracts[0].id)
    operation = world.market.operation_id
    make.add(session, make.award(world.market, 300_000))
    from clause.candidates.models import Participant
    from clause.markets.models import Operation

    name = session.get_one(Participant, person.participant_id).last_name
    buyer = make.user(session, Role.AUTHORITY, authority_id=session.get_one(Operation, operation).authority_id)
    lender = make.establishment(session, "Tremplin")
    lent = make.participant(session, world.structure)
    make.contract(session, lent, lender, world.market)
    users = [world.facilitator_user(), world.company_user(), buyer, make.user(session, Role.COMPANY, company_id=lender.company_id)]  # fmt: skip
    reference, address = world.market.reference, world.market.public_id
    session.commit()
    open_for_reading(session)
    facilitator, company, authority, employer = (signed_in(app, user) for user in users)
    page = f"/previsions/marches/{address}"
    for browser in (facilitator, company, authority):
        assert reference in text(browser.get("/previsions/"))
        assert "Combien de personnes en plus" in text(browser.get(page))
        assert "Prévision" in text(browser.get(f"/marches/{address}"))
        assert browser.get("/previsions/entreprises").status_code == 200
    assert name in text(facilitator.get(page))
    assert lent.last_name in text(facilitator.get(page))
    assert name in text(company.get(page))
    assert lent.last_name not in text(company.get(page))
    assert "1 autre contrat" in text(company.get(page))
    assert name not in text(authority.get(page))
    assert "Contrats comptés" not in text(authority.get(page))
    # Who lends people does not hold the objective.
    assert reference not in text(employer.get("/previsions/"))
    assert employer.get(page).status_code == 404


def test_the_list_is_by_shortfall_filtered_and_exported(app: Flask, session: Session, builder: Any) -> None:
    world: World = builder(session, people=0)
    small = make.market(session, make.operation(session, world.structure), world.company, objective=1_000)
    none = make.market(session, make.operation(session, world.structure), world.company, objective=None)
    over = make.market(session, make.operation(session, world.structure), world.company, ends_on=date(2026, 2, 1))
    references = [m.reference for m in (world.market, small, none)]
    gone, user = over.reference, world.facilitator_user()
    session.commit()
    browser = signed_in(app, user)
    found = text(browser.get("/previsions/"))
    assert [found.index(r) for r in references] == sorted(found.index(r) for r in references)
    assert gone not in found
    assert gone in text(browser.get("/previsions/?termines=1"))
    assert none.reference not in text(browser.get("/previsions/?manque=1"))
    assert "Aucun marché ne répond" in text(browser.get("/previsions/?q=introuvable"))
    book = load_workbook(io.BytesIO(browser.get("/previsions/export.xlsx").get_data()))
    rows = {r[0]: r for r in book.active.iter_rows(values_only=True) if r[0] in references}
    assert rows[references[0]][12] == 1_000
    assert rows[references[2]][-1] == "Sans objectif"


def test_as_many_queries_with_one_market_as_with_ten(app: Flask, session: Session, builder: Any) -> None:
    world: World = builder(session, people=1)
    user = world.facilitator_user()

    def counted() -> list[int]:
        session.commit()
        open_for_reading(session)
        browser = signed_in(app, user)
        counts = []
        for address in ("/previsions/", "/previsions/entreprises", f"/previsions/marches/{world.market.public_id}"):
            with count_queries(app) as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
        return counts

    before = counted()
    open_for_writing(session)
    for _ in range(9):
        market = make.market(session, make.operation(session, world.structure), world.company)
        person = make.participant(session, world.structure)
        make.eligible(session, person)
        make.contract(session, person, world.company, market, ends_on=END - timedelta(days=30))
        world.hire()
    assert counted() == before
    assert before[0] <= 24


def test_companies_are_shown_a_page_at_a_time_the_most_in_want_first(
    app: Flask, session: Session, builder: Any
) -> None:
    world: World = builder(session, people=0)
    for number in range(26):
        firm = make.establishment(session, f"Firme {number:02d}")
        make.market(session, make.operation(session, world.structure), firm, objective=200_000 + number * 10_000)
    user = world.facilitator_user()
    session.commit()
    browser = signed_in(app, user)
    first, second = (text(browser.get(f"/previsions/entreprises?page={page}")) for page in (1, 2))
    assert "27 entreprises" in first
    assert "1 à 25 sur 27" in first
    assert "Firme 25" in first
    assert "Firme 00" not in first
    assert "Firme 00" in second
