"""``clause import …``: reprise workbook, public contract data, files of companies."""

from __future__ import annotations

import click

from clause.hours.files.commands import dsn, hours
from clause.imports.decp.command import decp
from clause.imports.reprise.command import workbook


@click.group("import")
def imports() -> None:
    """Importe des fichiers : classeur de reprise, données essentielles de la commande publique, heures et DSN d'une entreprise."""


imports.add_command(decp)
imports.add_command(dsn)
imports.add_command(hours)
imports.add_command(workbook)


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(imports)
