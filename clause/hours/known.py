"""What is known of the hours of people outside the lines looked at: all contracts, all employers (REA-07)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from clause.hours.codes import DeclarationState, HourKind, HoursBasis, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules.findings import Span


@dataclass(frozen=True)
class KnownLine:
    """One standing line of a person's month; ``hours`` in hundredths."""

    id: int
    declaration_id: int
    state: LineState
    company_id: int
    month: date
    hour_kind: HourKind
    basis: HoursBasis
    hours: int
    worked_from: date
    worked_to: date


@dataclass(frozen=True)
class Elsewhere:
    """Hundredths of hours of a person outside the lines looked at; absence only where it is paid. ``of_others``: of other
    companies, in the year."""

    month: int = 0
    rest_of_year: int = 0
    paid: int = 0
    of_others: int = 0
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Known:
    """By participant: the lines of the months asked, and the sums of each month and company of their years."""

    lines: dict[int, list[KnownLine]] = field(default_factory=dict)
    sums: dict[int, dict[tuple[date, int], int]] = field(default_factory=dict)

    def elsewhere(
        self, person: int, month: date, here: Callable[[KnownLine], bool], company_id: int | None = None
    ) -> Elsewhere:
        """What is known of a person's month and year outside the lines that ``here`` recognises."""
        lines = [k for k in self.lines.get(person, ()) if k.month == month and not here(k)]
        worked = [k for k in lines if k.hour_kind is not HourKind.ABSENCE]
        rest = {key: h for key, h in self.sums.get(person, {}).items() if key[0].year == month.year and key[0] != month}
        others = sum(k.hours for k in worked if k.company_id != company_id)
        return Elsewhere(
            month=_sum(worked), rest_of_year=sum(rest.values()),
            paid=_sum(k for k in lines if k.basis is HoursBasis.PAID),
            of_others=others + sum(hours for (_, company), hours in rest.items() if company != company_id),
            spans=tuple(Span(k.worked_from, k.worked_to, k.hours) for k in worked),
        )  # fmt: skip


def _sum(lines: Iterable[KnownLine]) -> int:
    return sum(line.hours for line in lines)


def load_known(
    session: Session, people: Collection[int], months: Collection[date], company_id: int | None = None
) -> Known:
    """Two queries. Refused hours are left out, and drafts that nobody sent, but those of ``company_id``."""
    if not people or not months:
        return Known()
    return Known(_lines(session, people, months, company_id), _sums(session, people, months, company_id))


def _said(company_id: int | None) -> list[ColumnElement[bool]]:
    sent = Declaration.state != DeclarationState.DRAFT
    return [
        DeclarationLine.standing.is_(True),
        DeclarationLine.state != LineState.REJECTED,
        sent if company_id is None else or_(sent, Declaration.company_id == company_id),
    ]


def _lines(
    session: Session, people: Collection[int], months: Collection[date], company_id: int | None
) -> dict[int, list[KnownLine]]:
    line = DeclarationLine
    rows = session.execute(
        select(
            line.participant_id, line.id, line.declaration_id, line.state, Declaration.company_id, line.month,
            line.hour_kind, line.hours_basis, line.hours, line.worked_from, line.worked_to,
        )
        .join(Declaration, Declaration.id == line.declaration_id)
        .where(line.participant_id.in_(people), line.month.in_(months), line.hours > 0, *_said(company_id))
    )  # fmt: skip
    found: dict[int, list[KnownLine]] = {}
    for person, *values in rows:
        found.setdefault(person, []).append(KnownLine(*values))
    return found


def _sums(
    session: Session, people: Collection[int], months: Collection[date], company_id: int | None
) -> dict[int, dict[tuple[date, int], int]]:
    first, last = min(months).replace(month=1), max(months).replace(month=12)
    rows = session.execute(
        select(
            DeclarationLine.participant_id, DeclarationLine.month, Declaration.company_id,
            func.sum(DeclarationLine.hours),
        )
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(
            DeclarationLine.participant_id.in_(people), DeclarationLine.month.between(first, last),
            DeclarationLine.hour_kind != HourKind.ABSENCE, *_said(company_id),
        )
        .group_by(DeclarationLine.participant_id, DeclarationLine.month, Declaration.company_id)
    )  # fmt: skip
    found: dict[int, dict[tuple[date, int], int]] = {}
    for person, month, company, hours in rows:
        found.setdefault(person, {})[month, company] = int(hours)
    return found
