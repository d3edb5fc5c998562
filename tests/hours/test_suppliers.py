"""What a contractor reads and says of its suppliers' hours, and who does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.candidates.codes import Mode
from clause.candidates.models import EmploymentContract
from clause.hours import actions
from clause.hours.actions import DraftData, DraftLine
from clause.hours.codes import DeclarationState, HourKind
from clause.hours.models import Declaration
from clause.hours.suppliers import actions as supplier_actions
from clause.kernel.db import open_for_writing
from clause.kernel.refusals import Refused
from clause.markets.codes import PartyRole
from clause.markets.models import MarketParty
from clause.organisations.models import Establishment
from tests.hours.conftest import MARCH, World
from tests.hours.test_pages import publish, queries_of, text
from tests.support import factories as make
from tests.support.client import Client

LIST = "/heures/fournisseurs/"


@dataclass
class Supply:
    """A lender and a subcontractor on the market of the world's company, each with one person, March sent."""

    world: World
    lender: Establishment
    sub: Establishment
    lent: EmploymentContract
    subbed: EmploymentContract
    declared: list[Declaration]

    @property
    def address(self) -> str:
        return f"{LIST}{self.declared[0].public_id}"

    def name(self, contract: EmploymentContract) -> str:
        return self.world.session.get_one(make.Participant, contract.participant_id).last_name


def viewer_of(company: Establishment) -> Viewer:
    return Viewer(role=Role.COMPANY, name="Fanny Fournisseur", company_id=company.company_id)


def employ(world: World, company: Establishment, mode: Mode) -> EmploymentContract:
    person = make.participant(world.session, world.structure)
    make.eligible(world.session, person)
    return make.contract(world.session, person, company, world.market, mode=mode)


def declare(world: World, company: Establishment, contract: EmploymentContract, hours: int = 12000) -> Declaration:
    viewer = viewer_of(company)
    declaration = actions.open_declaration(world.session, viewer, world.market, company.company_id, MARCH)
    lines = (DraftLine(contract.id, HourKind.WORK, hours), DraftLine(contract.id, HourKind.ABSENCE, 700))
    actions.save_draft(world.session, viewer, declaration, DraftData(lines))
    return actions.submit(world.session, viewer, declaration)


@pytest.fixture
def supply(world: World, session: Session) -> Supply:
    lender, sub = make.establishment(session, "Interim Insertion"), make.establishment(session, "Sous-Traitants Réunis")
    session.add(
        MarketParty(
            market_id=world.market.id, company_id=sub.company_id, establishment_id=sub.id, role=PartyRole.SUBCONTRACTOR
        )
    )
    lent, subbed = employ(world, lender, Mode.SECONDMENT), employ(world, sub, Mode.SUBCONTRACTING)
    return Supply(world, lender, sub, lent, subbed, [declare(world, lender, lent), declare(world, sub, subbed)])


@pytest.fixture
def contractor(supply: Supply, session: Session, client: Client) -> Client:
    user = supply.world.company_user()
    publish(session)
    client.sign_in(user.email)
    return client


def posted(client: Client, address: str, **values: Any) -> Any:
    version = re.search(r'name="version" value="(\d+)"', text(client.get(address)))
    return client.post(address, data={"version": version[1] if version else "", **values})


def test_a_contractor_reads_its_suppliers_hours_and_names_only_whom_it_receives(
    engine: str, supply: Supply, contractor: Client
) -> None:
    assert "2 à confirmer" in text(contractor.get("/heures/"))
    assert "2 déclarations de vos fournisseurs à confirmer" in text(contractor.get("/"))
    page = text(contractor.get(LIST))
    assert "Interim Insertion" in page
    assert "Sous-Traitants Réunis" in page
    assert supply.name(supply.lent) not in page, "a list is sums"
    lent = text(contractor.get(supply.address))
    assert supply.name(supply.lent) in lent
    assert "120" in lent
    assert "Absence" not in lent
    subbed = text(contractor.get(f"{LIST}{supply.declared[1].public_id}"))
    assert supply.name(supply.subbed) not in subbed
    assert "1 personne employée par Sous-Traitants Réunis" in subbed


def test_with_a_co_contractor_nobody_knows_who_receives_and_no_name_is_given(
    supply: Supply, session: Session, client: Client
) -> None:
    other = make.establishment(session, "Cotraitance SA")
    session.add(
        MarketParty(
            market_id=supply.world.market.id, company_id=other.company_id, establishment_id=other.id,
            role=PartyRole.CO_CONTRACTOR,
        )
    )  # fmt: skip
    declare(supply.world, other, employ(supply.world, other, Mode.CO_CONTRACTING))
    name, user = supply.name(supply.lent), supply.world.company_user()
    publish(session)
    client.sign_in(user.email)
    assert name not in text(client.get(supply.address))
    assert "Cotraitance SA" not in text(client.get(LIST)), "who holds the market too is no supplier"


