"""Difficulties, formal notices and penalties of an operation, as its authority may read them: the bilan is made to be sent.

A penalty is told once it is proposed to the authority, a notice once it is sent. Free texts stay on their pages: a document
that leaves the structure names nobody, and a text typed by hand may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.queries.cases import CaseRow, penalties_of
from clause.hours.penalties.queries.difficulties import DifficultyRow, difficulties_of
from clause.hours.reporting.models import FormalNotice
from clause.markets.models import Market, Operation
from clause.organisations.models import Company


@dataclass(frozen=True)
class SentNotice:
    market: str
    company: str
    sent_on: date
    answer_within_days: int


@dataclass(frozen=True)
class Commitments:
    """Known on the day of the bilan, oldest first; ``as_of`` hides what came later."""

    difficulties: Sequence[DifficultyRow] = ()
    cases: Sequence[CaseRow] = ()
    notices: Sequence[SentNotice] = ()


def read_commitments(session: Session, operation: Operation, market_ids: Sequence[int], as_of: date) -> Commitments:
    """Three queries. The caller may read the operation as its lead structure or its authority."""
    reader = Viewer(role=Role.AUTHORITY, name="Bilan", authority_id=operation.authority_id)
    difficulties = difficulties_of(session, reader, market_ids)
    cases = penalties_of(session, reader, market_ids)
    return Commitments(
        [row for row in difficulties if row.difficulty.announced_on <= as_of],
        [row for row in cases if row.case.proposed_on is not None and row.case.proposed_on <= as_of],
        _notices(session, market_ids, as_of),
    )


def _notices(session: Session, market_ids: Sequence[int], as_of: date) -> list[SentNotice]:
    rows = session.execute(
        select(Market.reference, Company.name, FormalNotice.sent_on, FormalNotice.answer_within_days)
        .join(Market, Market.id == FormalNotice.market_id)
        .join(Company, Company.id == FormalNotice.company_id)
        .where(FormalNotice.market_id.in_(market_ids), FormalNotice.sent_on <= as_of)
        .order_by(FormalNotice.sent_on, FormalNotice.id)
    )
    return [SentNotice(market, company, day, within) for market, company, day, within in rows if day is not None]


def decided(row: CaseRow, as_of: date) -> PenaltyState:
    """The state of a case on a day: a decision taken later is not known yet."""
    case = row.case
    if case.state in (PenaltyState.APPLIED, PenaltyState.WAIVED) and (case.decided_on or as_of) > as_of:
        return PenaltyState.PROPOSED
    if case.state is PenaltyState.CLOSED and (case.closed_on or as_of) > as_of:
        return PenaltyState.PROPOSED
    return case.state
