"""What companies owe, across every structure, as the reminders group it: one account a market, company and period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clause.access import command_viewer
from clause.hours.codes import DeclarationState
from clause.hours.queries.due import OwedMonth, months_to_declare
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice, Reminder
from clause.hours.reporting.queries.follow_ups import OwedReport, owed_reports
from clause.hours.reporting.rules.steps import Item, Key
from clause.kernel.values import format_month, of_month
from clause.organisations.models import Structure

ACTOR = "Relances automatiques"


@dataclass(frozen=True)
class Account:
    """One period owed: the months of a quarter that are still to declare are one account."""

    item: Item
    label: str
    structure_id: int
    structure_name: str
    facilitator_id: int | None
    company_name: str
    market: str
    market_public_id: str
    months: tuple[date, ...]

    @property
    def company_id(self) -> int:
        return self.item.key[1]

    @property
    def due(self) -> date:
        return self.item.due


def accounts(session: Session, today: date) -> list[Account]:
    """Every account owed on the platform, read for each structure that leads markets."""
    noticed = notices_sent(session)
    found: list[Account] = []
    for structure_id in session.scalars(select(Structure.id).order_by(Structure.id)):
        viewer = command_viewer(structure_id, ACTOR)
        months = [o for o in months_to_declare(session, viewer, today) if o.structure_id == structure_id]
        found += [_of_months(group, noticed) for group in _by_period(months)]
        found += [_of_report(report, noticed) for report in owed_reports(session, viewer, today)]
    return found


def _by_period(months: Iterable[OwedMonth]) -> list[list[OwedMonth]]:
    groups: dict[Key, list[OwedMonth]] = {}
    for owed in months:
        key = (owed.market_id, owed.company_id, owed.subject_key, owed.period.first)
        groups.setdefault(key, []).append(owed)
    return list(groups.values())


def _of_months(group: list[OwedMonth], noticed: dict[tuple[int, int], date]) -> Account:
    first = group[0]
    label = of_months([owed.month for owed in group], first.period.label)
    begun = all(owed.state is DeclarationState.RETURNED for owed in group)
    return _account(first, label, noticed, begun=begun, months=tuple(owed.month for owed in group))


def of_months(months: Sequence[date], period: str) -> str:
    """« heures d'avril 2026 », « heures du 2e trimestre 2026 (avril, mai) »."""
    if len(months) == 1:
        return f"heures {of_month(months[0])}"
    names = ", ".join(format_month(month).split()[0] for month in months)
    return f"heures du {period} ({names})"


def _of_report(report: OwedReport, noticed: dict[tuple[int, int], date]) -> Account:
    return _account(report, report.label, noticed, begun=False, months=())


def _account(
    owed: OwedMonth | OwedReport, label: str, noticed: dict[tuple[int, int], date], *, begun: bool, months: tuple[date, ...]
) -> Account:  # fmt: skip
    notice = noticed.get((owed.market_id, owed.company_id))
    taken_over = notice is not None and owed.due < notice
    key = (owed.market_id, owed.company_id, owed.subject_key, owed.period.first)
    return Account(
        Item(key, owed.due, owed.reminder_days, owed.paused or taken_over, begun), label, owed.structure_id,
        owed.structure_name, owed.facilitator_id, owed.company_name, f"{owed.market_reference} ({owed.market_title})",
        owed.market_public_id, months,
    )  # fmt: skip


def notices_sent(session: Session, market_ids: Collection[int] | None = None) -> dict[tuple[int, int], date]:
    """The last day a formal notice was sent, by market and company; of these markets, or of all."""
    sent = select(FormalNotice.market_id, FormalNotice.company_id, func.max(FormalNotice.sent_on)).where(
        FormalNotice.state == NoticeState.SENT
    )
    if market_ids is not None:
        sent = sent.where(FormalNotice.market_id.in_(market_ids))
    rows = session.execute(sent.group_by(FormalNotice.market_id, FormalNotice.company_id))
    return {(market, company): sent for market, company, sent in rows if sent is not None}


def last_steps(session: Session, companies: Iterable[int]) -> dict[Key, int]:
    """The last step sent of each account of these companies."""
    key = (Reminder.market_id, Reminder.company_id, Reminder.subject_key, Reminder.period_start)
    rows = session.execute(
        select(*key, func.max(Reminder.step)).where(Reminder.company_id.in_(set(companies))).group_by(*key)
    )
    return {(market, company, subject, start): step for market, company, subject, start, step in rows}
