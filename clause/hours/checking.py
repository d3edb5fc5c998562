"""What the rules of plausibility say of a month being declared or decided: loads the facts, asks the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.hours.codes import OPEN_LINES
from clause.hours.drafts import DatedLine
from clause.hours.files.ceiling import payroll_findings
from clause.hours.known import KnownLine, load_known
from clause.hours.models import Declaration
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


def check(
    session: Session, viewer: Viewer, declaration: Declaration, lines: Iterable[DatedLine], grounds: Grounds
) -> list[Finding]:
    """The findings on lines as typed; keys are the rows of the draft."""
    return check_together(session, viewer, [declaration], [(declaration.market_id, line) for line in lines], grounds)


def check_together(
    session: Session, viewer: Viewer, declarations: Sequence[Declaration], lines: Iterable[tuple[int, DatedLine]], grounds: Grounds
) -> list[Finding]:  # fmt: skip
    """The findings on one company's month on several markets, each line with the id of its market; the strictest ceiling holds."""
    by_person: dict[int, list[tuple[int, DatedLine]]] = {}
    for market_id, line in lines:
        by_person.setdefault(grounds.contracts[line.draft.contract_id].participant_id, []).append((market_id, line))
    month, company_id, here = declarations[0].month, declarations[0].company_id, _open_line_of(declarations)
    known = load_known(session, by_person, [month], company_id)
    found: list[Finding] = []
    for person, own in by_person.items():
        sums = known.elsewhere(person, month, here, company_id)
        facts = PersonMonth(
            month=month, today=clock.today(),
            lines=tuple(_line(line, market_id, grounds) for market_id, line in own),
            birth_date=grounds.contracts[own[0][1].draft.contract_id].birth_date,
            elsewhere=sums.month, rest_of_year=sums.rest_of_year, paid_elsewhere=sums.paid, spans_elsewhere=sums.spans,
            hard_limit=_hard_limit({m for m, _ in own}, grounds),
            discreet=viewer.role is Role.COMPANY and sums.of_others > 0,
        )  # fmt: skip
        found += plausibility.month_findings(facts)
    typed = [line for own in by_person.values() for _market, line in own]
    return found + payroll_findings(session, month, typed, [d.id for d in declarations if d.id is not None])


def _hard_limit(market_ids: Iterable[int], grounds: Grounds) -> int:
    return min(int(setting("check.month_hard_limit", *grounds.markets[m].overrides)) * 100 for m in market_ids)


def _line(line: DatedLine, market_id: int, grounds: Grounds) -> Line:
    contract, market = grounds.contracts[line.draft.contract_id], grounds.markets[market_id]
    return Line(
        key=line.draft.key, group=f"{line.draft.contract_id}.{market_id}", hour_kind=line.draft.hour_kind, hours=line.draft.hours,
        worked_from=line.worked_from, worked_to=line.worked_to, basis=line.draft.basis,
        contract_from=contract.starts_on, contract_to=contract.ends_on,
        market_from=market.starts_on, market_to=market.ends_on,
        windows=grounds.windows_on(line.draft.contract_id, market_id), has_clause=market.has_clause,
        counts=line.draft.hour_kind in market.counting_kinds,
    )  # fmt: skip


def _open_line_of(declarations: Sequence[Declaration]) -> Callable[[KnownLine], bool]:
    """Whether a line is one of those being typed: open, of these declarations."""
    ids = {declaration.id for declaration in declarations}
    return lambda line: line.declaration_id in ids and line.state in OPEN_LINES


def refuse_blocked(findings: list[Finding], explained: Iterable[str], *, facilitator: bool) -> None:
    """Blocked where a finding stands in the way; ``explained`` are the rows with a comment."""
    standing = plausibility.blocking(findings, explained, facilitator=facilitator)
    if standing:
        raise Blocked(standing, findings)
