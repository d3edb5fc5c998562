"""C10d: SIAE as holder, co-holder, subcontractor, supplier of people. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clause.consolidations import definitions as d
from clause.consolidations.facts import Facts, Frame
from clause.consolidations.report import Row, Table
from clause.consolidations.tables.coded import Integers, among, looked_up
from clause.consolidations.tables.company_keys import places
from clause.consolidations.tables.cuts import COMPANIES, HOURS, MARKETS, PARTICIPANTS, previous_columns, year_before
from clause.consolidations.tables.measures import grouped, number_or_zero, whole
from clause.kernel.codes import Code
from clause.organisations.codes import SIAE


class Part(Code):
    """What an SIAE does on a market."""

    HOLDER = "holder", "Titulaire"
    CO_HOLDER = "co_holder", "Cotraitante"
    SUBCONTRACTOR = "subcontractor", "Sous-traitante"
    SUPPLIER = "supplier", "Fournit du personnel"


# The roles of parties, in the order of the parts.
RANK = ["contractor", "co_contractor", "subcontractor"]
KEYS = pd.Index([part.value for part in Part], dtype="str")
SUPPLIER = list(Part).index(Part.SUPPLIER)
KINDS = sorted(kind.value for kind in SIAE)


@dataclass(frozen=True)
class Parts:
    """What each company is on each market: ``pairs`` are numbers of both, sorted; ``part`` a place in ``Part``."""

    span: int
    pairs: Integers
    part: Integers

    def of(self, market: Integers, company: Integers) -> Integers:
        """The part of each pair; a supplier where it has none on the market."""
        found = np.full(len(market), SUPPLIER, dtype="int64")
        if len(self.pairs):
            wanted = market * self.span + company
            at = np.searchsorted(self.pairs, wanted).clip(max=len(self.pairs) - 1)
            found = np.where((self.pairs[at] == wanted) & (company < self.span), self.part[at], found)
        return found


def _parts(facts: Facts) -> Parts:
    """The first role of each company on each market: holder, then co-holder, then subcontractor."""
    return facts.always("parts", lambda: _ranked(places(facts)))


def _ranked(every: Frame) -> Parts:
    roles, names = pd.factorize(every["role"])
    rank = np.array([RANK.index(name) for name in names], dtype="int64")[roles]
    market, company = every["market"].to_numpy(dtype="int64"), every["company"].to_numpy(dtype="int64")
    span = int(company.max(initial=0)) + 1
    numbers = market * span + company
    order = np.lexsort((rank, numbers))
    numbers = numbers[order]
    first = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1]))[: len(numbers)])
    return Parts(span, numbers[first], rank[order][first])


def siae_hours(facts: Facts) -> Frame:
    """The hours of the period of people that an SIAE employs, with ``company`` and its ``key``: what it is on the market."""
    return facts.once("siae hours", lambda: _siae_hours(facts))


def _siae_hours(facts: Facts) -> Frame:
    employers = facts.contracts.loc[facts.contracts["employer_type"].isin(KINDS), "company"]
    ids, companies = employers.index.to_numpy(dtype="int64"), employers.to_numpy(dtype="int64")
    company = looked_up(ids, companies, facts.period["contract"].to_numpy(dtype="int64"))
    found, company = facts.period[company >= 0], company[company >= 0]
    parts = _parts(facts).of(found["market"].to_numpy(dtype="int64"), company)
    made: Frame = found.assign(company=company, key=pd.Categorical.from_codes(parts, categories=KEYS))
    return made


def present(facts: Facts) -> Frame:
    """SIAE that have a part in a market that runs, or lent people who worked on one: market, company, key."""
    every, parts = places(facts), _parts(facts)
    kinds = every.loc[every["kind"].isin(KINDS), "company"]
    running = facts.markets.index[facts.ongoing(facts.first, facts.last)].to_numpy(dtype="int64")
    market, company = parts.pairs // parts.span, parts.pairs % parts.span
    named = among(company, kinds.to_numpy(dtype="int64")) & among(market, running)
    hours = siae_hours(facts)
    lent = (hours["market"].to_numpy(dtype="int64"), hours["company"].to_numpy(dtype="int64"), hours["key"].cat.codes.to_numpy(dtype="int64"))  # fmt: skip
    market, company, part = (np.concatenate(both) for both in zip((market[named], company[named], parts.part[named]), lent, strict=True))  # fmt: skip
    span = int(company.max(initial=0)) + 1
    pairs = pd.unique((market * span + company) * len(KEYS) + part)
    return pd.DataFrame(
        {
            "market": pairs // len(KEYS) // span, "company": pairs // len(KEYS) % span,
            "key": pd.Categorical.from_codes(pairs % len(KEYS), categories=KEYS),
        }
    )  # fmt: skip


def insertion_companies(facts: Facts) -> Table:
    """One row a part; an SIAE may have several, so companies and markets of the total are counts of their own."""
    hours, hours_before, found = siae_hours(facts), siae_hours(year_before(facts)), present(facts)
    sums, sums_before = grouped(hours, "key"), grouped(hours_before, "key")
    counted = found.groupby("key", observed=False)[["company", "market"]].nunique()
    rows = tuple(
        Row(
            part.value, part.label,
            {
                "companies": number_or_zero(counted, part.value, "company"), "markets": number_or_zero(counted, part.value, "market"),
                "hours": number_or_zero(sums, part.value, "hours"), "participants": number_or_zero(sums, part.value, "participants"),
                "hours_previous": number_or_zero(sums_before, part.value, "hours"),
                "participants_previous": number_or_zero(sums_before, part.value, "participants"),
            },
        )
        for part in Part
    )  # fmt: skip
    total, total_before = whole(hours), whole(hours_before)
    return Table(
        "C10d", "Structures d'insertion (SIAE)", "Place de la SIAE sur le marché",
        (COMPANIES, MARKETS, HOURS, PARTICIPANTS, *previous_columns(facts)), rows,
        total={
            "companies": int(found["company"].nunique()), "markets": int(found["market"].nunique()), "hours": total["hours"],
            "participants": total["participants"], "hours_previous": total_before["hours"],
            "participants_previous": total_before["participants"],
        },
        notes=(d.SIAE_PART, d.MONTH_OF_WORK, d.DISTINCT), summed=frozenset({"hours", "hours_previous"}),
        sensitive=frozenset({"hours", "participants", "hours_previous", "participants_previous"}),
    )  # fmt: skip


def pairs(facts: Facts, row: str) -> frozenset[tuple[int, int]]:
    """Market and contract of the hours of a row, or of all."""
    hours = siae_hours(facts)
    wanted = hours if row == "total" else hours[hours["key"] == row]
    return frozenset(zip(wanted["market"].astype(int), wanted["contract"].astype(int), strict=True))


def markets_of(facts: Facts, row: str) -> frozenset[int]:
    found = present(facts)
    return frozenset(int(m) for m in (found if row == "total" else found[found["key"] == row])["market"])


__all__ = ["Part", "insertion_companies", "markets_of", "pairs"]
