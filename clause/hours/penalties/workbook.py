"""Exports of the lists of penalty cases and of difficulties."""

from __future__ import annotations

from clause.hours.penalties.queries.cases import CaseRow
from clause.hours.penalties.queries.difficulties import DifficultyRow
from clause.kernel.spreadsheet import Cell, Column, Kind

CASE_COLUMNS = (
    Column("Marché"), Column("Objet"), Column("Maître d'ouvrage"), Column("Titulaire"), Column("État"),
    Column("Ouvert le", Kind.DATE), Column("Heures manquantes", Kind.HOURS), Column("Jours de retard", Kind.INTEGER),
    Column("Montant calculé", Kind.EUROS), Column("Observations demandées le", Kind.DATE),
    Column("Réponse attendue jusqu'au", Kind.DATE), Column("Réponse le", Kind.DATE), Column("Proposé le", Kind.DATE),
    Column("Montant proposé", Kind.EUROS), Column("Décidé le", Kind.DATE), Column("Montant décidé", Kind.EUROS),
    Column("Motif de non-application"), Column("Classé le", Kind.DATE),
)  # fmt: skip


def case_cells(row: CaseRow, *, inside: bool, decides: bool) -> list[Cell]:
    """The cells of a case; the proposal is between the facilitator and the authority (``inside``, ``decides``)."""
    case = row.case
    return [
        row.market, row.market_title, row.authority, row.company, case.state.label, case.detected_on,
        case.shortfall_hours, case.late_days, case.amount_cents, case.contradictory_sent_on, case.answer_before,
        case.answered_on, case.proposed_on, case.proposed_cents if inside or decides else None, case.decided_on,
        case.decided_cents, case.waiver_motive.label if case.waiver_motive else None, case.closed_on,
    ]  # fmt: skip


DIFFICULTY_COLUMNS = (
    Column("Marché"), Column("Objet"), Column("Entreprise"), Column("Nature"), Column("Annoncée le", Kind.DATE),
    Column("Ce qui se passe", width=60), Column("Suite donnée", width=60), Column("Réglée le", Kind.DATE),
)  # fmt: skip


def difficulty_cells(row: DifficultyRow) -> list[Cell]:
    """The cells of a difficulty, in the order of ``DIFFICULTY_COLUMNS``."""
    d = row.difficulty
    return [
        row.market, row.market_title, row.company, d.kind.label, d.announced_on, d.account, d.action_taken, d.solved_on
    ]  # fmt: skip
