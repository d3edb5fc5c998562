"""A declaration, and lists of them, as workbooks: each viewer gets the lines that it sees on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from clause.hours.codes import DeclarationState
from clause.hours.queries import DeclarationPage, LineView
from clause.hours.queries.lists import ListRow
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice
from clause.hours.reporting.queries.follow_ups import Owed
from clause.kernel.listing import Page
from clause.kernel.spreadsheet import XLSX, Column, Kind, write_list
from clause.kernel.values import format_date, of_month

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

LIST = (
    Column("Mois", Kind.MONTH), Column("Marché"), Column("Intitulé"), Column("Entreprise"), Column("Personnes", Kind.INTEGER),
    Column("Heures", Kind.HOURS), Column("État"), Column("Saisie"),
)  # fmt: skip
LATE = (
    Column("Entreprise"), Column("Marché"), Column("Intitulé"), Column("Compte rendu"), Column("Attendu le", Kind.DATE),
    Column("Jours de retard", Kind.INTEGER), Column("Situation"), Column("Mise en demeure"), Column("Rappels par courriel"),
)  # fmt: skip
BEGUN: dict[DeclarationState | None, str] = {
    DeclarationState.DRAFT: "Brouillon",
    DeclarationState.RETURNED: "À corriger",
}


def attached(content: bytes, name: str) -> Response:
    """A workbook to keep under this name."""
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def list_workbook(page: Page[ListRow], *, company: bool) -> bytes:
    """The list of declarations; for a company it is what it declared itself."""
    said = f"Filtres : {' ; '.join(page.filters)}" if page.filters else "Toutes les déclarations"
    rows = [
        (r.month, r.market_reference, r.market_title, r.company_name, r.people, r.hours, _state(r), r.origin.label)
        for r in page.rows
    ]
    return write_list("Ce que j'ai déclaré" if company else "Heures déclarées", said, LIST, rows)


def _state(row: ListRow) -> str:
    return f"{row.state.label}, néant" if row.is_nil else row.state.label


def late_workbook(
    rows: Sequence[Owed], said: Sequence[str], notices: Mapping[tuple[int, int], FormalNotice], reached: set[int]
) -> bytes:
    """The late list: what is owed, since when, what was done about it. ``reached``: companies that reminders reach."""
    filters = f"Filtres : {' ; '.join(said)}" if said else "Tous les comptes rendus en retard"
    return write_list("Comptes rendus en retard", filters, LATE, [_late(o, notices, reached) for o in rows])


def _late(owed: Owed, notices: Mapping[tuple[int, int], FormalNotice], reached: set[int]) -> tuple[Any, ...]:
    begun = BEGUN.get(getattr(owed, "state", None), "Rien reçu")
    notice = notices.get((owed.market_id, owed.company_id))
    return (
        owed.company_name, owed.market_reference, owed.market_title, owed.label, owed.due, owed.late_days, begun,
        notice_said(owed, notice), "Oui" if owed.company_id in reached else "Aucune adresse",
    )  # fmt: skip


def notice_said(owed: Owed, notice: FormalNotice | None) -> str:
    """What became of the notice about a late account; nothing where it was sent before this one was due."""
    if notice is None or not owed.late_days:
        return ""
    if notice.state is NoticeState.DRAFTED:
        return "Préparée"
    return f"Envoyée le {format_date(notice.sent_on)}" if notice.sent_on and owed.due < notice.sent_on else ""


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
