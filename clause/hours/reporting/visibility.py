"""Which notices, obligations and receipts a viewer sees.

A notice: the structure that leads its market; the authority that buys it; the company once it was sent. Obligations
follow their market; receipts are those of the company, or of the markets that the structure leads.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, select
from sqlalchemy.orm import aliased

from clause.access import Role, Viewer
from clause.hours.reporting.codes import NoticeState
from clause.hours.reporting.models import FormalNotice, ReportingObligation, ReportReceipt
from clause.markets.models import Market, Operation
from clause.markets.visibility import market_condition

LedMarket = aliased(Market)


def notice_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.in_structure:
        # Asked of each notice, which are few: a structure has led the markets of years.
        return exists().where(LedMarket.id == FormalNotice.market_id, LedMarket.structure_id == viewer.structure_id)
    if viewer.role is Role.AUTHORITY:
        bought = select(Market.id).join(Operation, Operation.id == Market.operation_id)
        kept = FormalNotice.state != NoticeState.WITHDRAWN
        return and_(FormalNotice.market_id.in_(bought.where(Operation.authority_id == viewer.authority_id)), kept)
    if viewer.role is Role.COMPANY:
        return and_(FormalNotice.company_id == viewer.company_id, FormalNotice.state == NoticeState.SENT)
    return false()


def obligation_condition(viewer: Viewer) -> ColumnElement[bool]:
    return ReportingObligation.market_id.in_(select(Market.id).where(market_condition(viewer)))


def receipt_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is Role.COMPANY:
        return ReportReceipt.company_id == viewer.company_id
    of_led = select(ReportingObligation.id).where(ReportingObligation.market_id.in_(_led(viewer)))
    return ReportReceipt.obligation_id.in_(of_led) if viewer.in_structure else false()


def _led(viewer: Viewer) -> Select[int]:
    return select(Market.id).where(Market.structure_id == viewer.structure_id)
