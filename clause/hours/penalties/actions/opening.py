"""Opening a penalty case, computing it again, asking the company for its observations, giving the case up."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.hours.penalties import mails
from clause.hours.penalties.actions.common import clean, held, leading, ready, refuse, require
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.figures import Calculation, Held, calculate, contractor_of
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.rules import PenaltyRefusal, answer_refusal, opening_refusal
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date, format_euros
from clause.markets.models import Market

FUTURE = "Cette date est à venir."
RECEIVED_BEFORE = "Les documents ne peuvent pas être arrivés avant la date où ils étaient attendus."


def open_case(session: Session, viewer: Viewer, market: Market, against: Held) -> PenaltyCase:
    """A case on a market of the viewer's structure, with the values of today. Only a facilitator opens one, by hand."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, market.id)
    _check(against)
    # Two at once: the second looks after the first has written.
    session.execute(select(Market.id).where(Market.id == market.id).with_for_update(key_share=True))
    company_id = contractor_of(session, market.id)
    if company_id is None:
        raise Refused(PenaltyRefusal.NO_CONTRACTOR)
    if _running(session, market.id, company_id):
        raise Refused(PenaltyRefusal.ONE_AT_A_TIME)
    found = calculate(session, market, company_id, against, clock.today())
    case = _new(viewer, market, company_id, found)
    session.add(case)
    session.flush()
    audit.record(session, viewer, "dossier de pénalité ouvert", case, {"Montant calculé": ["", format_euros(case.amount_cents)]})  # fmt: skip
    return case


def _check(against: Held) -> None:
    today = clock.today()
    for name, day in (("late_since", against.late_since), ("received_on", against.received_on)):
        if day is not None and day > today:
            raise Refused(FUTURE, name)
    if against.received_on and against.late_since and against.received_on < against.late_since:
        raise Refused(RECEIVED_BEFORE, "received_on")
    clean(late_what=against.late_what)


def _running(session: Session, market_id: int, company_id: int) -> bool:
    running = select(PenaltyCase.id).where(
        PenaltyCase.market_id == market_id,
        PenaltyCase.company_id == company_id,
        PenaltyCase.state.in_((PenaltyState.DETECTED, PenaltyState.CONTRADICTORY, PenaltyState.PROPOSED)),
    )
    return session.scalar(running.limit(1)) is not None


def _new(viewer: Viewer, market: Market, company_id: int, found: Calculation) -> PenaltyCase:
    case = PenaltyCase(
        market_id=market.id, company_id=company_id, state=PenaltyState.DETECTED, detected_on=clock.today(),
        opened_by=viewer.name, created_at=clock.now(),
    )  # fmt: skip
    _set(case, found)
    return case


def _set(case: PenaltyCase, found: Calculation) -> None:
    refuse(opening_refusal(found.computed))
    assert found.computed is not None
    case.shortfall_hours, case.late_days = found.computed.shortfall, found.computed.late_days
    case.amount_cents, case.calculation = found.computed.amount_cents, found.kept()


def compute_again(
    session: Session, viewer: Viewer, market: Market, case: PenaltyCase, against: Held, version: int | None = None
) -> None:
    """The calculation of today in place of the first, before anything is asked; what was there stays in the history."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, case.market_id)
    case = held(session, case, version)
    if case.state is not PenaltyState.DETECTED:
        raise Refused(PenaltyRefusal.STATE)
    _check(against)
    before = case.amount_cents
    _set(case, calculate(session, market, case.company_id, against, clock.today()))
    session.flush()
    change = {"Montant calculé": [format_euros(before), format_euros(case.amount_cents)]}
    audit.record(session, viewer, "pénalité calculée de nouveau", case, change)


def ask_observations(
    session: Session, viewer: Viewer, case: PenaltyCase, request: str, answer_before: date, version: int | None = None
) -> None:
    """The contradictory stage: the company reads the case and has until this day, included, to answer."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, case.market_id)
    case = held(session, case, version)
    ready(case, PenaltyState.CONTRADICTORY)
    refuse(answer_refusal(clock.today(), answer_before), "answer_before")
    clean(request=request)
    case.state = PenaltyState.CONTRADICTORY
    case.request, case.answer_before, case.contradictory_sent_on = request.strip(), answer_before, clock.today()
    session.flush()
    audit.record(session, viewer, f"observations demandées jusqu'au {format_date(answer_before)}", case)
    mails.observations_asked(session, case)


def close(session: Session, viewer: Viewer, case: PenaltyCase, reason: str = "", version: int | None = None) -> None:
    """End a case: after the decision, or before anything was asked (opened by mistake, hours found again), with a reason."""
    require(viewer, Permission.PROPOSE_PENALTY)
    leading(session, viewer, case.market_id)
    case = held(session, case, version)
    ready(case, PenaltyState.CLOSED)
    given_up = case.state is PenaltyState.DETECTED
    if given_up and not reason.strip():
        raise Refused(PenaltyRefusal.WHY_CLOSE, "reason")
    clean(reason=reason)
    case.state, case.closed_on = PenaltyState.CLOSED, clock.today()
    if given_up:
        case.decision = reason.strip()
    session.flush()
    audit.record(session, viewer, "dossier abandonné avant toute demande" if given_up else "dossier classé", case)
