"""The queue, and what was validated, as workbooks: companies and markets, no person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clause.hours.queries.queue import QueueRow
from clause.hours.queries.validated import Summary
from clause.hours.rules.risk import Reason
from clause.kernel.presentation import moment
from clause.kernel.spreadsheet import Column, Kind, write_list

FREE_TEXT = frozenset({Reason.COMMENT, Reason.CONTRACTOR})  # what people write may name somebody
QUEUE = (
    Column("Entreprise"), Column("Marché"), Column("Intitulé"), Column("Mois", Kind.MONTH), Column("Envoyée le", Kind.DATE),
    Column("Personnes", Kind.INTEGER), Column("Heures", Kind.HOURS), Column("Heures qui ne compteront pas", Kind.HOURS),
    Column("À regarder"), Column("Motifs"),
)  # fmt: skip
SUMMARY = (
    Column("Entreprise"), Column("Marché"), Column("Intitulé"), Column("Mois", Kind.MONTH), Column("Personnes", Kind.INTEGER),
    Column("Heures validées", Kind.HOURS), Column("dont non comptées", Kind.HOURS),
)  # fmt: skip


def queue_workbook(rows: Sequence[QueueRow], filters: Sequence[str]) -> bytes:
    said = f"Filtres : {' ; '.join(filters)}" if filters else "Toutes les déclarations à valider"
    return write_list("Heures à valider", said, QUEUE, [_queued(row) for row in rows])


def _queued(row: QueueRow) -> tuple[Any, ...]:
    reasons = ", ".join(reason.label for reason in row.reasons) or "sans surprise"
    sent = row.submitted_at.date() if row.submitted_at else None
    return (
        row.company_name, row.market_reference, row.market_title, row.month, sent, row.people, row.hours, row.left_out,
        reasons, " ".join(remark.sentence for remark in row.remarks if remark.reason not in FREE_TEXT),
    )  # fmt: skip


def summary_workbook(found: Summary, who: str, start: datetime, end: datetime) -> bytes:
    said = f"Validées par {who}, du {moment(start)} au {moment(end)}"
    rows = [
        (row.company_name, row.market_reference, row.market_title, row.month, len(row.people), row.hours, row.left_out)
        for row in found.rows
    ]
    return write_list("Heures validées", said, SUMMARY, rows)
