"""C15: late declarations, shortfalls at mid-term, formal notices, penalties, this year and the one before. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clause.consolidations import definitions as d
from clause.consolidations.facts import OPEN, Facts, Frame
from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.coded import Integers
from clause.consolidations.tables.cuts import year_before
from clause.consolidations.tables.people_frames import in_period, months_of, of
from clause.hours.penalties.codes import PenaltyState
from clause.hours.rules.deadlines import AGE_FROM, Age

OWED = {"market": "int64", "company": "int64", "month": "int64", "due": "int64", "sent": "int64"}
NOTICES = {"market": "int64", "sent": "int64"}
PENALTIES = {
    "market": "int64",
    "state": "str",
    "proposed": "int64",
    "decided": "int64",
    "proposed_cents": "int64",
    "decided_cents": "int64",
}

AGES = {f"late_{age.value}": age for age in (Age.UNDER_15, Age.FROM_15, Age.FROM_42, Age.FROM_84)}
LABELS: dict[str, tuple[str, Unit]] = {
    "owed": ("Mois de déclaration dus par les titulaires", Unit.COUNT),
    **{key: (f"Déclarations en retard {age.label}", Unit.COUNT) for key, age in AGES.items()},
    "never_sent": ("Dont pas encore envoyées à la date d'arrêt", Unit.COUNT),
    "midterm": ("Marchés à mi-parcours dans l'année", Unit.COUNT),
    "midterm_short": ("Dont en retard sur la moitié de l'objectif", Unit.COUNT),
    "midterm_missing": ("Heures qui y manquaient", Unit.HOURS),
    "notices": ("Mises en demeure envoyées", Unit.COUNT),
    "penalties_proposed": ("Pénalités proposées", Unit.COUNT),
    "penalties_proposed_amount": ("Montant proposé", Unit.EUROS),
    "penalties_applied": ("Pénalités appliquées", Unit.COUNT),
    "penalties_applied_amount": ("Montant appliqué", Unit.EUROS),
    "penalties_waived": ("Pénalités non appliquées", Unit.COUNT),
}
AMOUNTS = {
    "penalties_proposed_amount": "penalties_proposed",
    "penalties_applied_amount": "penalties_applied",
    "midterm_missing": "midterm_short",
}


CLASSES = ("", *(f"late_{age.value}" for _start, age in reversed(AGE_FROM)))


def late(facts: Facts) -> Frame:
    """The months due in the period, with their class of lateness and whether they were never sent."""
    found = lateness(facts)
    key = pd.Categorical.from_codes(found.place, categories=pd.Index(CLASSES))
    return of(facts, "owed", OWED)[found.due].assign(key=key, never=found.never)


@dataclass(frozen=True)
class Lateness:
    """``due``: which months owed are due in the period; of these, ``place`` of the class in ``CLASSES``, and ``never`` sent."""

    due: Integers
    place: Integers
    never: Integers


def lateness(facts: Facts) -> Lateness:
    owed, as_of = of(facts, "owed", OWED), facts.as_of.toordinal()
    every, sent = (owed[name].to_numpy(dtype="int64") for name in ("due", "sent"))
    due = (every >= facts.first.toordinal()) & (every <= min(facts.last.toordinal(), as_of))
    sent = sent[due]
    days = np.maximum(np.minimum(sent, as_of) - every[due], 0)
    starts = [start for start, _age in reversed(AGE_FROM)]
    return Lateness(due, np.searchsorted(starts, days, side="right"), (sent > as_of) & (days > 0))


def midterm(facts: Facts) -> Frame:
    """Markets with an objective whose middle is in the period: market, missing (hundredths, 0 where half was done)."""
    m = facts.markets
    m = m[m["may_run"] & (m["due"] > 0) & (m["ends"] < OPEN)]
    middle = (m["starts"] + m["ends"]) // 2
    m = m.assign(middle=middle)[in_period(facts, middle)]
    done = m["valued"].where(m["uses_valued"], m["real"]) - _after(facts, m)
    missing: pd.Series = ((m["due"] + 1) // 2 - done).clip(lower=0)
    return m.assign(missing=missing)


def _after(facts: Facts, markets: Frame) -> pd.Series:
    """What each market attained after the month of its middle."""
    months = pd.Series(months_of(markets["middle"]), index=markets.index, dtype="int64")
    moved = pd.concat([facts.hours[["year", "month", "market", "real", "valued"]], facts.transfers], ignore_index=True)
    moved = moved[moved["market"].isin(markets.index)]
    later = moved[moved["year"].astype("int64") * 12 + moved["month"] > moved["market"].map(months)]
    sums = later.groupby("market")[["real", "valued"]].sum().reindex(markets.index, fill_value=0)
    return sums["valued"].where(markets["uses_valued"], sums["real"])


def acts(facts: Facts, key: str) -> Frame:
    """The notices or penalties of a row, in the period."""
    if key == "notices":
        notices = of(facts, "notices", NOTICES)
        return notices[in_period(facts, notices["sent"])]
    cases = of(facts, "penalties", PENALTIES)
    if key == "penalties_proposed":
        return cases[in_period(facts, cases["proposed"])]
    state = PenaltyState.APPLIED if key == "penalties_applied" else PenaltyState.WAIVED
    decided: Frame = cases[(cases["state"] == state.value) & in_period(facts, cases["decided"])]
    return decided


def _figures(facts: Facts) -> dict[str, Value]:
    months, half = lateness(facts), midterm(facts)
    by_age = dict(zip(CLASSES, np.bincount(months.place, minlength=len(CLASSES)).tolist(), strict=True))
    applied, proposed = acts(facts, "penalties_applied"), acts(facts, "penalties_proposed")
    return {
        "owed": len(months.place), **{key: by_age[key] for key in AGES}, "never_sent": int(months.never.sum()),
        "midterm": len(half), "midterm_short": int((half["missing"] > 0).sum()), "midterm_missing": int(half["missing"].sum()),
        "notices": len(acts(facts, "notices")), "penalties_proposed": len(proposed),
        "penalties_proposed_amount": int(proposed["proposed_cents"].sum()), "penalties_applied": len(applied),
        "penalties_applied_amount": int(applied["decided_cents"].sum()), "penalties_waived": len(acts(facts, "penalties_waived")),
    }  # fmt: skip


def commitment_figures(facts: Facts) -> Table:
    now, before = _figures(facts), _figures(year_before(facts))
    year = facts.first.year
    rows = tuple(
        Row(key, label, {"value": now[key], "previous": before[key]}, unit=unit)
        for key, (label, unit) in LABELS.items()
    )
    return Table(
        "C15", "Suivi des engagements", "Indicateur", (Column("value", str(year)), Column("previous", str(year - 1))), rows,
        notes=(d.LATE, d.MIDTERM, d.ACTS), unit="nombres, heures et euros",
    )  # fmt: skip


def markets_of(facts: Facts, row: str) -> frozenset[int] | None:
    """The markets behind a figure; None where there is no such row."""
    row = AMOUNTS.get(row, row)
    if row in ("midterm", "midterm_short"):
        half = midterm(facts)
        return frozenset(int(i) for i in (half if row == "midterm" else half[half["missing"] > 0]).index)
    if row in ("owed", "never_sent", *AGES):
        months = late(facts)
        kept = (
            months
            if row == "owed"
            else months[months["never"]]
            if row == "never_sent"
            else months[months["key"] == row]
        )
        return frozenset(int(i) for i in kept["market"])
    return frozenset(int(i) for i in acts(facts, row)["market"]) if row in LABELS else None


__all__ = ["commitment_figures", "late", "markets_of", "midterm"]
