"""OPE-06 from detection to decision: what each act keeps, refuses and says, and to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.penalties import actions
from clause.hours.penalties.actions import Attachment, DecisionData, DifficultyData
from clause.hours.penalties.codes import DifficultyKind, PenaltyState, WaiverMotive
from clause.hours.penalties.figures import Held
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.queries.cases import case_file, penalties_of, waiting_cases
from clause.hours.penalties.queries.difficulties import difficulties_of
from clause.hours.penalties.queries.suggestions import suggestions
from clause.hours.penalties.rules import PenaltyRefusal
from clause.kernel import audit, clock
from clause.kernel.outbox import OutboxMail
from clause.kernel.refusals import Refused
from clause.kernel.storage import StoredFile
from tests.hours.penalties.scene import PDF, Scene, build
from tests.support import factories as make

TODAY = date(2026, 4, 10)


@pytest.fixture
def scene(session: Session) -> Scene:
    return build(session)


def refused(sentence: str, act: Any, *args: Any, **kw: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(*args, **kw)
    assert str(sentence) in caught.value.sentence


def test_t_ope_2_through_the_ledger_and_a_notice(engine: str, session: Session) -> None:
    scene = build(session)
    scene.notice()
    case = scene.opened(late_since=date(2026, 3, 14), late_what="Relevés de février")
    assert (case.shortfall_hours, case.late_days, case.amount_cents) == (15_000, 12, 3_090_000)
    assert case.company_id == scene.company.company_id
    assert case.computed_from["notice_on"] == date(2026, 3, 29)


def test_the_whole_road_to_a_penalty(engine: str, session: Session) -> None:
    scene = build(session)
    case = scene.proposed()
    actions.decide(session, scene.buyer, case, DecisionData(applied=True, amount_cents=3_000_000))
    assert (case.state, case.decided_cents, case.decided_by) == (PenaltyState.APPLIED, 3_000_000, "Sacha Acheteur")
    actions.close(session, scene.facilitator, case)
    assert (case.state, case.closed_on) == (PenaltyState.CLOSED, TODAY)
    acts = [event.action for event in reversed(audit.history(session, case))]
    assert acts == [
        "dossier de pénalité ouvert", "observations demandées jusqu'au 01/05/2026", "observations de l'entreprise",
        "proposition au maître d'ouvrage", "pénalité appliquée", "dossier classé",
    ]  # fmt: skip


def test_later_hours_and_later_settings_change_nothing_of_a_case(session: Session, scene: Scene) -> None:
    case = scene.asked()
    kept = dict(case.calculation)
    scene.market.parameters = {"penalty.hour_amount": 1}
    session.flush()
    session.refresh(case)
    assert (case.amount_cents, case.calculation) == (3_000_000, kept)


def test_a_market_without_terms_opens_no_case(session: Session) -> None:
    scene = build(session, parameters={})
    refused(PenaltyRefusal.NO_TERMS, scene.opened)


def test_a_structures_setting_is_no_contract(session: Session) -> None:
    scene = build(session, parameters={})
    scene.structure.parameters = {"penalty.hour_amount": 4_000}
    session.flush()
    refused(PenaltyRefusal.NO_TERMS, scene.opened)


def test_where_the_contract_asks_for_a_notice_nothing_opens_before_it(session: Session) -> None:
    scene = build(session, parameters={"penalty.hour_amount": 20_000})
    refused(PenaltyRefusal.NOTICE_FIRST, scene.opened)
    scene.notice()
    assert scene.opened().amount_cents == 3_000_000


def test_one_case_at_a_time(session: Session, scene: Scene) -> None:
    case = scene.opened()
    refused(PenaltyRefusal.ONE_AT_A_TIME, scene.opened)
    refused(PenaltyRefusal.WHY_CLOSE, actions.close, session, scene.facilitator, case)
    actions.close(session, scene.facilitator, case, "Ouvert par erreur.")
    assert scene.opened().id != case.id


def test_reached_objectives_have_nothing_to_be_penalised_for(session: Session) -> None:
    refused(PenaltyRefusal.NOTHING, build(session, due=45_000).opened)


def test_a_calculation_is_made_again_until_something_is_asked(session: Session, scene: Scene) -> None:
    case = scene.opened()
    scene.notice()
    actions.compute_again(session, scene.facilitator, scene.market, case, Held(late_since=date(2026, 3, 20)))
    assert case.amount_cents == 3_090_000
    actions.ask_observations(session, scene.facilitator, case, "", date(2026, 5, 1))
    refused(PenaltyRefusal.STATE, actions.compute_again, session, scene.facilitator, scene.market, case, Held())


def test_a_facilitator_waits_for_the_answer_or_the_end_of_the_delay(session: Session, scene: Scene) -> None:
    from datetime import datetime

    case = scene.asked()
    refused(PenaltyRefusal.WAIT_FOR_ANSWER, actions.propose, session, scene.facilitator, case, 3_000_000, "")
    assert case.state is PenaltyState.CONTRADICTORY
    clock.move_to(datetime(2026, 5, 2, 9))
    actions.propose(session, scene.facilitator, case, 3_000_000, "")
    assert case.state is PenaltyState.PROPOSED


def test_a_proposal_is_lower_with_a_reason_never_higher(session: Session, scene: Scene) -> None:
    case = scene.asked()
    actions.answer(session, scene.contractor, case, "Voici pourquoi.")
    refused(PenaltyRefusal.ABOVE, actions.propose, session, scene.facilitator, case, 3_000_001, "")
    refused(PenaltyRefusal.WHY_LOWER, actions.propose, session, scene.facilitator, case, 1, " ")
    refused(PenaltyRefusal.MOTIVE, actions.propose, session, scene.facilitator, case, 0, "Cas de force majeure")
    actions.propose(session, scene.facilitator, case, 0, "Inondation", WaiverMotive.FORCE_MAJEURE)
    assert (case.proposed_cents, case.proposed_motive) == (0, WaiverMotive.FORCE_MAJEURE)


def test_the_authority_waives_for_a_motive_of_the_list(session: Session, scene: Scene) -> None:
    case = scene.proposed()
    refused(PenaltyRefusal.MOTIVE, actions.decide, session, scene.buyer, case, DecisionData(False, text="Non"))
    actions.decide(session, scene.buyer, case, DecisionData(False, motive=WaiverMotive.NO_CANDIDATE, text="Recherches suivies."))  # fmt: skip
    assert (case.state, case.decided_cents, case.waiver_motive) == (PenaltyState.WAIVED, 0, WaiverMotive.NO_CANDIDATE)


def test_nobody_but_the_authority_decides(session: Session, scene: Scene) -> None:
    case = scene.proposed()
    decision = DecisionData(True, 3_000_000)
    other = Viewer(role=Role.AUTHORITY, name="Autre", authority_id=make.authority(session, "Autre ville").id)
    for who in (scene.facilitator, scene.contractor, other):
        with pytest.raises(Refused):
            actions.decide(session, who, case, decision)
    assert case.state is PenaltyState.PROPOSED
    assert not scene.facilitator.may(Permission.DECIDE_PENALTY)


def test_a_written_decision_is_recorded_as_such_with_its_document(
    session: Session, scene: Scene, tmp_path: Path
) -> None:
    case = scene.proposed()
    decision = DecisionData(True, 3_000_000)
    act = actions.record_decision
    refused(PenaltyRefusal.DOCUMENT, act, session, scene.facilitator, case, decision, TODAY, None)
    refused("avant que le dossier", act, session, scene.facilitator, case, decision, date(2026, 4, 9), Attachment(PDF, "d.pdf", tmp_path))  # fmt: skip
    act(session, scene.facilitator, case, decision, TODAY, Attachment(PDF, "décision.pdf", tmp_path))
    assert case.decided_by == "Ville de Valmont (décision écrite, enregistrée par Camille Facilitatrice)"
    assert session.get_one(StoredFile, case.decision_file_id).name == "décision.pdf"


def test_a_second_answer_is_added_to_the_first(session: Session, scene: Scene, tmp_path: Path) -> None:
    case, piece = scene.asked(), Attachment(PDF, "arret.pdf", tmp_path)
    actions.answer(session, scene.contractor, case, "Chantier arrêté.", piece)
    kept = case.answer_file_id
    again = (session, scene.facilitator, case, "Courrier reçu.")
    refused("Une pièce est déjà jointe", actions.answer, *again, piece, date(2026, 4, 9))
    assert case.answer == "Chantier arrêté."
    actions.answer(*again, on=date(2026, 4, 9))
    assert (
        case.answer == f"Chantier arrêté.\n\nAjouté le 09/04/2026, saisi par {scene.facilitator.name} :\nCourrier reçu."
    )
    assert (case.answer_file_id, case.answered_by, case.answered_on) == (kept, "Morgan Titulaire", TODAY)
    actions.answer(session, scene.contractor, case, "Reprise en mai.")
    assert case.answer.startswith("Chantier arrêté.")
    assert case.answer.endswith("saisi par Morgan Titulaire :\nReprise en mai.")


def test_a_page_that_is_out_of_date_changes_nothing(session: Session, scene: Scene) -> None:
    case = scene.asked()
    seen = case.version
    actions.answer(session, scene.contractor, case, "Première réponse")
    refused("Morgan Titulaire a modifié", actions.answer, session, scene.facilitator, case, "Autre", version=seen)


def test_another_structure_touches_nothing(session: Session, scene: Scene) -> None:
    stranger = make.viewer_of(make.structure(session, "Voisine"))
    case = scene.asked()
    for act in (
        lambda: actions.open_case(session, stranger, scene.market, Held()),
        lambda: actions.propose(session, stranger, case, 1, "x"),
        lambda: actions.close(session, stranger, case, "x"),
        lambda: actions.announce(session, stranger, scene.market, DifficultyData(DifficultyKind.OTHER, "x", scene.company.company_id)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            act()


def test_who_sees_a_case_at_each_stage(engine: str, session: Session) -> None:
    scene = build(session)
    stranger = Viewer(role=Role.COMPANY, name="Autre", company_id=make.establishment(session, "Autre").company_id)
    away = Viewer(role=Role.AUTHORITY, name="Autre", authority_id=make.authority(session, "Autre ville").id)

    def seen() -> list[int]:
        ids = [scene.market.id]
        return [len(penalties_of(session, who, ids)) for who in (scene.facilitator, scene.contractor, scene.buyer)]

    case = scene.opened()
    assert seen() == [1, 0, 0]
    actions.ask_observations(session, scene.facilitator, case, "", date(2026, 5, 1))
    assert seen() == [1, 1, 0]
    actions.answer(session, scene.contractor, case, "Réponse")
    actions.propose(session, scene.facilitator, case, case.amount_cents, "")
    assert seen() == [1, 1, 1]
    assert penalties_of(session, stranger, [scene.market.id]) == []
    assert penalties_of(session, away, [scene.market.id]) == []


def test_what_waits_for_whom(session: Session, scene: Scene) -> None:
    def waits(who: Viewer) -> int:
        return len(waiting_cases(session, who, TODAY))

    case = scene.opened()
    assert (waits(scene.facilitator), waits(scene.contractor), waits(scene.buyer)) == (1, 0, 0)
    actions.ask_observations(session, scene.facilitator, case, "", date(2026, 5, 1))
    assert (waits(scene.facilitator), waits(scene.contractor), waits(scene.buyer)) == (0, 1, 0)
    actions.answer(session, scene.contractor, case, "Réponse")
    assert (waits(scene.facilitator), waits(scene.contractor), waits(scene.buyer)) == (1, 0, 0)
    actions.propose(session, scene.facilitator, case, case.amount_cents, "")
    assert (waits(scene.facilitator), waits(scene.contractor), waits(scene.buyer)) == (0, 0, 1)


def test_difficulties_are_in_the_file_with_their_day(engine: str, session: Session) -> None:
    scene = build(session)
    early = DifficultyData(DifficultyKind.NO_CANDIDATE, "Personne ne se présente.", scene.company.company_id, date(2026, 3, 1))  # fmt: skip
    first = actions.announce(session, scene.facilitator, scene.market, early)
    actions.announce(session, scene.contractor, scene.market, DifficultyData(DifficultyKind.OTHER, "Trop tard."))
    actions.follow(session, scene.facilitator, first, "Trois candidats présentés.", date(2026, 3, 20))
    found = case_file(session, scene.facilitator, scene.opened())
    assert [(row.difficulty.announced_on, timely) for row, timely in found.difficulties] == [
        (date(2026, 3, 1), True), (TODAY, False),
    ]  # fmt: skip
    assert len(difficulties_of(session, scene.buyer, [scene.market.id])) == 2


def test_a_company_announces_for_itself_today(session: Session, scene: Scene) -> None:
    data = DifficultyData(DifficultyKind.ECONOMIC, "Carnet de commandes vide.", 999, date(2025, 1, 1))
    made = actions.announce(session, scene.contractor, scene.market, data)
    assert (made.company_id, made.announced_on) == (scene.company.company_id, TODAY)


def test_a_follow_up_before_the_announcement_is_refused(session: Session, scene: Scene) -> None:
    made = actions.announce(session, scene.contractor, scene.market, DifficultyData(DifficultyKind.OTHER, "Texte"))
    refused("avant d'avoir été annoncée", actions.follow, session, scene.facilitator, made, "", date(2026, 4, 9))


def test_mails_go_to_who_must_act_and_name_nobody(session: Session, scene: Scene) -> None:
    facilitator, buyer, company = scene.users()
    case = scene.proposed()
    actions.decide(session, scene.buyer, case, DecisionData(True, 3_000_000))
    sent = [(m.kind, m.recipient) for m in session.scalars(select(OutboxMail).order_by(OutboxMail.id)) if m.kind.startswith("penalty")]  # fmt: skip
    assert sent == [
        ("penalty_observations", company.email), ("penalty_answered", facilitator.email), ("penalty_proposed", buyer.email),
        ("penalty_decided", company.email), ("penalty_decided", facilitator.email),
    ]  # fmt: skip
    said = " ".join(m.subject + m.body for m in session.scalars(select(OutboxMail)))
    assert not any(name in said for name in ("Morgan", "Sacha", "Camille", "30 000", "30000"))


def test_suggestions_open_nothing_and_leave_when_a_case_is_there(engine: str, session: Session) -> None:
    scene = build(session)
    build(session, due=45_000)  # another structure's, and reached
    make.market(session, scene.operation, scene.company, ends_on=date(2027, 3, 31))  # still runs
    [found] = suggestions(session, scene.facilitator, TODAY)
    assert (found.market.id, found.shortfall, found.ended) == (scene.market.id, 15_000, True)
    assert found.computed is not None
    assert found.computed.amount_cents == found.computed.hours_cents == 150 * 200_00  # T-OPE-2, its hours alone
    assert session.scalar(select(PenaltyCase.id)) is None
    case = scene.opened()
    assert suggestions(session, scene.facilitator, TODAY) == []
    actions.close(session, scene.facilitator, case, "Ouvert par erreur.")
    assert len(suggestions(session, scene.facilitator, TODAY)) == 1


def test_documents_late_since_a_notice_are_suggested(session: Session) -> None:
    scene = build(session, done=0, due=10_000, ends_on=date(2026, 12, 31))
    assert suggestions(session, scene.facilitator, TODAY) == []
    scene.notice()
    [found] = suggestions(session, scene.facilitator, TODAY)
    assert (found.due, found.notice_on) == (None, date(2026, 3, 29))
    assert found.late_months >= 2
