"""The workbooks of public contract data: the list with its filters, the report of an import."""

from __future__ import annotations

from collections.abc import Sequence

from clause.imports.decp.obligation import ESTIMATED, Outcome
from clause.imports.decp.queries import Row
from clause.imports.report import Report
from clause.kernel.spreadsheet import Cell, Column, Kind, write_list

CONTRACTS = (
    Column("Identifiant"), Column("SIRET acheteur"), Column("Acheteur"), Column("Objet", width=60), Column("Nature"),
    Column("Code CPV"), Column("Lieu"), Column("Département"), Column("Durée (mois)", Kind.INTEGER),
    Column("Notification", Kind.DATE), Column("Montant HT", Kind.EUROS), Column("Montant initial HT", Kind.EUROS),
    Column("Titulaires", width=40), Column("Considérations sociales"), Column("Obligation de 2026 (estimée)"),
    Column("À compléter"), Column("Notre marché"),
)  # fmt: skip
REMARKS = (
    Column("Suite donnée"), Column("Fichier"), Column("Enregistrement", Kind.INTEGER), Column("Champ"),
    Column("Valeur lue", width=40), Column("Explication", width=80),
)  # fmt: skip


def contracts(rows: Sequence[Row], filters: Sequence[str]) -> bytes:
    """The list of contracts, with the filters said under the title."""
    said = "Filtres : " + " ; ".join(filters) if filters else "Tous les contrats"
    return write_list("Contrats publics", f"{said}. {ESTIMATED}", CONTRACTS, [_contract(row) for row in rows])


def _contract(row: Row) -> tuple[Cell, ...]:
    c = row.contract
    return (
        c.identifier, c.buyer_siret, row.buyer_name, c.title, c.nature, c.cpv, f"{c.place_code} {c.place}".strip(),
        c.department, c.months, c.notification_date, c.amount_cents, c.initial_amount_cents, ", ".join(row.holders),
        said_considerations(c.social_considerations), c.outcome.label if c.outcome is not Outcome.NOT_CONCERNED else "",
        ", ".join(c.missing), row.market.reference if row.market else "",
    )  # fmt: skip


def said_considerations(considerations: Sequence[str] | None) -> str:
    return ", ".join(considerations) if considerations else "Non publiées"


def report(of: Report, name: str) -> bytes:
    """Every line refused or to check, with the value read and what to do."""
    kinds = (("Refusé", of.refused), ("À vérifier", of.warnings))
    rows = [(kind, r.where, r.line, r.column, r.value, r.reason) for kind, remarks in kinds for r in remarks]
    return write_list("Compte rendu d'import", f"{name}. {of.summary()}", REMARKS, rows)
