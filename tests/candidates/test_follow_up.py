"""Follow-ups (OPE-10): which are due, what is recorded, on which screens; qualifications; reasons of those not kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.codes import ExitKind
from clause.candidates.follow_up import actions, queries
from clause.candidates.follow_up.actions import Answer, QualificationData
from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.follow_up.rules import Outcome, Worked, after_contracts, after_entries, from_pathway, outcome_of
from clause.candidates.models import EmploymentContract
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.markets.codes import Programme
from tests.consolidations.support import work
from tests.support import factories as make
from tests.support.client import Client

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    clock.move_to(datetime(2026, 11, 20, 10))
    yield
    clock.move_to(None)


# Rules


def test_the_last_contract_of_a_series_is_asked_for() -> None:
    """Three missions that follow each other end once; one begun two days later ends another."""
    series = [
        Worked(1, 7, date(2026, 1, 1), date(2026, 1, 31)), Worked(2, 7, date(2026, 2, 1), date(2026, 2, 28)),
        Worked(3, 7, date(2026, 3, 3), date(2026, 3, 31)),
    ]  # fmt: skip
    dues = list(after_contracts(series))
    assert [(d.contract_id, d.moment, d.due_on) for d in dues] == [
        (2, Moment.CONTRACT_END, date(2026, 2, 28)), (2, Moment.SIX_MONTHS_AFTER, date(2026, 8, 28)),
        (3, Moment.CONTRACT_END, date(2026, 3, 31)), (3, Moment.SIX_MONTHS_AFTER, date(2026, 9, 30)),
    ]  # fmt: skip


def test_a_contract_within_another_ends_nothing() -> None:
    within = [Worked(1, 7, date(2026, 1, 1), None), Worked(2, 7, date(2026, 2, 1), date(2026, 2, 28))]
    twins = [Worked(1, 7, date(2026, 1, 1), date(2026, 3, 1)), Worked(2, 7, date(2026, 2, 1), date(2026, 3, 1))]
    assert list(after_contracts(within)) == []
    assert {d.contract_id for d in after_contracts(twins)} == {2}


def test_urban_renewal_asks_after_entry() -> None:
    dues = list(after_entries([Worked(1, 7, date(2025, 8, 31), None)]))
    assert [(d.moment, d.due_on) for d in dues] == [
        (Moment.ENTRY_SIX, date(2026, 2, 28)),
        (Moment.ENTRY_TWELVE, date(2026, 8, 31)),
    ]


@pytest.mark.parametrize(
    ("situation", "same", "outcome"),
    [
        (Situation.CDI, True, Outcome.DURABLE_SAME), (Situation.CDD_LONG, False, Outcome.DURABLE_OTHER), (Situation.CDI, None, Outcome.DURABLE_OTHER),
        (Situation.CDD_SHORT, True, Outcome.TRANSITIONAL), (Situation.ALTERNANCE, True, Outcome.TRAINING), (Situation.IAE, None, Outcome.IAE),
        (Situation.BUSINESS_CREATION, None, Outcome.DURABLE_OTHER), (None, None, Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_outcomes(situation: Situation | None, same: bool | None, outcome: Outcome) -> None:
    assert outcome_of(situation, same) is outcome


def test_every_situation_has_an_outcome() -> None:
    assert all(outcome_of(s, same) for s in Situation for same in (True, False, None))


def test_the_exit_of_a_pathway_tells_the_situation() -> None:
    assert from_pathway(ExitKind.DURABLE_JOB, "cdi") is Situation.CDI
    assert from_pathway(ExitKind.DURABLE_JOB, "cdd") is Situation.CDD_LONG
    assert from_pathway(ExitKind.ABANDONMENT, "") is None


# Actions and screens


def _ended(
    session: Session, ends: date = date(2026, 4, 30), programme: Programme = Programme.NONE
) -> EmploymentContract:
    of = make.structure(session)
    market = make.market(session, make.operation(session, of, programme=programme))
    person = make.participant(session, of)
    make.eligible(session, person, since=date(2025, 1, 1))
    contract: EmploymentContract = make.contract(
        session, person, make.establishment(session), market, starts_on=date(2026, 1, 5), ends_on=ends
    )
    work(session, contract, market, date(2026, 2, 1), 10_000)
    return contract


def _structure(session: Session, contract: EmploymentContract) -> object:
    from clause.organisations.models import Structure

    return session.get_one(Structure, contract.structure_id)


def test_what_is_due_is_on_the_list_until_it_is_answered(session: Session, engine: str) -> None:
    contract = _ended(session, programme=Programme.ANRU)
    viewer = make.viewer_of(_structure(session, contract))  # type: ignore[arg-type]  # of the kind that the test made
    asked = queries.to_ask(session, viewer, TODAY)
    assert [(a.due.moment, a.due.due_on) for a in asked] == [
        (Moment.CONTRACT_END, date(2026, 4, 30)), (Moment.ENTRY_SIX, date(2026, 7, 5)), (Moment.SIX_MONTHS_AFTER, date(2026, 10, 30)),
    ]  # fmt: skip
    actions.answer(session, viewer, contract.public_id, Moment.CONTRACT_END, Answer(Situation.CDI, same_company=True))
    assert [a.due.moment for a in queries.to_ask(session, viewer, TODAY)] == [Moment.ENTRY_SIX, Moment.SIX_MONTHS_AFTER]
    row = session.scalars(select(FollowUp)).one()
    assert (row.situation, row.same_company, row.reply, row.due_on) == (Situation.CDI, True, True, date(2026, 4, 30))
    elsewhere = make.viewer_of(make.structure(session, "Autre"))
    assert queries.to_ask(session, elsewhere, TODAY) == []


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (Answer(None), "situation"), (Answer(Situation.CDI), "same_company"), (Answer(Situation.CDI, same_company=True, replied=False), "situation"),
        (Answer(Situation.JOBSEEKER, known_on=date(2027, 1, 1)), "known_on"),
    ],
)  # fmt: skip
def test_answers_that_do_not_hold(session: Session, answer: Answer, field: str) -> None:
    contract = _ended(session)
    viewer = make.viewer_of(_structure(session, contract))  # type: ignore[arg-type]  # of the kind that the test made
    with pytest.raises(Refused) as refused:
        actions.answer(session, viewer, contract.public_id, Moment.CONTRACT_END, answer)
    assert refused.value.field == field


def test_nothing_is_asked_before_its_day(session: Session) -> None:
    contract = _ended(session, ends=date(2026, 11, 15))
    viewer = make.viewer_of(_structure(session, contract))  # type: ignore[arg-type]  # of the kind that the test made
    with pytest.raises(Refused, match="n'est pas à demander"):
        actions.answer(session, viewer, contract.public_id, Moment.SIX_MONTHS_AFTER, Answer(Situation.JOBSEEKER))


def test_the_screens_record_and_keep_what_was_typed(session: Session, client: Client, app: Flask) -> None:
    contract = _ended(session)
    user = make.facilitator(session, _structure(session, contract))  # type: ignore[arg-type]  # of the kind that the test made
    session.flush()
    make.committed(session, *session)
    client.sign_in(user.email)
    assert "Noter la réponse" in client.get("/suites/").get_data(as_text=True)
    address = f"/suites/{contract.public_id}/contract_end"
    wrong = client.post(address, data={"replied": "oui", "situation": "cdi", "comment": "Vu au chantier"})
    assert wrong.status_code == 422
    assert "même entreprise" in wrong.get_data(as_text=True)
    assert "Vu au chantier" in wrong.get_data(as_text=True)
    assert client.post(address, data={"replied": "oui", "situation": "cdi", "same_company": "oui"}).status_code == 302
    person = f"/personnes/{contract.participant.public_id}" if "participant" in contract.__dict__ else None
    session.expire_all()
    assert session.scalars(select(FollowUp.situation)).one() is Situation.CDI
    assert person is None or "CDI, même entreprise" in client.get(person).get_data(as_text=True)
    assert client.get(f"/suites/{contract.public_id}/entry_six").status_code == 404


def test_qualifications(session: Session, engine: str) -> None:
    contract = _ended(session)
    viewer = make.viewer_of(_structure(session, contract))  # type: ignore[arg-type]  # of the kind that the test made
    from clause.candidates.models import Participant

    person = session.get_one(Participant, contract.participant_id)
    row = actions.add_qualification(session, viewer, person, QualificationData("CACES R482", date(2026, 2, 1)))
    with pytest.raises(Refused, match="déjà enregistrée"):
        actions.add_qualification(session, viewer, person, QualificationData("CACES R482", date(2026, 2, 1)))
    with pytest.raises(Refused, match="Indiquez le jour"):
        actions.end_qualification(session, viewer, row, QualificationState.OBTAINED, None)
    actions.end_qualification(session, viewer, row, QualificationState.OBTAINED, date(2026, 2, 14))
    assert session.scalars(select(Qualification.state)).one() is QualificationState.OBTAINED
