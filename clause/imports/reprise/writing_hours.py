"""Writing hours: declarations of the import, validated lines, their ledger entries; a changed line is reversed and replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from clause.candidates.entries import freeze_entries
from clause.candidates.models import Assignment
from clause.hours.codes import DeclarationState, HourKind, LineState, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.settling import load_grounds, settle
from clause.imports.reprise.ground import UPDATED, Ground
from clause.imports.reprise.lines import Line
from clause.kernel import audit, clock
from clause.ledger import posting
from clause.ledger.models import LedgerEntry
from clause.markets.codes import NO_CLAUSE

CHUNK = 500
CORRECTION = "Valeur corrigée par une reprise de données"
KINDS = ((HourKind.WORK, "worked", "work"), (HourKind.TRAINING, "training", "training"))
DeclarationKey = tuple[int, int, date]


def write_hours(ground: Ground) -> None:
    """Assignments and frozen entries first: hours say on which market a contract serves."""
    new, changed = ground.new("hours"), ground.changed("hours")
    _assign(ground, new)
    _freeze(ground, new)
    declarations = _declarations(ground, [*new, *changed])
    rows = [row for line in new for row in _lines(ground, line, declarations[_key(ground, line)])]
    replaced = _replace(ground, changed, declarations)
    _validate(ground, [*rows, *(row for _old, row in replaced)])
    for old, row in replaced:
        if old is not None:
            old.corrected_by_id = row.id


def _ids(ground: Ground, line: Line) -> tuple[int, int]:
    return ground.id_of("contracts", line.get("contract")), ground.id_of("markets", line.get("market"))


def _key(ground: Ground, line: Line) -> DeclarationKey:
    return ground.id_of("markets", line.get("market")), ground.company_of[line.made["contract"]["employer"]], line.get("month")  # fmt: skip


def _chunks(values: Iterable[int]) -> Iterator[Sequence[int]]:
    ids = sorted(set(values))
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _assign(ground: Ground, lines: list[Line]) -> None:
    wanted = dict.fromkeys(_ids(ground, line) for line in lines)
    known: set[tuple[int, int]] = set()
    for chunk in _chunks(contract for contract, _market in wanted):
        statement = select(Assignment.employment_contract_id, Assignment.market_id)
        known |= {(c, m) for c, m in ground.session.execute(statement.where(Assignment.employment_contract_id.in_(chunk)))}  # fmt: skip
    rows = [Assignment(employment_contract_id=c, market_id=m) for c, m in wanted if (c, m) not in known]
    ground.add(rows, audited=False)


def _freeze(ground: Ground, lines: list[Line]) -> None:
    """A person enters the clause on the first day of their first contract on a market with a clause."""
    first: dict[int, date] = {}
    for line in lines:
        contract = line.made["contract"]
        if line.made["market"]["clause"] == NO_CLAUSE:
            continue
        person = ground.id_of("participants", contract["participant"])
        first[person] = min(first.get(person, date.max), contract["starts_on"])
    freeze_entries(ground.session, first)


def _declarations(ground: Ground, lines: list[Line]) -> dict[DeclarationKey, int]:
    known = {key: id for key, (id, _state) in ground.known.declarations.items()}
    missing = dict.fromkeys(key for line in lines if (key := _key(ground, line)) not in known)
    rows = [_declaration(ground, key) for key in missing]
    ground.add(rows)
    return known | {(row.market_id, row.company_id, row.month): row.id for row in rows}


def _declaration(ground: Ground, key: DeclarationKey) -> Declaration:
    market, company, month = key
    now, name = clock.now(), ground.viewer.name
    return Declaration(
        market_id=market, company_id=company, month=month, state=DeclarationState.VALIDATED, origin=Origin.IMPORT,
        is_nil=False, entered_by_id=ground.viewer.user_id, entered_by=name, created_at=now, submitted_at=now,
        submitted_by=name, decided_at=now, decided_by=name,
    )  # fmt: skip


def _lines(ground: Ground, line: Line, declaration_id: int) -> list[DeclarationLine]:
    """One row a kind of hours: work always, training where there is some."""
    rows = [_row(ground, line, declaration_id, HourKind.WORK, line.get("worked"))]
    if line.get("training"):
        rows.append(_row(ground, line, declaration_id, HourKind.TRAINING, line.get("training")))
    return rows


def _row(ground: Ground, line: Line, declaration_id: int, kind: HourKind, hours: int) -> DeclarationLine:
    contract, market = _ids(ground, line)
    return DeclarationLine(
        declaration_id=declaration_id, market_id=market, month=line.get("month"), employment_contract_id=contract,
        participant_id=ground.id_of("participants", line.made["contract"]["participant"]),
        structure_id=ground.structure_id, hour_kind=kind, hours=hours, worked_from=line.made["from"],
        worked_to=line.made["to"], state=LineState.DECLARED,
    )  # fmt: skip


def _validate(ground: Ground, rows: list[DeclarationLine]) -> None:
    """Validated by the import, posted today."""
    ground.add(rows, audited=False)
    grounds = load_grounds(ground.session, {r.market_id for r in rows}, {r.employment_contract_id for r in rows})
    for row in rows:
        settle(ground.session, ground.viewer, row, grounds)
    ground.session.flush()


# Corrections


def _replace(
    ground: Ground, lines: list[Line], declarations: dict[DeclarationKey, int]
) -> list[tuple[DeclarationLine | None, DeclarationLine]]:
    """Pairs of a line that no longer stands and the one that takes its place."""
    changes = [(line, kind, key, line.existing.more[more]) for line in lines for kind, key, more in KINDS if line.existing and _changes(line, key)]  # fmt: skip
    old = _standing(ground, [id for *_rest, id in changes if id])
    for row in old.values():
        row.standing, row.correction_reason = False, CORRECTION
    _reverse(ground, list(old))
    pairs = []
    for line, kind, key, id in changes:
        before = old.get(id) if id else None
        home = before.declaration_id if before else declarations[_key(ground, line)]
        pairs.append((before, _row(ground, line, home, kind, _hours(line, key))))
    for line in lines:
        home = ground.session.get_one(Declaration, declarations[_key(ground, line)])  # type: ignore[assignment]
        audit.record(ground.session, ground.viewer, UPDATED, home, line.changes())  # type: ignore[arg-type]
    return pairs


def _changes(line: Line, key: str) -> bool:
    assert line.existing is not None
    was = line.existing.values[key]
    return key in line.differences or ("to" in line.differences and bool(was))


def _hours(line: Line, key: str) -> int:
    assert line.existing is not None
    said: Any = line.get(key)
    return int(line.existing.values[key] if said is None else said)


def _standing(ground: Ground, ids: list[int]) -> dict[int, DeclarationLine]:
    found: dict[int, DeclarationLine] = {}
    for chunk in _chunks(ids):
        for row in ground.session.scalars(select(DeclarationLine).where(DeclarationLine.id.in_(chunk))):
            found[row.id] = row
    return found


def _reverse(ground: Ground, line_ids: list[int]) -> None:
    """Take back the postings of these lines, then let the lines that no longer stand reach the database."""
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for chunk in _chunks(line_ids):
        for entry in ground.session.scalars(select(LedgerEntry).where(LedgerEntry.declaration_line_id.in_(chunk))):
            entries[entry.declaration_line_id or 0].append(entry)
    for found in entries.values():
        taken_back = {entry.reverses_id for entry in found}
        for entry in found:
            if entry.reverses_id is None and entry.id not in taken_back:
                posting.reverse(ground.session, ground.viewer, entry)
    ground.session.flush()
