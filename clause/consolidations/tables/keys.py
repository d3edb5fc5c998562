"""Which key each market, contract or person bears in each cut. Pure: facts in, a Series of keys by id out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

import numpy as np
import pandas as pd

from clause.candidates.codes import Mode
from clause.candidates.rules.ages import age_class, plie_age
from clause.consolidations.facts import Facts
from clause.consolidations.tables.cuts import UNKNOWN
from clause.consolidations.tables.nomenclatures import CPV_DIVISIONS, ROME_DOMAINS
from clause.kernel.codes import Code, by_value
from clause.kernel.values import fold
from clause.markets.codes import ClauseKind
from clause.markets.rules.legal import legal_basis, regime
from clause.organisations.codes import BuyerType, EmployerType

Keys = Callable[[Facts], pd.Series]
Labels = Callable[[Facts], Mapping[str, str]]


def labels_of(code: type[Code]) -> Labels:
    found = {m.value: m.label for m in code}
    return lambda _facts: found


def order_of(code: type[Code]) -> tuple[str, ...]:
    return tuple(m.value for m in code)


def column(frame: str, name: str) -> Keys:
    """The code kept in a column of a frame, « unknown » where there is none."""
    return lambda facts: cast(pd.Series, getattr(facts, frame)[name].replace("", UNKNOWN))


# People


def _by_age(classes: Callable[[int | None], Code]) -> Keys:
    def keys(facts: Facts) -> pd.Series:
        ages = facts.people["age"]
        found = {age: classes(age if age >= 0 else None).value for age in ages.unique()}
        return ages.map(found).astype("str")

    return keys


age_keys = _by_age(age_class)
plie_age_keys = _by_age(plie_age)


def publics_keys(facts: Facts) -> pd.Series:
    """Every public of each person: a person comes once for each."""
    return facts.publics.set_index("person")["public"].astype("str")


def each(texts: pd.Series, of: Callable[[str], str]) -> pd.Series:
    """A change made once to each distinct text of a column."""
    places, found = pd.factorize(texts)
    changed = pd.array(np.array([of(str(text)) for text in found] or [""], dtype="object"), dtype="str")
    return pd.Series(changed.take(places), index=texts.index)


def _slug(text: str) -> str:
    return fold(text) if text.strip() else UNKNOWN


def _named(frame: str, name: str) -> tuple[Keys, Labels]:
    """Keys and labels of free text: spellings that differ by accents or capitals are one; its commonest one is shown."""

    def keys(facts: Facts) -> pd.Series:
        return each(getattr(facts, frame)[name], _slug)

    def labels(facts: Facts) -> Mapping[str, str]:
        texts = getattr(facts, frame)[name].value_counts()
        found: dict[str, str] = {}
        for text, _count in sorted(texts.items(), key=lambda pair: (-pair[1], pair[0])):
            found.setdefault(_slug(text), text.strip())
        return {key: text for key, text in found.items() if key != UNKNOWN}

    return keys, labels


commune_keys, commune_labels = _named("people", "commune")
prescriber_keys, prescriber_labels = _named("people", "prescriber")


# Contracts


def mode_and_employer_keys(facts: Facts) -> pd.Series:
    """``direct_hire/company``: mode of realisation and type of the employer."""
    c = facts.contracts
    return (c["mode"] + "/" + c["employer_type"]).astype("str")


MODE_AND_EMPLOYER = {f"{m.value}/{e.value}": f"{m.label} / {e.short}" for m in Mode for e in EmployerType}


def rome_keys(facts: Facts) -> pd.Series:
    """The ROME code; where it is missing the job as written, prefixed, for it is not a code."""
    c = facts.contracts
    job = each(c["job"], lambda text: f"libelle:{fold(text)}" if text.strip() else UNKNOWN)
    rome = each(c["rome"], lambda text: text.strip().upper())
    return rome.where(rome != "", job).astype("str")


def rome_labels(facts: Facts) -> Mapping[str, str]:
    c = facts.contracts
    coded = {code: _rome_label(code) for code in {text.strip().upper() for text in c["rome"].unique()} if code}
    written: dict[str, str] = {}
    for job in sorted(c["job"].unique()):
        written.setdefault(f"libelle:{fold(job)}", job.strip())
    return {**written, **coded}


def _rome_label(code: str) -> str:
    domain = ROME_DOMAINS.get(code[:1])
    return f"{code} ({domain})" if domain else code


# Markets


def cpv_keys(facts: Facts) -> pd.Series:
    divisions = {division: division for division in CPV_DIVISIONS}
    return each(facts.markets["cpv"], lambda text: divisions.get(text.strip()[:2], UNKNOWN))


def cpv_labels(_facts: Facts) -> Mapping[str, str]:
    return {division: f"{division} – {label}" for division, label in CPV_DIVISIONS.items()}


def buyer_type_keys(facts: Facts) -> pd.Series:
    return facts.markets["authority"].map(facts.authorities["kind"]).replace("", UNKNOWN).astype("str")


def buyer_keys(facts: Facts) -> pd.Series:
    """The SIREN of the authority."""
    return facts.markets["authority"].map(facts.authorities["siren"]).astype("str")


def buyer_labels(facts: Facts) -> Mapping[str, str]:
    return dict(zip(facts.authorities["siren"], facts.authorities["name"], strict=True))


def articles(facts: Facts) -> Mapping[str, Mapping[str, str]]:
    """Of each kind of clause, the articles under which the markets that have hours or run in the period were launched."""
    active = facts.ongoing(facts.first, facts.last) | facts.markets.index.isin(facts.period["market"])
    m = facts.markets[active]
    buyers = m["authority"].map(facts.authorities["kind"])
    columns = (m["clause_kind"], buyers, m["consultation"], m["notification"], m["starts"])
    launched = set(zip(*(column.tolist() for column in columns), strict=True))
    found: dict[str, set[str]] = {}
    for kind, buyer, consultation, notification, starts in launched:
        said = _article(kind, buyer, consultation, notification or date.fromordinal(starts))
        found.setdefault(str(kind), set()).add(said)
    return {"article": {kind: " ; ".join(sorted(filter(None, said))) for kind, said in found.items()}}


def article(facts: Facts, market: Any) -> str:
    """« art. 38 I », « L2112-2 »: of one row of ``Facts.markets`` (LEG-01, LEG-02); empty where the regime has none for the kind."""
    buyer = str(facts.authorities.at[market.authority, "kind"])
    day = market.notification or date.fromordinal(market.starts)
    return _article(market.clause_kind, buyer, market.consultation, day)


@lru_cache(maxsize=100_000)
def _article(clause_kind: str, buyer: str, consultation: date | None, day: date) -> str:
    legal = regime(consultation, day, cast(BuyerType, by_value(BuyerType, buyer)))
    clause = cast(ClauseKind, by_value(ClauseKind, clause_kind))
    return (legal_basis(clause, legal.regime) or "") if legal else ""