def test_nobody_else_reads_or_confirms(engine: str, supply: Supply, session: Session, client: Client) -> None:
    stranger = make.user(session, Role.COMPANY, company_id=make.establishment(session).company_id)
    themselves = make.user(session, Role.COMPANY, company_id=supply.lender.company_id)
    subcontractor = make.user(session, Role.COMPANY, company_id=supply.sub.company_id)
    facilitator = supply.world.facilitator_user()
    names = [supply.name(supply.lent), supply.name(supply.subbed), "Interim Insertion"]
    publish(session)
    for user in (stranger, themselves, subcontractor):
        client.sign_in(user.email)
        assert not any(name in text(client.get(LIST)) for name in names if user is not themselves)
        assert client.get(supply.address).status_code == 404
        assert client.post(supply.address, data={"action": "confirm"}).status_code == 404
    client.sign_in(facilitator.email)
    assert client.get(LIST).status_code == 403
    open_for_writing(session)
    with pytest.raises(Refused):
        supplier_actions.confirm(session, viewer_of(supply.sub), supply.declared[0])


def test_a_draft_of_a_supplier_is_not_read(supply: Supply, session: Session, contractor: Client) -> None:
    open_for_writing(session)
    session.get_one(Declaration, supply.declared[0].id).state = DeclarationState.DRAFT
    publish(session)
    assert contractor.get(supply.address).status_code == 404
    assert "Interim Insertion" not in text(contractor.get(LIST))


def test_a_confirmation_is_said_to_all_and_falls_when_hours_change(
    engine: str, supply: Supply, session: Session, contractor: Client
) -> None:
    assert posted(contractor, supply.address, action="confirm").status_code == 302
    assert "Confirmées" in text(contractor.get(LIST))
    assert "1 à confirmer" in text(contractor.get("/heures/"))
    session.rollback()
    open_for_writing(session)
    facilitator = supply.world.facilitator_user()
    publish(session)
    contractor.sign_in(facilitator.email)
    assert text(contractor.get("/validation/")).count("confirmée par le titulaire") == 1
    address = f"/validation/{supply.declared[0].public_id}"
    assert "Heures confirmées" in text(contractor.get(address))
    session.rollback()
    open_for_writing(session)
    declaration = session.scalars(select(Declaration).where(Declaration.id == supply.declared[0].id)).one()
    actions.return_(session, supply.world.as_facilitator, declaration, "Trop", notify=False)
    assert declaration.contractor_confirmed_at is not None, "the same hours are still confirmed"
    again = DraftData((DraftLine(supply.lent.id, HourKind.WORK, 11000),))
    actions.save_draft(session, viewer_of(supply.lender), declaration, again)
    assert declaration.contractor_confirmed_at is None
    assert declaration.contractor_confirmed_by == ""


def test_a_correction_by_the_facilitator_lifts_it_too(supply: Supply, session: Session) -> None:
    declaration, facilitator = supply.declared[0], supply.world.as_facilitator
    supplier_actions.confirm(session, supply.world.as_company, declaration)
    actions.validate_lines(session, facilitator, declaration, notify=False)
    assert declaration.contractor_confirmed_at is not None
    line = next(line for line in declaration.lines if line.hour_kind is HourKind.WORK)
    actions.correct_line(session, facilitator, declaration, line, 11000, "Relevé")
    assert declaration.contractor_confirmed_at is None


def test_a_remark_reaches_the_supplier_and_the_facilitator_and_blocks_nothing(
    supply: Supply, session: Session, contractor: Client
) -> None:
    empty = posted(contractor, supply.address, action="remark", remark=" ")
    assert empty.status_code == 422
    assert "Écrivez ce qui ne correspond pas" in text(empty)
    assert posted(contractor, supply.address, action="remark", remark="Deux jours de moins").status_code == 302
    session.rollback()
    open_for_writing(session)
    lender = make.user(session, Role.COMPANY, company_id=supply.lender.company_id)
    facilitator = supply.world.facilitator_user()
    publish(session)
    contractor.sign_in(lender.email)
    assert "Deux jours de moins" in text(contractor.get(f"/heures/{supply.declared[0].public_id}"))
    contractor.sign_in(facilitator.email)
    assert "Remarque du titulaire" in text(contractor.get("/validation/"))
    page = text(contractor.get(f"/validation/{supply.declared[0].public_id}"))
    assert "Deux jours de moins" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    decided = contractor.post(
        f"/validation/{supply.declared[0].public_id}", data={"action": "validate_all", "version": version[1]}
    )
    assert decided.status_code == 302


def test_confirming_what_has_changed_meanwhile_or_is_sent_back_is_refused(
    supply: Supply, session: Session, contractor: Client
) -> None:
    stale = contractor.post(supply.address, data={"action": "confirm", "version": "99"})
    assert stale.status_code == 422
    assert "a changé pendant que vous l'aviez" in text(stale)
    open_for_writing(session)
    declaration = session.get_one(Declaration, supply.declared[0].id)
    actions.return_(session, supply.world.as_facilitator, declaration, "Trop", notify=False)
    publish(session)
    refused = posted(contractor, supply.address, action="confirm")
    assert refused.status_code == 404 or "renvoyées" in text(refused)


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_suppliers(
    supply: Supply, session: Session, contractor: Client, app: Any
) -> None:
    before = queries_of(contractor, LIST, app)
    session.rollback()
    open_for_writing(session)
    for number in range(6):
        company = make.establishment(session, f"Prêteur {number}")
        declare(supply.world, company, employ(supply.world, company, Mode.SECONDMENT))
    publish(session)
    assert queries_of(contractor, LIST, app) == before
