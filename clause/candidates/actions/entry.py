"""Completing a frozen entry: what was unknown that day may be told later, what was known never changes (consolidations.md § 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.actions.common import UNKNOWN_PERSON, require
from clause.candidates.codes import EducationLevel, EligibilityState, PublicKind, Sex
from clause.candidates.models import ClauseEntry, Eligibility, EligibilityCriterion, Participant
from clause.candidates.rules.ages import MIN_APPRENTICE_AGE, age_on
from clause.candidates.visibility import visible_participants
from clause.kernel import audit
from clause.kernel.refusals import Refused

OLDEST = 70
DECIDED = (EligibilityState.ELIGIBLE, EligibilityState.EXPIRED)
NOTHING = "Rien n'est à compléter : choisissez au moins une valeur."


@dataclass(frozen=True)
class Known:
    """What is told now of the day of the entry; None says nothing more. ``age`` makes it again from the birth date."""

    level: EducationLevel | None = None
    in_qpv: bool | None = None
    sex: Sex | None = None
    public: PublicKind | None = None
    age: bool = False


def missing(entry: ClauseEntry) -> set[str]:
    """The names of what may be completed: what is unknown, and an age that nobody has at work."""
    found = {
        "level": entry.education_level is EducationLevel.UNKNOWN, "in_qpv": entry.in_qpv is None,
        "sex": entry.sex is Sex.UNKNOWN, "public": entry.primary_public is None,
        "age": entry.age is None or not MIN_APPRENTICE_AGE <= entry.age <= OLDEST,
    }  # fmt: skip
    return {name for name, lacks in found.items() if lacks}


def publics(session: Session, person_id: int) -> list[PublicKind]:
    """The publics that a facilitator recognised of this person: the only ones that an entry may take."""
    rows = session.scalars(
        select(EligibilityCriterion.kind)
        .join(Eligibility, Eligibility.id == EligibilityCriterion.eligibility_id)
        .where(Eligibility.participant_id == person_id, Eligibility.state.in_(DECIDED))
        .distinct()
    ).all()
    return [kind for kind in PublicKind if kind in rows]


def complete_entry(session: Session, viewer: Viewer, person_id: int, known: Known) -> ClauseEntry:
    """Fill what the entry of one's own person lacks. Refused: nothing told, a value that was known, a public not recognised."""
    require(viewer, Permission.EDIT_PARTICIPANTS)
    person = session.scalars(visible_participants(viewer).where(Participant.id == person_id)).one_or_none()
    entry = session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == person_id).with_for_update()).one_or_none()  # fmt: skip
    if person is None or entry is None:
        raise Refused(UNKNOWN_PERSON)
    told = {name for name in ("level", "in_qpv", "sex", "public") if getattr(known, name) is not None}
    told |= {"age"} if known.age else set()
    if not told:
        raise Refused(NOTHING)
    if told - missing(entry):
        raise Refused("Cette valeur était déjà connue le jour de l'entrée : elle ne change plus.")
    _fill(session, entry, person, known)
    labels = {
        "level": "niveau",
        "in_qpv": "quartier prioritaire",
        "sex": "sexe",
        "public": "public principal",
        "age": "âge",
    }
    audit.record(session, viewer, "entrée complétée : " + ", ".join(labels[name] for name in labels if name in told), person)  # fmt: skip
    return entry


def _fill(session: Session, entry: ClauseEntry, person: Participant, known: Known) -> None:
    values: dict[str, Any] = {"education_level": known.level, "in_qpv": known.in_qpv, "sex": known.sex}
    for name, value in values.items():
        if value is not None:
            setattr(entry, name, value)
    if known.public is not None:
        if known.public not in publics(session, person.id):
            raise Refused("Ce public n'a pas été reconnu à cette personne par un facilitateur.", "public")
        entry.primary_public = known.public
        entry.publics = sorted({*entry.publics, known.public.value})
    if known.age:
        entry.age = age_on(person.birth_date, entry.entered_on)
        if "age" in missing(entry):
            raise Refused("L'âge reste impossible avec cette date de naissance. Corrigez d'abord la fiche.", "age")
    session.flush()
