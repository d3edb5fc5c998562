"""Which key each company bears in C10: size, section of the NAF, first clause or not. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from clause.consolidations.facts import NOBODY, OPEN, Facts, Frame, frame
from clause.consolidations.tables.coded import UNKNOWN, Integers, coded, looked_up, numbered
from clause.consolidations.tables.cuts import Keys
from clause.consolidations.tables.nomenclatures import NAF_SECTIONS
from clause.kernel.codes import Code

HOLDERS = ("contractor", "co_contractor")
PLACES: dict[str, str] = {
    "market": "int64",
    "company": "int64",
    "role": "str",
    "kind": "str",
    "naf": "str",
    "workforce": "int64",
}
NO_WORKFORCE = -1


class Size(Code):
    """People that the company employs (field.md § 2.2)."""

    LT10 = "lt10", "Moins de 10 salariés"
    FROM_10 = "10_49", "De 10 à 49"
    FROM_50 = "50_199", "De 50 à 199"
    FROM_200 = "200_999", "De 200 à 999"
    GE1000 = "ge1000", "1 000 et plus"
    UNKNOWN = "unknown", "Effectif inconnu"


class First(Code):
    FIRST = "first", "A son premier marché avec clause dans l'année"
    AGAIN = "again", "En avait déjà tenu un"
    UNKNOWN = "unknown", "Marché sans titulaire enregistré"


SECTIONS = (*(letter for _last, letter, _label in NAF_SECTIONS), UNKNOWN)
BOTH = (First.FIRST.value, First.AGAIN.value)


def places(facts: Facts) -> Frame:
    """Every company of every market, with the kind, NAF and workforce of its establishment there."""
    return facts.more.get("places", frame((), PLACES))


def _largest(facts: Facts) -> Frame:
    """Of each company the establishment with the largest workforce; the last code of the NAF where several have it."""
    return facts.always("largest", lambda: largest(places(facts)))


def largest(every: Frame) -> Frame:
    naf, codes = pd.factorize(every["naf"], sort=True)
    company, workforce = every["company"].to_numpy(dtype="int64"), every["workforce"].to_numpy(dtype="int64")
    order = np.lexsort((-naf, -workforce, company))
    first = np.ones(len(order), dtype="bool")
    first[1:] = company[order][1:] != company[order][:-1]
    kept = order[first]
    index = pd.Index(company[kept], name="company")
    return pd.DataFrame(
        {"workforce": workforce[kept], "naf": pd.Series(codes, dtype="str").array.take(naf[kept])}, index=index
    )


def size_keys(facts: Facts) -> pd.Series:
    found = _largest(facts)["workforce"]
    names = pd.array([*(m.value for m in Size if m is not Size.UNKNOWN), UNKNOWN], dtype="str")
    sizes = np.searchsorted([10, 50, 200, 1000], found.to_numpy(dtype="int64"), side="right")
    return pd.Series(names.take(np.where(found >= 0, sizes, len(names) - 1)), index=found.index)


def section_keys(facts: Facts) -> pd.Series:
    found = _largest(facts)["naf"]
    places, codes = pd.factorize(found)
    sections = pd.array([*(section(str(code)) for code in codes), UNKNOWN], dtype="str")
    return pd.Series(sections.take(places), index=found.index)


def section(naf: str) -> str:
    """The section of a code such as 41.20B: by its first two figures; a letter alone is a section."""
    if naf[:2].isdigit():
        return next((letter for last, letter, _label in NAF_SECTIONS if int(naf[:2]) <= last), UNKNOWN) if naf[:2] != "00" else UNKNOWN  # fmt: skip
    return naf[:1].upper() if naf[:1].upper() in SECTIONS else UNKNOWN


def section_labels(_facts: Facts) -> Mapping[str, str]:
    return {letter: f"{letter} – {label}" for _last, letter, label in NAF_SECTIONS}


def first_keys(facts: Facts) -> pd.Series:
    """Whether the first market with a clause that the company held begins in the period."""
    company, starts = facts.always("first markets", lambda: _first_markets(facts))
    began = (starts < facts.first.toordinal()).astype("int64")
    return pd.Series(pd.array(BOTH, dtype="str").take(began), index=pd.Index(company, name="company"))


def _first_markets(facts: Facts) -> tuple[Integers, Integers]:
    """The companies that hold markets which may run, and the day when the first of them begins."""
    m = facts.markets.loc[facts.markets["may_run"], "starts"]
    starts = looked_up(
        m.index.to_numpy(dtype="int64"), m.to_numpy(dtype="int64"), facts.parties["market"].to_numpy(dtype="int64")
    )
    held, older = starts >= 0, facts.older.held
    holders = (facts.parties["company"].to_numpy(dtype="int64")[held], older["company"].to_numpy(dtype="int64"))
    company, places = numbered(np.concatenate(holders))
    first = np.full(len(company), OPEN, dtype="int64")
    np.minimum.at(first, places, np.concatenate((starts[held], older["starts"].to_numpy(dtype="int64"))))
    return company, first


def of_contractor(keys: Keys) -> Keys:
    """The key of the contractor of each market: the hours of a market are its contractor's."""

    def by_market(facts: Facts) -> pd.Series:
        found = coded(keys(facts))
        places = found.of(facts.always("contractors", lambda: _contractors(facts)))
        names = pd.array(found.keys, dtype="str")
        return pd.Series(names.take(np.where(places < 0, found.unknown, places)), index=facts.markets.index)

    return by_market


def _contractors(facts: Facts) -> Integers:
    """The contractor of each market; NOBODY where it has none."""
    held = facts.parties[facts.parties["role"] == HOLDERS[0]]
    ids, markets = held["market"].to_numpy(dtype="int64"), facts.markets.index.to_numpy(dtype="int64")
    found = looked_up(ids, held["company"].to_numpy(dtype="int64"), markets)
    return np.where(found < 0, NOBODY, found)
