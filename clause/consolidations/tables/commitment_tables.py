"""B13 and B14 of the bilan: difficulties announced, formal notices and penalties. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clause.consolidations.commitments import Commitments, decided
from clause.consolidations.figures import Unit, Value
from clause.consolidations.report import Column, Row, Table
from clause.hours.penalties.codes import PenaltyState
from clause.hours.penalties.queries.cases import CaseRow
from clause.kernel.values import format_date, format_euros

NOT_TOLD = (
    "Les récits, réponses et motifs écrits à la main restent sur les pages des marchés : ce document ne nomme personne."
)
PROPOSED_ONLY = "Une pénalité figure ici une fois proposée au maître d'ouvrage, qui seul décide ; une mise en demeure une fois envoyée par lui."


def text(key: str, label: str) -> Column:
    return Column(key, label, Unit.TEXT, opens=False)


def difficulties(found: Commitments, as_of: date) -> Table:
    """Those announced by the companies, and whether they were solved by the day of the bilan."""
    columns = (text("announced_on", "Annoncée le"), text("company", "Entreprise"), text("difficulty", "Difficulté"), text("outcome", "Suite"))  # fmt: skip
    rows = []
    for number, row in enumerate(found.difficulties, 1):
        d = row.difficulty
        solved = d.solved_on is not None and d.solved_on <= as_of
        cells: dict[str, Value] = {
            "announced_on": format_date(d.announced_on), "company": row.company, "difficulty": d.kind.label,
            "outcome": f"réglée le {format_date(d.solved_on)}" if solved and d.solved_on else "en cours",
        }  # fmt: skip
        rows.append(Row(f"{row.market}/{number}", f"{row.market} – {row.market_title}", cells))
    return Table("B13", "Difficultés annoncées", "Marché", columns, tuple(rows), notes=(NOT_TOLD,), unit="texte")


def penalties(found: Commitments, as_of: date) -> Table:
    """Notices sent and penalties proposed, applied or waived, by day."""
    columns = (
        text("on", "Le"), text("company", "Entreprise"), text("act", "Acte"), Column("shortfall", "Heures manquantes", Unit.HOURS, opens=False),
        text("proposed", "Montant proposé"), text("decided", "Montant décidé"),
    )  # fmt: skip
    lines = sorted([*_notices(found), *_cases(found.cases, as_of)], key=lambda line: (line[0], line[1]))
    rows = tuple(Row(f"{market}/{number}", market, {"on": format_date(day), **cells}) for number, (day, market, cells) in enumerate(lines, 1))  # fmt: skip
    return Table("B14", "Mises en demeure et pénalités", "Marché", columns, rows, notes=(PROPOSED_ONLY, NOT_TOLD), unit="heures et euros")  # fmt: skip


Line = tuple[date, str, dict[str, Value]]


def _notices(found: Commitments) -> list[Line]:
    return [
        (
            n.sent_on, n.market,
            {"company": n.company, "act": f"mise en demeure, réponse sous {n.answer_within_days} jours", "shortfall": None, "proposed": "", "decided": ""},
        )
        for n in found.notices
    ]  # fmt: skip


def _cases(rows: Sequence[CaseRow], as_of: date) -> list[Line]:
    lines: list[Line] = []
    for row in rows:
        case, state = row.case, decided(row, as_of)
        over = state in (PenaltyState.APPLIED, PenaltyState.WAIVED)
        cells: dict[str, Value] = {
            "company": row.company, "act": f"pénalité {state.label[0].lower()}{state.label[1:]}",
            "shortfall": case.shortfall_hours, "proposed": "" if case.proposed_cents is None else format_euros(case.proposed_cents),
            "decided": format_euros(case.decided_cents) if over and case.decided_cents is not None else "",
        }  # fmt: skip
        lines.append((case.decided_on if over and case.decided_on else case.proposed_on or as_of, row.market, cells))
    return lines
