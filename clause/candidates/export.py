"""The list of people as a workbook, for the facilitation team: no criterion (GDPR-04)."""

from __future__ import annotations

from collections.abc import Sequence

from clause.candidates.queries.people import PersonRow
from clause.kernel.spreadsheet import Cell, Column, Kind, write_list

COLUMNS = (
    Column("Nom"), Column("Prénom"), Column("Identifiant"), Column("Date de naissance", Kind.DATE), Column("Commune"),
    Column("Prescripteur"), Column("Éligibilité"), Column("Jusqu'au", Kind.DATE), Column("En contrat aujourd'hui"),
    Column("Parcours PLIE"),
)  # fmt: skip


def people_workbook(rows: Sequence[PersonRow], filters: Sequence[str]) -> bytes:
    said = "Filtres : " + " ; ".join(filters) if filters else "Toutes les personnes suivies"
    return write_list("Personnes", said, COLUMNS, [_cells(row) for row in rows])


def _cells(row: PersonRow) -> list[Cell]:
    return [
        row.last_name, row.first_name, row.reference, row.birth_date, row.commune, row.prescriber, row.state.label, row.until,
        "oui" if row.at_work else "non", "oui" if row.plie else "non",
    ]  # fmt: skip
