"""Small cells: what a report shows once it leaves the structure (consolidations.md § 2 rule 8, domain.md IND-08). Pure.

A row under ``min_cell`` people is hidden with enough others that no reader finds it by subtraction: at least two rows, at
least ``min_cell`` people together, and not as many people as rows (they would all be one). In a list whose rows exist only
where there is somebody, the small rows are merged instead. Where neither can protect, the table keeps its total alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from clause.candidates.codes import SENSITIVE
from clause.consolidations.definitions import hidden as hidden_note
from clause.consolidations.figures import HIDDEN, Value
from clause.consolidations.report import Report, Row, Table

PEOPLE = "participants"
COUNTS = ("participants", "employment_contracts")
MERGED = "other_small"
MERGED_LABEL = "Autres lignes, réunies"
WITHHELD = "Le détail n'est pas communiqué : il porterait sur trop peu de personnes."


# Tables that divide the same people by lists that follow from each other: bands of age that share their bounds, markets
# by kind, sector and buyer, employers and the contracts they sign. What one hides, the rows of another would give back.
LINKED: tuple[tuple[str, ...], ...] = (
    ("C03", "C08", "C08b", "C08c", "C09", "C09b"),
    ("C04", "C05"),
    ("C06b", "C06b-PLIE"),
)


def masked(report: Report, min_cell: int) -> Report:
    """The annual report as an authority sees it."""
    tables = {table.code: _annual_table(table, min_cell) for table in report.tables}
    for family in LINKED:
        together = [code for code in family if code in tables]
        if any(_hides_rows(tables[code]) for code in together):
            for code in together[1:]:
                tables[code] = _alone(report.table(code) or tables[code], min_cell)
    return replace(report, tables=tuple(_drawn(table) for table in tables.values()), masked=True)


def _drawn(table: Table) -> Table:
    """Without its chart where a figure of it is hidden: a missing bar reads as a zero."""
    if table.chart is None or not any(HIDDEN in (row.cells[key] for key in table.chart.columns) for row in table.rows):
        return table
    return replace(table, chart=None)


def _hides_rows(table: Table) -> bool:
    """Whether rows were hidden, merged or withheld; a total under the limit hides them all."""
    return WITHHELD in table.notes or any(HIDDEN in row.cells.values() or row.key == MERGED for row in table.rows)


def _alone(table: Table, min_cell: int) -> Table:
    """The total of a table without the people of its rows; unchanged where one row is all there is."""
    small = table.total is not None and _is_small(table.total[PEOPLE], min_cell)
    if small or sum(_people(row) > 0 for row in table.rows) < 2:
        return masked_table(table, min_cell)
    return _withheld(table, (*table.notes, hidden_note(min_cell)))


def masked_bilan(report: Report, min_cell: int, people: Mapping[str, str], headcount: int) -> Report:
    """The bilan of an operation: headcount and hours always show; tables of people (``people``: code → what they say) do not.

    Under ``min_cell`` people in all, the publics are listed without counts, health, justice and asylum never.
    """
    tables = tuple(
        _bilan_table(table, min_cell, headcount, lists_publics=people[table.code] == "publics")
        if table.code in people
        else table
        for table in report.tables
    )
    return replace(report, tables=tuple(_drawn(table) for table in tables), masked=True)


def _bilan_table(table: Table, min_cell: int, headcount: int, *, lists_publics: bool) -> Table:
    if headcount >= min_cell:
        return masked_table(table, min_cell)
    note = hidden_note(min_cell)
    if not lists_publics:
        return replace(table, rows=(), notes=(*table.notes, WITHHELD), chart=None)
    kept = tuple(_blank(r, table.sensitive) for r in table.rows if r.key not in NEVER_LISTED)
    return replace(table, rows=kept, summed=frozenset(), notes=(*table.notes, note), chart=None)


NEVER_LISTED = frozenset(kind.value for kind in SENSITIVE) | {"unknown"}


def _annual_table(table: Table, min_cell: int) -> Table:
    return _key_figures(table, min_cell) if table.code == "C01" else masked_table(table, min_cell)


def _key_figures(table: Table, min_cell: int) -> Table:
    """In each year, people and contracts go together: as many contracts as people would say too much."""
    people = table.row(PEOPLE)
    small = {c.key for c in table.columns if people is not None and _is_small(people.cells[c.key], min_cell)}
    rows = tuple(_blank(row, small) if row.key in COUNTS else row for row in table.rows)
    return replace(table, rows=rows, notes=(*table.notes, hidden_note(min_cell)) if small else table.notes)


def masked_table(table: Table, min_cell: int) -> Table:
    if not table.sensitive or table.column(PEOPLE) is None:
        return table
    note = (*table.notes, hidden_note(min_cell))
    if table.total is not None and _is_small(table.total[PEOPLE], min_cell):
        total = {key: HIDDEN if key in COUNTS else value for key, value in table.total.items()}
        return _withheld(replace(table, total=total), note)
    if not any(_is_small(row.cells[PEOPLE], min_cell) for row in table.rows):
        return table
    if table.total is None:  # a series of years: nothing to subtract from
        rows = tuple(_blank(r, table.sensitive) if _is_small(r.cells[PEOPLE], min_cell) else r for r in table.rows)
        return replace(table, rows=rows, notes=note)
    chosen = to_hide([_people(row) for row in table.rows], min_cell)
    if chosen is None:
        return _withheld(table, note)
    rows = _merged(table, chosen) if table.open_list else _hidden(table, chosen)
    return replace(table, rows=rows, notes=note)


def to_hide(people: Sequence[int], min_cell: int) -> frozenset[int] | None:
    """The rows to hide, given the people of each: the small ones and the least others; None where nothing protects."""
    order = sorted((count, number) for number, count in enumerate(people) if count > 0)
    chosen = [number for count, number in order if count < min_cell]
    others = [number for count, number in order if count >= min_cell]
    while not _protected([people[n] for n in chosen], min_cell):
        if not others:
            return None
        chosen.append(others.pop(0))
    return frozenset(chosen)


def _protected(hidden: Sequence[int], min_cell: int) -> bool:
    return len(hidden) >= 2 and sum(hidden) >= min_cell and sum(hidden) > len(hidden)


def _withheld(table: Table, notes: tuple[str, ...]) -> Table:
    """The rows of markets stay, without people; those of people go."""
    rows = () if "hours" in table.sensitive else tuple(_blank(r, table.sensitive) for r in table.rows)
    return replace(table, rows=rows, notes=notes if rows else (*notes, WITHHELD), chart=table.chart if rows else None)


def _hidden(table: Table, chosen: frozenset[int]) -> tuple[Row, ...]:
    return tuple(_blank(row, table.sensitive) if n in chosen else row for n, row in enumerate(table.rows))


def _merged(table: Table, chosen: frozenset[int]) -> tuple[Row, ...]:
    kept = tuple(row for n, row in enumerate(table.rows) if n not in chosen)
    if table.overlaps:  # people in several rows: a sum would be no count of anybody
        return kept
    parts = [row for n, row in enumerate(table.rows) if n in chosen]
    cells: dict[str, Value] = {
        c.key: sum(_count(row, c.key) for row in parts) if c.key in table.summed else HIDDEN for c in table.columns
    }
    return (*kept, Row(MERGED, MERGED_LABEL, cells))


def _blank(row: Row, keys: frozenset[str] | set[str]) -> Row:
    return replace(row, cells={key: HIDDEN if key in keys else value for key, value in row.cells.items()})


def _people(row: Row) -> int:
    return _count(row, PEOPLE)


def _count(row: Row, key: str) -> int:
    value = row.cells[key]
    return value if isinstance(value, int) else 0


def _is_small(value: Value, min_cell: int) -> bool:
    return isinstance(value, int) and 0 < value < min_cell
