"""Lines against entries: each standing validated line that counts has one entry in force, and nothing else has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from clause.candidates.models import EmploymentContract
from clause.hours.codes import HourKind, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.proof.finding import Check, Discrepancy, scaled, stream
from clause.kernel.codes import by_value
from clause.ledger.models import EntryKind, LedgerEntry
from clause.markets.models import Market

Reversal = aliased(LedgerEntry)
Line = DeclarationLine


def discrepancies(session: Session) -> Iterator[Discrepancy]:
    yield from _missing(session)
    yield from _different(session)
    yield from _unwanted(session)
    yield from _double(session)
    yield from _of_another(session)


def counted_lines(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Line).where(_counts())) or 0


def _counts() -> ColumnElement[bool]:
    """A line that must have an entry: zero hours post nothing."""
    return and_(Line.standing.is_(True), Line.state == LineState.VALIDATED, Line.not_counted.is_(None), Line.hours > 0)


def _in_force() -> Select[*tuple[Any, ...]]:
    """Postings that no reversal has taken back."""
    reversed_ids = select(Reversal.reverses_id).where(Reversal.kind == EntryKind.REVERSAL)
    return select(LedgerEntry).where(LedgerEntry.kind == EntryKind.POSTING, LedgerEntry.id.not_in(reversed_ids))


Entry = aliased(LedgerEntry, _in_force().subquery("in_force"))


def _missing(session: Session) -> Iterator[Discrepancy]:
    posted = select(Entry.id).where(Entry.declaration_line_id == Line.id).exists()
    statement = _named(select(Line.month, Line.hours)).where(_counts(), ~posted)
    for month, hours, market, contract in stream(session, statement):
        yield Discrepancy(Check.MISSING, market, month, contract, expected=hours, found=0)


def _named(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """With the references of the market and of the contract of each line."""
    return (
        statement.add_columns(Market.reference, EmploymentContract.reference)
        .select_from(Line)
        .join(Market, Market.id == Line.market_id)
        .join(EmploymentContract, EmploymentContract.id == Line.employment_contract_id)
        .order_by(Line.id)
    )


def expected_real() -> ColumnElement[int]:
    """What the rules gave when the line was validated; NULL for lines older than the ratio kept with them, work excepted."""
    return case(
        (Line.applied_ratio.is_not(None), scaled(Line.hours, Line.applied_ratio)),
        (Line.hour_kind == HourKind.WORK, Line.hours),
    )


def expected_valued() -> ColumnElement[int]:
    return case((Line.applied_coefficient.is_not(None), scaled(expected_real(), Line.applied_coefficient)))


def _different(session: Session) -> Iterator[Discrepancy]:
    same = {
        "marché": Entry.market_id == Line.market_id,
        "mois": Entry.month == Line.month,
        "contrat": Entry.employment_contract_id == Line.employment_contract_id,
        "personne": Entry.participant_id == Line.participant_id,
        "type d'heures": Entry.hour_kind == Line.hour_kind.cast(Entry.hour_kind.type),
        "heures": func.coalesce(Entry.hours_real == expected_real(), Entry.hours_real.between(0, Line.hours)),
        "heures valorisées": func.coalesce(Entry.hours_valued == expected_valued(), Entry.hours_valued >= 0),
    }
    statement = (
        _named(select(Line.month, func.coalesce(expected_real(), Line.hours), Entry.hours_real, *same.values()))
        .join(Entry, Entry.declaration_line_id == Line.id)
        .where(_counts(), or_(*(~condition for condition in same.values())))
    )
    for month, expected, found, *rest in stream(session, statement):
        *agree, market, contract = rest
        detail = ", ".join(name for name, ok in zip(same, agree, strict=True) if not ok)
        yield Discrepancy(Check.DIFFERENT, market, month, contract, expected, found, detail)


def _unwanted(session: Session) -> Iterator[Discrepancy]:
    reason = case(
        (Line.standing.is_(False), Check.REPLACED.value),
        (Line.state != LineState.VALIDATED, Check.UNDECIDED.value),
        (Line.not_counted.is_not(None), Check.NOT_COUNTED.value),
        else_=Check.DIFFERENT.value,
    )
    statement = (
        _named(select(Line.month, Entry.hours_real, reason))
        .join(Entry, Entry.declaration_line_id == Line.id)
        .where(~_counts())
    )
    for month, hours, check, market, contract in stream(session, statement):
        yield Discrepancy(cast(Check, by_value(Check, check)), market, month, contract, expected=0, found=hours)


def _double(session: Session) -> Iterator[Discrepancy]:
    several = select(Entry.declaration_line_id).group_by(Entry.declaration_line_id).having(func.count() > 1)
    statement = _named(select(Line.month, Line.hours)).where(Line.id.in_(several))
    for month, hours, market, contract in stream(session, statement):
        yield Discrepancy(Check.DOUBLE, market, month, contract, expected=hours)


def _of_another(session: Session) -> Iterator[Discrepancy]:
    """A line says again what its declaration and its contract say: the copies agree."""
    same = {
        "marché": Line.market_id == Declaration.market_id,
        "mois": Line.month == Declaration.month,
        "personne": Line.participant_id == EmploymentContract.participant_id,
    }
    statement = (
        _named(select(Line.month, *same.values()))
        .join(Declaration, Declaration.id == Line.declaration_id)
        .where(or_(*(~condition for condition in same.values())))
    )
    for month, *rest in stream(session, statement):
        *agree, market, contract = rest
        detail = ", ".join(name for name, ok in zip(same, agree, strict=True) if not ok)
        yield Discrepancy(Check.LINE, market, month, contract, detail=detail)
