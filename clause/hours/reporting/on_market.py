"""What the page of a market shows of this room: the accounts it asks for and what came, its formal notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.queries.due import late_declarations
from clause.hours.reporting.models import Reminder, ReportingObligation, ReportReceipt
from clause.hours.reporting.queries.follow_ups import late_accounts, owed_reports, title_of
from clause.hours.reporting.queries.notices import notices_of, suggested
from clause.hours.reporting.queries.obligations import obligations_of, rhythm_of
from clause.hours.reporting.rules.periods import Rhythm, period_of, rhythm_by
from clause.hours.reporting.visibility import receipt_condition
from clause.markets.models import Market
from clause.markets.sections import Section, register
from clause.markets.visibility import leads
from clause.organisations.models import Company, Structure


def accounts_of(session: Session, viewer: Viewer, market: Market, today: date) -> dict[str, Any] | None:
    """The obligations; what came and what is late for who follows it; None for a market without clause."""
    if market.clause_kind is None or viewer.role is Role.AUTHORITY:
        return None
    rows = obligations_of(session, market)
    months = late_declarations(session, viewer, today, market.id)
    reports = [o for o in owed_reports(session, viewer, today, market.id) if o.over]
    return {
        "obligations": [(row, title_of(row), said(rhythm_of(row))) for row in rows],
        "settings": said(_settings(session, market)), "late": months, "reports": reports,
        "receipts": _receipts(session, viewer, rows), "reminded_on": _last_reminder(session, viewer, market),
        "edits": viewer.may(Permission.EDIT_MARKETS) and leads(viewer, market.structure_id),
        "own": viewer.role is Role.COMPANY,
    }  # fmt: skip


def said(rhythm: Rhythm) -> str:
    """« Chaque mois, jusqu'au 14 du mois suivant »."""
    day = rhythm.due_day if rhythm.inclusive else rhythm.due_day - 1
    until = f"jusqu'au {day}{'er' if day == 1 else ''} du mois suivant" if day else "avant le 1er du mois suivant"
    return f"{rhythm.frequency.label}, {until}"


def _settings(session: Session, market: Market) -> Rhythm:
    house = session.scalar(select(Structure.parameters).where(Structure.id == market.structure_id)) or {}
    return rhythm_by(house, market.parameters)


def _receipts(session: Session, viewer: Viewer, rows: Sequence[ReportingObligation]) -> list[dict[str, Any]]:
    by_id = {row.id: row for row in rows}
    found = session.execute(
        select(ReportReceipt, Company.name)
        .join(Company, Company.id == ReportReceipt.company_id)
        .where(receipt_condition(viewer), ReportReceipt.obligation_id.in_(by_id))
        .order_by(ReportReceipt.period_start.desc(), Company.name)
    )
    return [_receipt(receipt, by_id[receipt.obligation_id], name) for receipt, name in found]


def _receipt(receipt: ReportReceipt, row: ReportingObligation, company: str) -> dict[str, Any]:
    period = period_of(rhythm_of(row), receipt.period_start)
    return {"receipt": receipt, "title": title_of(row), "period": period.label, "company": company}


def _last_reminder(session: Session, viewer: Viewer, market: Market) -> date | None:
    statement = select(func.max(Reminder.sent_on)).where(Reminder.market_id == market.id)
    if viewer.role is Role.COMPANY:
        statement = statement.where(Reminder.company_id == viewer.company_id)
    return session.scalar(statement)


def commitments_of(session: Session, viewer: Viewer, market: Market, today: date) -> dict[str, Any] | None:
    """The notices; for the lead, whether one is to be considered. None where there is nothing to say."""
    if market.clause_kind is None:
        return None
    rows = notices_of(session, viewer, market)
    drafts = viewer.may(Permission.DRAFT_NOTICES) and leads(viewer, market.structure_id)
    if not rows and not drafts:
        return None
    return {"rows": rows, "drafts": drafts, "suggested": _suggested(session, viewer, market, today) if drafts else []}


def _suggested(session: Session, viewer: Viewer, market: Market, today: date) -> list[tuple[str, str]]:
    late = late_accounts(session, viewer, today, market.id)
    pairs = suggested(session, late)
    return sorted({(o.company_name, o.company_public_id) for o in late if (o.market_id, o.company_id) in pairs})


register(
    Section("comptes-rendus", "Comptes rendus attendus", "hours/reporting/_market.html", Permission.SEE_MARKETS, accounts_of, order=40)
)  # fmt: skip
register(
    Section("mises-en-demeure", "Mises en demeure", "hours/reporting/_notices.html", Permission.SEE_COMMITMENTS, commitments_of, order=70)
)  # fmt: skip
