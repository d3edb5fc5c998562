"""Hours, people and contracts of groups of hours: the one way every table counts them. Pure, on frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from clause.consolidations.facts import NOBODY, Facts, Frame, number

Integers = Any  # a numpy array of int64
MEASURES = ("hours", "participants", "employment_contracts")


def grouped(hours: Frame, key: str) -> Frame:
    """By value of the column ``key``: hours (hundredths), people and contracts that keep hours once reversals are out.

    A person or a contract counts once in each group, so that people of groups that overlap do not add up.
    """
    places, keys = _places(hours[key])
    real = hours["real"].to_numpy()
    sums = pd.DataFrame(
        {
            "hours": _summed(places, real, len(keys)),
            "participants": _counted(places, hours["person"].to_numpy(), real, len(keys)),
            "employment_contracts": _counted(places, hours["contract"].to_numpy(), real, len(keys)),
        },
        index=keys.rename(key),
    )
    return sums[np.bincount(places, minlength=len(keys)) > 0]


def _places(column: pd.Series) -> tuple[Integers, pd.Index]:
    """The place of each value in the sorted list of distinct ones; a category has places already."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(dtype="int64"), column.cat.categories
    places, keys = pd.factorize(column, sort=True)
    return places, pd.Index(keys)


def _summed(places: Integers, hours: Integers, count: int) -> Integers:
    """Sums by place. They pass through doubles, exact up to 2**53: ninety thousand billion hours in hundredths."""
    return np.rint(np.bincount(places, weights=hours, minlength=count)).astype("int64")


def _counted(places: Integers, who: Integers, hours: Integers, count: int) -> Integers:
    """How many people or contracts keep hours in each group: pairs of a group and an id, as one number each."""
    span = int(who.max(initial=0)) + 1
    pairs, distinct = pd.factorize((places * span + who)[who != NOBODY])
    kept = distinct[_summed(pairs, hours[who != NOBODY], len(distinct)) > 0]
    return np.bincount(kept // span, minlength=count)


def number_or_zero(sums: Frame, key: str, column: str) -> int:
    """A cell of sums by key; 0 where nothing bears the key."""
    return number(sums, key, column) if key in sums.index else 0


def whole(hours: Frame) -> dict[str, int]:
    """The same measures for all these hours together."""
    row = grouped(hours.assign(all=0), "all")
    return {m: number(row, 0, m) if len(row) else 0 for m in MEASURES}


def market_figures(facts: Facts) -> Frame:
    """The markets with what C02 says of each, in hundredths: attained in the period and in all, remaining, surplus.

    Attainment takes valued hours where the market counts by them, real hours elsewhere (REA-03), and what globalisation
    brings or takes (REA-06). ``due`` 0 is no objective.
    """
    m = facts.markets
    moved = facts.transfers_between(facts.first, facts.last)
    real, valued = (_by_market(facts.period, m, c) + _by_market(moved, m, c) for c in ("real", "valued"))
    done = m["valued"].where(m["uses_valued"], m["real"])
    in_period = valued.where(m["uses_valued"], real)
    due = m["due"].clip(lower=0)
    return m.assign(
        due=due,
        hours_year=in_period,
        hours_cumulative=done,
        hours_remaining=(due - done).clip(lower=0).where(due > 0, 0),
        hours_surplus=(done - due).clip(lower=0).where(due > 0, 0),
        capped=done.clip(upper=due),
    )


def _by_market(rows: Frame, markets: Frame, column: str) -> pd.Series:
    return rows.groupby("market")[column].sum().reindex(markets.index, fill_value=0)
