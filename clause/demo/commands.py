"""``clause demo``: demonstration data, in an empty database only."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from clause.config import Settings
from clause.kernel import clock
from clause.kernel.unit import work


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(demo)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Ne fait rien, sans erreur, si la base contient déjà des données.")
@with_appcontext
def demo(if_empty: bool) -> None:
    """Charge une démonstration dans une base vide : un territoire, dix-huit mois d'heures, un compte par rôle."""
    settings: Settings = current_app.config["CLAUSE"]
    if not settings.demo:
        _refuse("La démonstration demande CLAUSE_DEMO_PASSWORD, le mot de passe de ses comptes, hors production.")
    from clause.demo import story

    with work() as session:
        if not story.is_empty(session):
            if if_empty:
                return
            _refuse("La base contient déjà des données : la démonstration ne se charge que dans une base vide.")
        click.echo("Chargement de la démonstration…")
        story.play(session, settings.data_dir, clock.today(), settings.demo_password, _progress)
    click.echo("\rLa démonstration est prête.            ")


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty():
        click.echo(f"\r  {done * 100 // total} %", nl=False)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
