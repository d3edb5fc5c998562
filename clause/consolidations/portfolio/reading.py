"""The portfolio of a viewer: one report, its map, and the operations that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Role, Viewer
from clause.consolidations.annual import of_facts, year_facts
from clause.consolidations.perimeter import Perimeter, of_viewer
from clause.consolidations.portfolio.comparison import comparison
from clause.consolidations.portfolio.map import Map, drawn
from clause.consolidations.portfolio.tables import Followed, communes, operations, years
from clause.consolidations.report import RULES_VERSION, Report
from clause.kernel.values import format_date
from clause.markets.figures import figures, total
from clause.markets.models import Market, Operation
from clause.markets.visibility import visible_operations
from clause.organisations.models import Structure


@dataclass(frozen=True)
class Portfolio:
    """``followed`` are the operations of the report, ``map`` None where no position is known."""

    report: Report
    followed: list[Followed]
    map: Map | None
    perimeter: Perimeter


def portfolio(session: Session, viewer: Viewer, today: date) -> Portfolio:
    """Of the year in course, and of every year before. The comparison is for an authority, whose territory is not itself."""
    perimeter, outside = of_viewer(session, viewer), viewer.role is Role.AUTHORITY
    facts = year_facts(session, perimeter, today.year, today, only="C17b")
    series = of_facts(facts, perimeter, today.year, viewer, only="C17b")
    led = followed(session, viewer, today)
    by_commune, points = communes(led)
    tables = [years(facts, series.tables[0]), operations(led)]
    if outside and led:
        around, names = _territory(session, led)
        tables.append(
            comparison(facts, year_facts(session, around, today.year, today, only="C17b"), names, perimeter.min_cell)
        )
    report = Report(
        kind="portfolio", title="Portefeuille", perimeter=perimeter.name, year=None, as_of=today,
        tables=(*tables, by_commune), described=dict(perimeter.described), masked=series.masked,
        parameters=(
            ("Périmètre", perimeter.name), ("Comparaison", f"année {today.year}" if outside else "sans objet"),
            ("Date d'arrêt", f"{format_date(today)} inclus"), ("Version des règles", RULES_VERSION),
        ),
    )  # fmt: skip
    return Portfolio(report, led, drawn(points), perimeter)


def followed(session: Session, viewer: Viewer, today: date) -> list[Followed]:
    """The operations of the portfolio with their gauges: an authority's own, a structure's led; the latest first."""
    found = session.scalars(
        visible_operations(viewer)
        .join(Operation.authority)
        .options(contains_eager(Operation.authority))
        .order_by(Operation.starts_on.desc().nulls_last(), Operation.id.desc())
    ).all()
    led = [o for o in found if not viewer.in_structure or o.structure_id == viewer.structure_id]
    markets = session.scalars(
        select(Market).where(Market.operation_id.in_([o.id for o in led]), Market.clause_kind.is_not(None))
    ).all()
    known = figures(session, markets, today)
    mine = {o.id: total([known[m.id] for m in markets if m.operation_id == o.id]) for o in led}
    return [Followed(o, o.authority.name, mine[o.id]) for o in led]


def _territory(session: Session, led: list[Followed]) -> tuple[Perimeter, str]:
    """Every market of the structures that lead these operations."""
    ids = sorted({one.operation.structure_id for one in led})
    names = ", ".join(session.scalars(select(Structure.name).where(Structure.id.in_(ids)).order_by(Structure.name)))
    return Perimeter(f"Territoire : {names}", tuple(ids)), names
