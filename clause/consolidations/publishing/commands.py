"""``clause publish …`` and ``clause publications``: freezing a consolidation from the server, and what was frozen."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import command_viewer
from clause.consolidations import commands as base
from clause.consolidations.models import Publication, PublishedFile
from clause.consolidations.publishing import queries
from clause.consolidations.publishing.actions import Published, Wish, publish
from clause.consolidations.publishing.files import digest
from clause.consolidations.publishing.subjects import Subject, of_led, of_publication, of_year
from clause.kernel import clock
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, work
from clause.kernel.values import format_date
from clause.organisations.models import Structure

AS_OF = click.option("--as-of", "as_of", metavar="DATE", help="Date d'arrêt incluse (par défaut : aujourd'hui).")
COMMENT = click.option("--comment", default="", metavar="TEXTE", help="Ce que cette publication a de particulier.")
STRUCTURE = click.option("--structure", "siret", metavar="SIRET", help="Structure (inutile s'il n'y en a qu'une).")


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(publishing)
    group.add_command(publications)


@click.group("publish")
def publishing() -> None:
    """Publie la consolidation d'une année ou le bilan d'une opération : les chiffres et les fichiers sont figés."""


@publishing.command("year")
@click.argument("year", metavar="AAAA")
@STRUCTURE
@AS_OF
@COMMENT
@with_appcontext
def year(year: str, siret: str | None, as_of: str | None, comment: str) -> None:
    """Publie la consolidation de l'année AAAA."""
    wish = Wish(base.read_day(as_of), comment)
    with work() as session:
        _publish(session, of_year(session, _structure(session, siret).id, base.read_year(year)), wish)


@publishing.command("operation")
@click.argument("reference", metavar="REF")
@STRUCTURE
@AS_OF
@COMMENT
@with_appcontext
def operation(reference: str, siret: str | None, as_of: str | None, comment: str) -> None:
    """Publie le bilan de l'opération de référence REF."""
    wish = Wish(base.read_day(as_of), comment)
    with work() as session:
        _publish(session, of_led(session, base.operation_of(session, reference, siret)), wish)


def _publish(session: Session, subject: Subject, wish: Wish) -> None:
    try:
        done: Published = publish(session, command_viewer(subject.structure.id), subject, wish)
    except Refused as refusal:
        raise base.Sentence(refusal.sentence) from None
    made = done.publication
    click.echo(f"{subject.name} : publication n° {made.number}, arrêtée au {format_date(made.as_of)}.")
    click.echo(f"  Empreinte : {made.checksum}")
    for file in _files(session, made):
        click.echo(f"  {file.name} ({file.size} octets)")


@click.command("publications")
@STRUCTURE
@click.option("--year", "year", metavar="AAAA", help="Les seules publications de cette année.")
@click.option("--out", metavar="DOSSIER", help="Dossier où écrire les fichiers publiés.")
@click.option(
    "--gaps",
    is_flag=True,
    help="Dit aussi ce qui diffère aujourd'hui de la dernière publication de chaque année ou opération.",
)
@with_appcontext
def publications(siret: str | None, year: str | None, out: str | None, gaps: bool) -> None:
    """Liste ce qui a été publié, vérifie les empreintes, et rend les fichiers."""
    session, folder = current_session(), _folder(out)
    found = session.scalars(_asked(session, siret, year)).all()
    if not found:
        click.echo("Aucune publication.")
    latest = {(publication.structure_id, publication.subject): publication.id for publication in found}
    for publication in found:
        _tell(session, publication, folder)
        if gaps and publication.id in latest.values():
            _tell_gaps(session, publication)


def _asked(session: Session, siret: str | None, year: str | None) -> Select[Publication]:
    statement = select(Publication).order_by(Publication.published_at, Publication.id)
    if siret:
        statement = statement.where(Publication.structure_id == base.structure_of(session, siret).id)
    return statement.where(Publication.year == base.read_year(year)) if year else statement


def _tell(session: Session, publication: Publication, folder: Path | None) -> None:
    day = format_date(clock.day_of(publication.published_at))
    title = publication.parameters["title"]
    click.echo(f"{title} : n° {publication.number}, publié le {day} par {publication.published_by}")
    for file in _files(session, publication):
        whole = "intact" if digest(file.content) == file.sha256 else "ABÎMÉ : son empreinte n'est plus celle du jour"
        click.echo(f"  {file.name} : {file.size} octets, {whole}")
        if folder:
            (folder / f"{publication.public_id}-{file.name}").write_bytes(file.content)


def _tell_gaps(session: Session, publication: Publication) -> None:
    """Every figure that is no longer the published one, both beside each other."""
    found = queries.since(publication, of_publication(session, publication).report(session, clock.today()))
    number = len(found.cells)
    click.echo(f"  {f'{number} écarts' if number > 1 else 'Un écart' if number else 'Aucun écart'} depuis.")
    for cell in found.cells:
        sides = f"{cell.published.said(cell.unit)} publié, {cell.today.said(cell.unit)} aujourd'hui ({cell.gap_said})"
        click.echo(f"    {cell.table}, {cell.row}, {cell.column} : {sides}")


def _files(session: Session, publication: Publication) -> list[PublishedFile]:
    rows = session.scalars(select(PublishedFile).where(PublishedFile.publication_id == publication.id))
    return sorted(rows, key=lambda file: file.name)


def _folder(out: str | None) -> Path | None:
    if out is not None and not Path(out).is_dir():
        raise base.Sentence(f"Le dossier « {out} » n'existe pas. Créez-le, puis recommencez.")
    return Path(out) if out is not None else None


def _structure(session: Session, siret: str | None) -> Structure:
    if siret:
        return base.structure_of(session, siret)
    found = session.scalars(select(Structure).limit(2)).all()
    if len(found) != 1:
        raise base.Sentence("Précisez la structure avec --structure SIRET : une publication est toujours celle d'une seule.")  # fmt: skip
    return found[0]
