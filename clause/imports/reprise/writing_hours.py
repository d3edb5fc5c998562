"""Writing hours: declarations of the import, validated lines, their ledger entries; a changed line is reversed and replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from clause.candidates.entries import freeze_entries
from clause.candidates.models import Assignment
from clause.hours.codes import DeclarationState, HourKind, LineState, NotCounted, Origin
from clause.hours.models import Declaration, DeclarationLine
from clause.hours.settling import Grounds, applied, load_grounds, settlement
from clause.imports.reprise.ground import UPDATED, Ground
from clause.imports.reprise.lines import Line
from clause.kernel import audit, bulk, clock
from clause.ledger import posting
from clause.ledger.bulk import post_all
from clause.ledger.models import LedgerEntry
from clause.ledger.posting import Hours
from clause.markets.codes import NO_CLAUSE

CHUNK = 500
CORRECTION = "Valeur corrigée par une reprise de données"
KINDS = ((HourKind.WORK, "worked", "work"), (HourKind.TRAINING, "training", "training"))
DeclarationKey = tuple[int, int, date]
Step = Callable[[int, int], None]


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def write_hours(ground: Ground, step: Step = silent) -> None:
    """Assignments and frozen entries first: hours say on which market a contract serves."""
    new, changed = ground.new("hours"), ground.changed("hours")
    _assign(ground, new)
    _freeze(ground, new)
    declarations = _declarations(ground, [*new, *changed])
    grounds = _grounds(ground, [*new, *changed])
    total = len(new) + len(changed)
    for done, lines in enumerate(bulk.chunks(new)):
        step(done * bulk.CHUNK, total)
        _validate(ground, [row for line in lines for row in _rows(ground, line, declarations)], grounds)
    for done, lines in enumerate(bulk.chunks(changed, CHUNK)):
        step(len(new) + done * CHUNK, total)
        _change(ground, lines, declarations, grounds)


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
    rows = [{"employment_contract_id": c, "market_id": m} for c, m in wanted if (c, m) not in known]
    ground.insert(Assignment, rows, audited=False)


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
    missing = list(dict.fromkeys(key for line in lines if (key := _key(ground, line)) not in known))
    ids = ground.insert(Declaration, [_declaration(ground, key) for key in missing])
    return known | dict(zip(missing, ids, strict=True))


def _declaration(ground: Ground, key: DeclarationKey) -> bulk.Values:
    market, company, month = key
    now, name = clock.now(), ground.viewer.name
    return {
        "market_id": market, "company_id": company, "month": month, "state": DeclarationState.VALIDATED,
        "origin": Origin.IMPORT, "is_nil": False, "entered_by_id": ground.viewer.user_id, "entered_by": name,
        "created_at": now, "submitted_at": now, "submitted_by": name, "decided_at": now, "decided_by": name,
    }  # fmt: skip


@dataclass(slots=True)
class Row:
    """A line about to be written: the columns that settling reads, as ``DeclarationLine`` names them."""

    declaration_id: int
    market_id: int
    month: date
    employment_contract_id: int
    participant_id: int
    structure_id: int
    hour_kind: HourKind
    hours: int
    worked_from: date
    worked_to: date
    id: int = 0


def _rows(ground: Ground, line: Line, declarations: dict[DeclarationKey, int]) -> list[Row]:
    """One row a kind of hours: work always, training where there is some."""
    home = declarations[_key(ground, line)]
    rows = [_row(ground, line, home, HourKind.WORK, line.get("worked"))]
    if line.get("training"):
        rows.append(_row(ground, line, home, HourKind.TRAINING, line.get("training")))
    return rows


def _row(ground: Ground, line: Line, declaration_id: int, kind: HourKind, hours: int) -> Row:
    contract, market = _ids(ground, line)
    return Row(
        declaration_id, market, line.get("month"), contract,
        ground.id_of("participants", line.made["contract"]["participant"]), ground.structure_id, kind, hours,
        line.made["from"], line.made["to"],
    )  # fmt: skip


def _grounds(ground: Ground, lines: list[Line]) -> Grounds:
    pairs = {_ids(ground, line) for line in lines}
    return load_grounds(ground.session, {market for _, market in pairs}, {contract for contract, _ in pairs})


def _validate(ground: Ground, rows: list[Row], grounds: Grounds) -> None:
    """Validated by the import, posted today: what ``settle`` does, for many rows at once."""
    for row, id in zip(rows, bulk.reserve(ground.session, DeclarationLine, len(rows)), strict=True):
        row.id = id
    settled = [settlement(row, grounds) for row in rows]
    decided = {
        "state": LineState.VALIDATED, "decided_by_id": ground.viewer.user_id, "decided_by": ground.viewer.name,
        "decided_at": clock.now(),
    }  # fmt: skip
    values = (
        {
            **asdict(row),
            **decided,
            **_applied(row, what, grounds),
            "not_counted": what if isinstance(what, NotCounted) else None,
        }
        for row, what in zip(rows, settled, strict=True)
    )
    bulk.write(ground.session, DeclarationLine, values)
    post_all(ground.session, ground.viewer, (what for what in settled if isinstance(what, Hours)))


def _applied(row: Row, what: Hours | NotCounted | None, grounds: Grounds) -> bulk.Values:
    ratio, coefficient = applied(row, what, grounds)
    return {"applied_ratio": ratio, "applied_coefficient": coefficient}


# Corrections


def _change(ground: Ground, lines: list[Line], declarations: dict[DeclarationKey, int], grounds: Grounds) -> None:
    """Known lines whose hours or days are otherwise: the rows that stood are taken back, others take their place."""
    wanted = [(line, kind, key, line.existing.more[more]) for line in lines for kind, key, more in KINDS if line.existing and _changes(line, key)]  # fmt: skip
    old = standing_rows(ground, [id for *_rest, id in wanted if id])
    replaced: list[tuple[DeclarationLine | None, Row]] = []
    for line, kind, key, id in wanted:
        before = old.get(id) if id else None
        home = before.declaration_id if before else declarations[_key(ground, line)]
        replaced.append((before, _row(ground, line, home, kind, _hours(line, key))))
    replace_rows(ground, replaced, grounds, CORRECTION)
    for line in lines:
        home = ground.session.get_one(Declaration, declarations[_key(ground, line)])  # type: ignore[assignment]  # the name served for a key above
        audit.record(ground.session, ground.viewer, UPDATED, home, line.changes())  # type: ignore[arg-type]  # the name served for a key above


def replace_rows(
    ground: Ground, replaced: Sequence[tuple[DeclarationLine | None, Row]], grounds: Grounds, reason: str
) -> None:
    """Take back rows that stood, by the reversal of their entries, and validate those that take their place."""
    before = {old.id: old for old, _row in replaced if old is not None}
    for row in before.values():
        row.standing, row.correction_reason = False, reason
    reverse_lines(ground, list(before))
    _validate(ground, [row for _old, row in replaced], grounds)
    for old, new in replaced:
        if old is not None:
            old.corrected_by_id = new.id
    ground.session.flush()


def _changes(line: Line, key: str) -> bool:
    assert line.existing is not None
    was = line.existing.values[key]
    return key in line.differences or ("to" in line.differences and bool(was))


def _hours(line: Line, key: str) -> int:
    assert line.existing is not None
    said: Any = line.get(key)
    return int(line.existing.values[key] if said is None else said)


def standing_rows(ground: Ground, ids: list[int]) -> dict[int, DeclarationLine]:
    found: dict[int, DeclarationLine] = {}
    for chunk in _chunks(ids):
        for row in ground.session.scalars(select(DeclarationLine).where(DeclarationLine.id.in_(chunk))):
            found[row.id] = row
    return found


def reverse_lines(ground: Ground, line_ids: list[int]) -> list[LedgerEntry]:
    """Take back the postings of these lines, then let the lines that no longer stand reach the database.

    Returns the entries that were taken back.
    """
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for chunk in _chunks(line_ids):
        for entry in ground.session.scalars(select(LedgerEntry).where(LedgerEntry.declaration_line_id.in_(chunk))):
            entries[entry.declaration_line_id or 0].append(entry)
    taken = [entry for found in entries.values() for entry in _standing_entries(found)]
    for entry in taken:
        posting.reverse(ground.session, ground.viewer, entry)
    ground.session.flush()
    return taken


def _standing_entries(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    taken_back = {entry.reverses_id for entry in entries}
    return [entry for entry in entries if entry.reverses_id is None and entry.id not in taken_back]
