"""Authorities and companies of the country, each once by SIREN, and the figures of the tables that count them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from clause.consolidations.report import Row, Table
from clause.consolidations.tables.company_keys import First, Size
from clause.consolidations.tables.cuts import UNKNOWN
from clause.consolidations.transfer.national_words import SUMMED_COMPANIES
from clause.consolidations.transfer.sent import Buyer, Firm, Sent

T = TypeVar("T")
COUNTED = ("companies", "markets", "hours")
SIZES = {size.value: rank for rank, size in enumerate((Size.UNKNOWN, Size.LT10, Size.FROM_10, Size.FROM_50, Size.FROM_200, Size.GE1000))}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """Every authority and company once. Counts and hours (hundredths) are the sums of the structures'."""

    buyers: Mapping[str, Buyer]
    firms: Mapping[str, Firm]

    def buying(self) -> list[Buyer]:
        """Those with an operation that runs in the year."""
        return [buyer for buyer in self.buyers.values() if buyer.operations]

    def holding(self) -> list[Firm]:
        return [firm for firm in self.firms.values() if firm.held]


def country(sent: Sequence[Sent]) -> Country:
    return Country(
        _once((buyer for one in sent for buyer in one.authorities), lambda buyer: buyer.siren, _buyer),
        _once((firm for one in sent for firm in one.companies), lambda firm: firm.siren, _firm),
    )


def _once(lines: Iterable[T], key: Callable[[T], str], together: Callable[[list[T]], T]) -> dict[str, T]:
    same: dict[str, list[T]] = defaultdict(list)
    for line in lines:
        same[key(line)].append(line)
    return {siren: together(same[siren]) for siren in sorted(same)}


def _buyer(same: list[Buyer]) -> Buyer:
    """Of several types, that of the structure with the most hours."""
    chosen = max(same, key=lambda b: (b.hours, b.operations, b.kind, b.name))
    return replace(
        chosen, operations=sum(b.operations for b in same), hours=sum(b.hours for b in same),
        operations_previous=sum(b.operations_previous for b in same),
    )  # fmt: skip


def _firm(same: list[Firm]) -> Firm:
    """The size and sector of where it is largest; first where nobody knows an older market."""
    chosen = max(same, key=lambda f: (SIZES.get(f.size, 0), f.sector != UNKNOWN, f.hours, f.sector))
    return replace(
        chosen, first=all(f.first for f in same), held=sum(f.held for f in same), markets=sum(f.markets for f in same),
        hours=sum(f.hours for f in same), held_previous=sum(f.held_previous for f in same),
        siae=tuple(sorted({part for f in same for part in f.siae})),
    )  # fmt: skip


# Tables that count them


def key_figures(table: Table, found: Country) -> Table:
    """C01: each authority and company once, in the year and in the one before."""
    counts = {
        "contracting_authorities": (len(found.buying()), sum(b.operations_previous > 0 for b in found.buyers.values())),
        "companies": (len(found.holding()), sum(f.held_previous > 0 for f in found.firms.values())),
    }
    rows = tuple(
        replace(row, cells=dict(zip(("value", "previous"), counts[row.key], strict=True))) if row.key in counts else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def buyer_types(table: Table, found: Country) -> Table:
    """C09: authorities of each type, once."""
    return _with_counts(table, "contracting_authorities", [b.kind for b in found.buying()])


def companies_by(table: Table, found: Country, trait: Callable[[Firm], str], labels: Mapping[str, str]) -> Table:
    """C10: companies, and the hours and markets of their contractor, by a trait that structures may know differently.

    Hours and markets without a contractor stay in the row « unknown »: the total less what companies have.
    """
    kept = _by_trait(found, trait)
    total = dict(table.total or {})
    for name in ("markets", "hours"):
        whole = total.get(name)
        kept[UNKNOWN][name] += (whole if isinstance(whole, int) else 0) - sum(sums[name] for sums in kept.values())
    new = sorted(key for key in kept if table.row(key) is None and any(kept[key].values()))
    empty = dict.fromkeys((column.key for column in table.columns), 0)
    rows = [*table.rows, *(Row(key, labels.get(key, "Inconnu"), empty) for key in new)]
    filled = tuple(replace(row, cells={**row.cells, **kept[row.key]}) for row in rows)
    return _without_sum_note(replace(table, rows=filled, total={**total, "companies": len(found.holding())}))


def _by_trait(found: Country, trait: Callable[[Firm], str]) -> dict[str, dict[str, int]]:
    kept: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for firm in found.firms.values():
        sums = kept[trait(firm)]
        for name, count in (("companies", int(firm.held > 0)), ("markets", firm.markets), ("hours", firm.hours)):
            sums[name] += count
    return kept


def first_of(firm: Firm) -> str:
    return str((First.FIRST if firm.first else First.AGAIN).value)


def insertion(table: Table, found: Country) -> Table:
    """C10d: insertion structures of each part, once."""
    table = _with_counts(table, "companies", [part for firm in found.firms.values() for part in firm.siae])
    total = {**(table.total or {}), "companies": sum(bool(firm.siae) for firm in found.firms.values())}
    return _without_sum_note(replace(table, total=total))


def _with_counts(table: Table, column: str, keys: list[str]) -> Table:
    rows = tuple(_counted(row, column, keys.count(row.key)) for row in table.rows)
    return replace(table, rows=rows, total={**(table.total or {}), column: len(keys)})


def _counted(row: Row, column: str, count: int) -> Row:
    return replace(row, cells={**row.cells, column: count})


def _without_sum_note(table: Table) -> Table:
    return replace(table, notes=tuple(note for note in table.notes if note != SUMMED_COMPANIES))
