"""French words of the command line: what click says by itself (usage, missing argument, help), wherever it is installed.

Click asks ``gettext`` for its sentences, and ``gettext`` asks the language of the machine: a server in English would answer
a facilitator in English. Our own small catalogue takes its place in click's modules; what it does not know stays as it is.
"""

from __future__ import annotations

import sys
from typing import Any

import click

WORDS = {
    "Usage:": "Utilisation :",
    "Options": "Options\N{NO-BREAK SPACE}",
    "Commands": "Commandes\N{NO-BREAK SPACE}",
    "Positional arguments": "Arguments\N{NO-BREAK SPACE}",
    "Show this message and exit.": "Affiche cette aide et s'arrête.",
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "« {command} {option} » affiche l'aide.",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque : {param_type}",
    "No such option {name!r}.": "L'option {name} n'existe pas.",
    "No such command {name!r}.": "La commande {name} n'existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire : {possibilities} ?)",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Got unexpected extra argument ({args})": "Un argument est en trop ({args})",
    "Got unexpected extra arguments ({args})": "Des arguments sont en trop ({args})",
    "Takes {nargs} values but 1 was given.": "Il faut {nargs} valeurs, une seule est donnée.",
    "Takes {nargs} values but {len} were given.": "Il faut {nargs} valeurs, {len} sont données.",
    "Argument {name!r} takes {nargs} values.": "L'argument {name} prend {nargs} valeurs.",
    "Option {name!r} requires an argument.": "L'option {name} demande une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name} demande {nargs} valeurs.",
    "Option {name!r} does not take a value.": "L'option {name} ne prend pas de valeur.",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "{value!r} is not {choice}.": "« {value} » n'est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » n'est pas dans la liste : {choices}.",
    "{value!r} does not match the format {format}.": "« {value} » ne suit pas le format {format}.",
    "{value!r} does not match the formats {formats}.": "« {value} » ne suit aucun de ces formats : {formats}.",
    "{value!r} is not a valid {number_type}.": "« {value} » n'est pas un {number_type}.",
    "{value} is not in the range {range}.": "{value} est hors des limites {range}.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "« {value} » n'est ni oui ni non. Valeurs reconnues : {states}",
    "{name} {filename!r} does not exist.": "{name} « {filename} » n'existe pas.",
    "{name} {filename!r} is a file.": "{name} « {filename} » est un fichier.",
    "{name} {filename!r} is a directory.": "{name} « {filename} » est un dossier.",
    "{name} {filename!r} is not readable.": "{name} « {filename} » ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{name} « {filename} » ne peut pas être écrit.",
    "Could not open file {filename!r}: {message}": "Le fichier « {filename} » ne s'ouvre pas : {message}",
    "file": "fichier",
    "directory": "dossier",
    "path": "chemin",
    "required": "obligatoire",
    "default: {default}": "par défaut : {default}",
    "Do you want to continue?": "Continuer ?",
    "Aborted!": "Abandonné.",
    "unknown error": "erreur inconnue",
}
TYPES = {
    click.STRING: "texte",
    click.INT: "nombre entier",
    click.FLOAT: "nombre",
    click.BOOL: "oui ou non",
}
# Of the types that commands build themselves, whose name is on their class.
CLASSES: dict[Any, str] = {click.IntRange: "nombre entier", click.FloatRange: "nombre", click.DateTime: "date"}
MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def french(message: str) -> str:
    """What click means, in French; itself where the catalogue does not know it."""
    return WORDS.get(message, message)


def french_plural(one: str, many: str, count: int) -> str:
    """French counts zero as singular."""
    return french(many if abs(count) > 1 else one)


def install() -> None:
    """Before the commands are imported: some words are kept by options when they are made. Twice is as once."""
    for name in MODULES:
        module = sys.modules.get(f"click.{name}")
        for asked, answer in (("_", french), ("ngettext", french_plural)):
            if module is not None and hasattr(module, asked):
                setattr(module, asked, answer)
    for kind, name in TYPES.items():
        kind.name = name
    for built, name in CLASSES.items():
        built.name = name


def dress(group: click.Group) -> None:
    """Once its commands are there: « COMMANDE » in the usage of a group and of the groups inside it."""
    group.subcommand_metavar = "COMMANDE [ARGUMENTS]..."
    for command in group.commands.values():
        if isinstance(command, click.Group):
            dress(command)
