"""``clause ledger check``: exit code 0 where everything agrees, 1 where something does not."""

from __future__ import annotations

import json
import sys
from itertools import islice
from typing import Any

import click
from flask.cli import with_appcontext

from clause.hours.proof import Discrepancy, Extent, discrepancies, extent
from clause.kernel.db import open_for_reading
from clause.kernel.unit import current_session
from clause.kernel.values import format_hours, format_month

SHOWN = 1000  # the first ones are enough to know where to look


def register(group: click.Group) -> None:
    """Add these commands to the group ``clause``."""
    group.add_command(ledger)


@click.group()
def ledger() -> None:
    """Le registre des heures validées."""


@ledger.command("check")
@click.option("--json", "as_json", is_flag=True, help="Écrit le compte rendu en un objet JSON.")
@with_appcontext
def check(as_json: bool) -> None:
    """Prouve que registre, déclarations et transferts se répondent ; dit où ce n'est pas le cas."""
    session = current_session()
    open_for_reading(session)
    every = discrepancies(session)
    shown = list(islice(every, SHOWN))
    count = len(shown) + sum(1 for _ in every)
    (_print_json if as_json else _print)(extent(session), shown, count)
    sys.exit(1 if count else 0)


def _print(done: Extent, shown: list[Discrepancy], count: int) -> None:
    click.echo(
        f"{done.entries} écritures, {done.lines} lignes validées qui comptent, transferts : {done.transfers} ;"
        f" {format_hours(done.hours)} h au registre."
    )
    for found in shown:
        click.echo(f"- {said(found)}")
    if count > len(shown):
        click.echo(f"… et {count - len(shown)} autres écarts.")
    click.echo(
        f"{count} écart{'s' if count > 1 else ''} trouvé{'s' if count > 1 else ''}." if count else "Tout concorde."
    )


def said(found: Discrepancy) -> str:
    """« L'écriture ne dit pas la même chose que la ligne (heures) : marché M-1, mars 2026, contrat C-2 ; attendu 140 h, … »"""
    where = [f"marché {found.market}" if found.market else "", format_month(found.month) if found.month else ""]
    where += [f"contrat {found.contract}" if found.contract else ""]
    hours = [("attendu", found.expected), ("trouvé", found.found)]
    values = ", ".join(f"{word} {format_hours(value)} h" for word, value in hours if value is not None)
    detail = f" ({found.detail})" if found.detail else ""
    place = ", ".join(part for part in where if part) or "toute la base"
    return f"{found.check.label}{detail} : {place}" + (f" ; {values}" if values else "")


def _print_json(done: Extent, shown: list[Discrepancy], count: int) -> None:
    click.echo(
        json.dumps(
            {
                "agrees": count == 0,
                "entries": done.entries,
                "lines": done.lines,
                "transfers": done.transfers,
                "hours": hours_text(done.hours),
                "count": count,
                "differences": [_row(found) for found in shown],
            },
            ensure_ascii=False,
        )
    )


def _row(found: Discrepancy) -> dict[str, Any]:
    return {
        "check": found.check.value, "reason": found.check.label, "detail": found.detail, "market": found.market or None,
        "month": f"{found.month:%Y-%m}" if found.month else None, "contract": found.contract or None,
        "expected": hours_text(found.expected), "found": hours_text(found.found),
    }  # fmt: skip


def hours_text(hundredths: int | None) -> str | None:
    """Exact hours as text, « 140.50 »: no binary fraction."""
    if hundredths is None:
        return None
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"
