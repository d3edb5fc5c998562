"""Follow-ups, qualifications, assessments and placements: one query each (C12b, C13, C14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.follow_up.models import FollowUp, Qualification
from clause.candidates.models import Assignment, Eligibility, EmploymentContract, Participant, Placement, Position
from clause.consolidations.columns import among_all, codes, days, fetch, integers
from clause.consolidations.facts import NOBODY, OPEN, Facts, Frame, frame
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.tables.people_frames import (
    ANRU_ENTRIES,
    ASSESSMENTS,
    ENDED,
    FOLLOW_UPS,
    NOT_KNOWN,
    PLACEMENTS,
    QUALIFICATIONS,
)
from clause.kernel.clock import day_of
from clause.ledger.models import LedgerEntry
from clause.ledger.queries import known
from clause.markets.codes import Programme
from clause.markets.models import Market, Operation


def _day(day: date | None) -> int:
    return OPEN if day is None else day.toordinal()


def _local_day(moment: datetime | None) -> int:
    return OPEN if moment is None else day_of(moment).toordinal()


def _text(column: Any) -> ColumnElement[str]:
    return func.coalesce(type_coerce(column, String), "")


def _contracts_of(perimeter: Perimeter) -> Any:
    """Contracts that serve a market of the perimeter."""
    return select(Assignment.employment_contract_id).where(Assignment.market_id.in_(_markets(perimeter)))


def _markets(perimeter: Perimeter) -> Any:
    return select(Market.id).where(*perimeter.conditions())


def _is_whole(perimeter: Perimeter) -> bool:
    """Whether the perimeter is a structure, or all: then people proposed for no market yet are of it too."""
    return perimeter.authority_id is None and perimeter.programme is None and perimeter.operation_id is None


def follow_ups(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """What was answered by ``as_of`` (of the whole base whatever the market: ``more_whole`` looks at it): person, contract, moment, situation, same (1 yes, 0 no, -1 not said), replied."""
    F = FollowUp
    since = date(facts.first.year - 3, 1, 1)
    rows = session.execute(
        select(F.participant_id, F.employment_contract_id, _text(F.moment), _text(F.situation), F.same_company, F.reply)
        .where(
            F.situation.is_not(None), F.due_on.between(since, facts.last), func.coalesce(F.known_on, F.due_on) <= facts.as_of,
            *([] if perimeter.is_everything else [F.employment_contract_id.in_(_contracts_of(perimeter))]),
        )
    )  # fmt: skip
    records = [
        (p, c, m, s, NOT_KNOWN if same is None else int(same), reply is not False) for p, c, m, s, same, reply in rows
    ]
    return frame(records, FOLLOW_UPS)


def anru_entries(session: Session, perimeter: Perimeter, _facts: Facts) -> Frame:
    """The first day of each person on a market of urban renewal of the perimeter: person, contract, starts."""
    E = EmploymentContract
    rows = session.execute(
        select(E.participant_id, E.id, E.starts_on)
        .join(Assignment, Assignment.employment_contract_id == E.id)
        .join(Market, Market.id == Assignment.market_id)
        .join(Operation, Operation.id == Market.operation_id)
        .where(*perimeter.conditions(), Operation.programme == Programme.ANRU, E.state == ContractState.CONFIRMED)
    )
    every = frame([(p, c, day.toordinal()) for p, c, day in rows], ANRU_ENTRIES)
    return every.sort_values(["starts", "contract"], kind="stable").drop_duplicates("person")


def qualifications(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Of contracts of the perimeter, and for a whole structure of its people without contract: person, level, state, begun, ended."""
    Q = Qualification
    of: ColumnElement[bool] = Q.employment_contract_id.in_(_contracts_of(perimeter))
    if _is_whole(perimeter):
        alone = Q.employment_contract_id.is_(None)
        of = of | (alone if perimeter.structure_ids is None else alone & Q.structure_id.in_(perimeter.structure_ids))
    return qualifications_of(session, facts, of)[list(QUALIFICATIONS)]


def qualifications_of(session: Session, facts: Facts, *of: ColumnElement[bool]) -> Frame:
    """Those begun by the end of the period, with their contract (``NOBODY``: none)."""
    Q = Qualification
    rows = session.execute(
        select(
            Q.participant_id, Q.title, _text(Q.level), _text(Q.state), Q.begun_on, Q.ended_on, func.coalesce(Q.employment_contract_id, NOBODY)
        ).where(*of, Q.begun_on <= facts.last)
    )  # fmt: skip
    records = [(p, title, lv, st, _day(b), _day(e), contract) for p, title, lv, st, b, e, contract in rows]
    return frame(records, {**QUALIFICATIONS, "contract": "int64"})


def assessments(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Proposals of people: person, state, proposed. For a part of a structure, those made for one of its markets."""
    E = Eligibility
    statement = select(E.participant_id, _text(E.state), E.proposed_at).join(
        Participant, Participant.id == E.participant_id
    )
    if not _is_whole(perimeter):
        statement = statement.where(E.market_id.in_(_markets(perimeter)))
    elif perimeter.structure_ids is not None:
        statement = statement.where(Participant.structure_id.in_(perimeter.structure_ids))
    since = datetime(facts.first.year - 1, 1, 1).astimezone()
    rows = session.execute(statement.where(E.proposed_at >= since))
    return frame([(p, state, _local_day(at)) for p, state, at in rows], ASSESSMENTS)


def placements(session: Session, perimeter: Perimeter, _facts: Facts) -> Frame:
    """People proposed on posts of the perimeter: person, title, state, not_kept, proposed, answered."""
    return placements_of(session, Position.market_id.in_(_markets(perimeter)))[list(PLACEMENTS)]


def placements_of(session: Session, *of: ColumnElement[bool]) -> Frame:
    """The same, with the market of the post."""
    P = Placement
    rows = session.execute(
        select(P.participant_id, Position.title, _text(P.state), _text(P.not_kept), P.proposed_on, P.answered_on, Position.market_id)
        .join(Position, Position.id == P.position_id).where(*of)
    )  # fmt: skip
    records = [(p, t, s, why, _day(on), _day(answered), market) for p, t, s, why, on, answered, market in rows]
    return frame(records, {**PLACEMENTS, "market": "int64"})


def ended(session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    """Contracts with hours of the perimeter that end since two years before the period, or go on: contract, person, mode, starts, ends.

    Those of the hours that were read are known; the others, whose hours are older or later, are asked for.
    """
    since = date(facts.first.year - 2, 1, 1)
    known_ones = facts.contracts[facts.contracts["ends"] >= since.toordinal()]
    found = known_ones.rename_axis("contract").reset_index()[list(ENDED)]
    c = fetch(session, _ended_otherwise(session, perimeter, facts, since))
    others = Frame(
        {"contract": integers(c[0]), "person": integers(c[1]), "mode": codes(c[2]), "starts": days(c[3]), "ends": days(c[4])}
    )  # fmt: skip
    return pd.concat([found, others], ignore_index=True) if len(others) else found


def _ended_otherwise(session: Session, perimeter: Perimeter, facts: Facts, since: date) -> Any:
    E, L = EmploymentContract, LedgerEntry
    statement = select(E.id, E.participant_id, _text(E.mode), E.starts_on, E.ends_on).where(
        E.id.not_in(among_all(session, [int(i) for i in facts.contracts.index])), E.ends_on.is_(None) | (E.ends_on >= since)
    )  # fmt: skip
    worked = select(L.employment_contract_id).where(
        L.market_id.in_(_markets(perimeter)), L.employment_contract_id.is_not(None), known(facts.as_of)
    )
    return statement.where(E.id.in_(worked))
