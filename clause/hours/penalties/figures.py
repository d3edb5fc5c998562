"""What a penalty is computed from, read once: objective due, hours counted, terms, notice; and the values kept with a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.hours.codes import DeclarationState, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.penalties.rules import Computed, Facts, Terms, compute, terms_of, with_days
from clause.hours.reporting.models import FormalNotice
from clause.markets.codes import PartyRole
from clause.markets.figures import done_by_market
from clause.markets.models import Market, MarketParty
from clause.markets.objectives import objectives

AWAITED = (DeclarationState.SUBMITTED, DeclarationState.RETURNED)


@dataclass(frozen=True)
class Held:
    """What a facilitator holds against the company: the missing hours, and documents late since their last day in time.

    ``received_on`` None: they have not come.
    """

    with_hours: bool = True
    late_since: date | None = None
    received_on: date | None = None
    late_what: str = ""


@dataclass(frozen=True)
class Calculation:
    """A calculation made on a day: what it read and what it gives (``computed`` None: the contract sets no penalty)."""

    on: date
    held: Held
    terms: Terms
    facts: Facts
    pending: int
    valued: bool
    computed: Computed | None

    @property
    def shown(self) -> dict[str, Any]:
        """What would be kept, its days as dates."""
        return with_days(self.kept())

    def kept(self) -> dict[str, Any]:
        """Invariant 8: every value used, so that no later change of a setting or of hours alters the case."""
        terms, facts = self.terms, self.facts
        return {
            "on": self.on.isoformat(), "with_hours": self.held.with_hours, "late_what": self.held.late_what,
            "hour_cents": terms.hour_cents, "day_cents": terms.day_cents, "cap_share": terms.cap_share,
            "notice_first": terms.notice_first, "hours_without_notice": terms.hours_without_notice,
            "due": facts.due, "done": facts.done, "pending": self.pending, "valued": self.valued,
            "market_amount_cents": facts.market_amount_cents, "notice_on": _iso(facts.notice_on),
            "late_since": _iso(facts.late_since), "late_until": _iso(facts.late_until),
            "received_on": _iso(self.held.received_on), **_result(self.computed),
        }  # fmt: skip


def _result(computed: Computed | None) -> dict[str, Any]:
    if computed is None:
        return {}
    return {
        "hours_cents": computed.hours_cents, "days_cents": computed.days_cents, "cap_cents": computed.cap_cents,
        "shortfall": computed.shortfall, "late_days": computed.late_days, "amount_cents": computed.amount_cents,
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def contractor_of(session: Session, market_id: int) -> int | None:
    """The company that answers for the market: its contractor (OBJ-12: subcontracting never moves the liability)."""
    return session.scalar(
        select(MarketParty.company_id).where(
            MarketParty.market_id == market_id, MarketParty.role == PartyRole.CONTRACTOR
        )
    )


def calculate(session: Session, market: Market, company_id: int, held: Held, today: date) -> Calculation:
    """The penalty of today. Rates and penalties use the objective due (OBJ-08); pooled hours count as they do for it."""
    objective = objectives(session, [market.id]).get(market.id) if held.with_hours else None
    terms = terms_of(market.parameters)
    facts = Facts(
        due=objective.due if objective else None,
        done=done_by_market(session, [market.id]).get(market.id, 0),
        market_amount_cents=market.amount_cents,
        notice_on=first_notice(session, market.id, company_id, held.late_since),
        late_since=held.late_since,
        late_until=(held.received_on or today) if held.late_since else None,
    )
    pending = pending_hours(session, market.id)
    return Calculation(today, held, terms, facts, pending, market.uses_valued_hours, compute(terms, facts))


def first_notice(session: Session, market_id: int, company_id: int, after: date | None = None) -> date | None:
    """The day of the first formal notice sent to the company on this market, since documents were late where some are."""
    sent = select(func.min(FormalNotice.sent_on)).where(
        FormalNotice.market_id == market_id, FormalNotice.company_id == company_id
    )
    return session.scalar(sent.where(FormalNotice.sent_on >= after) if after else sent)


def pending_hours(session: Session, market_id: int) -> int:
    """Hours that companies sent and that nobody has decided: they may still reduce what is missing."""
    total = session.scalar(
        select(func.sum(DeclarationLine.hours))
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(
            DeclarationLine.market_id == market_id,
            DeclarationLine.standing,
            DeclarationLine.state.not_in((LineState.VALIDATED, LineState.REJECTED)),
            Declaration.state.in_(AWAITED),
        )
    )
    return int(total or 0)
