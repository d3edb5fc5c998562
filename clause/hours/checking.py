"""What the rules of plausibility say of a month being declared or decided: loads the facts, asks the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.hours.codes import HourKind, LineState
from clause.hours.drafts import DatedLine
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.rules import plausibility
from clause.hours.rules.plausibility import Finding, Line, PersonMonth
from clause.hours.settling import Grounds
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.settings_catalogue import setting


class Blocked(Refused):
    """A month that the rules of plausibility refuse; ``findings`` are all those of the month, blocking or not."""

    def __init__(self, standing: list[Finding], findings: list[Finding]) -> None:
        rest = f" {len(standing) - 1} autre(s) point(s) à revoir." if len(standing) > 1 else ""
        super().__init__(standing[0].sentence + rest, standing[0].keys[0] if standing[0].keys else "")
        self.standing = standing
        self.findings = findings


@dataclass(frozen=True)
class Elsewhere:
    """Hundredths of hours of a person outside the lines looked at."""

    month: int = 0
    rest_of_year: int = 0
    of_others: int = 0


def check(
    session: Session, viewer: Viewer, declaration: Declaration, lines: Iterable[DatedLine], grounds: Grounds
) -> list[Finding]:
    """The findings on lines as typed; keys are the rows of the draft."""
    typed = list(lines)
    by_person: dict[int, list[DatedLine]] = {}
    for line in typed:
        by_person.setdefault(grounds.contracts[line.draft.contract_id].participant_id, []).append(line)
    known = elsewhere(session, declaration, by_person)
    market = grounds.markets[declaration.market_id]
    found: list[Finding] = []
    for person, person_lines in by_person.items():
        sums = known.get(person, Elsewhere())
        facts = PersonMonth(
            month=declaration.month, today=clock.today(),
            lines=tuple(_line(line, declaration.market_id, grounds) for line in person_lines),
            birth_date=grounds.contracts[person_lines[0].draft.contract_id].birth_date,
            elsewhere=sums.month, rest_of_year=sums.rest_of_year,
            hard_limit=int(setting("check.month_hard_limit", *market.overrides)) * 100,
            discreet=viewer.role is Role.COMPANY and sums.of_others > 0,
        )  # fmt: skip
        found += plausibility.month_findings(facts)
    return found


def _line(line: DatedLine, market_id: int, grounds: Grounds) -> Line:
    contract, market = grounds.contracts[line.draft.contract_id], grounds.markets[market_id]
    return Line(
        key=line.draft.key, group=str(line.draft.contract_id), hour_kind=line.draft.hour_kind, hours=line.draft.hours,
        worked_from=line.worked_from, worked_to=line.worked_to, basis=line.draft.basis,
        contract_from=contract.starts_on, contract_to=contract.ends_on,
        market_from=market.starts_on, market_to=market.ends_on,
        windows=grounds.windows_on(line.draft.contract_id, market_id), has_clause=market.has_clause,
        counts=line.draft.hour_kind in market.counting_kinds,
    )  # fmt: skip


def elsewhere(session: Session, declaration: Declaration, people: Collection[int]) -> dict[int, Elsewhere]:
    """By participant, what is declared outside the open lines of this declaration; absence left out. One query."""
    if not people:
        return {}
    here = (DeclarationLine.declaration_id == declaration.id) & (DeclarationLine.state != LineState.VALIDATED)
    year = declaration.month.year
    statement = (
        select(
            DeclarationLine.participant_id, DeclarationLine.month,
            Declaration.company_id, func.sum(DeclarationLine.hours),
        )
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .where(
            DeclarationLine.participant_id.in_(people), DeclarationLine.standing, ~here,
            DeclarationLine.hour_kind != HourKind.ABSENCE,
            DeclarationLine.month.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(DeclarationLine.participant_id, DeclarationLine.month, Declaration.company_id)
    )  # fmt: skip
    found: dict[int, Elsewhere] = {}
    for person, month, company, hours in session.execute(statement):
        found[person] = _added(found.get(person, Elsewhere()), int(hours), month == declaration.month, company != declaration.company_id)  # fmt: skip
    return found


def _added(sums: Elsewhere, hours: int, this_month: bool, of_others: bool) -> Elsewhere:
    return Elsewhere(
        month=sums.month + (hours if this_month else 0),
        rest_of_year=sums.rest_of_year + (0 if this_month else hours),
        of_others=sums.of_others + (hours if of_others else 0),
    )


def refuse_blocked(findings: list[Finding], explained: Iterable[str], *, facilitator: bool) -> None:
    """Blocked where a finding stands in the way; ``explained`` are the rows with a comment."""
    standing = plausibility.blocking(findings, explained, facilitator=facilitator)
    if standing:
        raise Blocked(standing, findings)
