"""What the actions of this slice share: rights checked again, settings of a structure, NIR refused, references made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.candidates.codes import EligibilityState
from clause.candidates.models import Eligibility, Participant
from clause.candidates.rules.eligibility import Window
from clause.candidates.rules.nir import REFUSAL, first_with_nir
from clause.candidates.visibility import visible_participants
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting
from clause.kernel.values import format_date
from clause.organisations.models import Company, PrescriberOrganisation, Structure

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # neither O and 0 nor I and 1
NOT_ALLOWED = "Votre compte ne permet pas cette action."
UNKNOWN_PERSON = "Cette personne ne fait pas partie de celles que vous suivez."


def require(viewer: Viewer, permission: Permission) -> None:
    """The door checks already; an action called from elsewhere checks too."""
    if not viewer.may(permission):
        raise Refused(NOT_ALLOWED)


def refuse_nir(**texts: str | None) -> None:
    """GDPR-02: no social security number in any text typed."""
    found = first_with_nir(texts)
    if found:
        raise Refused(REFUSAL, found)


def setting_of(session: Session, structure_id: int, name: str) -> Any:
    structure = session.get(Structure, structure_id)
    return setting(name, structure.parameters if structure else {})


def person_seen(session: Session, viewer: Viewer, participant_id: int) -> Participant:
    """The person, if the viewer sees them; refused otherwise, whether they exist or not."""
    found = session.scalars(visible_participants(viewer).where(Participant.id == participant_id)).one_or_none()
    if found is None:
        raise Refused(UNKNOWN_PERSON)
    return found


def person_of(session: Session, participant_id: int) -> Participant:
    return session.scalars(select(Participant).where(Participant.id == participant_id)).one()


def new_reference(prefix: str) -> str:
    """A reference for people, which says nothing of how many there are: ``P-7KQ2-M4XD``."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def signature(session: Session, viewer: Viewer) -> str:
    """Who acts, with the organisation where it is not the structure itself."""
    organisation: Company | PrescriberOrganisation | None = None
    if viewer.company_id:
        organisation = session.get(Company, viewer.company_id)
    elif viewer.prescriber_id:
        organisation = session.get(PrescriberOrganisation, viewer.prescriber_id)
    return (f"{viewer.name} ({organisation.name})" if organisation else viewer.name)[:200]


def windows_of(session: Session, participant_id: int, other_than: int | None = None) -> list[Window]:
    """The windows of eligibility decided for a person, in order."""
    rows: Sequence[Eligibility] = session.scalars(
        select(Eligibility)
        .where(
            Eligibility.participant_id == participant_id,
            Eligibility.state.in_([EligibilityState.ELIGIBLE, EligibilityState.EXPIRED]),
            Eligibility.id != (other_than or 0),
        )
        .order_by(Eligibility.eligible_from, Eligibility.id)
    ).all()
    return [Window(row.eligible_from, row.eligible_until) for row in rows if row.eligible_from]


def said(day: date | None) -> str:
    """A day for the history, empty where there is none."""
    return format_date(day) if day else ""
