"""``clause import …``: reprise workbook and public contract data."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
