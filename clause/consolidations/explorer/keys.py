"""Keys that the explorer divides by and no table of the year does. Pure: facts in, a Series of keys by id out.

``facts.more["works"]`` is one row a market (see ``reading``), ``facts.more["employers"]`` one a company that employs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from clause.consolidations.facts import Facts, Frame
from clause.consolidations.tables.company_keys import HOLDERS
from clause.consolidations.tables.cuts import UNKNOWN, or_unknown
from clause.consolidations.tables.keys import each
from clause.kernel.codes import by_value
from clause.kernel.values import fold
from clause.markets.rules.legal import regime
from clause.organisations.codes import BuyerType

ORDINALS = ("1er", "2e", "3e", "4e")


def works(facts: Facts) -> Frame:
    return facts.more["works"]


def market_keys(facts: Facts) -> pd.Series:
    return works(facts)["address"]


def market_labels(facts: Facts) -> Mapping[str, str]:
    w = works(facts).join(facts.markets[["reference", "title"]])
    return dict(zip(w["address"], w["reference"] + " – " + w["title"], strict=True))


def operation_keys(facts: Facts) -> pd.Series:
    return works(facts)["operation_address"]


def operation_labels(facts: Facts) -> Mapping[str, str]:
    w = works(facts).drop_duplicates("operation_address")
    return dict(zip(w["operation_address"], w["operation_reference"] + " – " + w["operation_title"], strict=True))


def lot_keys(facts: Facts) -> pd.Series:
    return each(works(facts)["lot"], _folded)


def lot_labels(facts: Facts) -> Mapping[str, str]:
    return _spelt(works(facts)["lot"], "Lot ")


def place_keys(facts: Facts) -> pd.Series:
    """The commune of the operation."""
    return each(works(facts)["commune"], _folded)


def place_labels(facts: Facts) -> Mapping[str, str]:
    return _spelt(works(facts)["commune"])


def programme_keys(facts: Facts) -> pd.Series:
    return works(facts)["programme"]


def objective_mode_keys(facts: Facts) -> pd.Series:
    return works(facts)["objective_mode"]


def structure_keys(facts: Facts) -> pd.Series:
    """The structure that leads."""
    return works(facts)["structure"]


def structure_labels(facts: Facts) -> Mapping[str, str]:
    return {name: name for name in works(facts)["structure"].unique()}


def regime_keys(facts: Facts) -> pd.Series:
    """The legal regime of each market, by the day of its consultation (LEG-01)."""
    m = facts.markets
    kinds = m["authority"].map(facts.authorities["kind"])
    told = zip(kinds, m["consultation"], m["notification"], m["starts"], strict=True)
    known: dict[tuple[object, ...], str] = {}
    return pd.Series([known.setdefault(t, _regime(*t)) for t in told], index=m.index, dtype="str")


def _regime(kind: str, consultation: date | None, notification: date | None, starts: int) -> str:
    if not kind:
        return UNKNOWN
    found = regime(consultation, notification or date.fromordinal(starts), by_value(BuyerType, kind))  # type: ignore[arg-type]  # an unknown kind has no regime
    return found.regime.value if found else UNKNOWN


def contractor_keys(facts: Facts) -> pd.Series:
    """The SIREN of the contractor of each market."""
    held = facts.parties[facts.parties["role"] == HOLDERS[0]].set_index("market")["company"]
    return or_unknown(held.reindex(facts.markets.index).map(facts.companies["siren"]))


def contractor_labels(facts: Facts) -> Mapping[str, str]:
    return dict(zip(facts.companies["siren"], facts.companies["name"], strict=True))


def employer_keys(facts: Facts) -> pd.Series:
    """The SIREN of the employer of each contract."""
    return or_unknown(facts.contracts["company"].map(facts.more["employers"]["siren"]))


def employer_labels(facts: Facts) -> Mapping[str, str]:
    employers = facts.more["employers"]
    return dict(zip(employers["siren"], employers["name"], strict=True))


def quarter(month: date) -> str:
    """« 2026-T1 »."""
    return f"{month.year}-T{(month.month + 2) // 3}"


def quarter_label(key: str) -> str:
    year, _, number = key.partition("-T")
    return f"{ORDINALS[int(number) - 1]} trimestre {year}"


def _folded(text: str) -> str:
    return fold(text) if text.strip() else UNKNOWN


def _spelt(texts: pd.Series, before: str = "") -> Mapping[str, str]:
    """Spellings that differ by accents or capitals are one key; the first of them in order is shown."""
    found: dict[str, str] = {}
    for text in sorted(texts.unique()):
        found.setdefault(_folded(text), f"{before}{text.strip()}")
    return {key: text for key, text in found.items() if key != UNKNOWN}
