"""Pages of organisations, team and platform, as each role meets them."""

from __future__ import annotations

import html
import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clause.access import Role
from clause.accounts.models import User
from clause.accounts.rules.granting import Denial
from clause.kernel.outbox import OutboxMail
from clause.organisations.codes import EmployerType
from clause.organisations.models import Company, ContractingAuthority, Establishment, PrescriberOrganisation, Structure
from tests.support import factories
from tests.support.client import Client
from tests.support.people import one_of_each_role, signed_in
from tests.support.queries import count_queries


class Place:
    """A structure with its people, another one, and a company and an authority that each may meet."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.here = factories.structure(session, "PLIE du Val")
        self.there = factories.structure(session, "PLIE d'ailleurs")
        self.coordinator = factories.user(session, Role.COORDINATOR, structure_id=self.here.id)
        self.facilitator = factories.facilitator(session, self.here)
        self.stranger = factories.facilitator(session, self.there)
        self.admin = factories.user(session, Role.ADMINISTRATOR)
        self.place = factories.establishment(session, "Bâti Val")
        self.company = session.get_one(Company, self.place.company_id)
        self.authority = factories.authority(session, "Ville de Valmont")
        self.prescriber = factories.prescriber(session, self.here, "Mission locale du Val")

    def commit(self, *more: object) -> None:
        rows = (self.here, self.there, self.coordinator, self.facilitator, self.stranger, self.admin, self.place,
                self.company, self.authority, self.prescriber)  # fmt: skip
        factories.committed(self.session, *rows, *more)

    def as_(self, user: User) -> Client:
        return signed_in(self.app, user)

    @property
    def company_page(self) -> str:
        return f"/organisations/entreprises/{self.company.public_id}"


@pytest.fixture
def at(app: Flask, session: Session) -> Place:
    return Place(app, session)


def text(response: TestResponse) -> str:
    """The page as it is read: entities are characters."""
    return html.unescape(response.get_data(as_text=True))


# Lists and pages


def test_a_wrong_siret_is_refused_and_what_was_typed_stays(at: Place) -> None:
    at.commit()
    data = {"siret": "73282932000075", "name": "Bâtir & Fils", "kind": "EI", "commune": "Valmont"}
    response = at.as_(at.facilitator).post("/organisations/entreprises/nouvelle", data=data)
    page = text(response)
    assert response.status_code == 422
    assert "sa clé de contrôle est fausse" in page
    for kept in ("73282932000075", "Bâtir & Fils", "Valmont", '<option selected value="EI"'):
        assert kept in page
    assert at.session.scalar(select(func.count(Company.id))) == 1


def test_a_company_is_registered_then_shown(at: Place) -> None:
    at.commit()
    client = at.as_(at.facilitator)
    data = {"siret": "732 829 320 00074", "name": "Thomson", "kind": "company", "workforce": "25"}
    response = client.post("/organisations/entreprises/nouvelle", data=data)
    page = text(client.get(response.location))
    assert "« Thomson » est enregistré." in page
    assert "73282932000074" in page
    assert "entreprise enregistrée" in page


def test_an_establishment_of_a_known_company_says_so(at: Place) -> None:
    at.commit()
    from tests.organisations.test_actions import sibling

    client = at.as_(at.facilitator)
    data = {"siret": sibling(at.place.siret), "name": "Bâti Val Sud", "kind": "company"}
    response = client.post("/organisations/entreprises/nouvelle", data=data)
    assert "était déjà enregistré sous le SIREN" in text(client.get(response.location))


def test_a_list_costs_the_same_with_one_row_and_with_thirty(at: Place) -> None:
    at.commit()
    client = at.as_(at.facilitator)
    for address in ("/organisations/entreprises", "/organisations/maitres-d-ouvrage"):
        with count_queries(at.app) as one:
            client.get(address)
        for n in range(29):
            factories.establishment(at.session, f"Entreprise {n}")
            factories.authority(at.session, f"Acheteur {n}")
        factories.committed(at.session)
        with count_queries(at.app) as thirty:
            client.get(address)
        assert len(one) == len(thirty) <= 5


def test_a_list_says_its_filters_and_its_two_empty_states(at: Place) -> None:
    at.commit()
    client = at.as_(at.facilitator)
    page = text(client.get("/organisations/entreprises?q=zzz&type=siae"))
    assert "recherche « zzz » ; type : toutes les SIAE" in page
    assert "Aucune entreprise ne répond à ces filtres." in page
    empty = text(at.as_(at.stranger).get("/organisations/prescripteurs"))
    assert "Aucun prescripteur n'est enregistré." in empty
    assert "Mission locale du Val" not in empty


def test_the_export_has_the_filters_of_the_page(at: Place) -> None:
    factories.establishment(at.session, "=Somme SARL", EmployerType.EI)
    at.commit()
    response = at.as_(at.facilitator).get("/organisations/entreprises.xlsx?type=EI")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("type : Entreprise d'insertion (EI)" in str(row[0]) for row in values)
    assert [row[0] for row in values if row[0] == "=Somme SARL"] == ["=Somme SARL"]
    assert not any(row[0] == "Bâti Val" for row in values)


def test_the_page_of_a_company_shows_the_markets_that_the_viewer_sees(at: Place) -> None:
    ours = factories.market(at.session, factories.operation(at.session, at.here, at.authority), at.place)
    theirs = factories.market(at.session, factories.operation(at.session, at.there), at.place)
    at.commit(ours, theirs)
    page = text(at.as_(at.facilitator).get(at.company_page))
    assert ours.title in page
    assert theirs.title not in page
    authority = text(at.as_(at.facilitator).get(f"/organisations/maitres-d-ouvrage/{at.authority.public_id}"))
    assert "Réhabilitation" in authority


def test_editing_after_somebody_else_shows_what_changed_and_keeps_what_was_typed(at: Place) -> None:
    at.commit()
    client = at.as_(at.facilitator)
    seen = at.company.version
    address = at.company_page + "/modifier"
    client.post(address, data={"name": "Bâti Val SAS", "email": "", "version": seen})
    response = client.post(address, data={"name": "Bâti", "email": "contact@bati.test", "version": seen})
    page = text(response)
    assert response.status_code == 422
    assert "Bâti Val → Bâti Val SAS" in page
    assert 'value="contact@bati.test"' in page
    assert client.post(address, data={"name": "Bâti", "email": "", "version": seen + 1}).status_code == 302


# Accounts of companies and authorities


def test_a_facilitator_invites_somebody_of_a_company(at: Place) -> None:
    at.commit()
    client = at.as_(at.facilitator)
    data = {"name": "Morgan Delattre", "email": "morgan@bati.test"}
    response = client.post(at.company_page + "/inviter", data=data)
    page = text(client.get(response.location))
    assert "Une invitation est envoyée à morgan@bati.test" in page
    assert "/mail/" in page
    assert "Invitation envoyée" in page
    user = at.session.scalars(select(User).where(User.email == "morgan@bati.test")).one()
    assert (user.role, user.company_id, user.structure_id) == (Role.COMPANY, at.company.id, None)


def test_a_company_of_two_structures_is_opened_by_neither(at: Place) -> None:
    factories.market(at.session, factories.operation(at.session, at.here), at.place)
    factories.contract(at.session, factories.participant(at.session, at.there), at.place)
    at.commit()
    for user in (at.facilitator, at.stranger):
        client = at.as_(user)
        response = client.post(at.company_page + "/inviter", data={"name": "X", "email": "x@bati.test"})
        assert str(Denial.SHARED) in text(client.get(response.location))
    assert at.session.scalar(select(func.count(OutboxMail.id))) == 0


def test_the_accounts_of_a_company_are_shown_to_those_who_work_with_it(at: Place) -> None:
    factories.market(at.session, factories.operation(at.session, at.here), at.place)
    account = factories.user(at.session, Role.COMPANY, company_id=at.company.id)
    at.commit(account)
    assert account.email in text(at.as_(at.facilitator).get(at.company_page))
    assert account.email not in text(at.as_(at.stranger).get(at.company_page))
    closing = f"/organisations/comptes/{account.public_id}/fermer"
    assert at.as_(at.stranger).get(closing).status_code == 404
    assert at.as_(at.stranger).post(closing).status_code == 404
    assert at.as_(at.facilitator).post(closing).status_code == 302


# Team


def test_the_coordinator_sees_and_closes_the_accounts_of_the_structure(at: Place) -> None:
    at.commit()
    client = at.as_(at.coordinator)
    page = text(client.get("/equipe/"))
    assert at.facilitator.email in page
    assert at.stranger.email not in page
    address = f"/organisations/comptes/{at.facilitator.public_id}/fermer"
    assert "sera déconnectée tout de suite" in text(client.get(address))
    assert client.post(address).location == "/equipe/"
    assert at.as_(at.facilitator).get("/compte").location.startswith("/connexion")
    assert client.post(f"/organisations/comptes/{at.facilitator.public_id}/rouvrir").status_code == 302


def test_no_account_of_another_structure_answers(at: Place) -> None:
    at.commit()
    client = at.as_(at.coordinator)
    for act in ("fermer", "rouvrir", "invitation"):
        assert client.post(f"/organisations/comptes/{at.stranger.public_id}/{act}").status_code == 404
        assert client.post(f"/organisations/comptes/{at.admin.public_id}/{act}").status_code == 404


def test_a_facilitator_does_not_close_the_team(at: Place) -> None:
    at.commit()
    address = f"/organisations/comptes/{at.coordinator.public_id}/fermer"
    assert at.as_(at.facilitator).post(address).status_code == 403


@pytest.mark.parametrize("role", ["administrator", "company", "nobody", ""])
def test_a_role_that_is_not_offered_is_refused(at: Place, role: str) -> None:
    at.commit()
    data = {"name": "X", "email": "x@exemple.test", "role": role, "prescriber": ""}
    assert at.as_(at.coordinator).post("/equipe/inviter", data=data).status_code == 422


def test_a_prescriber_belongs_to_an_organisation_of_the_structure(at: Place) -> None:
    foreign = factories.prescriber(at.session, at.there, "Prescripteur d'ailleurs")
    at.commit(foreign)
    client = at.as_(at.coordinator)
    data = {"name": "Claude", "email": "claude@exemple.test", "role": "prescriber", "prescriber": foreign.public_id}
    assert client.post("/equipe/inviter", data=data).status_code == 422
    data["prescriber"] = at.prescriber.public_id
    assert client.post("/equipe/inviter", data=data).location == "/equipe/"
    page = text(client.get("/equipe/"))
    assert "Mission locale du Val" in page
    assert "claude@exemple.test" in page


# Own structure


def test_the_coordinator_changes_the_settings_of_the_structure(at: Place) -> None:
    at.commit()
    client = at.as_(at.coordinator)
    data = {"territory": "Le Val", "etp_hours": "1 820", "version": at.here.version}
    assert client.post("/equipe/structure", data=data).status_code == 302
    page = text(client.get("/equipe/structure"))
    assert 'value="1\u202f820"' in page
    assert "Par défaut : 1\u202f607" in page
    refused = client.post("/equipe/structure", data={"etp_hours": "douze", "version": at.here.version + 1})
    assert refused.status_code == 422
    assert 'value="douze"' in text(refused)
    parameters = at.session.scalars(select(Structure.parameters).where(Structure.id == at.here.id)).one()
    assert parameters == {"etp.hours": 1820}


# Platform


def test_the_administrator_opens_a_structure_and_invites_its_coordination(at: Place) -> None:
    at.commit()
    client = at.as_(at.admin)
    data = {"name": "Maison de l'emploi du Cap", "siret": "73282932000074", "kind": "employment_house"}
    invite = client.post("/plateforme/structures/nouvelle", data=data).location
    assert "Maison de l'emploi du Cap" in text(client.get(invite))
    assert client.post(invite, data={"name": "Dominique", "email": "d@mde.test"}).location == "/plateforme/"
    page = text(client.get("/plateforme/"))
    assert "Invitation envoyée" in page
    assert "d@mde.test" in page
    assert "/mail/" in page
    assert "En attente" in page


def test_the_platform_page_shows_no_secret_and_no_market(at: Place) -> None:
    market = factories.market(at.session, factories.operation(at.session, at.here), at.place)
    at.commit(market)
    client = at.as_(at.admin)
    client.post("/plateforme/administration/inviter", data={"name": "Alex", "email": "alex@exemple.test"})
    page = text(client.get("/plateforme/"))
    assert "/invitation/" not in page.replace("/comptes/", "")[: page.find("Les vingt derniers")]
    assert market.title not in page
    assert at.company_page not in page


def test_the_administrator_opens_the_account_of_a_company_of_two_structures(at: Place) -> None:
    factories.market(at.session, factories.operation(at.session, at.here), at.place)
    factories.market(at.session, factories.operation(at.session, at.there), at.place)
    at.commit()
    client = at.as_(at.admin)
    data = {"name": "Morgan", "email": "morgan@bati.test", "siret": "73282932000074"}
    assert client.post("/plateforme/organisations/inviter", data=data).status_code == 422
    data["siret"] = at.place.siret
    assert client.post("/plateforme/organisations/inviter", data=data).status_code == 302


def test_each_kind_of_row_is_found_in_the_database(app: Flask, session: Session) -> None:
    users = one_of_each_role(session)
    assert set(users) == set(Role)
    for kind in (ContractingAuthority, Establishment, PrescriberOrganisation):
        assert session.scalar(select(func.count(kind.id))) == 1
