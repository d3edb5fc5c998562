"""The last scene: what a market asks for besides hours, two weeks of reminders, a formal notice that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from clause.demo.stage import Stage
from clause.hours.queries.due import late_declarations
from clause.hours.reporting import run, weekly
from clause.hours.reporting.actions import notices, obligations
from clause.hours.reporting.actions.notices import NoticeData
from clause.hours.reporting.actions.obligations import ObligationData
from clause.hours.reporting.codes import Frequency, ReportSubject
from clause.hours.reporting.queries.notices import facts
from clause.hours.reporting.rules.notices import text_of
from clause.kernel import clock
from clause.kernel.outbox import OutboxMail, without_secrets
from clause.markets.models import Market, MarketParty
from clause.organisations.models import Company

LOOKED_BACK = 14


def play(stage: Stage) -> None:
    """After the mails of the past: the last reminders are left to the worker, with links that open."""
    _follow_up(stage)
    settings = current_app.config["CLAUSE"]
    for back in range(LOOKED_BACK, -1, -1):
        stage.at(stage.today - timedelta(days=back), 8)
        waiting = stage.session.scalars(select(OutboxMail).where(OutboxMail.sent_at.is_(None))).all()
        if run.daily(stage.session, settings).digests:
            _keep_as_sent(waiting)
        weekly.weekly(stage.session, settings)
    _notice(stage)


def _keep_as_sent(mails: Sequence[OutboxMail]) -> None:
    for mail in mails:
        mail.sent_at, mail.body = mail.created_at, without_secrets(mail.body)


def _follow_up(stage: Stage) -> None:
    """A half-yearly account on the first market of the company that signs in."""
    company_id = stage.accounts["entreprise@demo.example"].company_id
    held = select(MarketParty.market_id).where(MarketParty.company_id == company_id)
    viewer = stage.facilitator("plie")
    statement = (
        select(Market).where(Market.id.in_(held), Market.structure_id == viewer.structure_id).order_by(Market.id)
    )
    market = stage.session.scalars(statement).first()
    assert market is not None
    stage.at(market.starts_on, 15)
    data = ObligationData(ReportSubject.FOLLOW_UP, Frequency.HALF_YEARLY, 15, label="Bilan semestriel de la clause")
    obligations.add_obligation(stage.session, viewer, market, data)


def _notice(stage: Stage) -> None:
    """For the company that is latest, where the delay is over."""
    viewer, session = stage.facilitator("plie"), stage.session
    late = late_declarations(session, viewer, stage.today)
    if not late or late[0].late_days < late[0].notice_day:
        return
    stage.at(stage.today, 7)
    market, company = session.get_one(Market, late[0].market_id), session.get_one(Company, late[0].company_id)
    text = text_of(facts(session, viewer, market, company, clock.today()))
    data = NoticeData(f"Mise en demeure, marché {market.reference}", text, 15)
    base_url = current_app.config["CLAUSE"].base_url
    if session.scalar(select(MarketParty.id).where(MarketParty.market_id == market.id, MarketParty.company_id == company.id)):  # fmt: skip
        notices.draft(session, viewer, market, company, data, base_url)
