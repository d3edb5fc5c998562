"""``clause demo``: demonstration data, in an empty database only."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
