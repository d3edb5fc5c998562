"""The frames of C12b, C13 and C14: their columns, and who is due for a follow-up. Pure.

Days are ordinals; an open or unknown one is ``OPEN``. ``NOT_KNOWN`` is an answer that was not given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from clause.candidates.follow_up.codes import Moment
from clause.candidates.follow_up.rules import AFTER_END, AFTER_ENTRY
from clause.consolidations.columns import EPOCH
from clause.consolidations.facts import OPEN, Facts, Frame, frame

NOT_KNOWN = -1
MOMENTS = tuple(Moment)
FOLLOW_UPS = {
    "person": "int64",
    "contract": "int64",
    "moment": "str",
    "situation": "str",
    "same": "int64",
    "replied": "bool",
}
ANRU_ENTRIES = {"person": "int64", "contract": "int64", "starts": "int64"}
ENDED = {"contract": "int64", "person": "int64", "mode": "str", "starts": "int64", "ends": "int64"}
QUALIFICATIONS = {"person": "int64", "title": "str", "level": "str", "state": "str", "begun": "int64", "ended": "int64"}
ASSESSMENTS = {"person": "int64", "state": "str", "proposed": "int64"}
PLACEMENTS = {
    "person": "int64",
    "title": "str",
    "state": "str",
    "not_kept": "str",
    "proposed": "int64",
    "answered": "int64",
}
DUE = {"person": "int64", "contract": "int64", "moment": "str", "on": "int64"}


def of(facts: Facts, name: str, columns: dict[str, str]) -> Frame:
    """A frame of another grain; empty where it was not read."""
    return facts.more[name] if name in facts.more else frame((), columns)


def in_period(facts: Facts, days: pd.Series) -> pd.Series:
    """Days of the period that the report knows of."""
    return days.between(facts.first.toordinal(), min(facts.last, facts.as_of).toordinal())


def days_of(ordinals: pd.Series) -> np.ndarray:
    return np.datetime64("0001-01-01", "D") + (ordinals.to_numpy(dtype="int64") - 1).astype("timedelta64[D]")


def months_of(ordinals: pd.Series) -> np.ndarray:
    """The month of each day, as its year times twelve and its number from 1."""
    return days_of(ordinals).astype("datetime64[M]").astype("int64") + 1970 * 12 + 1


def months_later(ordinals: pd.Series, months: int) -> pd.Series:
    """The same day some months later; the last day of the month where it has none."""
    days = days_of(ordinals)
    first = days.astype("datetime64[M]")
    target = first + np.timedelta64(months, "M")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(
        "int64"
    )
    rank = np.minimum((days - first.astype("datetime64[D]")).astype("int64"), length - 1)
    found = target.astype("datetime64[D]").astype("int64") + rank + EPOCH
    return pd.Series(found, index=ordinals.index, dtype="int64")


def last_of_series(contracts: Frame) -> Frame:
    """Contracts that have an end, and that no other one of the person overlaps or follows on the next day."""
    who, starts, ends = (contracts[name].to_numpy(dtype="int64") for name in ("person", "starts", "ends"))
    backwards = np.lexsort((contracts["contract"].to_numpy(dtype="int64"), ends, who))[::-1]
    who, starts, ends = who[backwards], starts[backwards], ends[backwards]
    other = np.ones(len(who), dtype="bool")
    other[1:] = who[1:] != who[:-1]
    # The earliest start so far among the contracts of the person: each person is put below the one before.
    below = np.cumsum(other) * (2 * OPEN)
    earliest = np.minimum.accumulate(starts - below) + below if len(who) else starts
    later = np.concatenate((starts[:1], earliest[:-1]))
    goes_on = ~other & (later <= ends + 1)
    return contracts.iloc[backwards[~goes_on & (ends < OPEN)]]


def every_due(facts: Facts) -> Frame:
    """The follow-ups ever due: person, contract, moment (its place in ``MOMENTS``), on (see ``clause.candidates.follow_up.rules``)."""
    ends = last_of_series(of(facts, "ended", ENDED))
    entries = of(facts, "anru_entries", ANRU_ENTRIES)
    parts = [
        _moment(ends, Moment.CONTRACT_END, ends["ends"]),
        _moment(ends, Moment.SIX_MONTHS_AFTER, months_later(ends["ends"], AFTER_END)),
        *(_moment(entries, moment, months_later(entries["starts"], months)) for moment, months in AFTER_ENTRY.items()),
    ]
    return pd.concat(parts, ignore_index=True).astype({**DUE, "moment": "int64"})


def _moment(rows: Frame, moment: Moment, on: pd.Series) -> Frame:
    return rows[["person", "contract"]].assign(moment=MOMENTS.index(moment), on=on)
