"""The pages of candidates: who opens what, what each reads, refusals that keep what was typed, constant queries."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import ReadLog
from clause.candidates import actions
from clause.candidates.actions import PathwayData, PositionData
from clause.candidates.codes import ContractState, EligibilityState, PathwayCategory, PublicKind
from clause.candidates.models import ClauseEntry, Eligibility, EmploymentContract, Participant, Pathway, Placement
from clause.candidates.rules.eligibility import NEEDS
from clause.kernel import clock
from clause.kernel.db import open_for_reading, open_for_writing
from tests.candidates.scene import Scene, people_of, person_data, person_form, scene
from tests.support import factories as make
from tests.support.client import Client
from tests.support.queries import count_queries

ROLES = ("facilitator", "coordinator", "plie_manager", "prescriber", "company", "authority", "administrator")
PROPOSERS = {"facilitator", "coordinator", "plie_manager", "prescriber", "company"}
TEAM = {"facilitator", "coordinator", "plie_manager"}
CRITERIA_WORDS = [kind.label for kind in PublicKind] + [needs.proof for needs in NEEDS.values()]


@pytest.fixture
def s(app: Flask, session: Session) -> Scene:
    """The scene, committed, on 20 November 2026."""
    clock.move_to(datetime(2026, 11, 20, 10))
    made = scene(session)
    done(session)
    return made


def write(session: Session) -> Session:
    """The session, ready to write: on SQLite it then holds the only pen until ``done``."""
    open_for_writing(session)
    return session


def done(session: Session) -> None:
    """Commit and let the client write: what the test reads next reads only."""
    session.commit()
    open_for_reading(session)


def fresh(session: Session) -> Session:
    """The session as of now, without what it read before."""
    session.rollback()
    return session


def sign_in(client: Client, s: Scene, role: str) -> None:
    assert client.sign_in(s.users[role].email).status_code == 302


def proposed(session: Session, s: Scene, role: str = "prescriber", **values: Any) -> Eligibility:
    assessment = actions.propose_person(write(session), s.viewer(role), person_data(**values))
    done(session)
    return assessment


def owner(session: Session, assessment: Eligibility) -> Participant:
    return session.get_one(Participant, assessment.participant_id)


def decision_form(**values: Any) -> dict[str, Any]:
    defaults = {
        "criteria": ["rqth_boeth", "rsa"], "primary": "rqth_boeth", "proof_kind_1": "Notification MDPH",
        "proof_day_1": "18/11/2026", "outcome": "eligible",
    }  # fmt: skip
    return {**defaults, **values}


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(client: Client, session: Session, s: Scene, role: str) -> None:
    waiting = proposed(session, s)
    sign_in(client, s, role)
    expected = {
        "/personnes/": PROPOSERS,
        "/personnes/nouvelle": PROPOSERS,
        "/personnes/export.xlsx": TEAM,
        f"/personnes/evaluations/{waiting.public_id}/decision": {"facilitator"},
        f"/personnes/{owner(session, waiting).public_id}/corriger": {"facilitator", "coordinator"},
        "/contrats/": TEAM | {"company"},
        "/contrats/nouveau": {"facilitator", "coordinator", "company"},
        "/contrats/postes/": TEAM | {"company"},
        "/contrats/postes/nouveau": {"facilitator", "coordinator", "company"},
        "/parcours/": TEAM | {"prescriber"},
    }
    got = {path: client.get(path).status_code for path in expected}
    assert got == {path: 200 if role in allowed else 403 for path, allowed in expected.items()}


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


def addresses(session: Session, s: Scene) -> list[str]:
    """Every address of one person of the structure, and what hangs on them."""
    waiting = proposed(session, s)
    person = owner(session, waiting)
    write(session)
    make.eligible(session, person)
    contract = make.contract(session, person, s.employer, s.market)
    position = actions.open_position(
        session, s.viewer("facilitator"), PositionData(s.market.id, s.employer.id, "Poste")
    )
    placement = actions.place(session, s.viewer("facilitator"), position, person.id)
    pathway = actions.enter_pathway(session, s.viewer("facilitator"), PathwayData(person.id, date(2026, 1, 5), PathwayCategory.RSA))  # fmt: skip
    done(session)
    p, a, c, w = person.public_id, waiting.public_id, contract.public_id, pathway.public_id
    return [
        f"/personnes/{p}", f"/personnes/{p}/corriger", f"/personnes/{p}/evaluation", f"/personnes/evaluations/{a}/decision",
        f"/personnes/evaluations/{a}/completer", f"/contrats/{c}", f"/contrats/{c}/fin", f"/contrats/{c}/refuser",
        f"/contrats/nouveau?personne={p}", f"/contrats/postes/{position.public_id}",
        f"/contrats/placements/{placement.public_id}/non-retenue", f"/parcours/{w}", f"/parcours/{w}/etape",
        f"/parcours/{w}/sortie", f"/parcours/nouveau?personne={p}",
    ]  # fmt: skip


def test_another_structure_finds_nothing_at_any_address(client: Client, session: Session, s: Scene) -> None:
    paths = addresses(session, s)
    sign_in(client, s, "facilitator")
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    sign_in(client, s, "stranger")
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    listed = client.get("/personnes/").get_data(as_text=True) + client.get("/contrats/").get_data(as_text=True)
    assert "Diallo" not in listed


@pytest.mark.parametrize("act", ["confirmer", "refuser", "fin"])
def test_another_structure_posts_nothing_on_a_contract(client: Client, session: Session, s: Scene, act: str) -> None:
    write(session)
    person = make.participant(session, s.structure)
    contract = make.contract(session, person, s.employer, s.market, state=ContractState.PROPOSED)
    done(session)
    sign_in(client, s, "stranger")
    answer = client.post(f"/contrats/{contract.public_id}/{act}", data={"reason": "non", "ends_on": "30/11/2026"})
    assert answer.status_code == 404


def test_a_company_reads_its_people_and_never_a_criterion(client: Client, session: Session, s: Scene) -> None:
    waiting = proposed(session, s, criteria=(PublicKind.RQTH_BOETH,))
    write(session)
    actions.decide(
        session,
        s.viewer("facilitator"),
        waiting,
        actions.DecisionData(
            EligibilityState.ELIGIBLE, tuple(k for k in PublicKind if k in (PublicKind.RSA, PublicKind.RQTH_BOETH)),
            PublicKind.RQTH_BOETH, (actions.ProofData("Notification MDPH ou CDAPH en cours de validité", date(2026, 11, 18)),),
            reason="avis motivé",
        ),
    )  # fmt: skip
    contract = make.contract(session, owner(session, waiting), s.employer, s.market)
    hidden = make.participant(session, s.structure, last_name="Invisible")
    position = actions.open_position(session, s.viewer("company"), PositionData(s.market.id, s.employer.id, "Poste"))
    done(session)
    sign_in(client, s, "company")
    pages = [
        "/personnes/", f"/personnes/{owner(session, waiting).public_id}", "/contrats/", f"/contrats/{contract.public_id}",
        "/contrats/postes/", f"/contrats/postes/{position.public_id}", "/personnes/nouvelle", "/contrats/nouveau",
        f"/contrats/nouveau?personne={owner(session, waiting).public_id}",
    ]  # fmt: skip
    html = " ".join(client.get(path).get_data(as_text=True).replace("&#39;", "'") for path in pages)
    assert "Éligible jusqu'au 19/11/2028" in html
    assert "Invisible" not in html
    assert [word for word in (*CRITERIA_WORDS, "avis motivé") if word in html] == []
    assert client.get(f"/personnes/{hidden.public_id}").status_code == 404
    assert client.get(f"/personnes/evaluations/{waiting.public_id}/completer").status_code == 404


def test_a_prescriber_reads_its_own_criteria_and_not_the_facilitators(
    client: Client, session: Session, s: Scene
) -> None:
    waiting = proposed(session, s, criteria=(PublicKind.LONG_TERM_JOBSEEKER,))
    write(session)
    actions.decide(
        session,
        s.viewer("facilitator"),
        waiting,
        actions.DecisionData(
            EligibilityState.ELIGIBLE, (PublicKind.LONG_TERM_JOBSEEKER, PublicKind.AAH), PublicKind.AAH,
            (actions.ProofData("Attestation CAF", date(2026, 11, 18)),),
        ),
    )  # fmt: skip
    other = make.participant(session, s.structure, prescriber_id=make.prescriber(session, s.structure, "Cap emploi").id)
    done(session)
    sign_in(client, s, "prescriber")
    html = client.get(f"/personnes/{owner(session, waiting).public_id}").get_data(as_text=True)
    assert PublicKind.LONG_TERM_JOBSEEKER.label.replace("'", "&#39;") in html
    assert "AAH" not in html
    assert "Attestation CAF" not in html
    assert client.get(f"/personnes/{other.public_id}").status_code == 404


def test_lists_and_export_never_hold_a_criterion(client: Client, session: Session, s: Scene) -> None:
    write(session)
    people_of(session, s.structure, 3, s.employer, s.market)
    done(session)
    sign_in(client, s, "facilitator")
    html = client.get("/personnes/").get_data(as_text=True).replace("&#39;", "'")
    assert [word for word in CRITERIA_WORDS if word in html] == []
    answer = client.get("/personnes/export.xlsx?q=nom")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    cells = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert cells.count("Valmont") == 3
    assert "recherche « nom »" in cells
    assert [word for word in CRITERIA_WORDS if word in cells] == []


def test_each_opening_and_export_is_logged(client: Client, session: Session, s: Scene) -> None:
    write(session)
    person = make.participant(session, s.structure)
    done(session)
    sign_in(client, s, "coordinator")
    client.get(f"/personnes/{person.public_id}")
    client.get("/personnes/export.xlsx")
    rows = fresh(session).scalars(select(ReadLog).order_by(ReadLog.id)).all()
    assert [(r.user_id, r.act, r.subject_type, r.subject_id) for r in rows] == [
        (s.users["coordinator"].id, act, "participant", person.id) for act in ("page", "export")
    ]


def test_filters_are_said_and_two_empty_states(client: Client, session: Session, s: Scene) -> None:
    sign_in(client, s, "facilitator")
    assert "Aucune personne pour l&#39;instant" in client.get("/personnes/").get_data(as_text=True)
    write(session)
    people_of(session, s.structure, 2, s.employer, s.market)
    make.participant(session, s.structure, last_name="Éloïse", commune="Aubigny")
    done(session)
    html = client.get("/personnes/?contrat=oui&etat=eligible").get_data(as_text=True).replace("&#39;", "'")
    assert "2 personnes" in html
    assert "éligibilité : éligible ; en contrat aujourd'hui" in html
    assert "1 personne<" in client.get("/personnes/?q=ELOISE").get_data(as_text=True)
    assert "1 personne<" in client.get("/personnes/?commune=Aubigny").get_data(as_text=True)
    assert "ne correspond à ces filtres" in client.get("/personnes/?q=personne-nulle-part").get_data(as_text=True)
    for odd in ("?tri=nimporte", "?page=zzz", "?etat=zzz", "?page=99999999999"):
        assert client.get(f"/personnes/{odd}").status_code == 200


def test_states_today_on_both_engines(engine: str, app: Flask, session: Session) -> None:
    from clause.candidates.queries.people import PeopleFilters, all_people, people_page, sort_columns

    clock.move_to(datetime(2026, 11, 20, 10))
    s, today = scene(session), date(2026, 11, 20)
    ended, renewed, waiting = (make.participant(session, s.structure, last_name=n) for n in ("Ancien", "Bis", "Neuf"))
    make.eligible(session, ended, date(2024, 1, 1), date(2025, 12, 31))
    make.eligible(session, renewed, date(2026, 1, 1), date(2026, 12, 31))
    for person in (renewed, waiting):
        actions.reassess(session, s.viewer("facilitator"), person.id)
    rows = all_people(session, s.viewer("facilitator"), PeopleFilters(), today)
    assert [(r.last_name, r.state.value, r.awaits) for r in rows] == [
        ("Ancien", "expired", False), ("Bis", "eligible", True), ("Neuf", "submitted", True),
    ]  # fmt: skip
    assert rows[1].alert is not None
    for state, count in (("submitted", 2), ("expired", 1), ("eligible", 1), ("not_eligible", 0)):
        filters = PeopleFilters(state=EligibilityState(state))
        assert len(all_people(session, s.viewer("facilitator"), filters, today)) == count
    for key in sort_columns(today):
        for sort in (key, f"-{key}"):
            assert people_page(session, s.viewer("facilitator"), PeopleFilters(), today, sort=sort).total == 3


@pytest.mark.parametrize("path", ["/personnes/", "/contrats/", "/parcours/", "/contrats/postes/"])
def test_as_many_queries_for_30_rows_as_for_one(
    client: Client, app: Flask, session: Session, s: Scene, path: str
) -> None:
    def add(count: int) -> None:
        write(session)
        for person in people_of(session, s.structure, count, s.employer, s.market):
            data = PathwayData(person.id, date(2026, 1, 5), PathwayCategory.RSA)
            actions.enter_pathway(session, s.viewer("facilitator"), data)
            actions.open_position(session, s.viewer("facilitator"), PositionData(s.market.id, s.employer.id, "Poste"))
        done(session)

    add(1)
    sign_in(client, s, "facilitator")
    with count_queries(app) as few:
        client.get(path)
    add(29)
    with count_queries(app) as many:
        client.get(path)
    assert len(few) == len(many) > 2


def test_a_persons_page_counts_as_many_queries_with_many_contracts(client: Client, app: Flask, session: Session, s: Scene) -> None:  # fmt: skip
    write(session)
    [person] = people_of(session, s.structure, 1, s.employer, s.market)
    done(session)
    sign_in(client, s, "facilitator")
    with count_queries(app) as few:
        client.get(f"/personnes/{person.public_id}")
    write(session)
    for month in range(2, 12):
        make.contract(session, person, s.employer, s.market, starts_on=date(2026, month, 1))
    done(session)
    with count_queries(app) as many:
        client.get(f"/personnes/{person.public_id}")
    assert len(few) == len(many)


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


def test_who_leads_the_tests_knows_every_role() -> None:
    assert set(ROLES) == {role.value for role in Role}
