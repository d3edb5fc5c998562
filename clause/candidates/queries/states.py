"""SQL of a person's present state: the assessment that speaks today, work today, an open pathway."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import aliased

from clause.access import Viewer
from clause.candidates.codes import ContractState, EligibilityState
from clause.candidates.models import Eligibility, EmploymentContract, Participant, Pathway
from clause.candidates.visibility import contract_condition

Current = aliased(Eligibility, name="current_eligibility")


def current_is(today: date) -> ColumnElement[bool]:
    """The join condition of ``Current``: the window that holds today, else the latest assessment; one at most."""
    any_one = aliased(Eligibility)
    holds = (
        (any_one.state == EligibilityState.ELIGIBLE)
        & (any_one.eligible_from <= today)
        & (any_one.eligible_until.is_(None) | (any_one.eligible_until >= today))
    )
    chosen = (
        select(any_one.id)
        .where(any_one.participant_id == Participant.id)
        .order_by(case((holds, 0), else_=1), any_one.id.desc())
        .limit(1)
        .correlate(Participant)
        .scalar_subquery()
    )
    return Current.id == chosen


def state_today(today: date) -> ColumnElement[str]:
    """The state's code as ``rules.eligibility.state_on`` says it: an ended window is expired."""
    ended = (Current.state == EligibilityState.ELIGIBLE) & (Current.eligible_until < today)
    return case(
        (ended, EligibilityState.EXPIRED.value), else_=func.coalesce(Current.state, EligibilityState.DRAFT.value)
    )


def awaits_decision() -> ColumnElement[bool]:
    """Somebody asked for a decision, first or renewed."""
    return (
        select(Eligibility.id)
        .where(Eligibility.participant_id == Participant.id, Eligibility.state == EligibilityState.SUBMITTED)
        .correlate(Participant)
        .exists()
    )


def at_work(viewer: Viewer, today: date) -> ColumnElement[bool]:
    """A confirmed contract runs today, among those that the viewer sees.

    The contracts of a person are of the person's structure: asked of each contract again, it would lead SQLite to read
    all those of the structure for every person.
    """
    seen = true() if viewer.in_structure else contract_condition(viewer)
    return (
        select(EmploymentContract.id)
        .where(
            EmploymentContract.participant_id == Participant.id,
            EmploymentContract.state == ContractState.CONFIRMED,
            EmploymentContract.starts_on <= today,
            EmploymentContract.ends_on.is_(None) | (EmploymentContract.ends_on >= today),
            seen,
        )
        .correlate(Participant)
        .exists()
    )


def in_pathway() -> ColumnElement[bool]:
    return (
        select(Pathway.id)
        .where(Pathway.participant_id == Participant.id, Pathway.exited_on.is_(None))
        .correlate(Participant)
        .exists()
    )
