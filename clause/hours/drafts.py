"""What a declarant types, as plain values, and how it becomes the lines of a declaration."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clause.hours.codes import OPEN_LINES, HourKind, HoursBasis, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.settling import Grounds
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date, month_end, of_month
from clause.markets.models import Market

Key = tuple[int, HourKind, date]
LOCKED = {
    LineState.VALIDATED: "Ces heures sont déjà validées : elles ne changent plus ici.",
    LineState.CONTESTED: "Votre facilitateur demande une pièce sur ces heures : répondez-lui dans « Pièces demandées ».",
    LineState.REJECTED: "Ces heures ont été refusées après échange : elles ne changent plus ici.",
}


@dataclass(frozen=True)
class DraftLine:
    """Hours (hundredths) of one kind of one employment contract. Without days: those that contract and market leave.

    ``row`` is how the caller finds the line again in findings (a row of the grid); several kinds of hours may share it.
    """

    contract_id: int
    hour_kind: HourKind
    hours: int
    worked_from: date | None = None
    worked_to: date | None = None
    comment: str = ""
    basis: HoursBasis = HoursBasis.WORKED
    row: str = ""

    @property
    def key(self) -> str:
        return self.row or f"{self.contract_id}.{self.worked_from or ''}"


@dataclass(frozen=True)
class DraftData:
    """A month as typed. Lines of zero hours are not kept.

    ``untouched`` are rows that could not be read: what the draft holds of these contracts stays as it was.
    """

    lines: tuple[DraftLine, ...]
    total_hours_worked: int | None = None
    comment: str = ""
    untouched: frozenset[int] = frozenset()


@dataclass(frozen=True)
class DatedLine:
    """A draft line with its days."""

    draft: DraftLine
    worked_from: date
    worked_to: date

    @property
    def identity(self) -> Key:
        return self.draft.contract_id, self.draft.hour_kind, self.worked_from


def dated(lines: Iterable[DraftLine], market: Market, month: date, grounds: Grounds) -> list[DatedLine]:
    """Lines with hours, each with its days; Refused where Du and Au leave the month or each other."""
    return [_dated(line, market, month, grounds) for line in lines if line.hours]


def _dated(line: DraftLine, market: Market, month: date, grounds: Grounds) -> DatedLine:
    left = grounds.clip(line.contract_id, market.id, month) or (month, month_end(month))
    first, last = line.worked_from or left[0], line.worked_to or left[1]
    if first < month or last > month_end(month):
        raise Refused(f"Du et Au doivent être des jours {of_month(month)}.", line.row)
    if last < first:
        raise Refused(f"La fin ({format_date(last)}) est avant le début ({format_date(first)}).", line.row)
    return DatedLine(line, first, last)


def own_open_lines(declaration: Declaration, contract_ids: Collection[int]) -> list[DeclarationLine]:
    """The lines that a draft may still change: neither decided nor contested, of the people that the declarant sees."""
    return [
        line
        for line in declaration.lines
        if line.standing and line.state in OPEN_LINES and line.employment_contract_id in contract_ids
    ]


def sync(
    session: Session,
    declaration: Declaration,
    lines: Collection[DatedLine],
    contracts: dict[int, tuple[int, int]],
    untouched: Collection[int] = (),
) -> bool:
    """Make the declaration hold these lines and no other of these contracts; True where anything changed.

    ``contracts`` gives (participant id, structure id) of every employment contract that the declarant sees. Lines that exist
    are changed in place, so that their unique key never meets itself on the way.
    """
    existing = {_identity(line): line for line in own_open_lines(declaration, contracts.keys() - set(untouched))}
    locked = {
        _identity(line): line.state for line in declaration.lines if line.standing and line.state not in OPEN_LINES
    }
    changed = False
    for new in lines:
        if new.identity in locked:
            raise Refused(LOCKED[locked[new.identity]], new.draft.row)
        line = existing.pop(new.identity, None)
        if line is None:
            declaration.lines.append(_line(declaration, new, contracts[new.draft.contract_id]))
            changed = True
        else:
            changed |= _update(line, new)
    for gone in existing.values():
        _forget(declaration, gone)
        changed = True
    session.flush()
    return changed


def _forget(declaration: Declaration, gone: DeclarationLine) -> None:
    """Take a line off the draft. One that took the place of a reopened line leaves it without a successor."""
    for line in declaration.lines:
        if line.corrected_by_id == gone.id:
            line.corrected_by_id = None
    declaration.lines.remove(gone)


def _identity(line: DeclarationLine) -> Key:
    return line.employment_contract_id, line.hour_kind, line.worked_from


def _line(declaration: Declaration, new: DatedLine, person: tuple[int, int]) -> DeclarationLine:
    return DeclarationLine(
        market_id=declaration.market_id, month=declaration.month, employment_contract_id=new.draft.contract_id,
        participant_id=person[0], structure_id=person[1], hour_kind=new.draft.hour_kind, hours_basis=new.draft.basis,
        hours=new.draft.hours, worked_from=new.worked_from, worked_to=new.worked_to, comment=new.draft.comment,
        state=LineState.DECLARED,
    )  # fmt: skip


def _update(line: DeclarationLine, new: DatedLine) -> bool:
    basis = new.draft.basis
    if line.hours_basis is HoursBasis.ESTIMATED and line.hours == new.draft.hours:
        basis = HoursBasis.ESTIMATED  # hours estimated from an amount stay so until somebody types others
    wanted = {
        "hours": new.draft.hours, "worked_to": new.worked_to, "comment": new.draft.comment, "hours_basis": basis,
        "estimate": line.estimate if basis is HoursBasis.ESTIMATED else None,
    }  # fmt: skip
    changed = {name: value for name, value in wanted.items() if getattr(line, name) != value}
    for name, value in changed.items():
        setattr(line, name, value)
    return bool(changed)
