"""Formal notices that a viewer sees, what a draft is written from, and where one is suggested."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.reporting.accounts import notices_sent
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice, Reminder
from clause.hours.reporting.queries.follow_ups import Owed, late_accounts
from clause.hours.reporting.rules.notices import Facts, LatePeriod, is_suggested
from clause.hours.reporting.visibility import notice_condition
from clause.kernel.listing import Page, page_of
from clause.kernel.storage import StoredFile
from clause.markets.figures import figures
from clause.markets.models import Market, MarketParty, Operation
from clause.organisations.models import Company, ContractingAuthority


@dataclass(frozen=True)
class NoticeRow:
    notice: FormalNotice
    market_reference: str
    market_title: str
    market_public_id: str
    structure_id: int
    company_name: str
    authority_name: str


def _rows(viewer: Viewer) -> Any:
    return (
        select(
            FormalNotice, Market.reference, Market.title, Market.public_id, Market.structure_id, Company.name,
            ContractingAuthority.name,
        )
        .join(Market, Market.id == FormalNotice.market_id)
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .join(Company, Company.id == FormalNotice.company_id)
        .where(notice_condition(viewer))
    )  # fmt: skip


def notices(session: Session, viewer: Viewer, number: int) -> Page[NoticeRow]:
    """One page of them, those to send first, then the latest; two reads."""
    drafted = case((FormalNotice.state == NoticeState.DRAFTED, 0), else_=1)
    rows, count = page_of(session, _rows(viewer).order_by(drafted, FormalNotice.id.desc()), number)
    return Page([NoticeRow(*row) for row in rows], count, number)


def to_send(session: Session, viewer: Viewer) -> list[NoticeRow]:
    """Drafts that wait for the authority to send them, the oldest first; one read."""
    drafted = _rows(viewer).where(FormalNotice.state == NoticeState.DRAFTED).order_by(FormalNotice.id)
    return [NoticeRow(*row) for row in session.execute(drafted)]


def latest(session: Session, viewer: Viewer, market_ids: Collection[int]) -> dict[tuple[int, int], FormalNotice]:
    """By market and company, the draft that waits on these markets, else the last notice sent; one read."""
    known = _rows(viewer).where(
        FormalNotice.state.in_([NoticeState.DRAFTED, NoticeState.SENT]), FormalNotice.market_id.in_(market_ids)
    )
    found = [row[0] for row in session.execute(known.order_by(FormalNotice.id))]
    drafts_last = sorted(found, key=lambda notice: notice.state is NoticeState.DRAFTED)
    return {(notice.market_id, notice.company_id): notice for notice in drafts_last}


def notice(session: Session, viewer: Viewer, public_id: str) -> NoticeRow | None:
    row = session.execute(_rows(viewer).where(FormalNotice.public_id == public_id)).one_or_none()
    return NoticeRow(*row) if row is not None else None


def notices_of(session: Session, viewer: Viewer, market: Market) -> list[NoticeRow]:
    rows = session.execute(_rows(viewer).where(FormalNotice.market_id == market.id).order_by(FormalNotice.id.desc()))
    return [NoticeRow(*row) for row in rows]


def document(session: Session, row: NoticeRow) -> StoredFile | None:
    return session.get(StoredFile, row.notice.file_id) if row.notice.file_id else None


def companies_of(session: Session, market: Market) -> Sequence[Company]:
    """The companies of a market that the caller sees."""
    parties = select(MarketParty.company_id).where(MarketParty.market_id == market.id)
    return session.scalars(select(Company).where(Company.id.in_(parties)).order_by(Company.name)).all()


def facts(session: Session, viewer: Viewer, market: Market, company: Company, today: date) -> Facts:
    """What a draft says: what is late with its reminders, the hours done, expected and due."""
    late = [o for o in late_accounts(session, viewer, today, market.id) if o.company_id == company.id]
    days = _reminder_days(session, market, company)
    known = figures(session, [market], today)[market.id]
    names = session.execute(
        select(ContractingAuthority.name, Operation.title)
        .join(Operation, Operation.authority_id == ContractingAuthority.id)
        .where(Operation.id == market.operation_id)
    ).one()
    return Facts(
        authority=names[0], company=company.name, market=f"Marché {market.reference}, {market.title}",
        operation=names[1], late=[_period(owed, days) for owed in sorted(late, key=lambda o: (o.due, o.label))],
        done=known.done, due=known.due, expected=known.expected,
    )  # fmt: skip


def _period(owed: Owed, days: dict[tuple[str, date], list[date]]) -> LatePeriod:
    return LatePeriod(owed.label, owed.due, tuple(days.get((owed.subject_key, owed.period.first), ())))


def _reminder_days(session: Session, market: Market, company: Company) -> dict[tuple[str, date], list[date]]:
    rows = session.execute(
        select(Reminder.subject_key, Reminder.period_start, Reminder.sent_on)
        .where(Reminder.market_id == market.id, Reminder.company_id == company.id)
        .order_by(Reminder.sent_on)
    )
    found: dict[tuple[str, date], list[date]] = {}
    for key, start, day in rows:
        found.setdefault((key, start), []).append(day)
    return found


def suggested(session: Session, late: Iterable[Owed]) -> set[tuple[int, int]]:
    """The (market, company) pairs for which a notice is to be considered; not where a draft waits already."""
    late = list(late)
    market_ids = {o.market_id for o in late}
    sent, drafts = notices_sent(session, market_ids), _drafted(session, market_ids)
    return {
        (o.market_id, o.company_id)
        for o in late
        if (o.market_id, o.company_id) not in drafts
        and is_suggested(o.late_days, o.notice_day, o.due, sent.get((o.market_id, o.company_id)))
    }


def _drafted(session: Session, market_ids: Collection[int]) -> set[tuple[int, int]]:
    rows = session.execute(
        select(FormalNotice.market_id, FormalNotice.company_id).where(
            FormalNotice.state == NoticeState.DRAFTED, FormalNotice.market_id.in_(market_ids)
        )
    )
    return {(market, company) for market, company in rows}
