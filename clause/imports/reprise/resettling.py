"""Dates that an import changes decide again on hours validated before: reversed and posted anew where the outcome differs.

Nothing is rewritten: the line that stood is taken back by the reversal of its entry, another takes its place with the same
hours. A setting that changed since does not revalue hours: only whether they count, and why not, is decided again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from clause.candidates.models import EmploymentContract
from clause.hours.actions.correcting import successor
from clause.hours.codes import LineState, NotCounted
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.settling import Grounds, load_grounds, settle, would_count
from clause.imports.report import Remark
from clause.imports.reprise.ground import Ground
from clause.imports.reprise.lines import Line
from clause.imports.reprise.writing_hours import CHUNK, Step, reverse_lines, silent
from clause.kernel import audit
from clause.kernel.values import format_hours, format_month
from clause.markets.models import Market

REASON = "Dates changées par une reprise de données"
DECIDING = {
    "contracts": {"starts_on", "ends_on", "type"},
    "markets": {"starts_on", "ends_on", "clause"},
    "participants": {"eligible_from", "eligible_until"},
}  # the columns of each sheet that decide whether hours count


@dataclass(frozen=True)
class Causes:
    """The lines of the file that changed what decides, by the id of what they changed."""

    contracts: Mapping[int, Line] = field(default_factory=dict)
    markets: Mapping[int, Line] = field(default_factory=dict)
    participants: Mapping[int, Line] = field(default_factory=dict)

    def of(self, row: DeclarationLine) -> Line:
        """The line to name for one row of hours: one of the three is there."""
        return (
            self.contracts.get(row.employment_contract_id)
            or self.markets.get(row.market_id)
            or self.participants[row.participant_id]
        )


def resettle(ground: Ground, step: Step = silent) -> None:
    """Decide again on the standing hours of what changed; each line that now counts otherwise is a warning of the report."""
    causes = Causes(**{sheet: _changed(ground, sheet) for sheet in DECIDING})
    ids = _standing(ground, causes)
    for done in range(0, len(ids), CHUNK):
        step(done, len(ids))
        _resettle(ground, causes, ids[done : done + CHUNK])


def _changed(ground: Ground, sheet: str) -> dict[int, Line]:
    return {
        line.existing.id: line
        for line in ground.changed(sheet)
        if line.existing is not None and DECIDING[sheet] & set(line.differences)
    }


def _standing(ground: Ground, causes: Causes) -> Sequence[int]:
    """The validated lines that stand, of this structure, that a change may touch."""
    found: set[int] = set()
    for condition in _touched(causes):
        statement = select(DeclarationLine.id).where(
            condition, DeclarationLine.standing, DeclarationLine.state == LineState.VALIDATED,
            DeclarationLine.structure_id == ground.structure_id,
        )  # fmt: skip
        found.update(ground.session.scalars(statement))
    return sorted(found)


def _touched(causes: Causes) -> Iterator[ColumnElement[bool]]:
    kinds = (
        (DeclarationLine.employment_contract_id, causes.contracts),
        (DeclarationLine.market_id, causes.markets),
        (DeclarationLine.participant_id, causes.participants),
    )
    for column, lines in kinds:
        ids = sorted(lines)
        for start in range(0, len(ids), CHUNK):
            yield column.in_(ids[start : start + CHUNK])


def _resettle(ground: Ground, causes: Causes, ids: Sequence[int]) -> None:
    statement = select(DeclarationLine).where(DeclarationLine.id.in_(ids)).order_by(DeclarationLine.id)
    rows = ground.session.scalars(statement).all()
    markets, contracts = {row.market_id for row in rows}, {row.employment_contract_id for row in rows}
    grounds = load_grounds(ground.session, markets, contracts, settling=True)
    differing = [row for row in rows if would_count(row, grounds) is not row.not_counted]
    if differing:
        _replace(ground, differing, grounds)
        _tell(ground, causes, differing)


def _replace(ground: Ground, rows: Sequence[DeclarationLine], grounds: Grounds) -> None:
    for row in rows:
        row.standing, row.correction_reason = False, REASON
    for entry in reverse_lines(ground, [row.id for row in rows]):
        grounds.note(entry, -1)
    pairs = [(row, successor(row, row.hours)) for row in rows]
    for old, new in pairs:
        new.declaration_id = old.declaration_id
    ground.session.add_all(new for _old, new in pairs)
    ground.session.flush()
    for old, new in pairs:
        settle(ground.session, ground.viewer, new, grounds)
        old.corrected_by_id = new.id
    ground.session.flush()


# What is said


def _tell(ground: Ground, causes: Causes, rows: Sequence[DeclarationLine]) -> None:
    """One line of history and one warning for each row: whether it counted, whether it counts."""
    successors = {row.corrected_by_id for row in rows}
    statement = select(DeclarationLine.id, DeclarationLine.not_counted).where(DeclarationLine.id.in_(successors))
    now = {row.id: row.not_counted for row in ground.session.execute(statement)}
    names = _names(ground, rows)
    for row in rows:
        was, becomes = row.not_counted, now[row.corrected_by_id or 0]
        home = ground.session.get_one(Declaration, row.declaration_id)
        audit.record(ground.session, ground.viewer, "heures décidées à nouveau", home, {"Décompte": [_said(was), _said(becomes)], "Motif": [None, REASON]})  # fmt: skip
        cause = causes.of(row)
        sentence = (
            f"Heures déjà validées de {format_month(row.month)} ({format_hours(row.hours)}, {names[row.id]}) :"
            f" {_said(was)} ; avec ces dates, {_said(becomes)}. L'écriture précédente reste dans l'historique."
        )
        ground.plan.warnings.append(Remark(cause.where, cause.number, "", "", sentence))


def _said(reason: NotCounted | None) -> str:
    return "elles comptent" if reason is None else f"elles ne comptent pas ({reason.label})"


def _names(ground: Ground, rows: Sequence[DeclarationLine]) -> dict[int, str]:
    """The contract and the market of each row, by their references."""
    statement = (
        select(DeclarationLine.id, EmploymentContract.reference, Market.reference)
        .join(EmploymentContract, EmploymentContract.id == DeclarationLine.employment_contract_id)
        .join(Market, Market.id == DeclarationLine.market_id)
        .where(DeclarationLine.id.in_([row.id for row in rows]))
    )
    return {id: f"contrat {contract}, marché {market}" for id, contract, market in ground.session.execute(statement)}
