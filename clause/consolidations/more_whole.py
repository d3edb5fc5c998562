"""The other grains (``more_facts``) of the whole base, from folios: the same frames as the SQL of a part of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, Eligibility, EmploymentContract
from clause.consolidations import facts_commitments, facts_follow_up, facts_owed
from clause.consolidations.columns import Array, Frame
from clause.consolidations.facts import Facts
from clause.consolidations.facts_owed import Sent
from clause.consolidations.folios.packing import only
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.reading.whole import Whole, flagged, rows_of
from clause.consolidations.tables.people_frames import ENDED
from clause.hours.models import Declaration
from clause.kernel.values import months_between
from clause.markets.codes import Programme


def places(base: Whole, _session: Session, _perimeter: Perimeter, _facts: Facts) -> Frame:
    p = base.every_party
    e = base.employers(p["establishment"])
    return Frame(
        {
            "market": p["market"].astype("int64"), "company": p["company"].astype("int64"), "role": p["role"].texts(),
            "kind": e["kind"].texts(), "naf": e["naf"].texts(), "workforce": e["workforce"].astype("int64"),
        }
    )  # fmt: skip


def ended(base: Whole, _session: Session, _perimeter: Perimeter, facts: Facts) -> Frame:
    """Contracts with hours that end since two years before the period, or go on, whenever their hours are of."""
    since = date(facts.first.year - 2, 1, 1).toordinal()
    known = facts.contracts.rename_axis("contract").reset_index()[list(ENDED)]
    every = base.kept.of(EmploymentContract)
    length = int(every["id"].max(initial=0)) + 1
    other = flagged(base.posted["contract"], length) & ~flagged(facts.contracts.index.to_numpy(dtype="int64"), length)
    c = only(every, np.flatnonzero(other[every["id"]] & (every["ends"] >= since)))
    others = Frame(
        {
            "contract": c["id"].astype("int64"), "person": c["person"].astype("int64"), "mode": c["mode"].texts(),
            "starts": c["starts"].astype("int64"), "ends": c["ends"].astype("int64"),
        }
    )  # fmt: skip
    found = known[known["ends"] >= since]
    return pd.concat([found, others], ignore_index=True) if len(others) else found


def anru_entries(base: Whole, _session: Session, _perimeter: Perimeter, _facts: Facts) -> Frame:
    """The first day of each person on a market of urban renewal."""
    contracts, assigned = base.kept.of(EmploymentContract), base.kept.of(Assignment)
    there = flagged(_anru_markets(base), int(assigned["market"].max(initial=0)) + 1)
    c = only(contracts, rows_of(contracts["id"], assigned["contract"][there[assigned["market"]]]))
    c = only(c, np.flatnonzero(c["state"].among((ContractState.CONFIRMED.value,))))
    every = Frame({name: c[key].astype("int64") for name, key in (("person", "person"), ("contract", "id"), ("starts", "starts"))})  # fmt: skip
    return every.sort_values(["starts", "contract"], kind="stable").drop_duplicates("person")


def _anru_markets(base: Whole) -> Array:
    o = base.operations
    renewal = o["id"][o["programme"].among((Programme.ANRU.value,))]
    return base.markets.index[base.markets["operation"].isin(renewal)].to_numpy(dtype="int64")


def follow_ups(base: Whole, session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    return _of_clause(base, facts_follow_up.follow_ups(session, perimeter, facts))


def _of_clause(base: Whole, rows: Frame) -> Frame:
    """The rows of contracts that serve a market with a clause."""
    if not len(rows):
        return rows
    assigned = base.kept.of(Assignment)
    serving = assigned["contract"][base.with_clause[assigned["market"]]]
    wanted = rows["contract"].to_numpy(dtype="int64")
    kept: Frame = rows[flagged(serving, int(wanted.max(initial=0)) + 1)[wanted]]
    return kept


def assessments(base: Whole, _session: Session, _perimeter: Perimeter, facts: Facts) -> Frame:
    every = base.kept.of(Eligibility)
    e = only(every, np.flatnonzero(every["proposed"] >= date(facts.first.year - 1, 1, 1).toordinal()))
    return Frame({"person": e["person"].astype("int64"), "state": e["state"].texts(), "proposed": e["proposed"].astype("int64")})  # fmt: skip


def owed(base: Whole, session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    months = list(months_between(date(facts.first.year - 1, 1, 1), min(facts.last, facts.as_of)))
    first = months[0].year * 12 + months[0].month - 1
    every = base.kept.of(Declaration)
    d = only(every, np.flatnonzero(every["month"] < first + len(months)))
    sent = Sent(
        d["market"].astype("int64"), d["company"].astype("int64"), d["month"].astype("int64") - first,
        d["sent"].astype("int64"), d["imported"] == 1,
    )  # fmt: skip
    return facts_owed.owed_of(session, perimeter, facts, months, sent)


def anru_totals(base: Whole, session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    ids = _anru_markets(base)
    every = base.kept.of(Declaration)
    rows = only(every, np.flatnonzero((every["draft"] == 0) & flagged(ids, int(every["market"].max(initial=0)) + 1)[every["market"]]))  # fmt: skip
    totals = {
        name: np.bincount(rows["market"], weights=np.where(rows["month"] // 12 == year, rows["worked"], 0))
        for name, year in (("total", facts.first.year), ("total_previous", facts.first.year - 1))
    }

    def total(name: str, market: int) -> int:
        return int(totals[name][market]) if market < len(totals[name]) else 0

    return facts_commitments.anru_of(session, perimeter, total)


WHOLE = {
    "places": places, "ended": ended, "anru_entries": anru_entries, "follow_ups": follow_ups, "assessments": assessments,
    "owed": owed, "anru": anru_totals,
}  # fmt: skip
