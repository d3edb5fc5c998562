"""The pages of candidates: who opens what, what each reads, what is logged."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role
from clause.accounts.models import ReadLog
from clause.candidates import actions
from clause.candidates.actions import PathwayData, PositionData
from clause.candidates.codes import ContractState, EligibilityState, PathwayCategory, PublicKind
from tests.candidates.pages import CRITERIA_WORDS, PROPOSERS, ROLES, TEAM, done, fresh, owner, proposed, sign_in, write
from tests.candidates.scene import Scene, people_of
from tests.support import factories as make
from tests.support.client import Client


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


def test_who_leads_the_tests_knows_every_role() -> None:
    assert set(ROLES) == {role.value for role in Role}
