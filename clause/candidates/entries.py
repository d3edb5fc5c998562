"""The frozen entry into the clause: a person as they were on the first day of their first clause contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from clause.candidates.codes import EligibilityState
from clause.candidates.models import ClauseEntry, Eligibility, Participant
from clause.candidates.rules.ages import age_on
from clause.kernel import clock
from clause.organisations.codes import PrescriberKind
from clause.organisations.models import Company, PrescriberOrganisation

CHUNK = 1000


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


def freeze_entries(session: Session, first_days: Mapping[int, date]) -> list[ClauseEntry]:
    """The same for many people at once, by participant id: a constant number of reads a thousand people."""
    made: list[ClauseEntry] = []
    ids = sorted(first_days)
    for start in range(0, len(ids), CHUNK):
        made += _freeze_chunk(session, {id: first_days[id] for id in ids[start : start + CHUNK]})
    session.flush()
    return made


def _freeze_chunk(session: Session, first_days: Mapping[int, date]) -> list[ClauseEntry]:
    known = set(session.scalars(select(ClauseEntry.participant_id).where(ClauseEntry.participant_id.in_(first_days))))
    missing = [id for id in first_days if id not in known]
    people = session.scalars(select(Participant).where(Participant.id.in_(missing))).all()
    assessed = _decided(session, missing)
    prescribers = _prescribers(session, people)
    entries = [
        _entry(p, first_days[p.id], _nearest(assessed.get(p.id, []), first_days[p.id]), *prescribers[p.id])
        for p in people
    ]
    session.add_all(entries)
    return entries


def _decided(session: Session, participant_ids: Collection[int]) -> dict[int, list[Eligibility]]:
    statement = (
        select(Eligibility)
        .where(Eligibility.participant_id.in_(participant_ids))
        .where(Eligibility.state.in_([EligibilityState.ELIGIBLE, EligibilityState.EXPIRED]))
        .order_by(Eligibility.eligible_from, Eligibility.id)
        .options(selectinload(Eligibility.criteria))
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Eligibility]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.participant_id, []).append(row)
    return found


def _nearest(assessed: Sequence[Eligibility], on: date) -> Eligibility | None:
    """As ``_eligibility_on``, of rows already in its order."""
    holding = (e for e in assessed if e.eligible_from and e.eligible_from <= on and (e.eligible_until is None or e.eligible_until >= on))  # fmt: skip
    return next(holding, assessed[0] if assessed else None)


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


def _prescribers(session: Session, people: Sequence[Participant]) -> dict[int, tuple[str, str]]:
    """The same for many people, by participant id, in two reads."""
    organisations = PrescriberOrganisation.id.in_({p.prescriber_id for p in people if p.prescriber_id})
    companies = Company.id.in_({p.proposed_by_company_id for p in people if p.proposed_by_company_id})
    own = {o.id: (o.name, o.kind.value) for o in session.scalars(select(PrescriberOrganisation).where(organisations))}
    named = {c.id: (c.name, PrescriberKind.COMPANY.value) for c in session.scalars(select(Company).where(companies))}
    return {
        p.id: own[p.prescriber_id] if p.prescriber_id
        else named[p.proposed_by_company_id] if p.proposed_by_company_id else ("", "")
        for p in people
    }  # fmt: skip


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
