"""What stands out in the declarations that wait beside their lines: who is missing, what was asked, what is treated already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.candidates.models import EmploymentContract
from clause.hours.codes import DeclarationState, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.queries.reading import in_force
from clause.hours.rules import risk
from clause.hours.rules.risk import NO_PROGRESS, DeclarationFacts, Progress, Remark
from clause.hours.visibility import visible_lines
from clause.kernel.values import add_months

Missing = tuple[int, int]  # people, hours of the month before


@dataclass(frozen=True)
class Beside:
    """Facts of declarations, loaded once for all of them."""

    missing: dict[int, Missing]
    known: frozenset[int]
    progress: dict[int, Progress]

    def progress_of(self, declaration: Declaration) -> Progress:
        return self.progress.get(declaration.id, NO_PROGRESS)

    def remarks(self, declaration: Declaration) -> list[Remark]:
        """What stands out in a declaration beside its lines."""
        people, hours = self.missing.get(declaration.id, (0, 0))
        return risk.declaration_remarks(
            DeclarationFacts(
                is_nil=declaration.is_nil, missing=people, missing_hours=hours,
                contractor_remark=declaration.contractor_remark,
                without_statement=declaration.origin is not Origin.COMPANY and declaration.statement_id is None,
                resent=_resent(declaration), asked=declaration.return_reason, progress=self.progress_of(declaration),
                first=declaration.company_id not in self.known, comment=declaration.comment,
            )
        )  # fmt: skip


def _resent(declaration: Declaration) -> bool:
    """Sent again after it was sent back: the reason stays until everything is decided, however many lines are before."""
    sent, decided = declaration.submitted_at, declaration.decided_at
    answered = sent is not None and decided is not None and decided < sent
    return answered or (declaration.state is DeclarationState.SUBMITTED and declaration.return_reason != "")


def load_beside(session: Session, viewer: Viewer, waiting: Sequence[Declaration]) -> Beside:
    """Three reads, whatever the number of declarations."""
    return Beside(
        _missing(session, viewer, waiting),
        _known_companies(session, {declaration.company_id for declaration in waiting}),
        _progress(session, viewer, waiting),
    )


def _progress(session: Session, viewer: Viewer, waiting: Sequence[Declaration]) -> dict[int, Progress]:
    """By declaration, what became of the lines that do not wait for the viewer's structure any more."""
    if not waiting:
        return {}
    treated = visible_lines(viewer).where(
        DeclarationLine.declaration_id.in_([declaration.id for declaration in waiting]),
        DeclarationLine.standing, DeclarationLine.state != LineState.DECLARED,
    )  # fmt: skip
    found: dict[int, list[DeclarationLine]] = {}
    for line in session.scalars(treated):
        found.setdefault(line.declaration_id, []).append(line)
    return {declaration_id: _progress_of(lines) for declaration_id, lines in found.items()}


def _progress_of(lines: Sequence[DeclarationLine]) -> Progress:
    states = [line.state for line in lines]
    return Progress(
        validated=states.count(LineState.VALIDATED),
        adjusted=sum(line.state is LineState.VALIDATED and line.stated_hours is not None for line in lines),
        rejected=states.count(LineState.REJECTED), contested=states.count(LineState.CONTESTED),
        returned=states.count(LineState.RETURNED),
    )  # fmt: skip


def _missing(session: Session, viewer: Viewer, waiting: Sequence[Declaration]) -> dict[int, Missing]:
    """By declaration, the people of the structure who had hours the month before, are still under contract, and have none."""
    if not waiting:
        return {}
    at = {(d.market_id, d.company_id, d.month): d.id for d in waiting}
    first, last = (min(d.month for d in waiting), max(d.month for d in waiting))
    rows = session.execute(
        select(
            Declaration.market_id, Declaration.company_id, DeclarationLine.month, DeclarationLine.participant_id,
            EmploymentContract.ends_on, func.sum(DeclarationLine.hours),
        )
        .join(Declaration, Declaration.id == DeclarationLine.declaration_id)
        .join(EmploymentContract, EmploymentContract.id == DeclarationLine.employment_contract_id)
        .where(
            in_force(), DeclarationLine.structure_id == viewer.structure_id, DeclarationLine.hours > 0,
            DeclarationLine.market_id.in_({d.market_id for d in waiting}),
            DeclarationLine.month.between(add_months(first, -1), last),
        )
        .group_by(
            Declaration.market_id, Declaration.company_id, DeclarationLine.month, DeclarationLine.participant_id,
            EmploymentContract.ends_on,
        )
    ).all()  # fmt: skip
    present = {(market, company, month, person) for market, company, month, person, _, _ in rows}
    found: dict[int, Missing] = {}
    for market, company, month, person, ends_on, hours in rows:
        following = add_months(month, 1)
        declaration = at.get((market, company, following))
        gone = (market, company, following, person) not in present
        if declaration is not None and gone and (ends_on is None or ends_on >= following):
            people, before = found.get(declaration, (0, 0))
            found[declaration] = (people + 1, before + int(hours))
    return found


def _known_companies(session: Session, company_ids: Collection[int]) -> frozenset[int]:
    """Companies of which something was validated before."""
    rows = session.scalars(
        select(Declaration.company_id)
        .where(Declaration.company_id.in_(company_ids), Declaration.state == DeclarationState.VALIDATED)
        .distinct()
    )
    return frozenset(rows)
