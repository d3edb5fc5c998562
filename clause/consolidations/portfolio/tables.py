"""F01 the years, F02 the operations, F04 the communes. Pure, but for what they are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts
from clause.consolidations.figures import Unit, Value, rate
from clause.consolidations.portfolio.map import Point
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.measures import market_figures
from clause.markets.figures import Total
from clause.markets.models import Operation
from clause.markets.rules.place import point

ENDED = (
    "Terminés : marchés terminés dans l'année, avec les heures faites depuis leur début et l'objectif dû, à la date d'arrêt. Le taux"
    " est la somme des heures divisée par la somme des objectifs dus."
)
SINCE_START = "Heures faites depuis le début de chaque opération sur les marchés avec une clause, comptées comme pour l'objectif, globalisation comprise."
NO_PLACE = "sans commune"


@dataclass(frozen=True)
class Followed:
    """An operation of the portfolio with its gauge."""

    operation: Operation
    authority: str
    total: Total


def years(facts: Facts, series: Table) -> Table:
    """C17b, masked or not, with what runs and what ended in each of its years."""
    rows = tuple(replace(row, cells={**row.cells, **_year(facts, int(row.key))}) for row in series.rows)
    columns = (
        Column("operations", "Opérations", opens=False), *(replace(c, opens=False) for c in series.columns),
        Column("ended_due", "Dû, terminés", Unit.HOURS, opens=False), Column("ended_done", "Fait, terminés", Unit.HOURS, opens=False),
        Column("ended_rate", "Taux, terminés", Unit.RATE, opens=False),
    )  # fmt: skip
    return replace(
        series, code="F01", title="D'année en année", columns=columns, rows=rows, notes=(*series.notes, ENDED, d.NO_OBJECTIVE),
        chart=Chart("column", ("hours",), "Heures par année"), unit="heures et nombres",
    )  # fmt: skip


def _year(facts: Facts, year: int) -> dict[str, Value]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    figures = market_figures(facts)
    running = figures[facts.ongoing(first, last)]
    ended = figures[figures["may_run"] & figures["ends"].between(first.toordinal(), min(last, facts.as_of).toordinal())]
    ended = ended[ended["due"] > 0]
    due, done = int(ended["due"].sum()), int(ended["hours_cumulative"].sum())
    return {
        "operations": int(running["operation"].nunique()), "ended_due": due or None, "ended_done": done if due else None,
        "ended_rate": rate(done, due),
    }  # fmt: skip


def operations(followed: Sequence[Followed]) -> Table:
    columns = (
        Column("authority", "Maître d'ouvrage", Unit.TEXT, opens=False), Column("commune", "Commune", Unit.TEXT, opens=False),
        Column("status", "État", Unit.TEXT, opens=False), Column("done", "Fait", Unit.HOURS, opens=False),
        Column("expected", "Attendu à ce jour", Unit.HOURS, opens=False), Column("due", "Dû", Unit.HOURS, opens=False),
        Column("rate", "Taux", Unit.RATE, opens=False),
    )  # fmt: skip
    rows = tuple(_operation(one) for one in followed)
    bound = [one.total for one in followed if one.total.due]
    done, due = sum(t.done for t in bound), sum(t.due or 0 for t in bound)
    total: dict[str, Value] = {
        "authority": "",
        "commune": "",
        "status": "",
        "done": done,
        "due": due,
        "rate": rate(done, due),
    }
    note = "Le total réunit les opérations qui ont un objectif dû."
    return Table("F02", "Opérations", "Opération", columns, rows, total if bound else None, notes=(d.ATTAINMENT, d.RATES, d.EXPECTED, note), unit="heures et pourcentages")  # fmt: skip


def _operation(one: Followed) -> Row:
    o, t = one.operation, one.total
    cells: dict[str, Value] = {
        "authority": one.authority, "commune": o.commune, "status": o.status.label, "done": t.done, "expected": t.expected,
        "due": t.due or None, "rate": rate(t.done, t.due),
    }  # fmt: skip
    return Row(o.public_id, f"{o.reference} – {o.title}", cells)


def communes(followed: Sequence[Followed]) -> tuple[Table, list[Point]]:
    """By commune, the largest first; the points are those whose position is known: the middle of their operations."""
    groups: dict[str, list[Followed]] = {}
    for one in followed:
        groups.setdefault(one.operation.commune or NO_PLACE, []).append(one)
    made = sorted(((name, _hours(group), group) for name, group in groups.items()), key=lambda g: (-g[1], g[0]))
    columns = (
        Column("operations", "Opérations", opens=False), Column("hours", "Fait", Unit.HOURS, opens=False), Column("due", "Objectif dû", Unit.HOURS, opens=False),
        Column("place", "Position", Unit.TEXT, opens=False),
    )  # fmt: skip
    middles = {name: _middle(group) for name, _hours, group in made}
    rows = tuple(
        Row(
            name, name[0].upper() + name[1:],
            {"operations": len(group), "hours": hours, "due": sum(x.total.due or 0 for x in group) or None, "place": _said(middles[name])},
        )
        for name, hours, group in made
    )  # fmt: skip
    total: dict[str, Value] = {"operations": len(followed), "hours": sum(g[1] for g in made), "due": sum(x.total.due or 0 for x in followed), "place": ""}  # fmt: skip
    table = Table("F04", "Par commune", "Commune", columns, rows, total if rows else None, notes=(SINCE_START,), unit="heures et nombres", summed=frozenset({"operations", "hours"}))  # fmt: skip
    points = [Point(name, *middle, hours) for name, hours, _group in made if (middle := middles[name]) is not None]
    return table, points


def _hours(group: Sequence[Followed]) -> int:
    return sum(x.total.done + x.total.outside for x in group)


def _middle(group: Sequence[Followed]) -> tuple[Decimal, Decimal] | None:
    known = [p for x in group if (p := point(x.operation.place)) is not None]
    if not known:
        return None
    return sum((p[0] for p in known), Decimal(0)) / len(known), sum((p[1] for p in known), Decimal(0)) / len(known)


def _said(place: tuple[Decimal, Decimal] | None) -> str:
    return "" if place is None else f"{place[0]:.4f}, {place[1]:.4f}"
