"""What the page behind a figure shows: ledger entries, lines left out with their reason, or the markets themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Role, Viewer
from clause.consolidations import queries
from clause.consolidations.facts import OPEN, Facts
from clause.consolidations.figures import rate
from clause.consolidations.lines import Listed, Selection
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.queries import OthersHours, TransferLine
from clause.consolidations.tables.measures import market_figures
from clause.hours.codes import HourKind
from clause.kernel.codes import by_value
from clause.kernel.listing import PER_PAGE, Page, page_number, page_of
from clause.kernel.values import format_hours
from clause.ledger.models import EntryKind


@dataclass(frozen=True)
class Behind:
    """``kind``: entries, not_counted, markets, months or people. ``left_out`` is how many validated lines do not count.

    ``hours`` are those of the rows; ``transfers`` what globalisation adds to them or takes, where the figure counts it.
    """

    kind: str
    page: Page[Any]
    hours: int = 0
    left_out: int = 0
    others: Sequence[OthersHours] = ()
    transfers: Sequence[TransferLine] = ()

    @property
    def transferred(self) -> int:
        return sum(line.hours for line in self.transfers)


@dataclass(frozen=True)
class MarketLine:
    """A market behind a figure, hundredths of an hour; ``due`` 0: no objective."""

    public_id: str
    reference: str
    title: str
    operation: str
    authority: str
    starts: date
    ends: date | None
    due: int
    hours_year: int
    hours_cumulative: int
    rate: Any


@dataclass(frozen=True)
class MonthLine:
    """Hours of one market in one month, without anybody's name."""

    month: date
    reference: str
    title: str
    hours: int


def behind(session: Session, viewer: Viewer, perimeter: Perimeter, facts: Facts, chosen: Selection, *, by_month: bool = False) -> Behind:  # fmt: skip
    """The rows of the page that is asked. An authority gets markets and months, never a person; others ``by_month`` too."""
    if chosen.listed is not None:
        return _listed(session, viewer, chosen.listed)
    if chosen.shows_markets:
        return _markets(session, facts, chosen)
    if by_month or viewer.role is Role.AUTHORITY:
        return _months(session, perimeter, facts, chosen)
    return _entries(session, viewer, perimeter, facts, chosen)


def _listed(session: Session, viewer: Viewer, listed: Sequence[Listed]) -> Behind:
    """The acts of a page, with the people the viewer sees; another structure's are counted, never named."""
    page = _paged(listed)
    named = queries.people(session, viewer, [one.person for one in page.rows])
    return Behind("people", Page([(one, named.get(one.person)) for one in page.rows], page.total, page.number))


def _entries(session: Session, viewer: Viewer, perimeter: Perimeter, facts: Facts, chosen: Selection) -> Behind:
    number, wants_left_out = page_number(), request.args.get("comptees") == "non"
    without = queries.not_counted(viewer, perimeter, chosen)
    if wants_left_out:
        rows, total = page_of(session, without, number)
        return Behind("not_counted", Page(rows, total, number), left_out=total)
    rows, total = page_of(session, queries.entries(viewer, perimeter, chosen, facts.as_of), number)
    return Behind(
        "entries",
        Page(rows, total, number),
        hours=queries.sum_of_entries(session, viewer, perimeter, chosen, facts.as_of),
        left_out=session.scalar(select(func.count()).select_from(without.order_by(None).subquery())) or 0,
        others=queries.hours_of_others(session, viewer, perimeter, chosen, facts.as_of),
        transfers=_transfers(session, perimeter, facts, chosen),
    )


def _paged(rows: Sequence[Any]) -> Page[Any]:
    number = min(page_number(), max(1, -(-len(rows) // PER_PAGE)))
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], len(rows), number)


def _markets(session: Session, facts: Facts, chosen: Selection) -> Behind:
    figures = market_figures(facts)
    wanted = figures[figures.index.isin(chosen.markets or ())]
    page = _paged(sorted(wanted.itertuples(), key=lambda m: (str(m.reference), int(m.Index))))
    known = queries.addresses(session, [int(m.Index) for m in page.rows])
    rows = [_market(m, known[int(m.Index)]) for m in page.rows]
    return Behind("markets", Page(rows, page.total, page.number))


def _market(market: Any, address: tuple[str, str, str, str]) -> MarketLine:
    public_id, reference, title, authority = address
    ends = None if market.ends == OPEN else date.fromordinal(market.ends)
    return MarketLine(
        public_id, market.reference, market.title, f"{reference} – {title}", authority, date.fromordinal(market.starts), ends,
        int(market.due), int(market.hours_year), int(market.hours_cumulative), rate(int(market.hours_cumulative), int(market.due)),
    )  # fmt: skip


def _transfers(session: Session, perimeter: Perimeter, facts: Facts, chosen: Selection) -> Sequence[TransferLine]:
    """Of figures of attainment alone: statistics leave transfers out."""
    return queries.transfers(session, perimeter, chosen, facts.as_of) if chosen.attained else ()


def _months(session: Session, perimeter: Perimeter, facts: Facts, chosen: Selection) -> Behind:
    hours, named = chosen.hours(facts), facts.markets
    if chosen.attained:
        valued = hours["market"].map(named["uses_valued"]).astype("bool")
        hours = hours.assign(real=hours["valued"].where(valued, hours["real"]))
    sums = hours.groupby(["year", "month", "market"], as_index=False)["real"].sum()
    rows = [
        MonthLine(date(int(y), int(m), 1), str(named.at[k, "reference"]), str(named.at[k, "title"]), int(total))
        for y, m, k, total in sums[sums["real"] != 0].itertuples(index=False)
    ]
    return Behind(
        "months",
        _paged(sorted(rows, key=lambda r: (r.month, r.reference))),
        hours=int(hours["real"].sum()),
        transfers=_transfers(session, perimeter, facts, chosen),
    )


def rule_of(entry: Any) -> str:
    """Why an entry counts, in French: the rule of REA-02 and REA-08, or the correction that took it back."""
    if entry.kind is EntryKind.REVERSAL:
        return "Annulée par une correction" + (f" : {entry.correction_reason}" if entry.correction_reason else "")
    kind = by_value(HourKind, entry.hour_kind).label.lower()
    valued = (
        f" ; {format_hours(entry.hours_valued)} h pour l'objectif" if entry.hours_valued != entry.hours_real else ""
    )
    return f"Comptée : {kind}, dans les dates de l'éligibilité, du contrat et du marché{valued}"
