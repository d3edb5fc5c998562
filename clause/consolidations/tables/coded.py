"""Whole numbers in place of keys and ids: a key is a place in a list, so that groups are counted by adding at places. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from clause.consolidations.facts import NOBODY, Facts, Frame

UNKNOWN = "unknown"
Integers = Any  # a numpy array of int64
DENSE = 1_000_000  # groups × people under which a table of them all costs less than looking for the pairs


@dataclass(frozen=True)
class Coded:
    """The key of ids: ``places`` in ``keys``, which are sorted and hold « unknown »; -1 is no key. An id may come twice."""

    ids: Integers
    places: Integers
    keys: tuple[str, ...]

    @cached_property
    def unknown(self) -> int:
        return self.keys.index(UNKNOWN)

    @cached_property
    def once(self) -> bool:
        """Whether each id comes once."""
        return bool(len(self.ids) == 0 or np.bincount(self.ids).max(initial=0) <= 1)

    def of(self, ids: Integers) -> Integers:
        """The place of each of these ids, -1 where it has no key."""
        return looked_up(self.ids, self.places, ids)


def coded(keys: pd.Series) -> Coded:
    """The keys of a Series indexed by integer ids."""
    places, found = pd.factorize(keys)
    names = sorted({*(str(key) for key in found), UNKNOWN})
    place = {name: number for number, name in enumerate(names)}
    rank = np.array([*(place[str(key)] for key in found), -1], dtype="int64")
    return Coded(keys.index.to_numpy(dtype="int64"), rank[places], tuple(names))


def looked_up(ids: Integers, values: Integers, wanted: Integers) -> Integers:
    """The value of each wanted id, -1 where there is none. Ids are row numbers: a table as long as the largest is short."""
    table = np.full(max(ids.max(initial=0), wanted.max(initial=0)) + 1, -1, dtype="int64")
    table[ids] = values
    return table[wanted]


def among(ids: Integers, wanted: Integers) -> Integers:
    """Which ids are wanted: a table of flags, for ids are row numbers."""
    there = np.zeros(int(max(ids.max(initial=0), wanted.max(initial=0))) + 1, dtype="bool")
    there[wanted] = True
    return there[ids]


def different(ids: Integers) -> int:
    """How many different ids."""
    return int(np.count_nonzero(np.bincount(ids)))


def numbered(ids: Integers) -> tuple[Integers, Integers]:
    """The distinct ids, sorted, and the place of each one among them."""
    there = np.zeros(ids.max(initial=0) + 1, dtype="bool")
    there[ids] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[ids]


def summed(places: Integers, values: Integers, count: int) -> Integers:
    """Sums by place. They pass through doubles, exact up to 2**53: ninety thousand billion hours in hundredths."""
    return np.rint(np.bincount(places, weights=values, minlength=count)).astype("int64")


def distinct(places: Integers, who: Integers, hours: Integers, count: int) -> Integers:
    """How many people or contracts (whole numbers from 0; below: nobody) keep hours in each group."""
    if who.min(initial=0) < 0:
        there = who >= 0
        places, who, hours = places[there], who[there], hours[there]
    span = int(who.max(initial=0)) + 1
    if span * count <= DENSE:
        return (summed(places * span + who, hours, span * count) > 0).reshape(count, span).sum(axis=1)
    pairs, found = pd.factorize(places * span + who)
    return np.bincount(found[summed(pairs, hours, len(found)) > 0] // span, minlength=count)


@dataclass(frozen=True)
class Measured:
    """Of each key: hours (hundredths), people and contracts that keep hours once reversals are out."""

    hours: Integers
    participants: Integers
    employment_contracts: Integers


class Worked:
    """The hours of a period as whole numbers: of each row its market, contract, person and kind, months together.

    ``ids`` are the distinct ids of each grain, and a row's number is a place there; people and contracts that are nobody
    are numbered too, and counted never.
    """

    def __init__(self, hours: Frame) -> None:
        self.ids: dict[str, Integers] = {}
        rows: dict[str, Integers] = {}
        for grain in ("market", "contract", "person"):
            self.ids[grain], rows[grain] = numbered(hours[grain].to_numpy(dtype="int64"))
        kinds, names = pd.factorize(hours["hour_kind"])
        rows["hour_kind"], self.kinds = kinds.astype("int64"), [str(name) for name in names]
        self.rows, self.real = self._together(rows, hours["real"].to_numpy(dtype="int64"))

    def _together(self, rows: dict[str, Integers], real: Integers) -> tuple[dict[str, Integers], Integers]:
        """Rows that differ by the month alone, as one."""
        spans = [len(self.ids["contract"]), len(self.ids["person"]), max(1, len(self.kinds))]
        if len(self.ids["market"]) * float(np.prod(spans, dtype="float64")) > 2.0**62:
            return rows, real
        code = rows["market"]
        for grain, span in zip(("contract", "person", "hour_kind"), spans, strict=True):
            code = code * span + rows[grain]
        places, _found = pd.factorize(code)
        count = int(places.max(initial=-1)) + 1
        first = np.zeros(count, dtype="int64")
        first[places[::-1]] = np.arange(len(places))[::-1]
        return {grain: numbers[first] for grain, numbers in rows.items()}, summed(places, real, count)

    def somebody(self, grain: str) -> Integers:
        """The person or contract of each row, -1 for nobody."""
        return self.rows[grain] - 1 if self._nobody(grain) else self.rows[grain]

    def measured(self, places: Integers, count: int) -> Measured:
        """By place of each row, among ``count``."""
        return Measured(
            summed(places, self.real, count),
            distinct(places, self._people, self.real, count),
            distinct(places, self._contracts, self.real, count),
        )

    @cached_property
    def _people(self) -> Integers:
        return self.somebody("person")

    @cached_property
    def _contracts(self) -> Integers:
        return self.somebody("contract")

    @cached_property
    def whole(self) -> dict[str, int]:
        """The measures of all these hours together."""
        found = self.measured(np.zeros(len(self.real), dtype="int64"), 1)
        return {name: int(values[0]) for name, values in vars(found).items()}

    def places(self, grain: str, keys: Coded) -> Integers:
        """The place of the key of each row, by its market, contract or person; « unknown » where it has none."""
        return self._placed(grain, keys)[self.rows[grain]]

    def _placed(self, grain: str, keys: Coded) -> Integers:
        found = keys.of(self.ids[grain])
        return np.where(found < 0, keys.unknown, found)

    def by(self, grain: str, keys: Coded) -> Measured:
        """The measures of each key. Of people, and of contracts that have one person each, nobody is looked for in rows."""
        if not keys.once:
            return self.overlapping(grain, keys)
        if grain == "market" or self._person_of is None:
            return self.measured(self.places(grain, keys), len(keys.keys))
        placed, count = self._placed(grain, keys), len(keys.keys)
        hours, contracts = self._sums("person"), self._sums("contract")
        if grain == "person":
            return Measured(
                summed(placed, hours, count), np.bincount(placed[self._kept("person")], minlength=count),
                np.bincount(placed[self._person_of][self._kept("contract")], minlength=count),
            )  # fmt: skip
        who = self._person_of - 1 if self._nobody("person") else self._person_of
        return Measured(
            summed(placed, contracts, count), distinct(placed, who, contracts, count),
            np.bincount(placed[self._kept("contract")], minlength=count),
        )  # fmt: skip

    def _nobody(self, grain: str) -> bool:
        return bool(len(self.ids[grain]) and self.ids[grain][0] == NOBODY)

    def _sums(self, grain: str) -> Integers:
        name = f"sums of {grain}"
        if name not in self._made:
            self._made[name] = summed(self.rows[grain], self.real, len(self.ids[grain]))
        return self._made[name]

    def _kept(self, grain: str) -> Integers:
        """Which people or contracts keep hours."""
        return (self._sums(grain) > 0) & (self.ids[grain] != NOBODY)

    @cached_property
    def _made(self) -> dict[str, Integers]:
        return {}

    @cached_property
    def _person_of(self) -> Integers | None:
        """The person of each contract; None where a contract has hours of several people."""
        person = np.zeros(len(self.ids["contract"]), dtype="int64")
        person[self.rows["contract"]] = self.rows["person"]
        return person if bool((person[self.rows["contract"]] == self.rows["person"]).all()) else None

    def of_kind(self, keys: pd.Series) -> tuple[Integers, tuple[str, ...]]:
        """The same for a key of the kind of hours."""
        of = {str(kind): str(key) for kind, key in keys.items()}
        names = sorted({UNKNOWN, *of.values()})
        rank = np.array([*(names.index(of.get(kind, UNKNOWN)) for kind in self.kinds), 0], dtype="int64")
        return rank[self.rows["hour_kind"]], tuple(names)

    def overlapping(self, grain: str, keys: Coded) -> Measured:
        """Where an id has several keys, its hours, person and contracts count in each."""
        at, places = _every(self.ids[grain], keys)
        rows = np.argsort(self.rows[grain], kind="stable")
        starts = np.searchsorted(self.rows[grain][rows], np.arange(len(self.ids[grain]) + 1))
        lengths = (starts[1:] - starts[:-1])[at]
        offsets = np.repeat(starts[:-1][at] - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        taken = rows[np.arange(int(lengths.sum())) + offsets] if len(at) else np.zeros(0, dtype="int64")
        copied, count, real = np.repeat(places, lengths), len(keys.keys), self.real[taken]
        return Measured(
            summed(copied, real, count), distinct(copied, self._people[taken], real, count),
            distinct(copied, self._contracts[taken], real, count),
        )  # fmt: skip


def _every(ids: Integers, keys: Coded) -> tuple[Integers, Integers]:
    """Each pair of a place among the ids and a key; « unknown » for an id without any."""
    number = looked_up(ids, np.arange(len(ids)), keys.ids)
    there = (number >= 0) & (keys.places >= 0)
    at, places = number[there], keys.places[there]
    alone = np.setdiff1d(np.arange(len(ids)), at)
    return np.concatenate((at, alone)), np.concatenate((places, np.full(len(alone), keys.unknown)))


def worked(facts: Facts) -> Worked:
    """The hours of the period, made once for all its tables."""
    return facts.once("worked", lambda: Worked(facts.period))
