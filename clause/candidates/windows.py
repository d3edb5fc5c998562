"""The end of a window of eligibility follows the first clause contract (PUB-04): twenty-four months from its first day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.codes import ContractState, EligibilityState
from clause.candidates.models import Assignment, Eligibility, EmploymentContract, Participant
from clause.candidates.rules.eligibility import Window, end_from_first_day
from clause.kernel import audit
from clause.kernel.values import format_date
from clause.markets.models import Market


def follow_first_contract(session: Session, viewer: Viewer, contract: EmploymentContract, months: int) -> None:
    """Move the end of the window that holds this clause contract, where it is the first one; the history says so.

    An end that somebody gave (an import, a decision taken elsewhere) is not ours to move, nor one without end.
    """
    window = _window_of(session, contract)
    if window is None or window.eligible_from is None or window.eligible_until is None:
        return
    days = _first_days(session, contract.participant_id)
    known = [day for day in days if day != contract.starts_on or days.count(day) > 1]
    span = Window(window.eligible_from, window.eligible_until)
    ours = {end_from_first_day(span, [], months), end_from_first_day(span, known, months)}
    until = end_from_first_day(span, days, months)
    if window.eligible_until in ours and until != window.eligible_until:
        change = {"Éligible jusqu'au": [format_date(window.eligible_until), format_date(until)]}
        window.eligible_until = until
        person = session.get_one(Participant, contract.participant_id)
        audit.record(session, viewer, "fin d'éligibilité comptée du premier contrat", person, change)
        session.flush()


def _window_of(session: Session, contract: EmploymentContract) -> Eligibility | None:
    return session.scalars(
        select(Eligibility)
        .where(
            Eligibility.participant_id == contract.participant_id,
            Eligibility.state == EligibilityState.ELIGIBLE,
            Eligibility.eligible_from <= contract.starts_on,
            Eligibility.eligible_until >= contract.starts_on,
        )
        .order_by(Eligibility.eligible_from.desc())
        .limit(1)
    ).one_or_none()


def _first_days(session: Session, participant_id: int) -> list[date]:
    """First days of the person's confirmed contracts on markets with a clause, in order."""
    clause = (
        select(Assignment.employment_contract_id)
        .join(Market, Market.id == Assignment.market_id)
        .where(Market.clause_kind.is_not(None))
    )
    return list(
        session.scalars(
            select(EmploymentContract.starts_on)
            .where(
                EmploymentContract.participant_id == participant_id,
                EmploymentContract.state == ContractState.CONFIRMED,
                EmploymentContract.id.in_(clause),
            )
            .order_by(EmploymentContract.starts_on)
        )
    )
