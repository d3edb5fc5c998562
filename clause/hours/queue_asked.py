"""What the address of the queue asks for: filters, sort, the group shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request

from clause.guard import viewer
from clause.hours import queries
from clause.hours.queries.queue import SORTS, WAITED, QueueFilters, QueueRow, narrowed
from clause.hours.rules.risk import Reason
from clause.kernel import clock, listing
from clause.kernel.unit import current_session
from clause.kernel.values import BadValue, fold, read_count, read_month

TO_READ, QUIET = "regarder", "calme"
NAMES = ("q", "mois", "motif", "attente", "entreprise", "marche", "tri")


@dataclass(frozen=True)
class Asked:
    """The queue as asked: all its rows, those that the filters keep, in two groups."""

    all: Sequence[QueueRow]
    rows: Sequence[QueueRow]
    filters: QueueFilters
    sort: str
    group: str

    @property
    def to_read(self) -> list[QueueRow]:
        return [row for row in self.rows if not row.quiet]

    @property
    def quiet(self) -> list[QueueRow]:
        return [row for row in self.rows if row.quiet]

    @property
    def said(self) -> list[str]:
        return self.filters.said(self.all)

    @property
    def arguments(self) -> dict[str, str]:
        """The filters and the sort as an address carries them on."""
        return {name: request.args[name] for name in NAMES if request.args.get(name)}

    @property
    def reasons(self) -> list[Reason]:
        """The reasons that the queue has now."""
        present = {reason for row in self.all for reason in row.reasons}
        return [reason for reason in Reason if reason in present]

    @property
    def companies(self) -> list[tuple[str, str]]:
        return _choices((row.company_public_id, row.company_name) for row in self.all)

    @property
    def markets(self) -> list[tuple[str, str]]:
        return _choices((row.market_public_id, f"{row.market_reference} {row.market_title}") for row in self.all)


def _choices(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(dict(pairs).items(), key=lambda pair: fold(pair[1]))


def asked_queue() -> Asked:
    """Reads the address and the queue."""
    rows = queries.declarations_to_validate(current_session(), viewer())
    sort, group = listing.asked_sort(SORTS, "-risque"), request.args.get("groupe", "")
    filters = asked_filters()
    kept = narrowed(rows, filters, sort, clock.today())
    return Asked(rows, kept, filters, sort, group if group in (TO_READ, QUIET) else "")


def asked_filters() -> QueueFilters:
    waited = read_count(request.args.get("attente")) or 0
    return QueueFilters(
        text=request.args.get("q", "").strip()[:100], month=_month(),
        reason=next((r for r in Reason if r.value == request.args.get("motif")), None),
        waited=waited if waited in WAITED else 0,
        company=request.args.get("entreprise", ""), market=request.args.get("marche", ""),
    )  # fmt: skip


def _month() -> date | None:
    try:
        return read_month(request.args["mois"]) if request.args.get("mois") else None
    except BadValue:
        return None
