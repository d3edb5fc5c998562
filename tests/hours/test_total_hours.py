"""A market whose objective is a share of all the hours worked: declared by its holder, noted by the facilitator."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clause.consolidations.operation_facts import MarketDetail
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import HourKind
from clause.kernel.refusals import Refused
from clause.markets.actions import ObjectiveData, record_total, set_objective
from clause.markets.codes import MarketStatus, ObjectiveMode
from clause.markets.figures import figures
from clause.markets.models import Operation
from clause.markets.objectives import Objective, objectives
from clause.markets.queries import market_page
from clause.organisations.models import Company
from tests.hours.conftest import World
from tests.support import factories as make
from tests.support.client import Client

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def percent(world: World) -> World:
    """12 400 h foreseen, 5 % of them for insertion."""
    operation = world.session.get_one(Operation, world.market.operation_id)
    world.market = make.market(world.session, operation, world.company, objective=None)
    world.contracts = [world.hire()]
    data = ObjectiveData(ObjectiveMode.PERCENT_OF_HOURS, total_hours=12_400_00, insertion_rate=500)
    set_objective(world.session, world.as_facilitator, world.market, data)
    return world


def _objective(world: World) -> Objective:
    return objectives(world.session, [world.market.id])[world.market.id]


def _send(world: World, month: date, total: int) -> None:
    declaration = world.open(month)
    line = DraftLine(world.contracts[-1].id, HourKind.WORK, 50_00)
    actions.save_draft(world.session, world.as_company, declaration, DraftData((line,), total_hours_worked=total))
    actions.submit(world.session, world.as_company, declaration)


def test_what_is_due_follows_what_the_holder_declares(percent: World) -> None:
    assert _objective(percent) == Objective(620_00, 620_00, 0)
    _send(percent, FEBRUARY, 4_000_00)
    _send(percent, MARCH, 8_000_00)
    assert _objective(percent) == Objective(620_00, 620_00, 600_00, by_work=True)

    found = figures(percent.session, [percent.market], date(2026, 4, 10))[percent.market.id]
    assert (found.due, found.expected) == (600_00, 600_00)

    # A month sent again with another total moves what is due by the difference; the same total again adds nothing.
    declaration = percent.open(MARCH)
    actions.return_(percent.session, percent.as_facilitator, declaration, "Le total ne correspond pas.")
    _send(percent, MARCH, 9_000_00)
    assert _objective(percent) == Objective(620_00, 650_00, 650_00, by_work=True)
    actions.return_(percent.session, percent.as_facilitator, declaration, "Encore une fois.")
    _send(percent, MARCH, 9_000_00)
    page = market_page(percent.session, percent.as_facilitator, percent.market, date(2026, 4, 10))
    assert page.worked == 13_000_00
    assert [(t.month, t.hours) for _, t in page.totals] == [(MARCH, 8_000_00), (MARCH, 9_000_00), (FEBRUARY, 4_000_00)]
    assert [e.kind.value for e in page.acts] == ["award"]
    assert "13 000" in page.totals[1][0].calculation["explanation"].replace("\u202f", " ").replace("\xa0", " ")


def test_a_total_noted_from_a_document_needs_its_reason_and_a_holder(percent: World) -> None:
    session, viewer, company = percent.session, percent.as_facilitator, percent.company.company_id
    for values, said in (
        ((company, MARCH, 100_00, ""), "motif"),
        ((None, MARCH, 100_00, "Courrier"), "titulaire"),
        ((make.establishment(session).company_id, MARCH, 100_00, "Courrier"), "titulaire"),
        ((company, date(2026, 5, 1), 100_00, "Courrier"), "pas commencé"),
        ((company, MARCH, None, "Courrier"), "total"),
    ):
        with pytest.raises(Refused, match=said):
            record_total(session, viewer, percent.market, *values)
    record_total(session, viewer, percent.market, company, MARCH, 12_400_00, "Attestation du 2 avril")
    assert _objective(percent).due == 620_00
    with pytest.raises(Refused, match="déjà"):
        record_total(session, viewer, percent.market, company, MARCH, 12_400_00, "Attestation du 2 avril")


def test_another_way_of_setting_the_objective_follows_no_total(world: World) -> None:
    with pytest.raises(Refused, match="pourcentage"):
        record_total(world.session, world.as_facilitator, world.market, world.company.company_id, MARCH, 1, "Courrier")
    before = _objective(world)
    _send(world, MARCH, 9_000_00)
    assert _objective(world) == before


def test_the_page_of_the_market_shows_and_takes_the_totals(client: Client, percent: World, session: Session) -> None:
    user, company = percent.facilitator_user(), session.get_one(Company, percent.company.company_id).public_id
    email, address = user.email, f"/marches/{percent.market.public_id}"
    session.commit()
    client.sign_in(email)
    assert "Aucun total n'est encore connu" in client.get(address).text.replace("&#39;", "'")
    typed = {"company": company, "month": "03/2026", "hours": "12 400", "reason": "Attestation"}
    refused = client.post(f"{address}/objectif/heures-totales", data={**typed, "month": "14/2026"})
    assert (refused.status_code, "Attestation" in refused.text) == (422, True)
    assert client.post(f"{address}/objectif/heures-totales", data=typed).status_code == 302
    assert "Attestation" in client.get(address).text


def test_the_bilan_expects_what_each_month_made_due() -> None:
    detail = MarketDetail(
        1, "", MarketStatus.IN_PROGRESS, (), FEBRUARY, None, (), {}, 0, 0,
        ((FEBRUARY, 0), (date(2026, 2, 28), 200_00), (date(2026, 3, 31), 400_00)),
    )  # fmt: skip
    assert [detail.expected(600_00, d) for d in (FEBRUARY, MARCH, date(2026, 4, 1))] == [None, 200_00, 600_00]
