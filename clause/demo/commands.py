"""``clause demo``: demonstration data, in an empty database only."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from clause.config import Settings
from clause.kernel import clock
from clause.kernel.unit import work

FRANCE = "france-2016"


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(demo)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Ne fait rien, sans erreur, si la base contient déjà des données.")
@click.option("--scale", type=click.Choice([FRANCE]), help="Le pays entier, à la taille publiée pour 2016.")
@click.option(
    "--years", type=click.IntRange(1, 10), help="Avec --scale : nombre d'années, jusqu'à 2016 (par défaut : 1)."
)
@with_appcontext
def demo(if_empty: bool, scale: str | None, years: int | None) -> None:
    """Charge une démonstration dans une base vide : un territoire, dix-huit mois d'heures, un compte par rôle."""
    if years is not None and scale is None:
        _refuse("--years va avec --scale : la petite démonstration a toujours dix-huit mois.")
    settings: Settings = current_app.config["CLAUSE"]
    if not settings.demo:
        _refuse("La démonstration demande CLAUSE_DEMO_PASSWORD, le mot de passe de ses comptes, hors production.")
    from clause.demo import story

    with work() as session:
        if not story.is_empty(session):
            if if_empty:
                return
            _refuse("La base contient déjà des données : la démonstration ne se charge que dans une base vide.")
        if scale is not None:
            _build_france(session, years or 1, settings.demo_password)
        else:
            click.echo("Chargement de la démonstration…")
            story.play(session, settings.data_dir, clock.today(), settings.demo_password, _progress)
    click.echo("\rLa démonstration est prête.            ")


def _build_france(session: Session, years: int, password: str) -> None:
    from clause.accounts.passwords import hash_password
    from clause.consolidations.folios import seal
    from clause.demo import france

    with click.progressbar(
        length=years * france.STEPS, label=f"France 2016, {years} an{'s' if years > 1 else ''}"
    ) as bar:
        france.build(session, years, hash_password(password), bar.update)
        seal(session)


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty():
        click.echo(f"\r  {done * 100 // total} %", nl=False)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
