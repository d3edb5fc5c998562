"""``clause consolidate …``: the same figures as the pages, in a file (formats.md § 5 and § 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.consolidations.annual import annual
from clause.consolidations.as_json import as_json
from clause.consolidations.bilan import operation_report
from clause.consolidations.figures import as_text
from clause.consolidations.perimeter import Perimeter, every_structure, of_structure
from clause.consolidations.report import Report, Table
from clause.consolidations.workbook import as_workbook
from clause.kernel import clock
from clause.kernel.unit import current_session
from clause.kernel.values import BadValue, format_date, read_date, read_siret, siren_of
from clause.markets.codes import Programme
from clause.markets.models import Operation
from clause.organisations.models import ContractingAuthority, Structure

WRITERS: dict[str, Callable[[Report], bytes]] = {".xlsx": as_workbook, ".json": as_json}


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
    def of(out: str) -> Destination:
        path = Path(out)
        if path.suffix.lower() not in WRITERS:
            raise Sentence(
                f"Le fichier « {path.name} » doit se terminer par .xlsx ou .json : c'est l'extension qui choisit le format."
            )
        if not path.resolve().parent.is_dir():
            raise Sentence(f"Le dossier « {path.parent} » n'existe pas. Créez-le, puis recommencez.")
        return Destination(path, WRITERS[path.suffix.lower()])

    def save(self, report: Report) -> None:
        try:
            self.path.write_bytes(self.write(report))
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
@click.option("--out", required=True, metavar="FICHIER", help="Fichier à écrire, .xlsx ou .json.")
@with_appcontext
def operation(reference: str, siret: str | None, as_of: str | None, out: str) -> None:
    """Bilan de l'opération de référence REF."""
    session, destination, day = current_session(), Destination.of(out), _day(as_of)
    report = operation_report(session, _operation(session, reference, siret), day)
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
    session, destination, day = current_session(), Destination.of(out), _day(as_of)
    report = annual(session, _perimeter(session, siret, authority, programme), _year(year), day)
    _summary(report, day)
    destination.save(report)


def _summary(report: Report, day: date) -> None:
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


def _day(text: str | None) -> date:
    try:
        return read_date(text) if text else clock.today()
    except BadValue as error:
        raise Sentence(str(error)) from None


def _year(text: str) -> int:
    if not (text.isdigit() and len(text) == 4 and 1990 <= int(text) <= 2200):
        raise Sentence(f"« {text} » n'est pas une année. Exemple : 2026.")
    return int(text)


def _siret(text: str) -> str:
    try:
        return read_siret(text)
    except BadValue as error:
        raise Sentence(str(error)) from None


def _structure(session: Session, siret: str) -> Structure:
    found = session.scalars(select(Structure).where(Structure.siret == _siret(siret))).one_or_none()
    if found is None:
        raise Sentence(f"Aucune structure n'a le SIRET {siret} dans la base.")
    return found


def _perimeter(session: Session, siret: str | None, authority: str | None, programme: str | None) -> Perimeter:
    base = of_structure(_structure(session, siret)) if siret else every_structure()
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


def _operation(session: Session, reference: str, siret: str | None) -> Operation:
    statement = select(Operation).where(Operation.reference == reference)
    if siret:
        statement = statement.where(Operation.structure_id == _structure(session, siret).id)
    found = session.scalars(statement).all()
    if not found:
        raise Sentence(f"Aucune opération n'a la référence « {reference} ». Vérifiez-la sur la liste des opérations.")
    if len(found) > 1:
        raise Sentence(
            f"Plusieurs structures ont une opération « {reference} ». Précisez laquelle avec --structure SIRET."
        )
    return found[0]
