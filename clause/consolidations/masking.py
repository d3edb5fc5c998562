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
from clause.consolidations.figures import HIDDEN, Hidden, Unit, Value
from clause.consolidations.report import Report, Row, Table

PEOPLE = "participants"
COUNTS = ("participants", "employment_contracts")
PEOPLE_BEFORE = "participants_previous"
BEFORE = frozenset({"hours_previous", PEOPLE_BEFORE})
MERGED = "other_small"
MERGED_LABEL = "Autres lignes, réunies"
WITHHELD = "Le détail n'est pas communiqué : il porterait sur trop peu de personnes."


# Tables that divide the same people by lists that follow from each other: bands of age that share their bounds, markets
# by kind, sector and buyer, employers and the contracts they sign. What one hides, the rows of another would give back.
LINKED: tuple[tuple[str, ...], ...] = (
    ("C03", "C08", "C08b", "C08c", "C09", "C09b"),
    ("C04", "C05", "C10d", "C11"),
    ("C06b", "C06b-PLIE"),
)
# A crossing is told whole or not at all: with its margins, one hidden cell would be found. It needs these to hide nothing.
CROSSED: Mapping[str, tuple[str, ...]] = {
    "C07": ("C06a", "C06b", "C06b-PLIE"),
    "C07b": ("C06a", "C08b"),
    "C07c": ("C06d", "C06e", "C06f"),
}


# A part of the same people: told only where neither it nor the people outside it are too few in any row of the whole.
PART_OF: Mapping[str, str] = {"C16b": "C04", "C16e": "C06a", "C16f": "C06b", "C16g": "C06f"}


def masked(report: Report, min_cell: int) -> Report:
    """The annual report as an authority sees it."""
    tables = {table.code: _annual_table(table, min_cell) for table in report.tables}
    for family in LINKED:
        together = [code for code in family if code in tables]
        if any(_hides_rows(tables[code]) for code in together):
            for code in together[1:]:
                whole = report.table(code) or tables[code]
                tables[code] = _masked_before(_alone(whole, min_cell), whole, min_cell)
        if any(_few_before(report.table(code) or tables[code], min_cell) for code in together):
            for code in together[1:]:
                tables[code] = _without_before(tables[code])
    for code, margins in CROSSED.items():
        if code in tables and any(_hides_rows(tables[c]) for c in (code, *margins) if c in tables):
            tables[code] = _alone(_narrowed(report.table(code) or tables[code]), min_cell)
    for code, of in PART_OF.items():
        if code in tables and of in tables and not _may_be_told(report, tables, code, of, min_cell):
            tables[code] = _alone(_narrowed(report.table(code) or tables[code]), min_cell)
    return replace(report, tables=tuple(_drawn(table) for table in tables.values()), masked=True)


def _may_be_told(report: Report, tables: Mapping[str, Table], code: str, of: str, min_cell: int) -> bool:
    part, whole = report.table(code), report.table(of)
    if part is None or whole is None or _hides_rows(tables[code]) or _hides_rows(tables[of]):
        return False
    inside = {row.key: _people(row) for row in part.rows}
    return not any(0 < _people(row) - inside.get(row.key, 0) < min_cell for row in whole.rows)


def _drawn(table: Table) -> Table:
    """Without its chart where a figure of it is hidden: a missing bar reads as a zero."""
    if table.chart is None or not any(HIDDEN in (row.cells[key] for key in table.chart.columns) for row in table.rows):
        return table
    return replace(table, chart=None)


def _hides_rows(table: Table) -> bool:
    """Whether rows were hidden, merged or withheld; a total under the limit hides them all."""
    return WITHHELD in table.notes or any(
        row.key == MERGED or any(value is HIDDEN and key not in BEFORE for key, value in row.cells.items())
        for row in table.rows
    )


def _few_before(table: Table, min_cell: int) -> bool:
    """Whether the consolidation of the year before hides rows of this table, also where this one has no column of it."""
    there = table.column(PEOPLE_BEFORE) is not None
    return there and any(_is_small(row.cells[PEOPLE_BEFORE], min_cell) for row in table.rows)


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
    if table.code in BY_COLUMN and headcount >= min_cell:
        return by_column(table, min_cell)
    if headcount >= min_cell:
        return masked_table(table, min_cell)
    note = hidden_note(min_cell)
    if not lists_publics:
        return replace(table, rows=(), notes=(*table.notes, WITHHELD), chart=None)
    kept = tuple(_blank(r, table.sensitive) for r in table.rows if r.key not in NEVER_LISTED)
    return replace(table, rows=kept, summed=frozenset(), notes=(*table.notes, note), chart=None)


NEVER_LISTED = frozenset(kind.value for kind in SENSITIVE) | {"unknown"}


# Each column divides people of its own, who are not those of the next one: no figure follows from another column.
BY_COLUMN = frozenset({"B09f"})


