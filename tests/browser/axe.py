"""Accessibility rules run in the page itself (axe-core, shipped in a package)."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def violations(page: Any) -> list[str]:
    """What axe finds on the page, one line a rule with the first elements concerned."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']} ({v['impact']}): " + " | ".join(n["html"][:120] for n in v["nodes"][:3]) for v in found]
