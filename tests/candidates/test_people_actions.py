"""Proposing, deciding, correcting people: on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates import actions
from clause.candidates.actions import DecisionData, DuplicateFound, ProofData
from clause.candidates.codes import EducationLevel, EligibilityState, PublicKind
from clause.candidates.entries import freeze_entry
from clause.candidates.models import Eligibility, EligibilityCriterion, EligibilityProof, Participant
from clause.candidates.rules.eligibility import CriterionRefusal, DecisionRefusal
from clause.candidates.rules.nir import REFUSAL
from clause.kernel import audit, clock
from clause.kernel.audit import AuditEvent
from clause.kernel.refusals import Refused
from tests.candidates.scene import person_data, scene
from tests.support import factories as make

S, K = EligibilityState, PublicKind
TODAY = date(2026, 11, 20)
YES = DecisionData(S.ELIGIBLE, (K.RSA, K.LONG_TERM_JOBSEEKER), K.RSA, (ProofData("Attestation CAF", TODAY),))


@pytest.fixture(autouse=True)
def _day(app: Flask) -> None:
    clock.move_to(datetime(2026, 11, 20, 10))


def test_a_prescriber_proposes_and_a_facilitator_decides(engine: str, session: Session) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("prescriber"), person_data())
    person = assessment.participant
    assert (person.structure_id, person.prescriber_id) == (s.structure.id, s.prescriber.id)
    assert assessment.state is S.SUBMITTED
    actions.decide(session, s.viewer("facilitator"), assessment, YES)
    assert (assessment.eligible_from, assessment.eligible_until) == (TODAY, date(2028, 11, 19))
    rows = session.scalars(select(EligibilityCriterion).order_by(EligibilityCriterion.kind)).all()
    assert [(r.kind, r.is_primary, r.proposed) for r in rows] == [
        (K.LONG_TERM_JOBSEEKER, False, True),
        (K.RSA, True, False),
    ]
    proof = session.scalars(select(EligibilityProof)).one()
    assert (proof.kind, proof.seen_on, proof.seen_by) == ("Attestation CAF", TODAY, s.users["facilitator"].name)


@pytest.mark.parametrize("role", ["coordinator", "plie_manager", "company", "prescriber", "authority", "administrator"])
def test_nobody_but_a_facilitator_decides(session: Session, role: str) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("facilitator"), person_data())
    with pytest.raises(Refused):
        actions.decide(session, s.viewer(role), assessment, YES)
    assert assessment.state is S.SUBMITTED


def test_a_facilitator_of_another_structure_does_not_decide(session: Session) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("facilitator"), person_data())
    with pytest.raises(Refused):
        actions.decide(session, s.viewer("stranger"), assessment, YES)


@pytest.mark.parametrize("role", ["authority", "administrator"])
def test_who_may_not_propose(session: Session, role: str) -> None:
    s = scene(session)
    with pytest.raises(Refused):
        actions.propose_person(session, s.viewer(role), person_data())


def test_a_company_gives_no_criterion_and_proposes_to_the_structure_of_its_market(
    engine: str, session: Session
) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("company"), person_data())
    assert assessment.criteria == []
    assert assessment.participant.structure_id == s.structure.id
    assert assessment.participant.proposed_by_company_id == s.employer.company_id
    other = person_data(last_name="Autre", structure_id=s.other.id)
    with pytest.raises(Refused) as refusal:
        actions.propose_person(session, s.viewer("company"), other)
    assert refusal.value.field == "structure"


def test_the_same_person_twice_is_refused_whatever_the_writing(engine: str, session: Session) -> None:
    s = scene(session)
    first = actions.propose_person(session, s.viewer("prescriber"), person_data(last_name="Lefèvre"))
    again = person_data(last_name="LEFEVRE", first_name="awa")
    with pytest.raises(DuplicateFound) as refusal:
        actions.propose_person(session, s.viewer("facilitator"), again)
    assert [p.id for p in refusal.value.people] == [first.participant_id]
    # A namesake is confirmed by the team, never by a prescriber.
    with pytest.raises(DuplicateFound):
        actions.propose_person(session, s.viewer("prescriber"), replace(again, namesake=True))
    actions.propose_person(session, s.viewer("facilitator"), replace(again, namesake=True))


def test_a_longer_name_or_another_structure_is_no_duplicate(session: Session) -> None:
    s = scene(session)
    actions.propose_person(session, s.viewer("facilitator"), person_data())
    actions.propose_person(session, s.viewer("facilitator"), person_data(first_name="Awale"))
    actions.propose_person(session, s.viewer("stranger"), person_data())


@pytest.mark.parametrize("field", ["last_name", "first_name", "commune", "email", "phone", "motive", "notes"])
def test_a_nir_is_refused_wherever_it_is_typed(session: Session, field: str) -> None:
    s = scene(session)
    data = person_data(**{field: "n° 2 55 08 14 168 025 38"})
    with pytest.raises(Refused) as refusal:
        actions.propose_person(session, s.viewer("facilitator"), data)
    assert (refusal.value.sentence, refusal.value.field) == (REFUSAL, field)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"criteria": ()}, "criteria", DecisionRefusal.NO_CRITERION),
        ({"primary": K.ASS}, "primary", DecisionRefusal.NO_PRIMARY),
        ({"proofs": ()}, "proofs", DecisionRefusal.NO_PROOF),
        ({"proofs": (ProofData("CAF", TODAY + timedelta(days=1)),)}, "proofs", DecisionRefusal.PROOF_IN_FUTURE),
        ({"first_day": TODAY - timedelta(days=31), "late_reason": "Retard"}, "first_day", DecisionRefusal.TOO_LATE),
        ({"first_day": TODAY - timedelta(days=3)}, "late_reason", DecisionRefusal.REASON_NEEDED),
        ({"criteria": (K.YOUTH_GRADUATE_INACTIVE,), "primary": K.YOUTH_GRADUATE_INACTIVE}, "criteria", CriterionRefusal.NOT_YOUTH),
        ({"criteria": (K.JUSTICE_INVOLVED,), "primary": K.JUSTICE_INVOLVED}, "criteria", CriterionRefusal.JUSTICE_DISABLED),
        ({"outcome": S.NOT_ELIGIBLE}, "reason", DecisionRefusal.NO_EXPLANATION),
        ({"outcome": S.INCOMPLETE}, "reason", DecisionRefusal.NO_MISSING),
    ],
)  # fmt: skip
def test_decisions_refused(session: Session, change: dict[str, object], field: str, sentence: str) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("facilitator"), person_data())
    with pytest.raises(Refused) as refusal:
        actions.decide(session, s.viewer("facilitator"), assessment, replace(YES, **change))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert sentence in refusal.value.sentence


def test_the_justice_criterion_where_the_structure_may(session: Session) -> None:
    s = scene(session)
    s.structure.parameters = {"criteria.justice_enabled": True}
    assessment = actions.propose_person(session, s.viewer("facilitator"), person_data())
    decision = replace(YES, criteria=(K.JUSTICE_INVOLVED,), primary=K.JUSTICE_INVOLVED)
    actions.decide(session, s.viewer("facilitator"), assessment, decision)
    assert assessment.state is S.ELIGIBLE


def test_a_late_decision_with_its_reason_begins_on_the_first_day(session: Session) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("facilitator"), person_data())
    late = replace(YES, first_day=date(2026, 11, 2), late_reason="Dossier arrivé après l'embauche")
    actions.decide(session, s.viewer("facilitator"), assessment, late)
    assert (assessment.eligible_from, assessment.eligible_until) == (date(2026, 11, 2), date(2028, 11, 1))
    assert assessment.retroactive_reason == "Dossier arrivé après l'embauche"


def test_an_incomplete_file_goes_back_and_comes_again(session: Session) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("prescriber"), person_data(motive="Premier mot"))
    actions.decide(
        session, s.viewer("facilitator"), assessment, DecisionData(S.INCOMPLETE, reason="L'avis de situation")
    )
    with pytest.raises(Refused):
        actions.decide(session, s.viewer("facilitator"), assessment, YES)
    actions.complete(session, s.viewer("prescriber"), assessment, "Avis du 18/11")
    assert (assessment.state, assessment.motive) == (S.SUBMITTED, "Premier mot\nAvis du 18/11")


def test_a_renewal_opens_a_new_window_after_the_first(engine: str, session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure)
    make.eligible(session, person, date(2024, 12, 1), date(2026, 11, 30))
    again = actions.reassess(session, s.viewer("prescriber"), person.id) if person.prescriber_id else actions.reassess(
        session, s.viewer("facilitator"), person.id, "Toujours sans emploi"
    )  # fmt: skip
    with pytest.raises(Refused, match="attente"):
        actions.reassess(session, s.viewer("facilitator"), person.id)
    with pytest.raises(Refused) as refusal:
        actions.decide(session, s.viewer("facilitator"), again, YES)
    assert refusal.value.sentence == DecisionRefusal.OVERLAPS
    actions.decide(session, s.viewer("facilitator"), again, replace(YES, first_day=date(2026, 12, 1)))
    assert (again.eligible_from, again.eligible_until) == (date(2026, 12, 1), date(2028, 11, 30))


def test_no_criterion_nor_reason_ever_enters_the_history(session: Session) -> None:
    s = scene(session)
    data = person_data(criteria=(K.RQTH_BOETH,))
    assessment = actions.propose_person(session, s.viewer("prescriber"), data)
    decision = replace(YES, criteria=(K.RQTH_BOETH,), primary=K.RQTH_BOETH, reason="vu la notification MDPH")
    actions.decide(session, s.viewer("facilitator"), assessment, decision)
    again = actions.reassess(session, s.viewer("facilitator"), assessment.participant_id, "suite", (K.AAH,))
    actions.decide(session, s.viewer("facilitator"), again, DecisionData(S.NOT_ELIGIBLE, reason="AAH suspendue"))
    written = " ".join(f"{e.action} {e.changes}" for e in session.scalars(select(AuditEvent))).lower()
    for word in ("handicap", "rqth", "aah", "mdph", *(k.label.lower() for k in K)):
        assert word not in written


def test_a_correction_is_audited_and_never_moves_the_frozen_entry(engine: str, session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure, education_level=EducationLevel.L3, commune="Valmont", in_qpv=False)
    make.eligible(session, person)
    entry = freeze_entry(session, person.id, date(2026, 5, 17))
    data = person_data(last_name="Nouveau", education_level=EducationLevel.L5, commune="Ailleurs", in_qpv=True)
    actions.correct_person(session, s.viewer("facilitator"), person, data)
    session.expire_all()
    again = freeze_entry(session, person.id, date(2026, 8, 1))
    assert again.id == entry.id
    assert (again.entered_on, again.age, again.commune) == (date(2026, 5, 17), 36, "Valmont")
    assert (again.education_level, again.in_qpv) == (EducationLevel.L3, False)
    assert (again.primary_public, again.publics) == (K.LONG_TERM_JOBSEEKER, ["long_term_jobseeker"])
    changes = audit.history(session, person)[0].changes
    assert changes["Niveau"] == ["Niveau 3 (CAP, BEP)", "Niveau 5 (bac + 2)"]


def test_the_second_to_correct_reads_what_the_first_changed(session: Session) -> None:
    s = scene(session)
    person = make.participant(session, s.structure)
    version = person.version
    actions.correct_person(session, s.viewer("coordinator"), person, person_data(commune="Aubigny"), version)
    with pytest.raises(Refused) as refusal:
        actions.correct_person(session, s.viewer("facilitator"), person, person_data(commune="Vierzon"), version)
    assert s.users["coordinator"].name in refusal.value.sentence
    assert "Aubigny" in refusal.value.sentence


def test_the_entry_of_a_person_proposed_by_a_company_says_so(session: Session) -> None:
    s = scene(session)
    assessment = actions.propose_person(session, s.viewer("company"), person_data())
    entry = freeze_entry(session, assessment.participant_id, TODAY)
    assert (entry.prescriber, entry.prescriber_kind, entry.primary_public) == ("Bâti Val", "company", None)


def test_people_and_assessments_are_counted_once(session: Session) -> None:
    s = scene(session)
    actions.propose_person(session, s.viewer("facilitator"), person_data())
    assert len(session.scalars(select(Participant)).all()) == 1
    assert len(session.scalars(select(Eligibility)).all()) == 1
