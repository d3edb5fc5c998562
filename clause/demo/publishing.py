"""What the team of the PLIE published: last year, closed in March, and the bilan of an operation for its buyer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from clause.consolidations.publishing.actions import Wish, publish
from clause.consolidations.publishing.subjects import of_led, of_year
from clause.demo.stage import Stage
from clause.kernel import clock

BILAN = "TIL-2025"


def play(stage: Stage) -> None:
    """At the end of the story, each on its own day: the ledger is replayed to it."""
    session, viewer, structure = stage.session, stage.accounts["coordination@demo.example"], stage.structures["plie"]
    closing = date(stage.today.year, 3, 15)
    if closing > stage.first_month:
        _on(closing)
        wish = Wish(as_of=closing, comment="Consolidation présentée au comité de pilotage")
        publish(session, viewer, of_year(session, structure.id, closing.year - 1), wish)
    day = stage.today - timedelta(days=30)
    _on(day)
    publish(session, stage.facilitator("plie"), of_led(session, stage.operations[BILAN]), Wish(as_of=day))


def _on(day: date) -> None:
    clock.move_to(datetime.combine(day, time(16, 20)))
