"""Hours, people and contracts of groups of hours: the one way every table counts them. Pure, on frames."""

from __future__ import annotations

import pandas as pd

from clause.consolidations.facts import NOBODY, Facts, Frame, number

MEASURES = ("hours", "participants", "employment_contracts")


def grouped(hours: Frame, key: str) -> Frame:
    """By value of the column ``key``: hours (hundredths), people and contracts that keep hours once reversals are out.

    A person or a contract counts once in each group, so that people of groups that overlap do not add up.
    """
    sums = hours.groupby(key, sort=True)["real"].sum().to_frame("hours")
    sums["participants"] = _counted(hours, key, "person")
    sums["employment_contracts"] = _counted(hours, key, "contract")
    return sums.fillna(0).astype("int64")


def _counted(hours: Frame, key: str, who: str) -> pd.Series:
    worked = hours[hours[who] != NOBODY].groupby([key, who], sort=False)["real"].sum()
    return worked[worked > 0].groupby(level=0).size()


def whole(hours: Frame) -> dict[str, int]:
    """The same measures for all these hours together."""
    row = grouped(hours.assign(all="all"), "all")
    return {m: number(row, "all", m) if len(row) else 0 for m in MEASURES}


def market_figures(facts: Facts) -> Frame:
    """The markets with what C02 says of each, in hundredths: attained in the period and in all, remaining, surplus.

    Attainment takes valued hours where the market counts by them, real hours elsewhere (REA-03). ``due`` 0 is no objective.
    """
    m = facts.markets
    real, valued = (facts.period.groupby("market")[c].sum().reindex(m.index, fill_value=0) for c in ("real", "valued"))
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
