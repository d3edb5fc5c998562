"""The command group ``clause``: thin doors to the actions, with French summaries and exit codes (formats.md § 7)."""

from __future__ import annotations

from importlib import import_module

import click
from flask import current_app
from flask.cli import FlaskGroup

from clause.app import create_app
from clause.kernel import command_words, schema

command_words.install()


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Clause : la plateforme de la clause sociale d'insertion."""


for option in main.params:
    # Flask's own options (its application, its environment file, its debugger) are no business of who runs Clause.
    option.hidden = True  # type: ignore[attr-defined]  # arguments have none, options have


@main.command("init")
def init() -> None:
    """Met la base de données au schéma actuel ; peut être relancé."""
    schema.upgrade(current_app.config["CLAUSE"])
    click.echo("La base de données est à jour.")


# Each module has ``register(main)``, which adds its commands.
COMMANDS = (
    "clause.organisations.commands",
    "clause.imports.commands",
    "clause.hours.reporting.commands",
    "clause.hours.proof.commands",
    "clause.consolidations.commands",
    "clause.consolidations.folios.nightly",
    "clause.consolidations.publishing.commands",
    "clause.consolidations.transfer.commands",
    "clause.demo.commands",
    "clause.server_commands",
)
for name in COMMANDS:
    import_module(name).register(main)
command_words.dress(main)

if __name__ == "__main__":
    main()
