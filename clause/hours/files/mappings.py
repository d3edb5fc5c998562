"""How a company's own sheet reads: its headings by our columns, kept once under a name, found again by itself next month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.candidates.rules.nir import contains_nir
from clause.hours.files.models import CompanyFileMapping
from clause.hours.files.rules.columns import COLUMNS, Col, enough
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import fold

Headings = dict[Col, str]
MAX_NAME, MAX_HEADING = 80, 200
NAMELESS = "Donnez un nom à cette présentation, par exemple « Export de la paie »."
NOT_ENOUGH = (
    "Indiquez au moins la colonne des heures, et celles qui disent qui est la personne : nom et prénom, ou identifiant du"
    " contrat."
)
TWICE = "La même colonne de votre fichier ne peut pas servir deux fois."
NIR = "Un nom de colonne contient un numéro de sécurité sociale : retirez-le de votre fichier."


def visible_mappings(viewer: Viewer, company_id: int) -> Select[CompanyFileMapping]:
    """Those of a company: its own for a company, any that it declares for in a structure."""
    allowed = (
        viewer.company_id == company_id if viewer.role is Role.COMPANY else viewer.may(Permission.DECLARE_FOR_COMPANY)
    )
    statement = select(CompanyFileMapping).where(CompanyFileMapping.company_id == company_id)
    return statement.order_by(CompanyFileMapping.name) if allowed else statement.where(false())


def mappings_of(session: Session, viewer: Viewer, company_id: int) -> Sequence[CompanyFileMapping]:
    return session.scalars(visible_mappings(viewer, company_id)).all()


def headings_of(row: CompanyFileMapping) -> Headings:
    return {Col(key): str(heading) for key, heading in row.layout.get("columns", {}).items() if key in set(Col)}


def mapping_named(session: Session, viewer: Viewer, company_id: int, name: str) -> CompanyFileMapping:
    """The one of this name, whatever its accents and capitals. Refused where there is none."""
    rows = mappings_of(session, viewer, company_id)
    found = next((row for row in rows if fold(row.name) == fold(name)), None)
    if found is None:
        names = ", ".join(f"« {row.name} »" for row in rows) or "aucune"
        raise Refused(f"La présentation « {name} » n'existe pas. Présentations enregistrées : {names}.")
    return found


def keep_mapping(
    session: Session, viewer: Viewer, company_id: int, name: str, said: Mapping[Col, str]
) -> CompanyFileMapping:
    """Keep a mapping; one of the same name is replaced. Refused: no name, too few columns, a column twice."""
    name = " ".join(name.split())[:MAX_NAME]
    columns = {col: said[col][:MAX_HEADING] for col in COLUMNS if said.get(col)}
    _refuse(name, columns)
    row = next((m for m in mappings_of(session, viewer, company_id) if fold(m.name) == fold(name)), None)
    if row is None:
        row = CompanyFileMapping(company_id=company_id, name=name)
        session.add(row)
    row.layout = {"columns": {col.value: heading for col, heading in columns.items()}}
    row.updated_at, row.updated_by = clock.now(), viewer.name
    session.flush()
    audit.record(session, viewer, "présentation de fichier enregistrée", row)
    return row


def _refuse(name: str, columns: Headings) -> None:
    if not name:
        raise Refused(NAMELESS, "name")
    if any(contains_nir(text) for text in (name, *columns.values())):
        raise Refused(NIR)
    if not enough(columns):
        raise Refused(NOT_ENOUGH, "columns")
    if len({fold(heading) for heading in columns.values()}) < len(columns):
        raise Refused(TWICE, "columns")


def forget_mapping(session: Session, viewer: Viewer, row: CompanyFileMapping) -> None:
    audit.record(session, viewer, "présentation de fichier oubliée", row)
    session.delete(row)
