"""Classes of length of C11: employment contracts, hours of a person, contracts of a person. Pure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clause.consolidations.facts import NOBODY, OPEN, Facts
from clause.kernel.codes import Code


class Length(Code):
    """Length of an employment contract from its first to its last day, in whole months."""

    LT1 = "lt1", "Moins d'un mois"
    FROM_1 = "1_2", "De 1 à moins de 3 mois"
    FROM_3 = "3_5", "De 3 à moins de 6 mois"
    FROM_6 = "6_11", "De 6 à moins de 12 mois"
    GE12 = "ge12", "12 mois et plus"
    OPEN_ENDED = "open_ended", "Sans date de fin"


class HoursClass(Code):
    """Hours of a person in the period; 150 h are about a month of full time."""

    LT150 = "lt150", "Moins de 150 h"
    FROM_150 = "150_449", "De 150 à moins de 450 h"
    FROM_450 = "450_899", "De 450 à moins de 900 h"
    FROM_900 = "900_1606", "De 900 à moins de 1 607 h"
    GE1607 = "ge1607", "1 607 h et plus"


class Hires(Code):
    """Employment contracts of a person that have hours in the period."""

    ONE = "one", "Un contrat"
    TWO = "two", "Deux contrats"
    MORE = "three_or_more", "Trois contrats et plus"


LENGTHS = ((1, Length.LT1), (3, Length.FROM_1), (6, Length.FROM_3), (12, Length.FROM_6))
HOURS_CLASSES = (
    (15_000, HoursClass.LT150), (45_000, HoursClass.FROM_150), (90_000, HoursClass.FROM_450), (160_700, HoursClass.FROM_900),
)  # fmt: skip


def length_keys(facts: Facts) -> pd.Series:
    """The class of each contract, by whole months from the first day to the day after the last."""
    starts, ends = facts.contracts["starts"], facts.contracts["ends"]
    months = whole_months(starts, ends.where(ends < OPEN, starts))
    found = _classed(months, LENGTHS, Length.GE12)
    return found.where(ends < OPEN, Length.OPEN_ENDED.value)


def whole_months(starts: pd.Series, ends: pd.Series) -> pd.Series:
    """Whole months of contracts, ordinals of their first and last days (included)."""
    first, after = _days(starts), _days(ends + 1)
    months = _month(after) - _month(first)
    short = (after - after.astype("datetime64[M]")) < (first - first.astype("datetime64[M]"))
    return pd.Series(months - short.astype("int64"), index=starts.index)


def _days(ordinals: pd.Series) -> np.ndarray:
    return np.datetime64("0001-01-01", "D") + (ordinals.to_numpy(dtype="int64") - 1).astype("timedelta64[D]")


def _month(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[M]").astype("int64")


def hours_class_keys(facts: Facts) -> pd.Series:
    """The class of each person's hours in the period."""
    hours = facts.period
    return _classed(hours[hours["person"] != NOBODY].groupby("person")["real"].sum(), HOURS_CLASSES, HoursClass.GE1607)


def hires_keys(facts: Facts) -> pd.Series:
    """How many contracts of each person keep hours in the period."""
    hours = facts.period
    sums = hours[hours["contract"] != NOBODY].groupby(["person", "contract"])["real"].sum()
    counts = sums[sums > 0].groupby(level=0).size()
    return _classed(counts, ((2, Hires.ONE), (3, Hires.TWO)), Hires.MORE)


def _classed(values: pd.Series, bounds: tuple[tuple[int, Code], ...], last: Code) -> pd.Series:
    limits = [limit for limit, _ in bounds]
    names = np.array([*(code.value for _, code in bounds), last.value], dtype=object)
    return pd.Series(
        names[np.searchsorted(limits, values.to_numpy(dtype="int64"), side="right")], index=values.index, dtype="str"
    )