def by_column(table: Table, min_cell: int) -> Table:
    """A table whose every column counts people: the rows of each are hidden on their own, the total with them where it is small."""
    rows, total = list(table.rows), dict(table.total or {})
    for key in [c.key for c in table.columns]:
        people = [_count(row, key) for row in rows]
        if not any(0 < count < min_cell for count in people):
            continue
        chosen = to_hide(people, min_cell)
        hidden = range(len(rows)) if chosen is None else chosen
        rows = [_blank(row, {key}) if n in hidden else row for n, row in enumerate(rows)]
        total[key] = HIDDEN if _is_small(total[key], min_cell) else total[key]
    if rows == list(table.rows):
        return table
    if all(isinstance(value, Hidden) for row in rows for value in row.cells.values()):
        return replace(table, rows=(), total=total, notes=(*table.notes, hidden_note(min_cell), WITHHELD))
    return replace(table, rows=tuple(rows), total=total, notes=(*table.notes, hidden_note(min_cell)))


def _annual_table(table: Table, min_cell: int) -> Table:
    if table.code == "C01":
        return _key_figures(table, min_cell)
    if table.guarded:
        return _guarded(table, min_cell)
    if table.open_list or table.code in CROSSED or table.code in PART_OF:
        return masked_table(_narrowed(table), min_cell)
    return _masked_before(masked_table(table, min_cell), table, min_cell)


def _guarded(table: Table, min_cell: int) -> Table:
    """A table that counts people in every figure: whole, or its total alone."""
    cells = [row.cells[c.key] for row in table.rows for c in table.columns if c.unit is Unit.COUNT]
    if not any(_is_small(value, min_cell) for value in cells):
        return table
    told = table.total or {}
    total = {key: HIDDEN if _is_small(value, min_cell) else value for key, value in told.items()}
    small = any(value is HIDDEN for value in total.values())
    rates = {c.key for c in table.columns if c.unit is Unit.RATE} if small else set()
    total = {key: HIDDEN if key in rates else value for key, value in total.items()}
    return replace(
        table, rows=(), total=total or None, notes=(*table.notes, hidden_note(min_cell), WITHHELD), chart=None
    )


# The year before, beside the year: its own people decide what of it is hidden. In lists whose rows say that somebody is
# there, and in crossings, an authority reads it in the consolidation of that year.


def _narrowed(table: Table) -> Table:
    """Without the year before, and without the rows that were there for it alone."""
    if table.column(PEOPLE_BEFORE) is None:
        return table
    kept = tuple(row for row in table.rows if _people(row) > 0 or not table.open_list)
    columns = tuple(c for c in table.columns if c.key not in BEFORE)
    return replace(table, rows=kept, columns=columns, summed=table.summed - BEFORE, sensitive=table.sensitive - BEFORE)


def _masked_before(table: Table, whole: Table, min_cell: int) -> Table:
    if table.column(PEOPLE_BEFORE) is None or not table.sensitive or not table.rows:
        return _small_total_before(table, min_cell)
    people = [_count(row, PEOPLE_BEFORE) for row in whole.rows]
    if not any(0 < count < min_cell for count in people):
        return table
    chosen = to_hide(people, min_cell)
    small = whole.total is not None and _is_small(whole.total[PEOPLE_BEFORE], min_cell)
    hidden = range(len(people)) if chosen is None or small else chosen
    keys = BEFORE & table.sensitive
    rows = tuple(_blank(row, keys) if n in hidden else row for n, row in enumerate(table.rows))
    note = hidden_note(min_cell)
    notes = table.notes if note in table.notes else (*table.notes, note)
    return _small_total_before(replace(table, rows=rows, notes=notes), min_cell)


def _small_total_before(table: Table, min_cell: int) -> Table:
    if table.total is None or not _is_small(table.total.get(PEOPLE_BEFORE), min_cell):
        return table
    return replace(table, total={**table.total, PEOPLE_BEFORE: HIDDEN})


def _without_before(table: Table) -> Table:
    """Where a linked table hides rows of the year before: the total alone of that year; one row tells no more."""
    if table.column(PEOPLE_BEFORE) is None or sum(_count(row, PEOPLE_BEFORE) > 0 for row in table.rows) < 2:
        return table
    return replace(table, rows=tuple(_blank(row, BEFORE & table.sensitive) for row in table.rows))


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
        rows = tuple(_blank(r, _now(table)) if _is_small(r.cells[PEOPLE], min_cell) else r for r in table.rows)
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
    rows = () if "hours" in table.sensitive else tuple(_blank(r, _now(table)) for r in table.rows)
    return replace(table, rows=rows, notes=notes if rows else (*notes, WITHHELD), chart=table.chart if rows else None)


def _hidden(table: Table, chosen: frozenset[int]) -> tuple[Row, ...]:
    return tuple(_blank(row, _now(table)) if n in chosen else row for n, row in enumerate(table.rows))


def _now(table: Table) -> frozenset[str]:
    """What is hidden for the people of the year itself."""
    return table.sensitive - BEFORE


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
