"""The follow-ups and qualifications that the database already has, in the words of their sheets."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.models import EmploymentContract, Participant
from clause.imports.reprise.lines import Existing, Key

Rows = dict[Key, Existing]


def load_follow_up(session: Session, follow_ups: Rows, qualifications: Rows, structure_id: int) -> None:
    """One read each. A follow-up that nobody answered yet is not known: the file answers it."""
    answered = (
        select(FollowUp, EmploymentContract.reference)
        .join(EmploymentContract, EmploymentContract.id == FollowUp.employment_contract_id)
        .where(EmploymentContract.structure_id == structure_id, FollowUp.situation.is_not(None))
    )
    for row, contract in session.execute(answered):
        values = {
            "situation": row.situation, "same_company": row.same_company, "reply": row.reply is not False,
            "known_on": row.known_on,
        }  # fmt: skip
        follow_ups[contract, row.moment] = Existing(row.id, values)
    begun = (
        select(Qualification, Participant.reference, EmploymentContract.reference)
        .join(Participant, Participant.id == Qualification.participant_id)
        .outerjoin(EmploymentContract, EmploymentContract.id == Qualification.employment_contract_id)
        .where(Participant.structure_id == structure_id)
    )
    for qualification, person, contract in session.execute(begun):
        q = qualification
        told = {"level": q.level, "state": q.state, "ended_on": q.ended_on, "contract": contract}
        qualifications[person, q.title, q.begun_on] = Existing(q.id, told)
