"""The accounts that the contract of a market asks for: added, changed, ended; and those that came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.reporting.codes import Frequency, ReportSubject
from clause.hours.reporting.models import ReportingObligation, ReportReceipt
from clause.hours.reporting.queries.follow_ups import title_of
from clause.hours.reporting.queries.obligations import rhythm_of
from clause.hours.reporting.rules.periods import Period, period_of, periods_begun
from clause.kernel import audit, clock, storage
from clause.kernel.locking import alone, check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, format_date, format_month
from clause.markets.actions.common import in_words, require_lead
from clause.markets.codes import PartyRole
from clause.markets.models import Market, MarketParty


@dataclass(frozen=True)
class ObligationData:
    """``label`` names a follow-up; months are first days, both included, None: as long as the market."""

    subject: ReportSubject
    frequency: Frequency
    due_day: int
    due_day_inclusive: bool = False
    label: str = ""
    from_month: date | None = None
    until_month: date | None = None


LABELS = {
    "subject": "Compte rendu", "label": "Intitulé", "frequency": "Rythme", "due_day": "Jour limite",
    "due_day_inclusive": "Jour limite compris", "from_month": "Premier mois", "until_month": "Dernier mois",
}  # fmt: skip


def add_obligation(session: Session, viewer: Viewer, market: Market, data: ObligationData) -> ReportingObligation:
    """Refused: a structure that does not lead the market, a day out of a month, an end before the beginning, an account
    that the market asks for already in the same words (a double click would have it chased twice)."""
    require_lead(viewer, market.structure_id)
    _check(data)
    _refuse_same(session, market, data)
    row = ReportingObligation(
        market_id=market.id, entered_by_id=viewer.user_id, entered_by=viewer.name, created_at=clock.now(), **vars(data)
    )
    session.add(row)
    session.flush()
    audit.record(session, viewer, "compte rendu attendu ajouté", market, _said(row))
    return row


def _refuse_same(session: Session, market: Market, data: ObligationData) -> None:
    alone(session, f"reporting obligation {market.id}")
    same = select(ReportingObligation.id).where(
        ReportingObligation.market_id == market.id,
        *(getattr(ReportingObligation, name).is_not_distinct_from(value) for name, value in vars(data).items()),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused("Ce marché attend déjà ce compte rendu, au même rythme et sur la même période.")


def change_obligation(
    session: Session,
    viewer: Viewer,
    market: Market,
    row: ReportingObligation,
    data: ObligationData,
    version: int | None,
) -> None:
    """Change what was typed wrong. Lateness of past periods follows: a new rhythm is another obligation."""
    require_lead(viewer, market.structure_id)
    check_version(session, row, version)
    _check(data)
    before = _words(row)
    for name, value in vars(data).items():
        setattr(row, name, value)
    session.flush()
    audit.record(session, viewer, "compte rendu attendu modifié", market, audit.differences(before, _words(row)))


def end_obligation(session: Session, viewer: Viewer, market: Market, row: ReportingObligation, until: date) -> None:
    """Nothing more is owed after the period of this month; what was owed before stays."""
    require_lead(viewer, market.structure_id)
    if row.from_month is not None and until < row.from_month:
        raise Refused(f"Ce compte rendu commence en {format_month(row.from_month)} : la fin ne peut pas être avant.", "until_month")  # fmt: skip
    row.until_month = until
    session.flush()
    audit.record(session, viewer, f"compte rendu attendu terminé : {in_words(row.subject)}", market, {"Dernier mois": ["", format_month(until)]})  # fmt: skip


def _check(data: ObligationData) -> None:
    if not 1 <= data.due_day <= 31:
        raise Refused("Le jour limite est un jour du mois, de 1 à 31.", "due_day")
    if data.from_month and data.until_month and data.until_month < data.from_month:
        raise Refused("Le dernier mois est avant le premier.", "until_month")
    if data.subject is ReportSubject.FOLLOW_UP and not data.label:
        raise Refused("Nommez ce compte rendu, par exemple « Point de suivi semestriel ».", "label")


def _words(row: ReportingObligation) -> dict[str, str]:
    def said(name: str) -> str:
        value = getattr(row, name)
        return format_month(value) if name.endswith("_month") and value else in_words(value)

    return {label: said(name) for name, label in LABELS.items()}


def _said(row: ReportingObligation) -> dict[str, list[str]]:
    return {label: ["", text] for label, text in _words(row).items() if text}


# What came


def receive(
    session: Session, viewer: Viewer, obligation: ReportingObligation, company_id: int, month: date,
    received_on: date, comment: str, file: tuple[bytes, str, Path] | None,
) -> ReportReceipt:  # fmt: skip
    """Write that the account of the period of ``month`` came: deposited by the company, or recorded for it.

    Refused: another company's, a company that does not hold the market, a day to come, a period that is not owed or has
    not begun, an account that came already.
    """
    _refuse_receiving(session, viewer, obligation, company_id, received_on)
    period = _owed_period(session, obligation, month)
    _refuse_twice(session, obligation, company_id, period)
    row = ReportReceipt(
        obligation_id=obligation.id, company_id=company_id, period_start=period.first, received_on=received_on,
        comment=comment, file_id=_kept(session, viewer, file), entered_by_id=viewer.user_id, entered_by=viewer.name,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    market = session.get_one(Market, obligation.market_id)
    audit.record(session, viewer, f"{title_of(obligation)} reçu", market, {"Période": ["", period.label]})
    return row


def _refuse_receiving(
    session: Session, viewer: Viewer, obligation: ReportingObligation, company_id: int, on: date
) -> None:
    own = viewer.role is Role.COMPANY and viewer.company_id == company_id and viewer.may(Permission.DECLARE_HOURS)
    if not own:
        require_lead(viewer, session.get_one(Market, obligation.market_id).structure_id)
    holds = select(MarketParty.id).where(
        MarketParty.market_id == obligation.market_id,
        MarketParty.company_id == company_id,
        MarketParty.role == PartyRole.CONTRACTOR,
    )
    if session.scalar(holds) is None:
        raise Refused("Cette entreprise n'est pas titulaire de ce marché : elle ne doit pas ce compte rendu.")
    if on > clock.today():
        raise Refused("La date de réception est à venir.", "received_on")


def _owed_period(session: Session, obligation: ReportingObligation, month: date) -> Period:
    """The period of a month, among those that the market has begun: one given beforehand would never be chased."""
    rhythm, market = rhythm_of(obligation), session.get_one(Market, obligation.market_id)
    period = period_of(rhythm, month)
    begun = periods_begun(rhythm, market.starts_on, market.ends_on, clock.today())
    if obligation.subject is not ReportSubject.FOLLOW_UP or period not in begun:
        raise Refused(f"Aucun compte rendu n'est attendu pour cette période ({period.label}).")
    return period


def _refuse_twice(session: Session, obligation: ReportingObligation, company_id: int, period: Period) -> None:
    found = session.scalars(
        select(ReportReceipt).where(
            ReportReceipt.obligation_id == obligation.id,
            ReportReceipt.company_id == company_id,
            ReportReceipt.period_start == period.first,
        )
    ).one_or_none()
    if found is not None:
        raise Refused(f"Ce compte rendu a déjà été reçu le {format_date(found.received_on)}.")


def _kept(session: Session, viewer: Viewer, file: tuple[bytes, str, Path] | None) -> int | None:
    if file is None:
        return None
    content, name, folder = file
    try:
        return storage.keep(session, folder, content, name, viewer.user_id).id
    except BadValue as bad:
        raise Refused(str(bad), "file") from None
