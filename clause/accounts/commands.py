"""``clause structure add`` and ``clause user invite``: how production starts."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
