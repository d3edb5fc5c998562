"""For which structure a workbook is imported from the command line (formats.md § 1)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.imports.reprise.lines import Plan
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.organisations.codes import StructureKind
from clause.organisations.models import Structure
from clause.organisations.queries import structure_named

TO_COMPLETE = "Structure à compléter"
MADE = (
    "La base ne contenait aucune structure : « Structure à compléter » a été créée. Complétez son nom et son SIRET"
    " sur la page de la plateforme."
)
SEVERAL = "La base contient plusieurs structures : dites pour laquelle importer, par --structure SIRET."


def find_structure(session: Session, siret: str | None) -> Structure | None:
    """The structure meant, None where the database has none. Refused: an unknown SIRET, several and none said."""
    if siret:
        return structure_named(session, siret)
    found = session.scalars(select(Structure).order_by(Structure.id).limit(2)).all()
    if len(found) > 1:
        raise Refused(SEVERAL)
    return found[0] if found else None


def make_structure(session: Session, plan: Plan) -> Structure:
    """The structure of an empty database, to be completed; a file with pathways comes from a PLIE."""
    kind = StructureKind.PLIE if plan.of("pathways") else StructureKind.ASSOCIATION
    row = Structure(name=TO_COMPLETE, kind=kind, created_at=clock.now())
    session.add(row)
    session.flush()
    return row
