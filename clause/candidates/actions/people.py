"""Proposing people, asking for a new assessment, correcting a person's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.candidates.actions.common import (
    new_reference,
    person_seen,
    refuse_nir,
    require,
    said,
    setting_of,
    signature,
)
from clause.candidates.codes import EducationLevel, EligibilityState, LegacyLevel, PublicKind, Sex
from clause.candidates.models import Eligibility, EligibilityCriterion, Participant
from clause.candidates.rules.ages import age_on
from clause.candidates.rules.eligibility import OPEN_STATES, DecisionRefusal, may_become, open_criteria
from clause.candidates.visibility import company_structures, visible_participants
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import fold
from clause.markets.models import Market
from clause.markets.visibility import visible_markets
from clause.organisations.models import PrescriberOrganisation, Structure

TWICE = "Cette personne est déjà enregistrée : même nom, même prénom, même date de naissance."
STRUCTURE = "Choisissez la structure qui suivra la personne : celle d'un de vos marchés."
MARKET = "Ce marché ne fait pas partie de ceux que vous suivez."
PRESCRIBER = "Ce prescripteur n'est pas de votre structure."
IN_FUTURE = "La date de naissance est dans le futur."
TOO_OLD = "Cette date de naissance donne plus de 100 ans : vérifiez l'année."
ALREADY_OPEN = "Une évaluation est déjà en attente pour cette personne : complétez-la plutôt."


class DuplicateFound(Refused):
    """A person of the same name and birth date is already there; ``people`` are those that the viewer sees."""

    def __init__(self, people: Sequence[Participant]) -> None:
        super().__init__(TWICE, "last_name")
        self.people = people


@dataclass(frozen=True)
class PersonData:
    """A person as proposed or corrected. ``structure_id`` is for companies, ``prescriber_id`` for the structure's team.

    ``criteria`` are those a prescriber or facilitator indicates; a company gives none. ``namesake`` confirms that a person
    of the same name and birth date is somebody else (the structure's team only).
    """

    last_name: str
    first_name: str
    birth_date: date
    sex: Sex
    commune: str = ""
    in_qpv: bool | None = None
    qpv_code: str = ""
    education_level: EducationLevel = EducationLevel.UNKNOWN
    legacy_level: LegacyLevel | None = None
    email: str = ""
    phone: str = ""
    notes: str = ""
    reference: str = ""
    motive: str = ""
    structure_id: int | None = None
    prescriber_id: int | None = None
    market_id: int | None = None
    criteria: tuple[PublicKind, ...] = ()
    namesake: bool = False


def propose_person(session: Session, viewer: Viewer, data: PersonData) -> Eligibility:
    """A new person and their assessment, waiting for a facilitator; the person is ``.participant`` of what is returned.

    Refused: a NIR, a birth date out of range, a person known to the viewer (``DuplicateFound``), an organisation or market of
    others, criteria from a company.
    """
    require(viewer, Permission.PROPOSE_PARTICIPANT)
    _check_texts(data)
    _check_birth(data.birth_date)
    structure_id = _structure_for(session, viewer, data)
    prescriber_id = _prescriber_for(session, viewer, data, structure_id)
    _check_market(session, viewer, data.market_id)
    _one_at_a_time(session, structure_id)
    if not (data.namesake and viewer.in_structure) and (twins := duplicates(session, viewer, data)):
        raise DuplicateFound(twins)
    person = _new_person(session, viewer, data, structure_id, prescriber_id)
    return _new_assessment(session, viewer, person, data.motive, data.market_id, data.criteria)


def _one_at_a_time(session: Session, structure_id: int) -> None:
    """Two people proposing the same person at once: the second looks for namesakes after the first has written.

    A lock of the structure's row on PostgreSQL; SQLite has one writer at a time.
    """
    session.execute(select(Structure.id).where(Structure.id == structure_id).with_for_update(key_share=True))


def duplicates(
    session: Session, viewer: Viewer, data: PersonData, other_than: int | None = None
) -> Sequence[Participant]:
    """The people of the same folded name and birth date that the viewer sees."""
    name = fold(f"{data.last_name} {data.first_name}")
    statement = visible_participants(viewer).where(
        Participant.birth_date == data.birth_date,
        Participant.search.startswith(f"{name} ", autoescape=True),
        Participant.id != (other_than or 0),
    )
    return session.scalars(statement.order_by(Participant.id)).all()


def search_text(person: Participant) -> str:
    """What the search of people reads: name, first name, reference, commune."""
    return fold(f"{person.last_name} {person.first_name} {person.reference} {person.commune}")[:400]


def _check_texts(data: PersonData) -> None:
    refuse_nir(
        last_name=data.last_name, first_name=data.first_name, commune=data.commune, qpv_code=data.qpv_code,
        email=data.email, phone=data.phone, notes=data.notes, reference=data.reference, motive=data.motive,
    )  # fmt: skip


def _check_birth(birth: date) -> None:
    today = clock.today()
    if birth > today:
        raise Refused(IN_FUTURE, "birth_date")
    if age_on(birth, today) > 100:
        raise Refused(TOO_OLD, "birth_date")


def _structure_for(session: Session, viewer: Viewer, data: PersonData) -> int:
    """A company's person goes to a structure that leads or partners one of its markets; others propose to their own."""
    if viewer.role is not Role.COMPANY:
        assert viewer.structure_id is not None
        return viewer.structure_id
    allowed = set(session.scalars(company_structures(viewer)))
    chosen = data.structure_id or (next(iter(allowed)) if len(allowed) == 1 else None)
    if chosen not in allowed or chosen is None:
        raise Refused(STRUCTURE, "structure")
    return chosen


def _prescriber_for(session: Session, viewer: Viewer, data: PersonData, structure_id: int) -> int | None:
    if viewer.role is Role.PRESCRIBER:
        return viewer.prescriber_id
    if viewer.role is Role.COMPANY or data.prescriber_id is None:
        return None
    organisation = session.get(PrescriberOrganisation, data.prescriber_id)
    if organisation is None or organisation.structure_id != structure_id:
        raise Refused(PRESCRIBER, "prescriber")
    return organisation.id


def _check_market(session: Session, viewer: Viewer, market_id: int | None) -> None:
    if market_id is None:
        return
    if session.scalars(visible_markets(viewer).where(Market.id == market_id)).one_or_none() is None:
        raise Refused(MARKET, "market")


def _new_person(
    session: Session, viewer: Viewer, data: PersonData, structure_id: int, prescriber_id: int | None
) -> Participant:
    person = Participant(
        structure_id=structure_id, prescriber_id=prescriber_id, proposed_by_id=viewer.user_id,
        proposed_by_company_id=viewer.company_id if viewer.role is Role.COMPANY else None,
        reference=_reference(session, structure_id, data.reference), created_at=clock.now(), **_sheet(data),
    )  # fmt: skip
    person.search = search_text(person)
    session.add(person)
    session.flush()
    audit.record(session, viewer, "personne proposée", person)
    return person


def _reference(session: Session, structure_id: int, wanted: str) -> str:
    if not wanted:
        return new_reference("P")
    known = select(Participant.id).where(Participant.structure_id == structure_id, Participant.reference == wanted)
    if session.scalar(known) is not None:
        raise Refused(f"L'identifiant « {wanted} » est déjà celui d'une autre personne.", "reference")
    return wanted


def _sheet(data: PersonData) -> dict[str, Any]:
    names = (
        "last_name", "first_name", "birth_date", "sex", "commune", "in_qpv", "qpv_code", "education_level", "legacy_level",
        "email", "phone", "notes",
    )  # fmt: skip
    return {name: getattr(data, name) for name in names}


def _new_assessment(
    session: Session,
    viewer: Viewer,
    person: Participant,
    motive: str,
    market_id: int | None,
    criteria: Sequence[PublicKind],
) -> Eligibility:
    allowed = _criteria_open_to(session, viewer, person.structure_id)
    assessment = Eligibility(
        participant=person, participant_id=person.id, state=EligibilityState.SUBMITTED, market_id=market_id, motive=motive,
        proposed_by_id=viewer.user_id, proposed_by=signature(session, viewer), proposed_at=clock.now(),
        criteria=[EligibilityCriterion(kind=kind, proposed=True) for kind in dict.fromkeys(criteria) if kind in allowed],
        proofs=[],
    )  # fmt: skip
    session.add(assessment)
    session.flush()
    return assessment


def _criteria_open_to(session: Session, viewer: Viewer, structure_id: int) -> list[PublicKind]:
    if viewer.role is Role.COMPANY:
        return []
    return open_criteria(justice_enabled=bool(setting_of(session, structure_id, "criteria.justice_enabled")))


def reassess(
    session: Session, viewer: Viewer, participant_id: int, motive: str = "", criteria: Sequence[PublicKind] = ()
) -> Eligibility:
    """A new assessment of a person already known (renewal, change of situation); proofs are seen afresh (PUB-04)."""
    require(viewer, Permission.PROPOSE_PARTICIPANT)
    refuse_nir(motive=motive)
    person = person_seen(session, viewer, participant_id)
    waiting = select(Eligibility.id).where(Eligibility.participant_id == person.id, Eligibility.state.in_(OPEN_STATES))
    if session.scalar(waiting.limit(1)) is not None:
        raise Refused(ALREADY_OPEN)
    assessment = _new_assessment(session, viewer, person, motive, None, criteria)
    audit.record(session, viewer, "nouvelle évaluation demandée", person)
    return assessment


def complete(
    session: Session, viewer: Viewer, assessment: Eligibility, message: str, version: int | None = None
) -> None:
    """The proposer answers what was missing: the file goes back to the facilitator (PUB-02). ``message`` is kept."""
    require(viewer, Permission.PROPOSE_PARTICIPANT)
    check_version(session, assessment, version)
    refuse_nir(message=message)
    person = person_seen(session, viewer, assessment.participant_id)
    if not may_become(assessment.state, EligibilityState.SUBMITTED):
        raise Refused(DecisionRefusal.NOT_OPEN)
    assessment.state = EligibilityState.SUBMITTED
    assessment.motive = f"{assessment.motive}\n{message}".strip()
    session.flush()
    audit.record(session, viewer, "dossier complété", person)


def correct_person(
    session: Session, viewer: Viewer, person: Participant, data: PersonData, version: int | None = None
) -> None:
    """Correct identity and characteristics; a frozen entry into the clause never follows (consolidations.md § 1)."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    check_version(session, person, version)
    _check_texts(data)
    _check_birth(data.birth_date)
    if not data.namesake and (twins := duplicates(session, viewer, data, other_than=person.id)):
        raise DuplicateFound(twins)
    before = describe(person)
    person.prescriber_id = _prescriber_for(session, viewer, data, person.structure_id)
    for name, value in _sheet(data).items():
        setattr(person, name, value)
    person.search = search_text(person)
    changes = audit.differences(before, describe(person))
    session.flush()
    if changes:
        audit.record(session, viewer, "fiche corrigée", person, changes)


def describe(person: Participant) -> dict[str, Any]:
    """The sheet in French, for the history: what is free text or contact is named without its content."""
    qpv = {True: "oui", False: "non", None: "inconnu"}[person.in_qpv]
    return {
        "Nom": person.last_name,
        "Prénom": person.first_name,
        "Date de naissance": said(person.birth_date),
        "Sexe": person.sex.label,
        "Commune": person.commune,
        "QPV": f"{qpv} {person.qpv_code}".strip(),
        "Niveau": person.education_level.label,
        "Ancien niveau": person.legacy_level.label if person.legacy_level else "",
    }
