"""The national consolidation: one report from the files of the structures (formats.md § 6). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from clause.consolidations.definitions import fte_rule
from clause.consolidations.figures import Unit, Value, as_text, fte, rate
from clause.consolidations.masking import COUNTS, masked
from clause.consolidations.report import RULES_VERSION, Report, Row, Table
from clause.consolidations.tables.company_keys import First, Size
from clause.consolidations.tables.nomenclatures import NAF_SECTIONS
from clause.consolidations.transfer import national_words as words
from clause.consolidations.transfer import places
from clause.consolidations.transfer.by_siren import (
    Country,
    buyer_types,
    companies_by,
    country,
    first_of,
    insertion,
    key_figures,
)
from clause.consolidations.transfer.places import Registered
from clause.consolidations.transfer.sent import Cell, Sent
from clause.consolidations.transfer.summing import summed
from clause.kernel.refusals import Refused
from clause.kernel.values import format_date, half_up

BASE = 1607
MIN_CELL = 5
WITHOUT_PEOPLE = frozenset({"C09b"})
LABELS = {code: {m.value: m.label for m in of} for code, of in (("C10", Size), ("C10c", First))}
SECTIONS = {letter: f"{letter} – {label}" for _last, letter, label in NAF_SECTIONS}


def consolidated(
    templates: Sequence[Table], sent: Sequence[Sent], registry: Sequence[Registered], year: int, *, hide: bool = True
) -> Report:
    """The report of the country; ``templates`` are our own tables of nothing at all. Small cells hidden if ``hide``.

    Refuses a year of which no structure sent a file.
    """
    if not sent:
        raise Refused(f"Aucun fichier de l'année {year} n'est reçu : il n'y a rien à consolider.")
    ordered = sorted(sent, key=lambda one: one.siret)
    found = country(ordered)
    tables = [_finished(summed(template, ordered), found) for template in templates]
    tables = [anru(table, ordered) if table.code == "C16" else table for table in tables]
    report = _report(tuple(tables), ordered, registry, year)
    if hide:
        report = _masked(report)
    return replace(report, tables=(*report.tables, *places.tables(ordered, registry, MIN_CELL, hide=hide)))


def _masked(report: Report) -> Report:
    """Small cells hidden; the list of authorities, which has no people, does not make other tables hide theirs."""
    hidden = masked(replace(report, tables=tuple(t for t in report.tables if t.code not in WITHOUT_PEOPLE)), MIN_CELL)
    tables = (table if table.code in WITHOUT_PEOPLE else hidden.table(table.code) for table in report.tables)
    return replace(hidden, tables=tuple(table for table in tables if table is not None))


def _report(tables: tuple[Table, ...], sent: Sequence[Sent], registry: Sequence[Registered], year: int) -> Report:
    days = sorted({one.as_of for one in sent})
    until = format_date(days[-1]) if len(days) == 1 else f"{format_date(days[0])} au {format_date(days[-1])} selon les structures"  # fmt: skip
    received = sum(one.received for one in registry)
    share = as_text(Unit.RATE, rate(received, len(registry)))
    return Report(
        kind="national",
        title=f"Consolidation nationale {year}",
        perimeter=f"{len(sent)} structure{'s' if len(sent) > 1 else ''} de facilitation",
        year=year,
        as_of=days[-1],
        tables=tables,
        described={"structures_received": str(received), "structures_registered": str(len(registry))},
        parameters=(
            ("Périmètre", "Structures de facilitation dont les chiffres sont reçus"),
            ("Période", f"du 01/01/{year} au 31/12/{year}"),
            ("Date d'arrêt", until),
            ("Version des règles", RULES_VERSION),
            ("Participation", f"{received} structures reçues sur {len(registry)} enregistrées ({share})"),
            ("Base de l'équivalent temps plein", fte_rule(BASE)),
            ("Personnes et contrats", words.SUMS),
            ("Maîtres d'ouvrage et entreprises", words.ONCE),
            ("Opérations partagées", words.SHARED),
        ),
    )


def _finished(table: Table, found: Country) -> Table:
    """The figures that are not sums: counts by SIREN, rates, full-time equivalents."""
    finish = FINISH.get(table.code)
    return finish(table, found) if finish else table


def _c01(table: Table, found: Country) -> Table:
    return _with_fte(key_figures(table, found))


def _with_fte(table: Table) -> Table:
    hours = table.row("hours")
    rows = tuple(
        replace(row, cells={key: fte(_int(value), BASE) for key, value in hours.cells.items()}) if row.key == "fte" and hours else row
        for row in table.rows
    )  # fmt: skip
    return replace(table, rows=rows)


def _c02(table: Table, _found: Country) -> Table:
    rows = tuple(replace(row, cells=_attained(row.cells)) for row in table.rows)
    return replace(table, rows=rows, total=None if table.total is None else _attained(table.total))


def _attained(cells: Mapping[str, Value]) -> dict[str, Value]:
    """Rates from the sums: raw, and capped at each market's objective (what is due less what remains)."""
    due, done, left = (_int(cells.get(key)) for key in ("objective_due", "hours_cumulative", "hours_remaining"))
    nothing = {} if due or not _int(cells.get("markets")) else dict.fromkeys(("objective_due", "hours_remaining", "hours_surplus"))  # fmt: skip
    return {**cells, **nothing, "rate": rate(done, due), "rate_capped": rate(due - left, due)}


