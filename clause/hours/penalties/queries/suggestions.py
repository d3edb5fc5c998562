"""Markets on which a facilitator may want to open a case: suggestions, never an opening (OPE-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.models import PenaltyCase
from clause.hours.penalties.rules import Computed, Facts, Terms, compute, terms_of
from clause.hours.queries.due import late_declarations
from clause.hours.reporting.models import FormalNotice
from clause.markets.codes import MarketStatus
from clause.markets.figures import figures
from clause.markets.models import Market
from clause.markets.queries.markets import contractor_names
from clause.markets.visibility import market_condition

SOON = 30
ENDED = (MarketStatus.RECEIVED, MarketStatus.TERMINATED)
HELD = (MarketStatus.IN_PROGRESS, MarketStatus.SUSPENDED, MarketStatus.AWARDED, *ENDED)


@dataclass(frozen=True)
class Suggestion:
    """A market at its end that lacks hours (``shortfall``), or whose documents are late since a notice (``late_months``)."""

    market: Market
    contractor: str
    terms: Terms
    ended: bool
    due: int | None
    done: int
    notice_on: date | None
    late_months: int

    @property
    def shortfall(self) -> int:
        return max(0, (self.due or 0) - self.done)

    @property
    def computed(self) -> Computed | None:
        """What the contract allows for the missing hours (OPE-06): a suggestion; None without a term. Late days have a date to
        be chosen: they are computed on the page of the case."""
        facts = Facts(self.due, self.done, self.market.amount_cents, self.notice_on)
        return compute(self.terms, facts)


def suggestions(session: Session, viewer: Viewer, today: date) -> list[Suggestion]:
    """Those without a case, the most hours first, then the most months: a constant number of queries."""
    noticed = _noticed(session, viewer)
    late = _late_months(session, viewer, today, set(noticed))
    markets = session.scalars(
        select(Market).where(_led(viewer), ~Market.id.in_(_with_case()), or_(_at_its_end(today), Market.id.in_(late)))
    ).all()
    found, names = figures(session, markets, today), contractor_names(session, [m.id for m in markets])
    rows = [
        Suggestion(
            market=m, contractor=names.get(m.id, ""), terms=terms_of(m.parameters), ended=_ended(m, today),
            due=found[m.id].due if _near(m, today) else None, done=found[m.id].done, notice_on=noticed.get(m.id),
            late_months=late.get(m.id, 0),
        )
        for m in markets
    ]  # fmt: skip
    wanted = [row for row in rows if row.contractor and (row.shortfall or row.late_months)]
    return sorted(wanted, key=lambda row: (-row.shortfall, -row.late_months, row.market.reference))


def _led(viewer: Viewer) -> ColumnElement[bool]:
    return and_(
        market_condition(viewer), Market.structure_id == viewer.structure_id, Market.clause_kind.is_not(None),
        Market.status.in_(HELD),
    )  # fmt: skip


def _at_its_end(today: date) -> ColumnElement[bool]:
    return or_(Market.status.in_(ENDED), Market.ends_on <= today + timedelta(days=SOON))


def _near(market: Market, today: date) -> bool:
    return market.status in ENDED or (market.ends_on is not None and market.ends_on <= today + timedelta(days=SOON))


def _ended(market: Market, today: date) -> bool:
    return market.status in ENDED or (market.ends_on is not None and market.ends_on < today)


def _with_case() -> Select[int]:
    """Markets whose case runs or is decided; one that was given up before anything was asked does not count."""
    return select(PenaltyCase.market_id).where(
        or_(PenaltyCase.state != PenaltyState.CLOSED, PenaltyCase.decided_on.is_not(None))
    )


def _noticed(session: Session, viewer: Viewer) -> dict[int, date]:
    rows = session.execute(
        select(FormalNotice.market_id, FormalNotice.sent_on)
        .join(Market, Market.id == FormalNotice.market_id)
        .where(_led(viewer), FormalNotice.sent_on.is_not(None))
        .order_by(FormalNotice.sent_on)
    )
    return {market_id: sent_on for market_id, sent_on in rows if sent_on}


def _late_months(session: Session, viewer: Viewer, today: date, noticed: set[int]) -> dict[int, int]:
    """Months still owed on the markets where a notice was sent."""
    counts: dict[int, int] = {}
    for owed in late_declarations(session, viewer, today) if noticed else ():
        if owed.market_id in noticed:
            counts[owed.market_id] = counts.get(owed.market_id, 0) + 1
    return counts
