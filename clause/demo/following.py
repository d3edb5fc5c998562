"""What became of people: follow-ups asked and answered along the way, qualifications begun and obtained."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from clause.access import Viewer
from clause.candidates.codes import ContractState, ContractType, EducationLevel
from clause.candidates.follow_up import actions, queries
from clause.candidates.follow_up.actions import Answer, QualificationData
from clause.candidates.follow_up.codes import QualificationState, Situation
from clause.candidates.follow_up.queries import ToAsk
from clause.candidates.models import EmploymentContract, Participant
from clause.demo.stage import Stage
from clause.kernel.values import add_months

S = Situation
ANSWERS = (
    Answer(S.CDI, same_company=True), Answer(S.JOBSEEKER), Answer(S.CDD_LONG, same_company=False), Answer(S.TRAINING),
    Answer(S.CDD_SHORT, same_company=True), Answer(S.UNKNOWN, replied=False), Answer(S.AGENCY_WORK, same_company=False), Answer(S.IAE),
    Answer(S.CDI, same_company=False), Answer(S.UNKNOWN, replied=False), Answer(S.ALTERNANCE, same_company=True),
)  # fmt: skip
LEFT_TO_ASK = 25  # days: the latest ones wait on the list
TITLES = {
    ContractType.APPRENTICESHIP: ("CAP jardinier paysagiste", EducationLevel.L3),
    ContractType.PROFESSIONALISATION: ("Titre professionnel peintre en bâtiment", EducationLevel.L3),
    ContractType.CDDI: ("CACES R482, engins de chantier", None),
}


def play(stage: Stage) -> None:
    """At the end of the story: each follow-up is answered some days after it was due."""
    dice = Random(10)  # noqa: S311 - a story, not a secret
    for structure in ("plie", "mde"):
        viewer = stage.facilitator(structure)
        _qualifications(stage, viewer)
        for back in (11, 5, 0):
            _ask(stage, viewer, add_months(stage.today, -back), dice)


def _ask(stage: Stage, viewer: Viewer, today: date, dice: Random) -> None:
    for asked in queries.to_ask(stage.session, viewer, today):
        if asked.due.due_on <= today - timedelta(days=LEFT_TO_ASK):
            _answer(stage, viewer, asked, dice)


def _answer(stage: Stage, viewer: Viewer, asked: ToAsk, dice: Random) -> None:
    if dice.random() < 0.1:
        return
    stage.at(asked.due.due_on + timedelta(days=dice.randrange(2, 20)), 14)
    chosen = Answer(asked.known, same_company=False) if asked.known else ANSWERS[dice.randrange(len(ANSWERS))]
    actions.answer(stage.session, viewer, asked.contract, asked.due.moment, chosen)


def _qualifications(stage: Stage, viewer: Viewer) -> None:
    """One for each contract of alternance, and for one contract of insertion in three."""
    rows = stage.session.execute(
        select(EmploymentContract, Participant)
        .join(Participant, Participant.id == EmploymentContract.participant_id)
        .where(
            EmploymentContract.structure_id == viewer.structure_id, EmploymentContract.contract_type.in_(TITLES),
            EmploymentContract.state == ContractState.CONFIRMED, EmploymentContract.starts_on <= stage.today - timedelta(days=60),
        )
        .order_by(EmploymentContract.id)
    ).all()  # fmt: skip
    for rank, (contract, person) in enumerate(rows):
        if contract.contract_type is not ContractType.CDDI or rank % 3 == 0:
            _qualification(stage, viewer, contract, person, rank)


def _qualification(stage: Stage, viewer: Viewer, contract: EmploymentContract, person: Participant, rank: int) -> None:
    title, level = TITLES[contract.contract_type]
    begun = contract.starts_on + timedelta(days=20)
    ended = begun + timedelta(days=150 if level else 12)
    over = ended <= stage.today
    state = (
        QualificationState.BEGUN
        if not over
        else QualificationState.ABANDONED
        if rank % 5 == 4
        else QualificationState.OBTAINED
    )
    stage.at(max(begun, ended) if over else begun, 16)
    data = QualificationData(title, begun, state, level, ended if over else None, contract.id)
    actions.add_qualification(stage.session, viewer, person, data)
