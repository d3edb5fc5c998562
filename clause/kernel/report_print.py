"""How a command says what came of an import: counts, then remarks in French, or JSON alone (formats.md § 7)."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from clause.kernel.refusals import Refused
from clause.kernel.report import Remark, Report
from clause.kernel.sheet_reader import Unreadable

SHOWN = 20
VALID_ONLY = "corrigez les lignes refusées, ou relancez avec --valid-only."


def carry_out(context: click.Context, run: Callable[[], Report], *, as_json: bool, hint: str = "") -> None:
    """Run, print what came of it, exit with 0 (all written), 1 (lines refused) or 2 (unreadable file).

    ``hint`` is said after « Rien n'est écrit : » where lines were refused.
    """
    try:
        report = run()
    except Unreadable as fault:
        _stop(context, f"Fichier illisible, rien n'est importé. {fault}", 2, as_json)
    except Refused as refusal:
        _stop(context, f"Rien n'est importé. {refusal.sentence}", 1, as_json)
    else:
        print_report(report, hint, as_json=as_json)
        context.exit(1 if report.refused else 0)


def _stop(context: click.Context, sentence: str, code: int, as_json: bool) -> None:
    click.echo(sentence, err=True)
    if as_json:
        print_report(Report(warnings=[Remark("", None, "", "", sentence)]), as_json=True)
    context.exit(code)


def print_report(report: Report, hint: str = "", *, as_json: bool, line_word: str = "ligne") -> None:
    """``line_word``: what ``Remark.line`` counts in the files of this importer."""
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
        return
    click.echo(report.summary())
    if report.refused and hint:
        click.echo(f"Rien n'est écrit : {hint}")
    groups = (("Refusées :", report.refused), ("Différentes :", report.different), ("À vérifier :", report.warnings))
    for title, remarks in groups:
        _print_remarks(title, remarks, line_word)


def _print_remarks(title: str, remarks: list[Remark], line_word: str) -> None:
    if not remarks:
        return
    click.echo(title)
    for r in remarks[:SHOWN]:
        place = ", ".join(filter(None, (r.where, f"{line_word} {r.line}" if r.line else "", r.column)))
        value = f" « {r.value} »" if r.value else ""
        click.echo(f"  {place}{value} : {r.reason}" if place else f"  {r.reason}")
    if len(remarks) > SHOWN:
        click.echo(f"  … et {len(remarks) - SHOWN} autres : relancez avec --json pour la liste complète.")
