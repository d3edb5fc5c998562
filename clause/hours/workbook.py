"""A declaration as a workbook, for the company and for the structure: each gets the lines that it sees on the page."""

from __future__ import annotations

from typing import Any

from clause.hours.queries import DeclarationPage, LineView
from clause.kernel.spreadsheet import Column, Kind, write_list
from clause.kernel.values import of_month

COLUMNS = (
    Column("Personne"),
    Column("Poste"),
    Column("Type d'heures"),
    Column("Du", Kind.DATE),
    Column("Au", Kind.DATE),
    Column("Heures", Kind.HOURS),
    Column("État"),
    Column("Heures comptées", Kind.HOURS),
    Column("Motif si non comptées"),
    Column("Commentaire"),
)


def declaration_workbook(page: DeclarationPage) -> bytes:
    """The standing lines of a declaration, then the sums of other structures' people, without names."""
    declaration = page.declaration
    rows = [_row(view) for view in page.lines]
    rows += [
        (
            f"{other.people} personne(s) suivie(s) par {other.structure}",
            "",
            "",
            None,
            None,
            other.hours,
            "",
            None,
            "",
            "",
        )
        for other in page.others
    ]
    subtitle = f"{declaration.company.name} · {page.market.reference} {page.market.title} · {declaration.origin.label} · {declaration.state.label}"
    return write_list(f"Heures {of_month(declaration.month)}", subtitle, COLUMNS, rows)


def _row(view: LineView) -> tuple[Any, ...]:
    line = view.line
    counted = line.hours if line.decided_at and line.not_counted is None and not view.waits else None
    return (
        view.name, view.job, line.hour_kind.label, line.worked_from, line.worked_to, line.hours, line.state.label,
        counted, line.not_counted.label if line.not_counted else "", line.override_comment or line.comment,
    )  # fmt: skip
