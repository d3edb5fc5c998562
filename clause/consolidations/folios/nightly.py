"""Folios are sealed once a day by the worker, and when somebody asks for it (``clause ledger seal``)."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from clause.config import Settings
from clause.consolidations.folios import proof
from clause.consolidations.folios.store import seal
from clause.hours import proof as ledger_proof
from clause.hours.proof.commands import ledger
from clause.kernel import clock, jobs
from clause.kernel.unit import work

NAME = "folios"


def daily(session: Session, _settings: Settings) -> None:
    if jobs.claim(session, NAME, clock.today().isoformat()):
        seal(session)


def register(_group: click.Group) -> None:
    """Add the command to the ledger's group, and folios to what its check proves."""
    ledger.add_command(seal_command)
    if proof.discrepancies not in ledger_proof.FURTHER:
        ledger_proof.FURTHER.append(proof.discrepancies)


@click.command("seal")
@with_appcontext
def seal_command() -> None:
    """Range le registre en feuillets, pour des consolidations nationales rapides ; peut être relancé."""
    with work() as session:
        made = seal(session)
    click.echo(f"{made} feuillet{'s' if made > 1 else ''} à jour." if made else "Rien à ranger : tout est à jour.")
