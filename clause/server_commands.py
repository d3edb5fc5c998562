"""``clause serve`` and ``clause worker``: the site and the jobs."""

from __future__ import annotations

import click


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
