"""The frozen entry into the clause: a person as they were on the first day of their first clause contract."""

from __future__ import annotations

from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from clause.candidates.codes import EligibilityState
from clause.candidates.models import ClauseEntry, Eligibility, Participant
from clause.candidates.rules.ages import age_on
from clause.kernel import clock
from clause.organisations.codes import PrescriberKind
from clause.organisations.models import Company, PrescriberOrganisation


def freeze_entry(session: Session, participant_id: int, on: date) -> ClauseEntry:
    """The person's entry, made as of ``on`` where there is none: idempotent, the first one stays whatever changes after.

    Age is that of ``on``; publics are those of the eligibility that holds that day, else of the latest one decided.
    """
    known = session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == participant_id)).one_or_none()
    if known is not None:
        return known
    person = session.scalars(select(Participant).where(Participant.id == participant_id)).one()
    entry = _entry(person, on, _eligibility_on(session, participant_id, on), *_prescriber(session, person))
    session.add(entry)
    session.flush()
    return entry


def _eligibility_on(session: Session, participant_id: int, on: date) -> Eligibility | None:
    """The decided assessment whose window holds the day; where none does, the nearest one decided."""
    holds = (Eligibility.eligible_from <= on) & (
        Eligibility.eligible_until.is_(None) | (Eligibility.eligible_until >= on)
    )
    decided = Eligibility.state.in_([EligibilityState.ELIGIBLE, EligibilityState.EXPIRED])
    return session.scalars(
        select(Eligibility)
        .where(Eligibility.participant_id == participant_id, decided)
        .order_by(case((holds, 0), else_=1), Eligibility.eligible_from, Eligibility.id)
        .options(selectinload(Eligibility.criteria))
        .limit(1)
    ).one_or_none()


def _prescriber(session: Session, person: Participant) -> tuple[str, str]:
    """Name and kind of who proposed: an organisation, else the company that did."""
    if person.prescriber_id:
        organisation = session.get_one(PrescriberOrganisation, person.prescriber_id)
        return organisation.name, organisation.kind.value
    if person.proposed_by_company_id:
        return session.get_one(Company, person.proposed_by_company_id).name, PrescriberKind.COMPANY.value
    return "", ""


def _entry(
    person: Participant, on: date, eligibility: Eligibility | None, prescriber: str, prescriber_kind: str
) -> ClauseEntry:
    criteria = eligibility.criteria if eligibility else []
    return ClauseEntry(
        participant_id=person.id,
        entered_on=on,
        age=age_on(person.birth_date, on),
        sex=person.sex,
        commune=person.commune,
        in_qpv=person.in_qpv,
        qpv_code=person.qpv_code,
        education_level=person.education_level,
        legacy_level=person.legacy_level,
        primary_public=next((c.kind for c in criteria if c.is_primary), None),
        publics=sorted(c.kind.value for c in criteria),
        prescriber=prescriber,
        prescriber_kind=prescriber_kind,
        frozen_at=clock.now(),
    )
