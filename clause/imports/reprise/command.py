"""``clause import workbook``: thin door to the import, one unit of work."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from clause.imports.report import Report
from clause.imports.reprise.mappings import mapping_named
from clause.imports.reprise.running import Options, import_plan, read_plan
from clause.imports.reprise.structures import find_structure
from clause.imports.reprise.template import template
from clause.kernel.db import open_for_reading
from clause.kernel.report_print import VALID_ONLY, carry_out
from clause.kernel.unit import current_session, work


@click.command("workbook")
@click.argument("file", required=False, metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--template", "out", type=click.Path(path_type=Path), metavar="SORTIE.xlsx", help="Écrire le classeur vide, avec ses listes et sa notice.")  # fmt: skip
@click.option("--structure", metavar="SIRET", help="La structure pour laquelle importer, s'il y en a plusieurs.")
@click.option("--valid-only", is_flag=True, help="Importer les lignes valides même si d'autres sont refusées.")
@click.option("--update", is_flag=True, help="Appliquer les différences avec ce qui est déjà enregistré.")
@click.option("--mapping", metavar="NOM", help="La correspondance enregistrée pour les fichiers d'un autre outil.")
@click.option("--json", "as_json", is_flag=True, help="Imprimer le compte rendu en JSON, et rien d'autre.")
@with_appcontext
@click.pass_context
def workbook(
    context: click.Context, file: Path | None, out: Path | None, structure: str | None, valid_only: bool, update: bool,
    mapping: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Importe un classeur de reprise (.xlsx, .ods, .xls).

    Sortie : 0 si tout est écrit, 1 si des lignes sont refusées, 2 si le fichier est illisible.
    """
    if out is not None:
        out.write_bytes(template())
        click.echo(f"Classeur vide écrit dans {out}.")
        return
    if file is None:
        raise click.UsageError("Donnez le classeur à importer, ou --template SORTIE.xlsx pour l'obtenir vide.")
    run = partial(_import, file, structure, mapping, Options(valid_only, update))
    carry_out(context, run, as_json=as_json, hint="" if valid_only else VALID_ONLY)


def _import(file: Path, siret: str | None, mapping: str | None, options: Options) -> Report:
    """The file is read before the database is locked, as in the job."""
    session = current_session()
    open_for_reading(session)
    structure = find_structure(session, siret)
    if mapping:
        found = mapping_named(session, structure.id if structure else None, mapping)
        options = Options(options.valid_only, options.update, found)
    session.rollback()
    with click.progressbar(length=100, label="Lecture du fichier", file=sys.stderr, width=24) as bar:
        plan = read_plan(file, file.name, options)
        with work() as session:
            return import_plan(session, find_structure(session, siret), plan, options, progress=partial(_advance, bar))


def _advance(bar: Any, label: str, _done: int, _total: int, percent: int) -> None:
    """On the error output: what is printed on the other one is the report alone."""
    bar.label = label
    bar.update(percent - bar.pos)
