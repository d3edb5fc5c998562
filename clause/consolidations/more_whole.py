"""The other grains (``more_facts``) of the whole base, from folios: the same frames as the SQL of a part of it."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, Eligibility, EmploymentContract
from clause.consolidations import facts_commitments, facts_follow_up, facts_owed
from clause.consolidations.columns import NOBODY, Array, Frame, frame
from clause.consolidations.facts import Facts
from clause.consolidations.facts_owed import Sent
from clause.consolidations.folios.packing import Columns, joined, only
from clause.consolidations.perimeter import Perimeter
from clause.consolidations.reading.arrays import flagged, rows_of
from clause.consolidations.reading.whole import Whole
from clause.consolidations.tables.anru import ANRU
from clause.consolidations.tables.people_frames import ENDED, PLACEMENTS, QUALIFICATIONS
from clause.hours.models import Declaration
from clause.hours.reporting.queries.obligations import rhythms_of_hours
from clause.kernel.values import months_between
from clause.markets.codes import AnruBase, Programme
from clause.markets.models import Market
from clause.organisations.models import Structure


def places(base: Whole, _session: Session, _perimeter: Perimeter, _facts: Facts) -> Frame:
    """Of the markets that no frame holds each establishment once, on no market: it may still be the largest of its company."""
    p = base.every_party
    held = flagged(base.markets.index.to_numpy(dtype="int64"), len(base.with_clause))[p["market"]]
    older = _once(only(p, np.flatnonzero(~held)))
    rows = joined([only(p, np.flatnonzero(held)), {**older, "market": np.full(len(older["company"]), NOBODY)}])
    e = base.employers(rows["establishment"])
    return Frame(
        {
            "market": rows["market"].astype("int64"), "company": rows["company"].astype("int64"), "role": rows["role"].texts(),
            "kind": e["kind"].texts(), "naf": e["naf"].texts(), "workforce": e["workforce"].astype("int64"),
        }
    )  # fmt: skip


def _once(parties: Columns) -> Columns:
    """One row for each company and establishment."""
    pairs = pd.Series(parties["company"].astype("int64") * 2**31 + parties["establishment"])
    return only(parties, np.flatnonzero(~pairs.duplicated().to_numpy()))


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
    """The markets of urban renewal with a clause, of all times."""
    o, m = base.operations, base.every_market
    renewal = flagged(o["id"][o["programme"].among((Programme.ANRU.value,))], int(m["operation"].max(initial=0)) + 1)
    return m["id"][renewal[m["operation"]]].astype("int64")


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
    return facts_owed.owed_of(facts, months, sent, _special(base, session))


def _special(base: Whole, session: Session) -> facts_owed.Special:
    own, shared = _settings(base), _of_structures(session)
    m = base.kept.of(Market)
    special = m["parameters"].mapped(lambda name: facts_owed.is_special(own[name]), "bool")
    special |= np.isin(m["structure"], [key for key, values in shared.items() if facts_owed.is_special(values)])
    rhythms = rhythms_of_hours(session, Market.clause_kind.is_not(None))
    special = np.flatnonzero((special | np.isin(m["id"], list(rhythms))) & base.with_clause[m["id"]])
    rows = [
        (int(m["id"][row]), own[m["parameters"].names[m["parameters"].places[row]]], shared[int(m["structure"][row])])
        for row in special
    ]
    return facts_owed.special_of(rows, rhythms)


def _settings(base: Whole) -> dict[str, facts_owed.Settings]:
    """The settings of markets, by their JSON text."""
    return {name: json.loads(name) if name else {} for name in base.kept.of(Market)["parameters"].names}


def _of_structures(session: Session) -> dict[int, facts_owed.Settings]:
    return {key: values for key, values in session.execute(select(Structure.id, Structure.parameters))}  # noqa: C416 - rows, not pairs


def anru_totals(base: Whole, session: Session, _perimeter: Perimeter, facts: Facts) -> Frame:
    ids = _anru_markets(base)
    every = base.kept.of(Declaration)
    rows = only(every, np.flatnonzero((every["draft"] == 0) & flagged(ids, int(every["market"].max(initial=0)) + 1)[every["market"]]))  # fmt: skip
    length = int(max(ids.max(initial=0), rows["market"].max(initial=0))) + 1
    total, before = (
        np.bincount(rows["market"], weights=np.where(rows["month"] // 12 == year, rows["worked"], 0), minlength=length)
        for year in (facts.first.year, facts.first.year - 1)
    )
    shown = flagged(base.markets.index.to_numpy(dtype="int64"), length)[:length]
    ids = ids[shown[ids] | (total[ids] > 0) | (before[ids] > 0)]
    bases, rates = _asked_of(base, session, ids)
    records = [(int(i), bases[n], rates[n], int(total[i]), int(before[i])) for n, i in enumerate(ids)]
    return frame(records, ANRU).set_index("market")


BASES = {base.value: base for base in AnruBase}


def _asked_of(base: Whole, session: Session, ids: Array) -> tuple[list[str], list[int]]:
    """The base and the rate of each of these markets; a rate is worked out once for the same settings."""
    own, shared = _settings(base), _of_structures(session)
    every = base.kept.of(Market)
    m = only(every, rows_of(every["id"], ids))
    kinds = [BASES.get(name) for name in m["anru_base"].names]

    @cache
    def rate(kind: int, values: int, structure: int) -> int:
        return facts_commitments.rate_of(kinds[kind], shared[structure], own[m["parameters"].names[values]])

    places = m["anru_base"].places.tolist()
    rates = [rate(*row) for row in zip(places, m["parameters"].places.tolist(), m["structure"].tolist(), strict=True)]
    return [(kinds[place] or AnruBase.WORKS).value for place in places], rates


def qualifications(base: Whole, session: Session, perimeter: Perimeter, facts: Facts) -> Frame:
    read = facts_follow_up.qualifications_of(session, facts)
    without = read[read["contract"] == NOBODY]
    of_clause = _of_clause(base, read[read["contract"] != NOBODY])
    return pd.concat([without, of_clause])[list(QUALIFICATIONS)].reset_index(drop=True)


def placements(base: Whole, session: Session, _perimeter: Perimeter, _facts: Facts) -> Frame:
    read = facts_follow_up.placements_of(session)
    found: Frame = read[base.with_clause[read["market"].to_numpy(dtype="int64")]][list(PLACEMENTS)]
    return found


WHOLE = {
    "places": places, "ended": ended, "anru_entries": anru_entries, "follow_ups": follow_ups, "assessments": assessments,
    "qualifications": qualifications, "placements": placements, "owed": owed, "anru": anru_totals,
}  # fmt: skip
