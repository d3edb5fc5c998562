"""``clause consolidate …``: the same figures as the pages, in a file (formats.md § 5 and § 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import command_viewer
from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_json
from clause.consolidations.bilan import operation_report
from clause.consolidations.documents.bilan_pdf import as_pdf
from clause.consolidations.figures import as_text
from clause.consolidations.perimeter import Perimeter, every_structure, of_structure
from clause.consolidations.publishing.appendices import quality_appendix
from clause.consolidations.publishing.quality.review import review_year
from clause.consolidations.report import Report, Table
from clause.consolidations.workbook import Appendix, as_workbook
from clause.kernel import clock
from clause.kernel.unit import current_session
from clause.kernel.values import BadValue, format_date, read_date, read_siret, siren_of
from clause.markets.codes import Programme
from clause.markets.models import Operation
from clause.organisations.models import ContractingAuthority, Structure

WRITERS: dict[str, Callable[[Report], bytes]] = {".xlsx": as_workbook, ".json": as_json}
OF_OPERATION = {**WRITERS, ".pdf": as_pdf}


class Sentence(click.ClickException):
    """A refusal of a command: a French sentence, exit code 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@dataclass(frozen=True)
class Destination:
    """Where to write and how, known before anything is read."""

    path: Path
    write: Callable[[Report], bytes]

    @staticmethod
    def of(out: str, writers: Mapping[str, Callable[[Report], bytes]] = WRITERS) -> Destination:
        path = Path(out)
        if path.suffix.lower() not in writers:
            known = " ou ".join((", ".join([*writers][:-1]), [*writers][-1]))
            raise Sentence(
                f"Le fichier « {path.name} » doit se terminer par {known} : c'est l'extension qui choisit le format."
            )
        if not path.resolve().parent.is_dir():
            raise Sentence(f"Le dossier « {path.parent} » n'existe pas. Créez-le, puis recommencez.")
        return Destination(path, writers[path.suffix.lower()])

    def save(self, report: Report, appendices: Sequence[Appendix] = ()) -> None:
        content = as_workbook(report, appendices) if self.write is as_workbook else self.write(report)
        try:
            self.path.write_bytes(content)
        except OSError as error:
            raise Sentence(f"Le fichier « {self.path} » ne peut pas être écrit : {error.strerror}.") from None
        click.echo(f"Fichier écrit : {self.path}")


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(consolidate)


@click.group("consolidate")
def consolidate() -> None:
    """Écrit le bilan d'une opération ou la consolidation d'une année."""


@consolidate.command("operation")
@click.argument("reference", metavar="REF")
@click.option(
    "--structure", "siret", metavar="SIRET", help="Structure qui pilote l'opération, si plusieurs ont cette référence."
)
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    help="Date d'arrêt incluse, JJ/MM/AAAA ou AAAA-MM-JJ (par défaut : aujourd'hui).",
)
@click.option("--out", required=True, metavar="FICHIER", help="Fichier à écrire, .xlsx, .json ou .pdf.")
@with_appcontext
def operation(reference: str, siret: str | None, as_of: str | None, out: str) -> None:
    """Bilan de l'opération de référence REF."""
    session, destination, day = current_session(), Destination.of(out, OF_OPERATION), read_day(as_of)
    report = operation_report(session, operation_of(session, reference, siret), day)
    click.echo(f"{report.title}, arrêté au {format_date(day)}.")
    destination.save(report)


