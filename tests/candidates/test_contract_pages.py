"""Contracts, posts and pathways from the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import ClauseEntry, EmploymentContract, Pathway, Placement
from clause.candidates.queries import contracts
from clause.markets.models import Operation
from clause.organisations.codes import EmployerType
from tests.candidates.pages import done, fresh, owner, proposed, sign_in, write
from tests.candidates.scene import Scene
from tests.support import factories as make
from tests.support.client import Client


def contract_form(s: Scene, **values: Any) -> dict[str, Any]:
    defaults = {
        "employer": s.employer.public_id, "mode": "direct_hire", "contract_type": "cdd", "starts_on": "02/11/2026",
        "ends_on": "31/01/2027", "job": "Peintre", "market": s.market.public_id,
    }  # fmt: skip
    return {**defaults, **values}


def test_a_contract_announced_confirmed_and_ended_from_the_pages(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s, "company"))
    sign_in(client, s, "company")
    answer = client.post(f"/contrats/nouveau?personne={person.public_id}", data=contract_form(s))
    assert answer.status_code == 302
    contract = fresh(session).scalars(select(EmploymentContract)).one()
    path = f"/contrats/{contract.public_id}"
    assert "éligibilité de cette personne n&#39;est pas décidée" in client.get(path).get_data(as_text=True)
    assert client.post(f"{path}/confirmer").status_code == 403
    sign_in(client, s, "coordinator")
    assert client.post(f"{path}/confirmer").status_code == 302
    assert client.post(f"{path}/confirmer", follow_redirects=True).status_code == 200
    late = client.post(f"{path}/fin", data={"ends_on": "01/11/2026"})
    assert late.status_code == 422
    assert 'value="01/11/2026"' in late.get_data(as_text=True)
    assert client.post(f"{path}/fin", data={"ends_on": "15/12/2026"}).status_code == 302
    contract = fresh(session).scalars(select(EmploymentContract)).one()
    assert (contract.state, contract.ends_on) == (ContractState.CONFIRMED, date(2026, 12, 15))
    assert fresh(session).scalars(select(ClauseEntry)).one().entered_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ends_on": "01/11/2026"}, "précède son début"),
        ({"employer": ""}, "Choisissez l'employeur"),
        ({"employer": "", "siret": "12345678901234"}, "clé de contrôle est fausse"),
        ({"mode": ""}, "Choisissez la modalité."),
        ({"rome": "F17"}, "Un code ROME compte une lettre et quatre chiffres"),
        ({"starts_on": "demain"}, "n'est pas une date"),
    ],
)
def test_a_contract_refused_keeps_what_was_typed(client: Client, session: Session, s: Scene, change: dict[str, str], sentence: str) -> None:  # fmt: skip
    person = owner(session, proposed(session, s))
    sign_in(client, s, "facilitator")
    answer = client.post(f"/contrats/nouveau?personne={person.public_id}", data=contract_form(s, **change))
    html = answer.get_data(as_text=True).replace("&#39;", "'")
    assert (answer.status_code, sentence in html, 'value="Peintre"' in html) == (422, True, True)
    assert fresh(session).scalars(select(EmploymentContract)).all() == []


def test_a_company_says_on_which_market_the_person_will_work(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s, "company"))
    sign_in(client, s, "company")
    answer = client.post(f"/contrats/nouveau?personne={person.public_id}", data=contract_form(s, market=""))
    assert answer.status_code == 422
    assert "Choisissez le marché sur lequel la personne travaillera." in answer.get_data(as_text=True)
    assert fresh(session).scalars(select(EmploymentContract)).all() == []


def test_an_employer_by_its_siret(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s))
    sign_in(client, s, "facilitator")
    siret = make.siret()
    form = contract_form(
        s, employer="", siret=siret, employer_name="Élan Services", employer_kind="EI", mode="subcontracting"
    )
    assert client.post(f"/contrats/nouveau?personne={person.public_id}", data=form).status_code == 302
    html = client.get(f"/contrats/{fresh(session).scalars(select(EmploymentContract)).one().public_id}").get_data(
        as_text=True
    )
    assert "Élan Services, EI" in html


def test_a_refused_contract_says_why_to_the_company(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s, "company"))
    write(session)
    contract = make.contract(session, person, s.employer, s.market, state=ContractState.PROPOSED)
    done(session)
    sign_in(client, s, "facilitator")
    path = f"/contrats/{contract.public_id}"
    assert client.post(f"{path}/refuser", data={"reason": ""}).status_code == 422
    assert client.post(f"{path}/refuser", data={"reason": "Un contrat existe déjà"}).status_code == 302
    sign_in(client, s, "company")
    assert "Un contrat existe déjà" in client.get(path).get_data(as_text=True)


def test_a_post_from_opening_to_hire(client: Client, session: Session, s: Scene) -> None:
    write(session)
    person = make.participant(session, s.structure)
    make.eligible(session, person)
    done(session)
    sign_in(client, s, "company")
    form = {
        "market": s.market.public_id,
        "employer": s.employer.public_id,
        "title": "Manœuvre",
        "rome": "f1704",
        "places": "2",
    }
    assert client.post("/contrats/postes/nouveau", data={**form, "places": "0"}).status_code == 422
    page = client.post("/contrats/postes/nouveau", data=form).headers["Location"]
    assert client.post(f"{page}/proposer", data={"person": person.public_id}).status_code == 403
    sign_in(client, s, "facilitator")
    assert client.post(f"{page}/proposer", data={"person": ""}).status_code == 422
    assert client.post(f"{page}/proposer", data={"person": person.public_id, "present": "y"}).status_code == 302
    placement = fresh(session).scalars(select(Placement)).one()
    sign_in(client, s, "company")
    assert person.last_name in client.get(page).get_data(as_text=True)
    hired = client.post(f"/contrats/placements/{placement.public_id}/embaucher")
    html = client.get(hired.headers["Location"]).get_data(as_text=True)
    assert 'value="Manœuvre"' in html
    assert 'value="F1704"' in html
    assert f'<option selected value="{s.market.public_id}"' in html


def test_a_pathway_from_the_pages(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s))
    sign_in(client, s, "prescriber")
    new = f"/parcours/nouveau?personne={person.public_id}"
    wrong = client.post(new, data={"entered_on": "01/12/2026", "category": "rsa", "inactivity_months": "18"})
    assert wrong.status_code == 422
    assert 'value="18"' in wrong.get_data(as_text=True)
    page = client.post(new, data={"entered_on": "01/09/2025", "category": "rsa"}).headers["Location"]
    assert client.get(page).status_code == 200
    assert client.post(f"{page}/valider-entree").status_code == 403
    assert client.post(f"{page}/etape", data={"kind": "Étape clause", "starts_on": "01/10/2025"}).status_code == 302
    assert client.get(f"{page}/etape/2/fin").status_code == 404
    assert client.post(f"{page}/etape/1/fin", data={"ends_on": "31/12/2025"}).status_code == 302
    early = {
        "kind": "durable_job",
        "exited_on": "01/11/2026",
        "job_start": "01/10/2026",
        "contract_type": "cdi",
        "proof": "Contrat",
    }
    refused = client.post(f"{page}/sortie", data=early)
    assert refused.status_code == 422
    assert "n&#39;a pas encore duré six mois" in refused.get_data(as_text=True)
    assert client.post(f"{page}/sortie", data={**early, "job_start": "01/04/2026"}).status_code == 302
    sign_in(client, s, "plie_manager")
    assert client.get("/parcours/?etat=exit_to_validate").get_data(as_text=True).count("Diallo") == 1
    assert client.post(f"{page}/valider-entree").status_code == 302
    assert client.post(f"{page}/valider-sortie").status_code == 302
    html = client.get(page).get_data(as_text=True)
    assert "Sortie positive" in html
    assert "CDI" in html
    assert fresh(session).scalars(select(Pathway)).one().exit_validated_by == s.users["plie_manager"].name


def test_a_long_list_is_cut_and_a_search_finds_the_rest(
    client: Client, session: Session, s: Scene, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr(contracts, "MOST_CHOICES", 1)
    write(session)
    operation = session.get_one(Operation, s.market.operation_id)
    other = make.establishment(session, "Zénith Insertion", EmployerType.EI)
    stranger = make.establishment(session, "Atelier de nulle part", EmployerType.EI)
    kept = make.market(session, operation, other, reference="A-0001", title="Peinture du gymnase")
    make.market(session, operation, reference="Z-9999", title="Voirie du centre")
    done(session)
    sign_in(client, s, "facilitator")
    page = client.get("/contrats/postes/nouveau").get_data(as_text=True)
    assert "Voirie du centre" in page  # the latest reference
    assert "Peinture du gymnase" not in page
    assert other.public_id not in page  # the second by name
    assert stranger.public_id not in page  # an employer of no market and no contract of the structure
    assert 'name="cherche_marche"' in page
    assert stranger.siret in client.get("/contrats/postes/nouveau?cherche_employeur=nulle").get_data(as_text=True)
    found = client.get(f"/contrats/postes/nouveau?cherche_marche=gymnase&cherche_employeur={other.siret}")
    assert f'value="{kept.public_id}"' in found.get_data(as_text=True)
    assert f'value="{other.public_id}"' in found.get_data(as_text=True)
    # What is chosen is in the list, cut or not; what is wrong is said with it.
    form = {"market": kept.public_id, "employer": other.public_id, "title": "Peintre", "places": "1"}
    refused = client.post("/contrats/postes/nouveau", data={**form, "places": "0"})
    assert f'<option selected value="{kept.public_id}"' in refused.get_data(as_text=True)
    answer = client.post("/contrats/postes/nouveau", data=form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert f'<option selected value="{kept.public_id}"' in client.get(f"/contrats/postes/nouveau?marche={kept.public_id}").get_data(as_text=True)  # fmt: skip
