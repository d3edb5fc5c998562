"""``clause import …``: reprise workbook and public contract data."""

from __future__ import annotations

import click

from clause.imports.decp.command import decp
from clause.imports.reprise.command import workbook


@click.group("import")
def imports() -> None:
    """Importe des fichiers : classeur de reprise, données essentielles de la commande publique."""


imports.add_command(decp)
imports.add_command(workbook)


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(imports)
