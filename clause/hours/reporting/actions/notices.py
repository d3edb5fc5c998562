"""Formal notices: drafted by the facilitation, sent by the authority outside the tool, their day recorded (OPE-03).

No act of this module sends anything to the company. The authority is told by mail that a draft waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.accounts.models import User
from clause.hours.mails import SIGNATURE
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice
from clause.hours.reporting.rules.notices import Refusal
from clause.kernel import audit, clock, outbox, storage
from clause.kernel.locking import alone, check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_date
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import leads
from clause.organisations.models import Company


@dataclass(frozen=True)
class NoticeData:
    subject: str
    body: str
    answer_within_days: int


@dataclass(frozen=True)
class Sending:
    """How and when it was sent; ``file`` is the copy: its bytes, its name, and where files are kept."""

    sent_on: date
    how: str
    file: tuple[bytes, str, Path] | None = None


def draft(
    session: Session, viewer: Viewer, market: Market, company: Company, data: NoticeData, base_url: str
) -> FormalNotice:
    """Prepare a notice and tell the authority that it waits. Refused: not the lead, a company that is not on the market.

    The same draft sent twice, by a double click, is kept once, and the authority told once.
    """
    _require_lead(viewer, market)
    if session.scalar(select(MarketParty.id).where(MarketParty.market_id == market.id, MarketParty.company_id == company.id)) is None:  # fmt: skip
        raise Refused(Refusal.NO_COMPANY)
    twin = _drafted_already(session, market, company, data)
    if twin is not None:
        return twin
    notice = FormalNotice(
        market_id=market.id, company_id=company.id, state=NoticeState.DRAFTED, drafted_on=clock.today(),
        drafted_by_id=viewer.user_id, drafted_by=viewer.name, created_at=clock.now(), **vars(data),
    )  # fmt: skip
    session.add(notice)
    session.flush()
    audit.record(session, viewer, "mise en demeure préparée", market, {"Entreprise": ["", company.name]})
    _tell_authority(session, market, company, notice, base_url)
    return notice


def _drafted_already(session: Session, market: Market, company: Company, data: NoticeData) -> FormalNotice | None:
    """A draft that still waits with the same text; of two that come at once, the second finds the first."""
    alone(session, f"formal notice {market.id} {company.id}")
    return session.scalars(
        select(FormalNotice).where(
            FormalNotice.market_id == market.id, FormalNotice.company_id == company.id,
            FormalNotice.state == NoticeState.DRAFTED, FormalNotice.subject == data.subject, FormalNotice.body == data.body,
        )
    ).first()  # fmt: skip


def _tell_authority(session: Session, market: Market, company: Company, notice: FormalNotice, base_url: str) -> None:
    authority = select(Operation.authority_id).where(Operation.id == market.operation_id).scalar_subquery()
    addresses = session.scalars(
        select(User.email).where(
            User.role == Role.AUTHORITY, User.authority_id == authority, User.closed_at.is_(None),
            User.password_hash.is_not(None),
        )
    )  # fmt: skip
    body = (
        f"Bonjour,\n\nUn projet de mise en demeure de {company.name} vous attend pour le marché {market.reference}"
        f" ({market.title}). Il n'a pas été envoyé : c'est à vous de le relire, de le signer et de l'envoyer, puis"
        f" d'enregistrer la date d'envoi.\n\n{base_url}/mises-en-demeure/{notice.public_id}"
    )
    for address in addresses.all():
        outbox.post(
            session, kind="notice_drafted", recipient=address, subject="Un projet de mise en demeure vous attend",
            body=body + SIGNATURE, readers={market.structure_id: ""},
        )  # fmt: skip


def change(session: Session, viewer: Viewer, notice: FormalNotice, data: NoticeData, version: int | None) -> None:
    """Change a draft; once sent, what was sent is no longer changed."""
    market = _market(session, notice)
    _require_lead(viewer, market)
    _require_draft(notice)
    check_version(session, notice, version)
    for name, value in vars(data).items():
        setattr(notice, name, value)
    session.flush()
    audit.record(session, viewer, "projet de mise en demeure modifié", market)


def record_sent(
    session: Session, viewer: Viewer, notice: FormalNotice, sending: Sending, version: int | None = None
) -> None:
    """Write that the authority sent the notice; for the facilitation, with the copy of what was sent.

    Refused where the text changed since the form was shown: what left would not be what is kept.
    """
    market = _market(session, notice)
    _may_record(viewer, market)
    _require_draft(notice)
    if version is not None and notice.version != version:
        raise Refused(Refusal.TEXT_CHANGED)
    _check_day(notice, sending.sent_on)
    if viewer.in_structure and sending.file is None:
        raise Refused(Refusal.NO_PROOF, "file")
    notice.file_id = _kept(session, viewer, sending)
    notice.state, notice.sent_on, notice.sent_how = NoticeState.SENT, sending.sent_on, sending.how
    notice.recorded_by_id, notice.recorded_by, notice.recorded_at = viewer.user_id, viewer.name, clock.now()
    session.flush()
    said = {"Envoyée le": ["", format_date(sending.sent_on)], "Par": ["", sending.how]}
    audit.record(session, viewer, "envoi de la mise en demeure enregistré", market, said)


def _may_record(viewer: Viewer, market: Market) -> None:
    """The authority that sends, which the caller found the notice for; the lead on its behalf."""
    if not viewer.may(Permission.SEND_NOTICES):
        _require_lead(viewer, market)


def _check_day(notice: FormalNotice, sent_on: date) -> None:
    if sent_on > clock.today():
        raise Refused(Refusal.FUTURE, "sent_on")
    if sent_on < notice.drafted_on:
        raise Refused(Refusal.BEFORE_DRAFT.format(drafted=format_date(notice.drafted_on)), "sent_on")


def withdraw(session: Session, viewer: Viewer, notice: FormalNotice) -> None:
    """Give a draft up: it stays in the history of the structure, the authority no longer sees it."""
    market = _market(session, notice)
    _require_lead(viewer, market)
    _require_draft(notice)
    notice.state = NoticeState.WITHDRAWN
    session.flush()
    audit.record(session, viewer, "projet de mise en demeure abandonné", market)


def _market(session: Session, notice: FormalNotice) -> Market:
    return session.get_one(Market, notice.market_id)


def _require_lead(viewer: Viewer, market: Market) -> None:
    if not (viewer.may(Permission.DRAFT_NOTICES) and leads(viewer, market.structure_id)):
        raise Refused(Refusal.NOT_LEAD)


def _require_draft(notice: FormalNotice) -> None:
    if notice.state is not NoticeState.DRAFTED:
        raise Refused(Refusal.NOT_DRAFT)


def _kept(session: Session, viewer: Viewer, sending: Sending) -> int | None:
    if sending.file is None:
        return None
    content, name, folder = sending.file
    try:
        return storage.keep(session, folder, content, name, viewer.user_id).id
    except BadValue as bad:
        raise Refused(str(bad), "file") from None
