"""``clause consolidate …``: the same figures as the pages, in a file."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