@consolidate.command("year")
@click.argument("year", metavar="AAAA")
@click.option("--structure", "siret", metavar="SIRET", help="Une seule structure (par défaut : toutes).")
@click.option("--authority", metavar="SIRET", help="Les opérations d'un seul maître d'ouvrage.")
@click.option("--programme", metavar="PROGRAMME", help="Les opérations d'un seul programme, par exemple ANRU.")
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE",
    help="Date d'arrêt incluse, JJ/MM/AAAA ou AAAA-MM-JJ (par défaut : aujourd'hui).",
)
@click.option("--out", required=True, metavar="FICHIER", help="Fichier à écrire, .xlsx ou .json.")
@with_appcontext
def year(year: str, siret: str | None, authority: str | None, programme: str | None, as_of: str | None, out: str) -> None:  # fmt: skip
    """Consolidation de l'année AAAA."""
    session, destination, day = current_session(), Destination.of(out), read_day(as_of)
    perimeter = _perimeter(session, siret, authority, programme)
    report = annual(session, perimeter, read_year(year), day)
    summary(report, day)
    destination.save(report, _quality(session, siret, perimeter, report))


def _quality(session: Session, siret: str | None, perimeter: Perimeter, report: Report) -> list[Appendix]:
    """The review of a structure's own data; of every structure together it would be nobody's to mend."""
    if siret is None:
        return []
    viewer = command_viewer(structure_of(session, siret).id)
    return [quality_appendix(review_year(session, viewer, perimeter, report.year or 0, report.as_of))]


def summary(report: Report, day: date) -> None:
    figures = report.table("C01")
    assert figures is not None
    click.echo(f"{report.title}, {report.perimeter}, arrêtée au {format_date(day)} :")
    for key in ("operations", "markets", "companies", "participants", "employment_contracts", "hours"):
        click.echo(f"  {_said(figures, key)}")


def _said(figures: Table, key: str) -> str:
    row = figures.row(key)
    assert row is not None
    assert row.unit is not None
    return f"{row.label} : {as_text(row.unit, row.cells['value'])}"


def read_day(text: str | None) -> date:
    try:
        return read_date(text) if text else clock.today()
    except BadValue as error:
        raise Sentence(str(error)) from None


def read_year(text: str) -> int:
    if not (text.isdigit() and len(text) == 4 and 1990 <= int(text) <= 2200):
        raise Sentence(f"« {text} » n'est pas une année. Exemple : 2026.")
    return int(text)


def _siret(text: str) -> str:
    try:
        return read_siret(text)
    except BadValue as error:
        raise Sentence(str(error)) from None


def structure_of(session: Session, siret: str) -> Structure:
    found = session.scalars(select(Structure).where(Structure.siret == _siret(siret))).one_or_none()
    if found is None:
        raise Sentence(f"Aucune structure n'a le SIRET {siret} dans la base.")
    return found


def _perimeter(session: Session, siret: str | None, authority: str | None, programme: str | None) -> Perimeter:
    base = of_structure(structure_of(session, siret)) if siret else every_structure()
    return base.of_authority(_authority(session, authority)).of_programme(_programme(programme))


def _authority(session: Session, siret: str | None) -> ContractingAuthority | None:
    if siret is None:
        return None
    siren = siren_of(_siret(siret))
    found = session.scalars(select(ContractingAuthority).where(ContractingAuthority.siren == siren)).one_or_none()
    if found is None:
        raise Sentence(f"Aucun maître d'ouvrage n'a le SIRET {siret} dans la base.")
    return found


def _programme(text: str | None) -> Programme | None:
    if text is None:
        return None
    found = Programme.read(text)
    if found is None:
        known = ", ".join(p.label for p in Programme)
        raise Sentence(f"Le programme « {text} » n'existe pas. Programmes possibles : {known}.")
    return found


def operation_of(session: Session, reference: str, siret: str | None) -> Operation:
    statement = select(Operation).where(Operation.reference == reference)
    if siret:
        statement = statement.where(Operation.structure_id == structure_of(session, siret).id)
    found = session.scalars(statement).all()
    if not found:
        raise Sentence(f"Aucune opération n'a la référence « {reference} ». Vérifiez-la sur la liste des opérations.")
    if len(found) > 1:
        raise Sentence(
            f"Plusieurs structures ont une opération « {reference} ». Précisez laquelle avec --structure SIRET."
        )
    return found[0]
