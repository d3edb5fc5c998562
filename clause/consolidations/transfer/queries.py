"""Reads of the registry and of the files received. Constant number of queries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from clause.access import Viewer
from clause.consolidations.models import ReceivedTransfer, RegisteredStructure
from clause.consolidations.report import RULES_VERSION
from clause.consolidations.transfer.places import Registered, region_key
from clause.consolidations.transfer.sent import Sent, read
from clause.consolidations.transfer.visibility import visible_received, visible_registered
from clause.kernel.values import fold


@dataclass(frozen=True)
class Received:
    """A file of a structure and year, as the pages list it; ``used`` is the one that counts."""

    public_id: str
    year: int
    as_of: object
    received_at: datetime
    received_by: str
    rules_version: str
    checksum: str
    used: bool
    older_than_used: bool


@dataclass(frozen=True)
class RegistryLine:
    """A structure of the registry and its files of a year, the one that counts first."""

    structure: RegisteredStructure
    files: Sequence[Received] = ()

    @property
    def used(self) -> Received | None:
        return next((file for file in self.files if file.used), None)

    @property
    def incomplete(self) -> bool:
        return to_complete(self.structure)

    @property
    def counted(self) -> bool:
        """Whether it is one of the registered structures of the participation rate."""
        return self.structure.employs_facilitators or self.used is not None

    @property
    def older_rules(self) -> bool:
        return self.used is not None and self.used.rules_version != RULES_VERSION


def to_complete(structure: RegisteredStructure) -> bool:
    """A structure added by its file, or registered without its region or its number of facilitators."""
    return not structure.region or structure.facilitators is None


def years(session: Session, viewer: Viewer) -> list[int]:
    """The years of which a file was received, latest first."""
    chosen = visible_received(viewer).subquery()
    return list(session.scalars(select(chosen.c.year).distinct().order_by(chosen.c.year.desc())))


def registry(session: Session, viewer: Viewer, year: int) -> list[RegistryLine]:
    """Every structure of the registry with its files of the year, by region and name."""
    rows = session.scalars(visible_registered(viewer)).all()
    files = session.scalars(
        visible_received(viewer).where(ReceivedTransfer.year == year).order_by(ReceivedTransfer.received_at.desc(), ReceivedTransfer.id.desc())
    ).all()  # fmt: skip
    by_structure: dict[int, list[ReceivedTransfer]] = {}
    for file in files:
        by_structure.setdefault(file.registered_structure_id, []).append(file)
    lines = [RegistryLine(row, _listed(by_structure.get(row.id, []))) for row in rows]
    return sorted(lines, key=lambda line: (region_key(line.structure.region), fold(line.structure.name), line.structure.id))  # fmt: skip


def _listed(files: Sequence[ReceivedTransfer]) -> list[Received]:
    used = current(files)
    return [
        Received(
            f.public_id, f.year, f.as_of, f.received_at, f.received_by, f.rules_version, f.checksum, f is used,
            used is not None and f is not used and rank(f) < rank(used) and f.received_at >= used.received_at,
        )
        for f in files
    ]  # fmt: skip


def rank(file: ReceivedTransfer) -> tuple[object, ...]:
    """Of two files the newer: the later as-of day, then the one made of the later data."""
    return (file.as_of, _naive(file.produced_at))


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)  # SQLite gives naive instants back, all in UTC


def current(files: Sequence[ReceivedTransfer]) -> ReceivedTransfer | None:
    """The one that counts: not replaced, the newest where several stand."""
    standing = [file for file in files if file.replaced_by_id is None]
    return max(standing, key=lambda file: (*rank(file), file.id), default=None)


def structure_by_address(session: Session, viewer: Viewer, public_id: str) -> RegisteredStructure | None:
    return session.scalars(visible_registered(viewer).where(RegisteredStructure.public_id == public_id)).one_or_none()


def file_by_address(session: Session, viewer: Viewer, public_id: str) -> ReceivedTransfer | None:
    """A file with its content."""
    statement = visible_received(viewer).where(ReceivedTransfer.public_id == public_id)
    return session.scalars(statement.options(undefer(ReceivedTransfer.content))).one_or_none()


def files_of(session: Session, viewer: Viewer, structure: RegisteredStructure) -> list[Received]:
    """Every file a structure ever sent, latest year first, each with whether it counts."""
    rows = session.scalars(
        visible_received(viewer).where(ReceivedTransfer.registered_structure_id == structure.id)
        .order_by(ReceivedTransfer.year.desc(), ReceivedTransfer.received_at.desc(), ReceivedTransfer.id.desc())
    ).all()  # fmt: skip
    found: list[Received] = []
    for year in dict.fromkeys(row.year for row in rows):
        found += _listed([row for row in rows if row.year == year])
    return found


def sent(session: Session, viewer: Viewer, year: int) -> list[Sent]:
    """The content of every file that counts of a year, in the region that the registry says."""
    structures = {row.id: row for row in session.scalars(visible_registered(viewer))}
    by_structure: dict[int, list[ReceivedTransfer]] = {}
    statement = visible_received(viewer).where(ReceivedTransfer.year == year)
    for file in session.scalars(statement.options(undefer(ReceivedTransfer.content))):
        by_structure.setdefault(file.registered_structure_id, []).append(file)
    used = ((structures[id], current(files)) for id, files in by_structure.items())
    return [_placed(read(json.loads(file.content)), structure) for structure, file in used if file is not None]


def _placed(one: Sent, structure: RegisteredStructure) -> Sent:
    return replace(one, region=structure.region or one.region, name=structure.name)


def registered(lines: Sequence[RegistryLine]) -> list[Registered]:
    """The registry as the participation table takes it."""
    return [
        Registered(
            line.structure.siret or "", line.structure.name, line.structure.region, line.structure.facilitators, line.used is not None
        )
        for line in lines
        if line.counted
    ]  # fmt: skip


def by_siret(session: Session, viewer: Viewer, siret: str) -> RegisteredStructure | None:
    return session.scalars(visible_registered(viewer).where(RegisteredStructure.siret == siret)).one_or_none()


def without_siret_named(session: Session, viewer: Viewer, name: str) -> RegisteredStructure | None:
    """The one structure of this name that the registry has without SIRET."""
    rows = session.scalars(visible_registered(viewer).where(RegisteredStructure.siret.is_(None)))
    found = [row for row in rows if fold(row.name) == fold(name)]
    return found[0] if len(found) == 1 else None


def registered_count(session: Session, viewer: Viewer) -> int:
    return session.scalar(select(func.count()).select_from(visible_registered(viewer).subquery())) or 0
