"""C02: objectives and attainment of the portfolio. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.figures import Unit, Value, rate
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.measures import market_figures
from clause.kernel.values import format_hours

ROWS = {
    "ended_in_year": "Terminés dans l'année",
    "running": "Encore en cours à la fin de l'année",
    "to_come": "À venir (pour mémoire)",
    "ended_before": "Terminés avant l'année (pour mémoire)",
    "without_objective": "En cours, sans objectif dû (pour mémoire)",
}
IN_TOTAL = ("ended_in_year", "running")
SUMS = ("objective_due", "hours_year", "hours_cumulative", "hours_remaining", "hours_surplus")
BEFORE = "ended_before"
NOTHING: Mapping[str, int] = {}
COLUMNS = (
    Column("markets", "Marchés"),
    Column("objective_due", "Objectif dû", Unit.HOURS),
    Column("hours_year", "Fait dans l'année", Unit.HOURS),
    Column("hours_cumulative", "Fait en cumulé", Unit.HOURS),
    Column("hours_remaining", "Reste à faire", Unit.HOURS),
    Column("hours_surplus", "Au-delà", Unit.HOURS),
    Column("rate", "Taux", Unit.RATE),
    Column("rate_capped", "Taux plafonné", Unit.RATE),
)


def market_groups(facts: Facts) -> pd.Series:
    """The row of each market; "" where it is in none (lost markets; ended or to come without any objective)."""
    m = facts.markets
    first, last = facts.first.toordinal(), facts.last.toordinal()
    running, has_objective = facts.ongoing(facts.first, facts.last), m["due"] > 0
    known = ~running & has_objective & ~m["lost"]
    groups = {
        "without_objective": running & ~has_objective,
        "ended_in_year": running & has_objective & (m["ends"] <= last),
        "running": running & has_objective & (m["ends"] > last),
        "to_come": known & (m["planned"] | (m["starts"] > last)),
        BEFORE: known & ~m["planned"] & (m["ends"] < first),
    }
    places = np.select([group.to_numpy() for group in groups.values()], list(range(1, len(groups) + 1)), 0)
    return pd.Series(pd.Categorical.from_codes(places, categories=pd.Index(["", *groups])), index=m.index)


def objectives(facts: Facts) -> Table:
    figures = market_figures(facts).assign(group=market_groups(facts))
    rows = tuple(
        Row(
            key,
            label,
            portfolio(figures[figures["group"] == key], facts.older.ended if key == BEFORE else {}),
            memo=key not in IN_TOTAL,
        )
        for key, label in ROWS.items()
    )
    return Table(
        code="C02",
        title="Objectifs et réalisation",
        about="Marchés",
        columns=COLUMNS,
        rows=rows,
        total=portfolio(figures[figures["group"].isin(IN_TOTAL)]),
        total_label="Marchés en cours dans l'année",
        notes=(d.C02_TOTAL, d.ATTAINMENT, d.POOLING, *pooled(facts, figures), d.RATES, d.NO_OBJECTIVE, d.ONGOING),
        unit="heures et pourcentages",
        summed=frozenset({"markets", *SUMS}),
        chart=Chart("stacked", ("hours_cumulative", "hours_remaining"), "Fait et reste à faire"),
    )


def pooled(facts: Facts, figures: Frame) -> tuple[str, ...]:
    """How much of the year's attainment of the total is globalisation, where there is some: C02 has no column for it."""
    total = figures.index[figures["group"].isin(IN_TOTAL)]
    moved = facts.transfers_between(facts.first, facts.last)
    hours = moved[moved["market"].isin(total)].groupby("market")["real"].sum()
    if not (hours != 0).any():
        return ()
    received, given = int(hours.clip(lower=0).sum()), -int(hours.clip(upper=0).sum())
    return (
        f"Dans l'année, par globalisation, des marchés du total ont reçu {format_hours(received)} h et d'autres en ont cédé"
        f" {format_hours(given)} h : « Fait dans l'année » et « Fait en cumulé » en tiennent compte.",
    )


def portfolio(markets: Frame, older: Mapping[str, int] = NOTHING) -> Mapping[str, Value]:
    """The figures of several markets together; no objective and no rate where none of them has one (IND-02).

    ``older``: the sums of others that are in no frame (``Older.ended``).
    """
    named = {key: "due" if key == "objective_due" else key for key in SUMS}
    sums = {key: int(markets[name].sum()) + older.get(name, 0) for key, name in named.items()}
    count, capped = len(markets) + older.get("markets", 0), int(markets["capped"].sum()) + older.get("capped", 0)
    due = sums["objective_due"]
    nothing = {} if due else dict.fromkeys(("objective_due", "hours_remaining", "hours_surplus"), None)
    if not count:
        nothing = {}
    return {
        "markets": count, **sums, **nothing,
        "rate": rate(sums["hours_cumulative"], due), "rate_capped": rate(capped, due),
    }  # fmt: skip
