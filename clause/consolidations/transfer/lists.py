"""Authorities and companies of a structure's year by SIREN, so that each is counted once nationally. Pure, on facts.

A company is its SIREN: no name, which may be somebody's. Authorities bear theirs, as in C09.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from clause.consolidations.facts import Facts, Frame
from clause.consolidations.tables import company_keys as c
from clause.consolidations.tables.cuts import UNKNOWN, running_holders, year_before
from clause.consolidations.tables.insertion_companies import present
from clause.kernel.values import hours_number

Line = dict[str, Any]
AUTHORITY_COUNTS = ("operations", "markets", "hours", "operations_previous", "markets_previous", "hours_previous")
COMPANY_COUNTS = ("held", "markets", "hours", "held_previous")


def authorities(facts: Facts) -> list[Line]:
    """One line an authority that has a running operation, or hours, in the year or in the one before; by SIREN."""
    sums = _together({**_of_authorities(facts), **_previous(_of_authorities(year_before(facts)))})
    known = facts.authorities
    lines = [
        {
            "siren": str(known.at[buyer, "siren"]), "name": str(known.at[buyer, "name"]),
            "type": str(known.at[buyer, "kind"]) or UNKNOWN, **_counts(sums, buyer, AUTHORITY_COUNTS),
        }
        for buyer in sums.index
        if any(sums.loc[buyer] != 0)
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line["siren"])


def _of_authorities(facts: Facts) -> dict[str, pd.Series]:
    running = facts.markets[facts.ongoing(facts.first, facts.last)].groupby("authority")
    worked = facts.period.join(facts.markets["authority"], on="market", how="inner").groupby("authority")["real"].sum()
    return {"operations": running["operation"].nunique(), "markets": running.size(), "hours": worked}


def companies(facts: Facts, sirens: Mapping[int, str]) -> list[Line]:
    """One line a company that ever held a market with a clause, or that is an SIAE with a part in the year; by SIREN.

    ``held`` counts the running markets it holds alone or jointly, ``markets`` and ``hours`` those it is the contractor of
    (C10), ``first`` whether its first market begins in the year, ``siae`` its parts as an insertion structure (C10d).
    """
    sums = _together({**_of_companies(facts), "held_previous": _held(year_before(facts))})
    first, parts = c.first_keys(facts), _parts(facts)
    traits = {"type": _kinds(facts), "sector": c.section_keys(facts), "size": c.size_keys(facts)}
    lines = [
        {
            "siren": sirens[company], **{name: str(keys.get(company, "") or UNKNOWN) for name, keys in traits.items()},
            "first": str(first.get(company, "")) == c.First.FIRST.value, **_counts(sums, company, COMPANY_COUNTS),
            "siae": parts.get(company, []),
        }
        for company in sorted({*sums.index, *first.index, *parts})
        if company in sirens
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line["siren"])


def company_ids(facts: Facts) -> list[int]:
    """The companies whose SIREN ``companies`` needs."""
    named = (facts.parties["company"], c.places(facts)["company"], present(facts)["company"])
    return sorted({int(company) for found in named for company in found.unique()})


def _of_companies(facts: Facts) -> dict[str, pd.Series]:
    contractors = facts.parties[facts.parties["role"] == c.HOLDERS[0]].set_index("market")["company"]
    running = facts.markets.index[facts.ongoing(facts.first, facts.last)]
    worked = facts.period.groupby("market")["real"].sum().to_frame().join(contractors, how="inner")
    return {
        "held": _held(facts),
        "markets": contractors[contractors.index.isin(running)].value_counts(),
        "hours": worked.groupby("company")["real"].sum(),
    }


def _held(facts: Facts) -> pd.Series:
    return cast(pd.Series, running_holders(facts).groupby("company")["market"].nunique())


def _kinds(facts: Facts) -> pd.Series:
    return c.places(facts).sort_values(["company", "kind"]).drop_duplicates("company").set_index("company")["kind"]


def _parts(facts: Facts) -> dict[int, list[str]]:
    found = present(facts)[["company", "key"]].drop_duplicates().groupby("company")["key"]
    return {int(cast(Any, company)): sorted(str(key) for key in keys) for company, keys in found}


def _together(series: Mapping[str, pd.Series]) -> Frame:
    joined = pd.concat([held.rename(name) for name, held in series.items()], axis=1)
    return joined.fillna(0).astype("int64").sort_index()


def _previous(series: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    return {f"{name}_previous": held for name, held in series.items()}


def _counts(sums: Frame, row: Any, names: tuple[str, ...]) -> Line:
    found = {name: int(cast(Any, sums.at[row, name])) if row in sums.index else 0 for name in names}
    return {name: hours_number(value) if name.startswith("hours") else value for name, value in found.items()}
