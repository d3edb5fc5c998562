"""``clause transfer …`` and ``clause consolidate national`` (formats.md § 6 and § 7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations import commands as base
from clause.consolidations.transfer import exporting, schema
from clause.consolidations.transfer.canonical import MAX_BYTES, as_bytes
from clause.consolidations.transfer.national_queries import Source, national_report
from clause.consolidations.transfer.receiving import receive
from clause.consolidations.transfer.registry import import_registry
from clause.kernel.refusals import Refused
from clause.kernel.report import Remark
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.unit import current_session, work
from clause.organisations.models import Structure

SHOWN = 20
AS_OF = click.option("--as-of", "as_of", metavar="DATE", help="Date d'arrêt incluse, JJ/MM/AAAA ou AAAA-MM-JJ (par défaut : aujourd'hui).")  # fmt: skip


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(transfer)
    base.consolidate.add_command(national)


def administrator() -> Viewer:
    """On whose behalf the registry and the files received are read and written from the server."""
    return Viewer(role=Role.ADMINISTRATOR, name="Ligne de commande")


@click.group("transfer")
def transfer() -> None:
    """Échange la consolidation d'une année entre structures et organisme consolidateur, sans aucune ligne sur une personne."""


@transfer.command("export")
@click.argument("year", metavar="AAAA")
@click.option("--structure", "siret", metavar="SIRET", help="Structure (inutile s'il n'y en a qu'une).")
@click.option(
    "--all", "every", is_flag=True, help="Un fichier pour chaque structure de la base ; --out est alors un dossier."
)
@AS_OF
@click.option("--out", required=True, metavar="FICHIER", help="Fichier .json à écrire, ou dossier avec --all.")
@with_appcontext
def export(year: str, siret: str | None, every: bool, as_of: str | None, out: str) -> None:
    """Écrit le fichier de transfert de l'année AAAA."""
    session, day, number = current_session(), base.read_day(as_of), base.read_year(year)
    if every:
        folder = _folder(out)
        for structure in session.scalars(select(Structure).order_by(Structure.siret)).all():
            _write(session, structure, number, day, folder / f"transfert-{number}-{structure.siret}.json")
    else:
        _write(session, _structure(session, siret), number, day, Path(out))


def _folder(out: str) -> Path:
    path = Path(out)
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise base.Sentence(f"Le dossier « {out} » ne peut pas être créé : {error.strerror}.") from None
    return path


def _structure(session: Session, siret: str | None) -> Structure:
    if siret:
        return base.structure_of(session, siret)
    found = session.scalars(select(Structure).limit(2)).all()
    if len(found) != 1:
        raise base.Sentence("Précisez la structure avec --structure SIRET, ou prenez-les toutes avec --all : un fichier est toujours celui d'une seule.")  # fmt: skip
    return found[0]


def _write(session: Session, structure: Structure, year: int, day: date, path: Path) -> None:
    try:
        content = as_bytes(exporting.document(session, structure, year, day))
        path.write_bytes(content)
    except Refused as refusal:
        raise base.Sentence(refusal.sentence) from None
    except OSError as error:
        raise base.Sentence(f"Le fichier « {path} » ne peut pas être écrit : {error.strerror}.") from None
    click.echo(f"{structure.name}, {year} : {path} ({len(content)} octets)")


@transfer.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FICHIER…", type=click.Path(path_type=Path))
@with_appcontext
@click.pass_context
def receive_files(context: click.Context, files: tuple[Path, ...]) -> None:
    """Reçoit des fichiers de transfert ; chacun est gardé en entier, ou refusé en entier.

    Sortie : 0 si tous sont gardés ou déjà connus, 1 si l'un est refusé, 2 si l'un est illisible.
    """
    worst = 0
    for path in files:
        code, sentence = _receive(path)
        click.echo(f"{path.name} — {sentence}", err=code > 0)
        worst = max(worst, code)
    context.exit(worst)


def _receive(path: Path) -> tuple[int, str]:
    """The exit code that one file deserves, and what to say of it."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        with work() as session:
            return 0, receive(session, administrator(), content).sentence
    except OSError:
        return 2, "Fichier introuvable, ou qui ne peut pas être lu. Vérifiez son nom et son emplacement."
    except Unreadable as fault:
        return 2, f"Fichier illisible, rien n'en est gardé. {fault}"
    except Refused as refusal:
        return 1, f"Fichier refusé, rien n'en est gardé. {refusal.sentence}"


@transfer.command("registry")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@with_appcontext
@click.pass_context
def registry(context: click.Context, file: Path) -> None:
    """Ajoute ou complète le registre des structures : nom, SIRET, région, emploie des facilitateurs, combien.

    FICHIER est un csv, un xlsx ou un ods. Sortie : 0 si tout est écrit, 1 si des lignes sont refusées, 2 s'il est illisible.
    """
    try:
        with work() as session:
            report = import_registry(session, administrator(), file)
    except Unreadable as fault:
        click.echo(f"{file.name} : {fault}", err=True)
        context.exit(2)
    click.echo(report.summary())
    for remark in report.refused[:SHOWN]:
        click.echo(f"  {_said(remark)}", err=True)
    if len(report.refused) > SHOWN:
        click.echo(f"  … et {len(report.refused) - SHOWN} autres.", err=True)
    context.exit(1 if report.refused else 0)


def _said(remark: Remark) -> str:
    return f"{remark.where}, ligne {remark.line}, « {remark.value} » : {remark.reason}"


@transfer.command("schema")
def print_schema() -> None:
    """Imprime le schéma JSON publié des fichiers de transfert."""
    click.echo(schema.text(), nl=False)


@click.command("national")
@click.argument("year", metavar="AAAA")
@click.option("--from", "source", type=click.Choice([s.value for s in Source]), default=Source.FILES.value, show_default=True, help="D'où viennent les chiffres : fichiers reçus, structures de cette base, ou les deux.")  # fmt: skip
@click.option("--unmasked", is_flag=True, help="Sans masquer les petits effectifs : pour l'organisme consolidateur seul, jamais pour être publié.")  # fmt: skip
@AS_OF
@click.option("--out", required=True, metavar="FICHIER", help="Fichier à écrire, .xlsx ou .json.")
@with_appcontext
def national(year: str, source: str, unmasked: bool, as_of: str | None, out: str) -> None:
    """Consolidation nationale de l'année AAAA."""
    session, destination = current_session(), base.Destination.of(out)
    number, day = base.read_year(year), base.read_day(as_of)
    try:
        report = national_report(
            session, administrator(), number, day, next(s for s in Source if s.value == source), hide=not unmasked
        )
    except Refused as refusal:
        raise base.Sentence(refusal.sentence) from None
    base.summary(report, report.as_of)
    click.echo(f"  {dict(report.parameters)['Participation']}")
    destination.save(report)
