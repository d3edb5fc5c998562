"""Records into the database, by batches: a record is known by its key and content, a contract is its latest record.

A batch of any size makes the same few queries. The caller commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from clause.imports.decp.models import DecpContract, DecpRecord
from clause.imports.decp.records import Contract
from clause.imports.decp.states import state_of
from clause.kernel import clock

LOCK = 20_221_222  # the day of the arrêté of the format; one number for all imports of public contracts

Key = tuple[str, str]
Age = tuple[date, date]


class Line(NamedTuple):
    """A record to write and where it was read."""

    number: int
    contract: Contract


@dataclass
class Batch:
    """What an import has written so far; ``name`` marks its records, ``source`` is the name of the file."""

    name: str
    source: str
    now: datetime = field(default_factory=clock.now)
    written: int = 0
    known: int = 0
    retitled: list[Line] = field(default_factory=list)


def lock(session: Session) -> None:
    """One import of public contracts at a time. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def write(session: Session, batch: Batch, lines: Sequence[Line]) -> None:
    """Write the records that are not known yet, and bring the contracts they belong to up to date."""
    keys = {line.contract.key for line in lines}
    known = _contracts(session, keys)
    digests = _digests(session, [c.id for c in known.values()])
    fresh = _fresh(batch, lines, known, digests)
    created = _create(session, batch, fresh, known)
    ids = {key: contract.id for key, contract in known.items()} | created
    _insert_records(session, batch, fresh, ids)
    _update_states(session, batch, fresh, known)


class _Known(NamedTuple):
    """What must be known of a contract to place a new record: its age and its title."""

    id: int
    age: Age
    title: str


def _age(contract: Contract) -> Age:
    """Order of the records of one contract: publication, then publication of the last modification (ADR 0009)."""
    return contract.published_on or date.min, contract.modified_on or date.min


def _contracts(session: Session, keys: Iterable[Key]) -> dict[Key, _Known]:
    c = DecpContract
    rows = session.execute(
        select(c.buyer_siret, c.identifier, c.id, c.published_on, c.modified_on, c.title).where(
            tuple_(c.buyer_siret, c.identifier).in_(list(keys))
        )
    )
    return {
        (r.buyer_siret, r.identifier): _Known(r.id, (r.published_on or date.min, r.modified_on or date.min), r.title)
        for r in rows
    }


def _digests(session: Session, contract_ids: Sequence[int]) -> set[tuple[int, str]]:
    rows = session.execute(
        select(DecpRecord.contract_id, DecpRecord.digest).where(DecpRecord.contract_id.in_(contract_ids))
    )
    return {(r.contract_id, r.digest) for r in rows}


def _fresh(batch: Batch, lines: Sequence[Line], known: dict[Key, _Known], digests: set[tuple[int, str]]) -> list[Line]:
    """The lines never read before, in the database or earlier in this batch; counts both."""
    fresh: list[Line] = []
    seen: set[tuple[Key, str]] = set()
    for line in lines:
        key, digest = line.contract.key, line.contract.digest
        contract = known.get(key)
        if (key, digest) in seen or (contract is not None and (contract.id, digest) in digests):
            batch.known += 1
            continue
        seen.add((key, digest))
        fresh.append(line)
    batch.written += len(fresh)
    return fresh


def _latest(lines: Sequence[Line]) -> dict[Key, Contract]:
    """Of each contract, the record that makes its state; of two of the same age, the one read last."""
    latest: dict[Key, Contract] = {}
    for line in lines:
        found = latest.get(line.contract.key)
        if found is None or _age(line.contract) >= _age(found):
            latest[line.contract.key] = line.contract
    return latest


def _create(session: Session, batch: Batch, fresh: Sequence[Line], known: dict[Key, _Known]) -> dict[Key, int]:
    latest = {key: contract for key, contract in _latest(fresh).items() if key not in known}
    if not latest:
        return {}
    rows = [
        {"buyer_siret": key[0], "identifier": key[1], "created_at": batch.now, "updated_at": batch.now, **state_of(c)}
        for key, c in latest.items()
    ]
    made = session.execute(
        insert(DecpContract).returning(DecpContract.id, DecpContract.buyer_siret, DecpContract.identifier), rows
    )
    _note_retitled(batch, fresh, {key: c.title for key, c in latest.items()})
    return {(r.buyer_siret, r.identifier): r.id for r in made}


def _insert_records(session: Session, batch: Batch, fresh: Sequence[Line], ids: dict[Key, int]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "contract_id": ids[line.contract.key],
            "digest": line.contract.digest,
            "batch": batch.name,
            "source": batch.source[-200:],
            "line": line.number,
            "content": line.contract.content,
            "published_on": line.contract.published_on,
            "read_at": batch.now,
        }
        for line in fresh
    ]
    if rows:
        session.execute(insert(DecpRecord), rows)


def _update_states(session: Session, batch: Batch, fresh: Sequence[Line], known: dict[Key, _Known]) -> None:
    rows = [
        {"id": known[key].id, "updated_at": batch.now, **state_of(contract)}
        for key, contract in _latest(fresh).items()
        if key in known and _age(contract) >= known[key].age
    ]
    _note_retitled(batch, fresh, {key: contract.title for key, contract in known.items()})
    if rows:
        session.execute(update(DecpContract), rows)


def _note_retitled(batch: Batch, fresh: Sequence[Line], titles: dict[Key, str]) -> None:
    """Several lots under one identifier: the contract shows the latest, the others must not go unnoticed."""
    for line in fresh:
        title = titles.get(line.contract.key, "")
        if title and line.contract.title and title != line.contract.title:
            batch.retitled.append(line)
