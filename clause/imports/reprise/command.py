"""``clause import workbook``: thin door to the import, one unit of work."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from clause.imports.report import Remark, Report
from clause.imports.reprise.mappings import mapping_named
from clause.imports.reprise.running import Options, import_plan, read_plan
from clause.imports.reprise.structures import find_structure
from clause.imports.reprise.template import template
from clause.kernel.refusals import Refused
from clause.kernel.sheet_reader import Unreadable
from clause.kernel.unit import work

SHOWN = 20


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
    try:
        with work() as session:
            report = _import(session, file, structure, mapping, Options(valid_only, update))
    except Unreadable as fault:
        _stop(context, f"Fichier illisible, rien n'est importé. {fault}", 2, as_json)
    except Refused as refusal:
        _stop(context, f"Rien n'est importé. {refusal.sentence}", 1, as_json)
    else:
        _print(report, valid_only, as_json)
        context.exit(1 if report.refused else 0)


def _import(session: Session, file: Path, siret: str | None, mapping: str | None, options: Options) -> Report:
    structure = find_structure(session, siret)
    if mapping:
        found = mapping_named(session, structure.id if structure else None, mapping)
        options = Options(options.valid_only, options.update, found)
    return import_plan(session, structure, read_plan(file, file.name, options), options)


def _stop(context: click.Context, sentence: str, code: int, as_json: bool) -> None:
    click.echo(sentence, err=True)
    if as_json:
        report = Report(warnings=[Remark("", None, "", "", sentence)])
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    context.exit(code)


def _print(report: Report, valid_only: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    click.echo(report.summary())
    if report.refused and not valid_only:
        click.echo("Rien n'est écrit : corrigez les lignes refusées, ou relancez avec --valid-only.")
    for title, remarks in (("Refusées :", report.refused), ("Différentes :", report.different), ("À vérifier :", report.warnings)):  # fmt: skip
        _print_remarks(title, remarks)


def _print_remarks(title: str, remarks: list[Remark]) -> None:
    if not remarks:
        return
    click.echo(title)
    for r in remarks[:SHOWN]:
        place = ", ".join(filter(None, (r.where, f"ligne {r.line}" if r.line else "", r.column)))
        value = f" « {r.value} »" if r.value else ""
        click.echo(f"  {place}{value} : {r.reason}" if place else f"  {r.reason}")
    if len(remarks) > SHOWN:
        click.echo(f"  … et {len(remarks) - SHOWN} autres : relancez avec --json pour la liste complète.")
