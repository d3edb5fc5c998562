"""Proposing and deciding from the pages: who may, refusals that keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.codes import EligibilityState
from clause.candidates.models import Eligibility, Participant
from tests.candidates.pages import PROPOSERS, ROLES, decision_form, done, fresh, owner, proposed, sign_in, write
from tests.candidates.scene import Scene, person_form
from tests.support.client import Client


@pytest.mark.parametrize("role", sorted(PROPOSERS))
def test_each_proposer_proposes_from_the_page(client: Client, session: Session, s: Scene, role: str) -> None:
    sign_in(client, s, role)
    answer = client.post("/personnes/nouvelle", data=person_form(structure=s.structure.public_id))
    assert answer.status_code == 302
    person = fresh(session).scalars(select(Participant)).one()
    assert person.structure_id == s.structure.id
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_company_sends_no_criterion_even_by_hand(client: Client, session: Session, s: Scene) -> None:
    sign_in(client, s, "company")
    assert "criteria" not in client.get("/personnes/nouvelle").get_data(as_text=True)
    form = person_form(structure=s.structure.public_id, criteria=["rsa"])
    assert client.post("/personnes/nouvelle", data=form).status_code == 302
    assert fresh(session).scalars(select(Eligibility)).one().proposed_by_id == s.users["company"].id
    from clause.candidates.models import EligibilityCriterion

    assert fresh(session).scalars(select(EligibilityCriterion)).all() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last_name": ""}, "Indiquez le nom."),
        ({"birth_date": "31/02/1985"}, "n'est pas une date"),
        ({"birth_date": "12/04/2030"}, "dans le futur"),
        ({"birth_date": "12/04/1885"}, "plus de 100 ans"),
        ({"sex": "x"}, "Choisissez une valeur de la liste."),
        ({"motive": "n° sécu 255081416802538"}, "numéro de sécurité sociale"),
        ({"last_name": "A" * 121}, "trop long"),
    ],
)
def test_a_proposal_refused_keeps_what_was_typed(client: Client, session: Session, s: Scene, change: dict[str, str], sentence: str) -> None:  # fmt: skip
    sign_in(client, s, "prescriber")
    answer = client.post("/personnes/nouvelle", data=person_form(first_name="Aïssatou", **change))
    html = answer.get_data(as_text=True).replace("&#39;", "'")
    assert answer.status_code == 422
    assert sentence in html
    assert 'value="Aïssatou"' in html
    assert "<title>Erreur :" in html
    assert fresh(session).scalars(select(Participant)).all() == []


def test_a_person_twice_is_refused_with_a_link(client: Client, session: Session, s: Scene) -> None:
    first = owner(session, proposed(session, s))
    sign_in(client, s, "facilitator")
    answer = client.post("/personnes/nouvelle", data=person_form())
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"/personnes/{first.public_id}" in html
    assert 'name="namesake"' in html
    assert client.post("/personnes/nouvelle", data=person_form(namesake="y")).status_code == 302
    sign_in(client, s, "prescriber")
    again = client.post("/personnes/nouvelle", data=person_form(namesake="y"))
    assert again.status_code == 422
    assert 'name="namesake"' not in again.get_data(as_text=True)


def test_the_decision_from_the_page(client: Client, session: Session, s: Scene) -> None:
    waiting = proposed(session, s)
    sign_in(client, s, "facilitator")
    path = f"/personnes/evaluations/{waiting.public_id}/decision"
    html = client.get(path).get_data(as_text=True)
    assert "du 20/11/2026 au 19/11/2028" in html
    assert "justice_involved" not in html
    answer = client.post(path, data=decision_form(version=str(waiting.version)))
    assert answer.status_code == 302
    assert fresh(session).scalars(select(Eligibility)).one().state is EligibilityState.ELIGIBLE
    assert "Éligible jusqu&#39;au 19/11/2028" in client.get(answer.headers["Location"]).get_data(as_text=True)
    assert client.get(path).status_code == 302  # no longer waiting


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"criteria": []}, "au moins un critère"),
        ({"primary": ""}, "critère principal parmi ceux cochés"),
        ({"proof_day_1": ""}, "Indiquez le jour"),
        ({"proof_kind_1": ""}, "Indiquez quel justificatif"),
        ({"first_day": "01/09/2026", "late_reason": "retard"}, "trop ancien"),
        ({"outcome": ""}, "Choisissez une décision."),
        ({"outcome": "not_eligible"}, "motif de la décision"),
        ({"outcome": "incomplete"}, "Écrivez ce qui manque"),
        ({"criteria": ["youth_low_qualified"], "primary": "youth_low_qualified"}, "26 ans ou plus"),
        ({"criteria": ["justice_involved"]}, "choix"),
    ],
)
def test_a_decision_refused_keeps_what_was_typed(client: Client, session: Session, s: Scene, change: dict[str, Any], sentence: str) -> None:  # fmt: skip
    waiting = proposed(session, s)
    sign_in(client, s, "facilitator")
    form = decision_form(proof_kind_2="Avis de situation", proof_day_2="17/11/2026", **change)
    answer = client.post(f"/personnes/evaluations/{waiting.public_id}/decision", data=form)
    html = answer.get_data(as_text=True).replace("&#39;", "'")
    assert answer.status_code == 422
    assert sentence in html
    assert 'value="Avis de situation"' in html
    assert fresh(session).scalars(select(Eligibility)).one().state is EligibilityState.SUBMITTED


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"facilitator"}))
def test_nobody_else_posts_a_decision(client: Client, session: Session, s: Scene, role: str) -> None:
    waiting = proposed(session, s)
    sign_in(client, s, role)
    path = f"/personnes/evaluations/{waiting.public_id}/decision"
    assert client.post(path, data=decision_form()).status_code == 403


def test_completing_a_file_from_the_page(client: Client, session: Session, s: Scene) -> None:
    waiting = proposed(session, s)
    missing = actions.DecisionData(EligibilityState.INCOMPLETE, reason="Il manque l'avis de situation")
    write(session)
    actions.decide(session, s.viewer("facilitator"), waiting, missing)
    done(session)
    sign_in(client, s, "prescriber")
    path = f"/personnes/evaluations/{waiting.public_id}/completer"
    assert "Il manque l&#39;avis de situation" in client.get(path).get_data(as_text=True)
    assert client.post(path, data={"message": ""}).status_code == 422
    assert client.post(path, data={"message": "Avis joint au dossier papier"}).status_code == 302
    assert fresh(session).scalars(select(Eligibility)).one().state is EligibilityState.SUBMITTED


def test_a_level_left_alone_is_unknown(client: Client, session: Session, s: Scene) -> None:
    sign_in(client, s, "facilitator")
    html = client.get("/personnes/nouvelle").get_data(as_text=True)
    assert '<option selected value="unknown">Non renseigné</option>' in html


def test_the_second_to_save_a_sheet_sees_what_the_first_changed(client: Client, session: Session, s: Scene) -> None:
    person = owner(session, proposed(session, s))
    sign_in(client, s, "facilitator")
    path = f"/personnes/{person.public_id}/corriger"
    version = str(person.version)
    assert client.post(path, data=person_form(commune="Aubigny", version=version)).status_code == 302
    second = client.post(path, data=person_form(commune="Vierzon", version=version))
    html = second.get_data(as_text=True)
    assert second.status_code == 422
    assert "Valmont → Aubigny" in html
    assert 'value="Vierzon"' in html
    assert f'name="version" type="hidden" value="{int(version) + 1}"' in html
