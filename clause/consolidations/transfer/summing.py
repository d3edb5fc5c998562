"""One table of the country from those of the structures: rows of the same key are added. Pure.

The shape (columns, what is summed, what is sensitive) is that of our own table, never what a file says of itself; a file
brings figures, and labels for the keys of open lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Column, Row, Table
from clause.consolidations.tables.annual_cuts import CUTS
from clause.consolidations.tables.anru import ANRU_CUTS
from clause.consolidations.tables.cuts import UNKNOWN
from clause.consolidations.tables.more_cuts import MORE_CUTS
from clause.consolidations.tables.outcomes import CROSSINGS, OUTCOMES
from clause.consolidations.transfer.national_words import MISSING, SUMMED_COMPANIES, national_notes
from clause.consolidations.transfer.sent import Cell, Sent, SentRow, SentTable
from clause.kernel.values import fold

_PAIRS = {
    code: tuple(f"{a}/{b}" for a in {**names, UNKNOWN: ""} for b in OUTCOMES)
    for code, (*_texts, names) in CROSSINGS.items()
}
ORDERS: Mapping[str, tuple[str, ...]] = {
    **_PAIRS, **{cut.code: cut.order for cut in (*CUTS, *MORE_CUTS, *ANRU_CUTS.values())},
}  # fmt: skip
BY_SIREN = frozenset({"contracting_authorities", "companies"})  # never added: one may be in several structures


def summed(template: Table, sent: Sequence[Sent]) -> Table:
    """The sums of the structures that sent this table, the template being our own table of nothing."""
    parts = [one.tables[template.code] for one in sent if template.code in one.tables]
    rows = _rows(template, parts)
    total = _total(template, parts)
    return replace(template, rows=rows, total=total, notes=_notes(template, len(parts), len(sent)))


def _notes(template: Table, parts: int, sent: int) -> tuple[str, ...]:
    notes = national_notes(template.notes)
    if template.column("companies") is not None:
        notes = (*notes, SUMMED_COMPANIES)
    return notes if parts == sent else (*notes, MISSING.format(sent - parts, sent))


def _rows(template: Table, parts: Sequence[SentTable]) -> tuple[Row, ...]:
    found: dict[str, list[SentRow]] = {row.key: [] for row in template.rows}
    for part in parts:
        for row in part.rows:
            found.setdefault(row.key, []).append(row)
    own = {row.key: row for row in template.rows}
    rows = [_row(template, key, own.get(key), same) for key, same in found.items()]
    return tuple(_in_order(template, rows, parts))


def _row(template: Table, key: str, own: Row | None, same: Sequence[SentRow]) -> Row:
    unit = own.unit if own else None
    cells = {c.key: _sum(unit or c.unit, [row.cells.get(c.key) for row in same]) for c in template.columns}
    memo = own.memo if own else any(row.memo for row in same)
    return Row(key, own.label if own else _label(same), cells, unit, memo)


def _label(same: Iterable[SentRow]) -> str:
    """Of several spellings, the first in the alphabet: the same whatever the order of the files."""
    return min((row.label for row in same), key=lambda label: (fold(label), label))


def _total(template: Table, parts: Sequence[SentTable]) -> dict[str, Value] | None:
    if template.total is None:
        return None
    totals = [part.total for part in parts if part.total is not None]
    return {key: _sum(_unit(template, key), [total.get(key) for total in totals]) for key in template.total}


def _unit(template: Table, key: str) -> Unit:
    column: Column | None = template.column(key)
    return column.unit if column else Unit.COUNT


def _sum(unit: Unit, values: Sequence[Cell]) -> Value:
    """The sum of what is known; None where nobody has an objective, and for what is made from sums afterwards."""
    if unit is Unit.TEXT:
        said = {part for value in values if isinstance(value, str) for part in value.split(" ; ") if part}
        return " ; ".join(sorted(said))
    if unit in (Unit.RATE, Unit.FTE):
        return None
    known = [value for value in values if isinstance(value, int)]
    return sum(known) if known or not values else None


def _in_order(template: Table, rows: list[Row], parts: Sequence[SentTable]) -> list[Row]:
    """Closed lists in their order; rows of our own table in theirs; open lists by hours, then label; unknown last."""
    order = ORDERS.get(template.code) or (() if template.code in ORDERS else _merged_order(template, parts))
    rank = {key: number for number, key in enumerate(order)}

    def place(row: Row) -> tuple[bool, int, int, str, str]:
        hours = row.cells.get("hours")
        weight = -hours if isinstance(hours, int) else 0
        return row.key == UNKNOWN, rank.get(row.key, len(rank)), weight, fold(row.label), row.key

    return sorted(rows, key=place)


def _merged_order(template: Table, parts: Sequence[SentTable]) -> list[str]:
    """The keys of our own table, then each new one after the one it follows in its file; years and months by themselves."""
    order = [row.key for row in template.rows]
    for part in parts:
        before = -1
        for row in part.rows:
            if row.key not in order:
                order.insert(before + 1, row.key)
            before = order.index(row.key)
    return sorted(order) if order and all(key[:4].isdigit() for key in order) else order