def _c13b(table: Table, _found: Country) -> Table:
    """Reply rates from what was asked and answered."""
    rows = tuple(replace(row, cells=_replied(row.cells)) for row in table.rows)
    return replace(table, rows=rows, total=None if table.total is None else _replied(table.total))


def _replied(cells: Mapping[str, Value]) -> dict[str, Value]:
    rates = {f"reply_rate{after}": rate(_int(cells[f"replied{after}"]), _int(cells[f"asked{after}"])) for after in ("", "_previous")}  # fmt: skip
    return {**cells, **rates}


def anru(table: Table, sent: Sequence[Sent]) -> Table:
    """C16: what remains is read on the sums of each row; the share, on the hours of markets that declared their total.

    A file gives the share with all its decimals: with the hours worked, the hours it was made of are found again. Nothing
    gives those of the year before, whose column is left out.
    """
    parts = [one.tables["C16"] for one in sent if "C16" in one.tables]
    rows = tuple(replace(row, cells=_charter(row.cells, [r.cells for p in parts for r in p.rows if r.key == row.key])) for row in table.rows)  # fmt: skip
    total = {**_charter(table.total or {}, [p.total for p in parts if p.total]), "hours_remaining": sum(_int(row.cells["hours_remaining"]) for row in rows)}  # fmt: skip
    kept = {c.key for c in table.columns} - {"share_previous"}
    columns = tuple(c for c in table.columns if c.key in kept)
    return replace(table, columns=columns, rows=tuple(_narrowed(row, kept) for row in rows), total={k: v for k, v in total.items() if k in kept})  # fmt: skip


def _charter(cells: Mapping[str, Value], parts: Sequence[Mapping[str, Cell]]) -> dict[str, Value]:
    told = sum(int(half_up(Decimal(share) * _int(part["hours_worked"]) / 100)) for part in parts if isinstance(share := part.get("share"), int | Decimal))  # fmt: skip
    left = max(0, _int(cells["hours_asked"]) - _int(cells["hours"]))
    return {**cells, "hours_remaining": left, "share": rate(told, _int(cells["hours_worked"]))}


def _c09b(table: Table, _found: Country) -> Table:
    """Without people: authorities are many and small, and hiding them would hide other tables."""
    columns = tuple(c for c in table.columns if c.key not in COUNTS and not c.key.startswith("participants"))
    return replace(
        table, columns=columns, sensitive=frozenset(), notes=(*table.notes, words.BY_BUYER),
        rows=tuple(_narrowed(row, {c.key for c in columns}) for row in table.rows),
        total={key: value for key, value in (table.total or {}).items() if key in {c.key for c in columns}},
    )  # fmt: skip


def _narrowed(row: Row, keys: set[str]) -> Row:
    return replace(row, cells={key: value for key, value in row.cells.items() if key in keys})


FINISH: Mapping[str, Callable[[Table, Country], Table]] = {
    "C01": _c01,
    "C02": _c02,
    "C09": buyer_types,
    "C09b": _c09b,
    "C10": lambda table, found: companies_by(table, found, lambda firm: firm.size, LABELS["C10"]),
    "C10b": lambda table, found: companies_by(table, found, lambda firm: firm.sector, SECTIONS),
    "C10c": lambda table, found: companies_by(table, found, first_of, LABELS["C10c"]),
    "C10d": insertion,
    "C13b": _c13b,
}


def _int(value: Value | Cell) -> int:
    return value if isinstance(value, int) else 0
