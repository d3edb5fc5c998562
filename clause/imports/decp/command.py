"""``clause import decp FILE…``: thin door to the import, one unit of work a file."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import click
from flask.cli import with_appcontext

from clause.imports.decp.running import import_file
from clause.imports.decp.sources import Unreadable
from clause.imports.report import Remark, Report
from clause.kernel.report_print import print_report
from clause.kernel.unit import work

PREFIX = re.compile(r"^(\d{2,5}|2[ABab]\d{0,3})$")


def _prefixes(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> list[str]:
    prefixes = [p.strip().upper() for text in given for p in text.split(",") if p.strip()]
    for prefix in prefixes:
        if not PREFIX.match(prefix):
            raise click.BadParameter(
                f"« {prefix} » n'est ni un département ni un début de code de commune (59, 2A, 97411)."
            )
    return prefixes


@click.command("decp")
@click.argument("files", nargs=-1, required=True, metavar="FICHIER…", type=click.Path(path_type=Path))
@click.option("--territory", multiple=True, callback=_prefixes, metavar="59", help="Ne garder que ce département ou ce début de code de commune (répétable).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Imprimer le compte rendu en JSON, et rien d'autre.")
@with_appcontext
@click.pass_context
def decp(context: click.Context, files: tuple[Path, ...], territory: list[str], as_json: bool) -> None:
    """Importe des données essentielles de la commande publique (DECP), en JSON ou en XML.

    Chaque fichier valide est écrit même si un autre est illisible. Sortie : 0 si tout est écrit, 1 si des lignes sont
    refusées, 2 si un fichier est illisible.
    """
    total, unreadable = Report(), []
    batch = secrets.token_hex(10)
    for path, where in zip(files, _names(files), strict=True):
        try:
            with work() as session:
                report = import_file(session, path, where, batch, territory)
        except Unreadable as fault:
            unreadable.append(Remark(where, None, "", "", f"Fichier illisible, rien n'en est importé. {fault}"))
        else:
            total.add(report)
            if not as_json and len(files) > 1:
                click.echo(f"{where} — {report.summary()}")
    _print(total, unreadable, as_json)
    context.exit(2 if unreadable else 1 if total.refused else 0)


def _names(files: tuple[Path, ...]) -> list[str]:
    """The name of each file, with its folder where two have the same."""
    names = [path.name for path in files]
    return names if len(set(names)) == len(names) else [str(path) for path in files]


def _print(total: Report, unreadable: list[Remark], as_json: bool) -> None:
    """Unreadable files are warnings of the report, so that its counts add up, and French sentences on standard error."""
    for fault in unreadable:
        click.echo(f"{fault.where} : {fault.reason}", err=True)
    if as_json:
        total.warnings = unreadable + total.warnings
    print_report(total, as_json=as_json, line_word="enregistrement")
