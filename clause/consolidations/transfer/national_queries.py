"""The national report of a year, from the files received, from the structures of the database, or from both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.consolidations.annual import of_facts, year_facts
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.report import Report, Table
from clause.consolidations.transfer import exporting, queries
from clause.consolidations.transfer.national import consolidated
from clause.consolidations.transfer.places import Registered
from clause.consolidations.transfer.sent import Sent, read
from clause.kernel.codes import Code
from clause.organisations.models import Structure


class Source(Code):
    FILES = "fichiers", "Fichiers reçus"
    DATABASE = "base", "Structures de cette base"
    BOTH = "tout", "Fichiers reçus et structures de cette base"


def national_report(
    session: Session, viewer: Viewer, year: int, as_of: date, source: Source = Source.FILES, *, hide: bool = True
) -> Report:
    """The report; ``as_of`` is the day of the structures of the database. Refuses a year without any structure."""
    lines = queries.registry(session, viewer, year)
    sent = queries.sent(session, viewer, year) if source is not Source.DATABASE else []
    registry = queries.registered(lines)
    if source is Source.DATABASE:
        registry = [replace(one, received=False) for one in registry]
    if source is not Source.FILES:
        own = [_placed(one, lines) for one in own_structures(session, year, as_of)]
        sent, registry = _with_own(sent, own), _received(registry, own)
    return consolidated(own_tables(session, year, as_of), sent, registry, year, hide=hide)


def own_tables(session: Session, year: int, as_of: date) -> Sequence[Table]:
    """Our tables of nothing: their shape, whatever the files say."""
    nothing = Perimeter("Aucun marché", structure_ids=())
    return of_facts(year_facts(session, nothing, year, as_of), nothing, year).tables


def own_structures(session: Session, year: int, as_of: date) -> list[Sent]:
    """The structures of the database that have something in the year, as their files would say it."""
    structures = session.scalars(select(Structure).where(Structure.siret.is_not(None)).order_by(Structure.siret)).all()
    found = (read(exporting.document(session, structure, year, as_of)) for structure in structures)
    return [one for one in found if one.figure("structures")]


def _placed(one: Sent, lines: Sequence[queries.RegistryLine]) -> Sent:
    found = next((line.structure for line in lines if line.structure.siret == one.siret), None)
    return one if found is None else replace(one, region=found.region or one.region)


def _with_own(sent: Sequence[Sent], own: Sequence[Sent]) -> list[Sent]:
    """A structure of the database is counted from it, not from the file it may have sent."""
    here = {one.siret for one in own}
    return [*own, *(one for one in sent if one.siret not in here)]


def _received(registry: Sequence[Registered], own: Sequence[Sent]) -> list[Registered]:
    here, known = {one.siret: one for one in own}, {one.siret for one in registry}
    found = [replace(one, received=True) if one.siret in here else one for one in registry]
    return [*found, *(Registered(one.siret, one.name, one.region, None, True) for siret, one in here.items() if siret not in known)]  # fmt: skip
