"""``clause remind`` and ``clause remind-facilitators``: what the worker does each day, by hand."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask import current_app
from flask.cli import with_appcontext

from clause.hours.reporting import run, weekly
from clause.kernel import clock
from clause.kernel.unit import current_session, work
from clause.kernel.values import format_date


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(remind)
    group.add_command(remind_facilitators)


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Dit ce qui partirait, sans rien écrire.")
@with_appcontext
def remind(dry_run: bool) -> None:
    """Prépare les rappels du jour aux entreprises, une seule fois par jour ; `clause worker` les envoie."""
    today = format_date(clock.today())
    if dry_run:
        _say(run.planned(current_session(), clock.today()))
        return
    with work() as session:
        outcome = run.daily(session, current_app.config["CLAUSE"])
    if outcome.ran:
        _say(outcome.digests)
    else:
        click.echo(f"Rien à faire le {today} : les rappels du jour sont déjà partis, ou c'est un jour chômé.")


def _say(digests: Sequence[run.Digest]) -> None:
    for digest in digests:
        to = f"{len(digest.recipients)} destinataire(s)" if digest.recipients else "aucune adresse, rien n'est envoyé"
        click.echo(f"{digest.company_name} : {to}")
        for account in digest.accounts:
            click.echo(f"  {account.market}, {account.label}, attendu le {format_date(account.due)}")
    click.echo(f"Entreprises à relancer : {len(digests)}.")


@click.command("remind-facilitators")
@with_appcontext
def remind_facilitators() -> None:
    """Prépare le message de la semaine aux facilitateurs, une seule fois par semaine."""
    with work() as session:
        sent = weekly.weekly(session, current_app.config["CLAUSE"])
    click.echo(f"Messages préparés : {sent}.")
