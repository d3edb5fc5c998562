"""The month of a company across its markets: each market keeps, refuses and sends for itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.codes import DeclarationState, HourKind
from clause.hours.files.models import PayrollHours
from clause.hours.models import Declaration, DeclarationLine
from clause.kernel.db import open_for_writing
from clause.markets.codes import ObjectiveMode
from clause.markets.models import Market, Operation
from tests.hours.conftest import MARCH, World, build
from tests.hours.test_pages import publish, queries_of, text
from tests.support import factories as make
from tests.support.client import Client

URL = "/heures/mois/2026-03"


@dataclass
class Months:
    """A world with a second market of the same company; its first person works on both."""

    world: World
    second: Market

    @property
    def keys(self) -> tuple[str, str]:
        return self.world.market.public_id, self.second.public_id

    def box(self, market: int, person: int = 0, kind: str = "work") -> str:
        return f"{self.keys[market]}.{self.world.contracts[person].public_id}-0-{kind}"

    def declared(self, session: Session) -> dict[str, int]:
        session.rollback()
        rows = session.execute(
            select(Market.public_id, func.sum(DeclarationLine.hours))
            .join(DeclarationLine, DeclarationLine.market_id == Market.id)
            .where(DeclarationLine.month == MARCH, DeclarationLine.standing)
            .group_by(Market.public_id)
        )
        return {key: int(hours) for key, hours in rows}


@pytest.fixture
def months(world: World, session: Session) -> Months:
    operation = session.get_one(Operation, world.market.operation_id)
    second = make.market(session, operation, world.company)
    make.add(session, Assignment(employment_contract_id=world.contracts[0].id, market_id=second.id))
    return Months(world, second)


@pytest.fixture
def signed_in(months: Months, session: Session, client: Client) -> Client:
    user = months.world.company_user()
    publish(session)
    client.sign_in(user.email)
    return client


def post(client: Client, action: str, path: str = URL, **values: Any) -> Any:
    return client.post(path, data={"action": action, **values})


def test_a_person_has_a_cell_on_each_market_where_they_work(months: Months, signed_in: Client) -> None:
    page = text(signed_in.get(URL))
    assert all(f'name="{months.box(market, 0)}"' in page for market in (0, 1))
    assert f'name="{months.box(0, 1)}"' in page
    assert f'name="{months.box(1, 1)}"' not in page, "the second person does not work on the second market"
    assert signed_in.get("/heures/mois/2026-05").status_code == 404, "a month to come"


def test_each_market_keeps_its_own_declaration(
    engine: str, months: Months, session: Session, signed_in: Client
) -> None:
    values = {months.box(0): "100", months.box(1): "20,5", months.box(0, 1): "80", months.box(1, 0, "absence"): "7"}
    assert post(signed_in, "save", **values).status_code == 302
    assert months.declared(session) == {months.keys[0]: 18000, months.keys[1]: 2750}
    page = text(signed_in.get(URL))
    assert 'value="20,5"' in page
    assert "affichée, non comptée" in page


def test_a_conflict_on_one_market_loses_nothing_of_the_others(
    engine: str, months: Months, session: Session, signed_in: Client
) -> None:
    first = signed_in.post(URL + "/brouillon", data={months.box(0): "100", months.box(1): "20"}).get_json()
    versions = {f"{key}.version": str(first["markets"][key]["version"]) for key in months.keys}
    elsewhere = {"action": "save", "version": versions[f"{months.keys[0]}.version"]}
    row = f"{months.world.contracts[0].public_id}-0"
    assert signed_in.post(
        f"/heures/saisie/{months.keys[0]}/2026-03", data={**elsewhere, "rows": row, f"{row}-work": "90"}
    ).status_code in (302,)
    answer = signed_in.post(URL + "/brouillon", data={**versions, months.box(0): "110", months.box(1): "30"}).get_json()
    lost, kept = (answer["markets"][key] for key in months.keys)
    assert lost["conflict"]
    assert lost["current"][months.box(0)] == "90"
    assert kept["saved"]
    assert months.declared(session) == {months.keys[0]: 9000, months.keys[1]: 3000}
    page = post(signed_in, "save", **versions, **{months.box(0): "110", months.box(1): "30"})
    assert page.status_code == 422
    assert 'value="110"' in text(page)


def test_hours_of_all_the_markets_are_added_for_one_person(months: Months, session: Session, signed_in: Client) -> None:
    answer = signed_in.post(URL + "/brouillon", data={months.box(0): "120", months.box(1): "75"}).get_json()
    said = answer["people"][months.world.contracts[0].public_id]
    assert any("195 h" in finding["text"] and "44 h par semaine" in finding["text"] for finding in said)
    assert answer["people"][months.world.contracts[1].public_id] == []


def test_what_cannot_be_read_or_pass_is_left_alone_and_said(
    engine: str, months: Months, session: Session, signed_in: Client
) -> None:
    data = {months.box(0): "300", months.box(1): "12", months.box(0, 1): "zut"}
    answer = signed_in.post(URL + "/brouillon", data=data).get_json()
    assert list(answer["errors"]) == [months.box(0, 1)]
    assert answer["markets"][months.keys[0]]["left"] == sorted(
        f"{months.keys[0]}.{contract.public_id}-0" for contract in months.world.contracts
    )
    assert months.declared(session) == {months.keys[1]: 1200}
    page = post(signed_in, "save", **versions(text(signed_in.get(URL))), **data)
    assert page.status_code == 422
    assert 'value="300"' in text(page)
    assert "refuse plus de 220 h par mois" in text(page)


def test_sending_chosen_markets_and_nil_on_the_others(months: Months, session: Session, signed_in: Client) -> None:
    answer = post(signed_in, "send", **{months.box(0): "100"})
    assert answer.location.endswith("/envoi")
    summary = text(signed_in.get(answer.location))
    assert f'name="envoyer" value="{months.keys[0]}" checked' in summary
    assert f'name="neant" value="{months.keys[1]}"' in summary
    assert signed_in.post(answer.location, data={}).status_code == 422
    sent = signed_in.post(
        answer.location, data={"envoyer": months.keys[0], "neant": months.keys[1]} | versions(summary)
    )
    assert sent.status_code == 302
    session.rollback()
    states = dict(tuple(row) for row in session.execute(select(Declaration.market_id, Declaration.is_nil)))
    assert states == {months.world.market.id: False, months.second.id: True}
    assert {*session.scalars(select(Declaration.state))} == {DeclarationState.SUBMITTED}


def versions(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+\.version)" value="(\d+)"', page))


def test_a_market_that_is_refused_does_not_hold_back_the_others(
    engine: str, months: Months, session: Session, signed_in: Client
) -> None:
    open_for_writing(session)
    session.get_one(Market, months.second.id).objective_mode = ObjectiveMode.PERCENT_OF_HOURS
    publish(session)
    post(signed_in, "save", **{months.box(0): "100", months.box(1): "20"})
    summary = text(signed_in.get(URL + "/envoi"))
    assert "Indiquez le total des heures" in summary
    sent = signed_in.post(URL + "/envoi", data={"envoyer": list(months.keys)} | versions(summary))
    page = text(signed_in.get(sent.location))
    assert "n'est pas envoyé" in page
    assert f"{months.second.reference}" in page
    session.rollback()
    found = dict(tuple(row) for row in session.execute(select(Declaration.market_id, Declaration.state)))
    assert found[months.world.market.id] is DeclarationState.SUBMITTED
    assert found[months.second.id] is DeclarationState.DRAFT


def test_markets_receive_no_more_than_the_pay_slip(
    engine: str, months: Months, session: Session, signed_in: Client
) -> None:
    """REA-04, T-REA-3: 120 h worked, 80 and 50 shared are too much, 80 and 40 pass."""
    contract = months.world.contracts[0]
    post(signed_in, "save", **{f"p.{contract.public_id}": "120", months.box(0): "80", months.box(1): "50"})
    session.rollback()
    assert session.scalars(select(PayrollHours.hours)).all() == [12000]
    page = text(signed_in.get(URL))
    assert "Vous répartissez 130 h alors que la personne en a travaillé 120" in page
    summary = text(signed_in.get(URL + "/envoi"))
    refused = signed_in.post(URL + "/envoi", data={"envoyer": list(months.keys)} | versions(summary))
    assert refused.status_code == 422
    assert "réduisez une des parts" in text(refused)
    answer = signed_in.post(URL + "/brouillon", data={months.box(1): "40"} | versions(summary)).get_json()
    assert answer["saved"]
    summary = text(signed_in.get(URL + "/envoi"))
    assert signed_in.post(URL + "/envoi", data={"envoyer": list(months.keys)} | versions(summary)).status_code == 302


def test_last_month_is_copied_on_every_market(months: Months, session: Session, signed_in: Client) -> None:
    post(signed_in, "save", "/heures/mois/2026-02", **{months.box(0): "90", months.box(1): "30"})
    assert "Copier le mois précédent" in text(signed_in.get(URL))
    assert post(signed_in, "copy", **{months.box(0, 1): "5"}).status_code == 302
    assert months.declared(session) == {months.keys[0]: 9500, months.keys[1]: 3000}


def test_kinds_and_pay_slip_are_shown_when_asked_and_nothing_typed_is_lost(months: Months, signed_in: Client) -> None:
    page = text(post(signed_in, "show", types=["training", "tutoring"], **{"avec-total": "1", months.box(0): "42"}))
    assert 'value="42"' in page
    assert f'name="{months.box(0, 0, "tutoring")}"' in page
    assert f'name="p.{months.world.contracts[0].public_id}"' in page
    assert "ne compte pas ici" in page


def test_a_lender_reads_its_markets_by_contractor(world: World, session: Session, client: Client) -> None:
    """An ETTI that lends people to two contractors types one month."""
    lender = make.establishment(session, "Interim Insertion")
    other = make.establishment(session, "Voirie Sud")
    operation = session.get_one(Operation, world.market.operation_id)
    elsewhere = make.market(session, operation, other)
    person = make.participant(session, world.structure)
    make.eligible(session, person)
    contract = make.contract(session, person, lender, world.market)
    make.add(session, Assignment(employment_contract_id=contract.id, market_id=elsewhere.id))
    user = make.user(session, make.Role.COMPANY, company_id=lender.company_id)
    names = [session.get_one(make.Participant, c.participant_id).last_name for c in world.contracts]
    publish(session)
    client.sign_in(user.email)
    page = text(client.get(URL))
    assert "Chez Bâti Val" in page
    assert "Chez Voirie Sud" in page
    assert not any(name in page for name in names), "people of the contractor are not the lender's"
    answer = post(client, "save", **{f"{world.market.public_id}.{world.contracts[0].public_id}-0-work": "10"})
    assert answer.status_code == 302
    session.rollback()
    assert session.scalar(select(func.count(Declaration.id))) == 0, "a box of somebody else's person writes nothing"


def test_the_page_asks_the_same_number_of_queries_for_1_and_40_people(
    session: Session, client: Client, app: Any
) -> None:
    counts = []
    for people, markets in ((1, 1), (20, 6)):
        open_for_writing(session)
        world = crowd(session, people, markets)
        user = world.company_user()
        publish(session)
        client.sign_in(user.email)
        counts.append(queries_of(client, URL, app))
        session.rollback()
    assert counts[0] == counts[1]
    assert counts[0] <= 22


def crowd(session: Session, people: int, markets: int) -> World:
    """So many people on each of so many markets, with a draft on each."""
    world = build(session, people)
    operation = session.get_one(Operation, world.market.operation_id)
    every = [world.market, *(make.market(session, operation, world.company) for _ in range(markets - 1))]
    for market in every[1:]:
        for contract in world.contracts:
            session.add(Assignment(employment_contract_id=contract.id, market_id=market.id))
    session.flush()
    for market in every:
        draft(session, world, market, world.contracts)
    return world


def draft(session: Session, world: World, market: Market, contracts: list[EmploymentContract]) -> None:
    from clause.hours.actions import DraftData, DraftLine, open_declaration, save_draft

    declaration = open_declaration(session, world.as_company, market, world.company.company_id, date(2026, 3, 1))
    save_draft(session, world.as_company, declaration, DraftData(tuple(DraftLine(c.id, HourKind.WORK, 1000) for c in contracts)))  # fmt: skip
