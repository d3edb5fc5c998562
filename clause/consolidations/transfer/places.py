"""Participation, regions and structures: the tables that only the country has. Pure.

People of a structure are hidden with others of its region, those of a region with other regions, so that neither level
gives back what the other hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from clause.consolidations.definitions import hidden as hidden_note
from clause.consolidations.figures import HIDDEN, Unit, Value, rate
from clause.consolidations.masking import COUNTS, PEOPLE, to_hide
from clause.consolidations.report import Chart, Column, Row, Table
from clause.consolidations.tables.cuts import (
    AUTHORITIES,
    COMPANIES,
    CONTRACTS,
    HOURS,
    MARKETS,
    OPERATIONS,
    PARTICIPANTS,
)
from clause.consolidations.transfer import national_words as words
from clause.consolidations.transfer.by_siren import country
from clause.consolidations.transfer.sent import Sent
from clause.kernel.values import fold

One = TypeVar("One", Sent, "Registered")
NOWHERE = "unknown"
NOWHERE_LABEL = "Région à compléter"
SUMMED = ("operations", "markets", "participants", "employment_contracts", "hours")
COLUMNS = (AUTHORITIES, OPERATIONS, MARKETS, COMPANIES, PARTICIPANTS, CONTRACTS, HOURS)
WORKING = Column("structures", "Structures reçues")


@dataclass(frozen=True)
class Registered:
    """A line of the registry; ``siret`` is what a file is matched by."""

    siret: str
    name: str
    region: str
    facilitators: int | None
    received: bool


def region_key(region: str) -> str:
    return fold(region) or NOWHERE


def tables(sent: Sequence[Sent], registry: Sequence[Registered], min_cell: int, *, hide: bool) -> tuple[Table, ...]:
    """N01 to N03; small people cells of regions and structures hidden where they are published."""
    whole, each = regions(sent), structures(sent)
    if hide:
        whole, each = _masked(whole, each, sent, min_cell)
    return participation(registry), whole, each


def participation(registry: Sequence[Registered]) -> Table:
    """N01: received and registered structures, and facilitators of the registry, by region."""
    groups, labels = _by_region(registry)
    columns = (
        Column("received", "Structures reçues"), Column("registered", "Structures enregistrées"),
        Column("rate", "Taux de participation", Unit.RATE), Column("facilitators", "Facilitateurs au registre"),
    )  # fmt: skip
    rows = tuple(Row(key, labels[key], _taking_part(groups[key])) for key in groups)
    return Table(
        "N01", "Participation", "Région", columns, rows, total=_taking_part(registry),
        notes=(words.RECEIVED, words.FACILITATORS), unit="structures", summed=frozenset({"received", "registered", "facilitators"}),
    )  # fmt: skip


def _taking_part(registry: Sequence[Registered]) -> dict[str, Value]:
    received = sum(one.received for one in registry)
    return {
        "received": received, "registered": len(registry), "rate": rate(received, len(registry)),
        "facilitators": sum(one.facilitators or 0 for one in registry),
    }  # fmt: skip


def regions(sent: Sequence[Sent]) -> Table:
    """N02: the key figures of each region, authorities and companies once in each."""
    groups, labels = _by_region(sent)
    rows = tuple(Row(key, labels[key], _figures(groups[key])) for key in groups)
    return Table(
        "N02", "Régions", "Région", (WORKING, *COLUMNS), rows, total=_figures(sent),
        notes=(words.ONCE, words.SUMS, words.SHARED), unit="heures et nombres",
        summed=frozenset({"structures", *SUMMED}), chart=Chart("bar", ("hours",), "Heures par région"),
    )  # fmt: skip


def structures(sent: Sequence[Sent]) -> Table:
    """N03: the key figures of each structure, by region and name."""
    ordered = sorted(sent, key=lambda one: (region_key(one.region) == NOWHERE, fold(one.region), fold(one.name), one.siret))  # fmt: skip
    rows = tuple(Row(one.siret, one.name, {"region": one.region or NOWHERE_LABEL, **_figures([one])}) for one in ordered)  # fmt: skip
    return Table(
        "N03", "Structures", "Structure", (Column("region", "Région", Unit.TEXT), *COLUMNS), rows, total=_figures(sent),
        notes=(words.ONCE, words.SUMS, words.SHARED), unit="heures et nombres", summed=frozenset(SUMMED),
    )  # fmt: skip


def _figures(sent: Sequence[Sent]) -> dict[str, Value]:
    found = country(sent)
    return {
        "structures": len(sent), "contracting_authorities": len(found.buying()), "companies": len(found.holding()),
        **{key: sum(one.figure(key) for one in sent) for key in SUMMED},
    }  # fmt: skip


def _by_region(these: Sequence[One]) -> tuple[dict[str, list[One]], Mapping[str, str]]:
    groups: dict[str, list[One]] = defaultdict(list)
    for one in these:
        groups[region_key(one.region)].append(one)
    labels = {key: NOWHERE_LABEL if key == NOWHERE else min(one.region.strip() for one in groups[key]) for key in groups}  # fmt: skip
    return {key: groups[key] for key in sorted(groups, key=lambda k: (k == NOWHERE, k))}, labels


# Small cells


def _masked(whole: Table, each: Table, sent: Sequence[Sent], min_cell: int) -> tuple[Table, Table]:
    groups, _labels = _by_region(sent)
    people = {key: [one.figure(PEOPLE) for one in groups[key]] for key in groups}
    keys = list(groups)
    regions_hidden = _hidden_regions(keys, people, min_cell)
    sirets: set[str] = set()
    for key in keys:
        chosen = range(len(people[key])) if key in regions_hidden else _needed(people[key], min_cell) or ()
        sirets |= {groups[key][number].siret for number in chosen}
    return _without(whole, regions_hidden, min_cell), _without(each, sirets, min_cell)


def _hidden_regions(keys: Sequence[str], people: Mapping[str, Sequence[int]], min_cell: int) -> set[str]:
    """Small regions, those that cannot hide their small structures among themselves, and others beside them."""
    if all(_needed(people[key], min_cell) is not None and not 0 < sum(people[key]) < min_cell for key in keys):
        return set()
    # A region that cannot protect its structures counts as a small one: at least one other is hidden with it.
    weights = [1 if _needed(people[key], min_cell) is None else sum(people[key]) for key in keys]
    chosen = to_hide(weights, min_cell)
    return set(keys) if chosen is None else {keys[number] for number in chosen}


def _needed(people: Sequence[int], min_cell: int) -> frozenset[int] | None:
    """The structures of a region to hide; none where all are large enough, None where nothing protects."""
    return to_hide(people, min_cell) if any(0 < count < min_cell for count in people) else frozenset()


def _without(table: Table, keys: Iterable[str], min_cell: int) -> Table:
    blank = set(keys)
    small_total = table.total is not None and 0 < _count(table.total.get(PEOPLE)) < min_cell
    if not blank and not small_total:
        return table
    rows = tuple(
        replace(row, cells=_blank(row.cells)) if row.key in blank or small_total else row for row in table.rows
    )
    total = _blank(table.total or {}) if small_total else table.total
    return replace(table, rows=rows, total=total, notes=(*table.notes, hidden_note(min_cell)))


def _blank(cells: Mapping[str, Value]) -> dict[str, Value]:
    return {key: HIDDEN if key in COUNTS else value for key, value in cells.items()}


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0
