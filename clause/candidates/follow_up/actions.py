"""What is recorded of a follow-up and of a qualification (OPE-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.actions.common import person_of, person_seen, refuse_nir, require
from clause.candidates.codes import EducationLevel
from clause.candidates.follow_up.codes import Moment, QualificationState, Situation
from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.follow_up.queries import find
from clause.candidates.follow_up.rules import IN_A_JOB
from clause.candidates.models import Participant
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused

NOT_DUE = "Cette suite n'est pas à demander : le contrat continue, ou la date n'est pas encore passée."
SAME = "Dites si c'est la même entreprise : la personne est en emploi."
ANSWERED = "Choisissez la situation de la personne, ou « Inconnue » si personne n'a répondu."
KNOWN_LATER = "Cette date est dans l'avenir."
SILENT = "Sans réponse, la situation est « Inconnue »."
TITLE = "Indiquez le titre de la qualification."
BEGUN = "La date de fin précède le début."
ENDED = "Indiquez le jour où la qualification a été obtenue ou abandonnée."
TWICE = "Cette qualification est déjà enregistrée avec le même premier jour."


@dataclass(frozen=True)
class Answer:
    """``replied`` False: nobody answered. ``same_company`` is asked where the person is in a job."""

    situation: Situation | None
    same_company: bool | None = None
    replied: bool = True
    known_on: date | None = None
    comment: str = ""


def answer(
    session: Session, viewer: Viewer, contract: str, moment: Moment, data: Answer, *, today: date | None = None
) -> FollowUp:
    """Keep what is known of a person at a moment that is past; what was said before is replaced, the history keeps both."""
    require(viewer, Permission.EDIT_PATHWAYS)
    refuse_nir(comment=data.comment)
    asked = find(session, viewer, contract, moment, today or clock.today())
    if asked is None:
        raise Refused(NOT_DUE)
    _check(data)
    row = asked.answer
    if row is None:
        person = person_seen(session, viewer, asked.due.person_id)
        row = FollowUp(
            structure_id=person.structure_id, participant_id=person.id, employment_contract_id=asked.due.contract_id,
            moment=moment, due_on=asked.due.due_on,
        )  # fmt: skip
        session.add(row)
    row.situation, row.reply, row.comment = data.situation, data.replied, data.comment.strip()[:300]
    row.same_company = data.same_company if data.situation in IN_A_JOB else None
    row.known_on = data.known_on or clock.today()
    row.entered_by_id, row.entered_by, row.entered_at = viewer.user_id, viewer.name, clock.now()
    session.flush()
    audit.record(
        session,
        viewer,
        f"suite notée : {moment.label[0].lower()}{moment.label[1:]}",
        person_of(session, row.participant_id),
    )
    return row


def _check(data: Answer) -> None:
    if data.situation is None:
        raise Refused(ANSWERED, "situation")
    if not data.replied and data.situation is not Situation.UNKNOWN:
        raise Refused(SILENT, "situation")
    if data.situation in IN_A_JOB and data.same_company is None:
        raise Refused(SAME, "same_company")
    if data.known_on and data.known_on > clock.today():
        raise Refused(KNOWN_LATER, "known_on")


@dataclass(frozen=True)
class QualificationData:
    title: str
    begun_on: date
    state: QualificationState = QualificationState.BEGUN
    level: EducationLevel | None = None
    ended_on: date | None = None
    contract_id: int | None = None


def add_qualification(session: Session, viewer: Viewer, person: Participant, data: QualificationData) -> Qualification:
    """A qualification that a person begins, or began."""
    require(viewer, Permission.EDIT_PATHWAYS)
    person_seen(session, viewer, person.id)
    refuse_nir(title=data.title)
    if not data.title.strip():
        raise Refused(TITLE, "title")
    _check_dates(data.begun_on, data.state, data.ended_on)
    twice = select(Qualification.id).where(
        Qualification.participant_id == person.id, Qualification.title == data.title.strip(), Qualification.begun_on == data.begun_on
    )  # fmt: skip
    if session.scalar(twice) is not None:
        raise Refused(TWICE, "title")
    row = Qualification(
        structure_id=person.structure_id, participant_id=person.id, employment_contract_id=data.contract_id,
        title=data.title.strip(), level=data.level, state=data.state, begun_on=data.begun_on, ended_on=data.ended_on,
        entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, viewer, "qualification enregistrée", person)
    return row


def end_qualification(
    session: Session, viewer: Viewer, row: Qualification, state: QualificationState, ended_on: date | None
) -> None:
    """It was obtained, or given up."""
    require(viewer, Permission.EDIT_PATHWAYS)
    person = person_seen(session, viewer, row.participant_id)
    _check_dates(row.begun_on, state, ended_on)
    row.state, row.ended_on = state, ended_on
    session.flush()
    audit.record(session, viewer, f"qualification {state.label.lower()}", person)


def _check_dates(begun: date, state: QualificationState, ended: date | None) -> None:
    if state is not QualificationState.BEGUN and ended is None:
        raise Refused(ENDED, "ended_on")
    if ended is not None and ended < begun:
        raise Refused(BEGUN, "ended_on")
    if max(begun, ended or begun) > clock.today():
        raise Refused(KNOWN_LATER, "ended_on" if ended and ended > begun else "begun_on")
