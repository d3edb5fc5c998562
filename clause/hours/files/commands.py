"""``clause import hours`` and ``clause import dsn``: thin doors, one unit of work each, a French summary or JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from clause.hours.files.dsn import import_dsn
from clause.hours.files.filling import Options, fill
from clause.hours.files.mappings import headings_of, mapping_named, mappings_of
from clause.hours.files.places import month_meant
from clause.hours.files.reading import Unknown, read_sheet
from clause.kernel.report import Report
from clause.kernel.report_print import VALID_ONLY, carry_out
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.unit import work

UNKNOWN = (
    "Les colonnes de ce fichier ne sont pas reconnues : {headings}. Importez-le une fois sur la page du mois pour dire ce que"
    " chacune contient, puis relancez avec --mapping NOM."
)


@click.command("hours")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--market", required=True, metavar="RÉFÉRENCE", help="Le marché.")
@click.option("--month", required=True, metavar="AAAA-MM", help="Le mois déclaré.")
@click.option("--structure", metavar="SIRET", help="La structure, si la référence du marché existe dans plusieurs.")
@click.option("--company", metavar="SIRET", help="L'entreprise (SIRET ou SIREN), si plusieurs déclarent sur ce marché.")
@click.option("--mapping", metavar="NOM", help="La présentation enregistrée des fichiers de l'entreprise.")
@click.option("--valid-only", is_flag=True, help="Garder les lignes valides même si d'autres sont refusées.")
@click.option("--update", is_flag=True, help="Remplacer ce que le brouillon dit autrement.")
@click.option("--json", "as_json", is_flag=True, help="Imprimer le compte rendu en JSON, et rien d'autre.")
@with_appcontext
@click.pass_context
def hours(
    context: click.Context, file: Path, market: str, month: str, structure: str | None, company: str | None,
    mapping: str | None, valid_only: bool, update: bool, as_json: bool,
) -> None:  # fmt: skip
    """Remplit le brouillon d'un mois avec le tableau d'heures d'une entreprise (.xlsx, .ods, .xls, .csv).

    Rien n'est envoyé ni validé. Sortie : 0 si tout est écrit, 1 si des lignes sont refusées, 2 si le fichier est illisible.
    """

    def run(session: Session) -> Report:
        meant, viewer = month_meant(session, market, month, structure, company)
        if mapping:
            known = [headings_of(mapping_named(session, viewer, meant.company.id, mapping))]
        else:
            known = [headings_of(row) for row in mappings_of(session, viewer, meant.company.id)]
        sheet = read_sheet(file, file.name, meant.month, known)
        if isinstance(sheet, Unknown):
            raise Unreadable(UNKNOWN.format(headings=", ".join(h for h in sheet.headings if h)))
        return fill(session, viewer, meant, sheet, Options(valid_only, update))

    carry_out(context, partial(_in_one_unit, run), as_json=as_json, hint="" if valid_only else VALID_ONLY)


@click.command("dsn")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--structure", metavar="SIRET", help="Ne lire que les personnes suivies par cette structure.")
@click.option("--update", is_flag=True, help="Remplacer ce qui a été lu ou saisi autrement.")
@click.option("--json", "as_json", is_flag=True, help="Imprimer le compte rendu en JSON, et rien d'autre.")
@with_appcontext
@click.pass_context
def dsn(context: click.Context, file: Path, structure: str | None, update: bool, as_json: bool) -> None:
    """Lit les heures payées d'une DSN mensuelle : elles remplissent les brouillons, à confirmer.

    Seules les personnes sous contrat de clause sont lues ; aucun numéro de sécurité sociale n'est gardé. Sortie : 0, ou 2 si
    le fichier n'est pas une DSN entière.
    """

    def run(session: Session) -> Report:
        return import_dsn(session, file, structure, update=update)

    carry_out(context, partial(_in_one_unit, run), as_json=as_json)


def _in_one_unit(run: Callable[[Session], Report]) -> Report:
    with work() as session:
        return run(session)
