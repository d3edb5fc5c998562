"""Moving hours from one market to another, and taking a transfer back by its opposite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.hours.pooling import rules, standing
from clause.hours.pooling.actions.common import hold, refuse, touch
from clause.hours.pooling.models import HourTransfer, PooledMarket, PoolingConvention
from clause.hours.pooling.standing import Account
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import NBSP, format_hours, format_month
from clause.ledger import posting
from clause.markets.models import Market


@dataclass(frozen=True)
class TransferData:
    """Which market gives, which receives, the month the hours were worked in, how many (hundredths), and why."""

    giver_id: int
    taker_id: int
    month: date
    hours: int
    reason: str = ""


@dataclass(frozen=True)
class Outlook:
    """What each market has before a transfer: the page shows it, with what each will keep, before anything is written."""

    giver: Account
    taker: Account
    data: TransferData

    @property
    def giver_keeps(self) -> int:
        return self.giver.attained - self.data.hours

    @property
    def taker_keeps(self) -> int:
        return self.taker.attained + self.data.hours

    @property
    def company_total(self) -> int:
        """The same before and after."""
        return self.giver.attained + self.taker.attained


def outlook(session: Session, convention: PoolingConvention, data: TransferData) -> Outlook:
    """What the transfer would do; Refused where REA-06 does not allow it. Writes nothing."""
    pooled = set(session.scalars(select(PooledMarket.market_id).where(PooledMarket.convention_id == convention.id)))
    for field, market in (("giver", data.giver_id), ("taker", data.taker_id)):
        if market not in pooled:
            raise Refused("Choisissez un marché de la convention.", field)
    if data.giver_id == data.taker_id:
        raise Refused("Choisissez deux marchés différents : celui qui cède et celui qui reçoit.", "taker")
    found = {a.market.id: a for a in standing.accounts(session, [data.giver_id, data.taker_id], convention.company_id)}
    giver, taker = found[data.giver_id], found[data.taker_id]
    terms = standing.terms(session, convention, [giver.authority, taker.authority])
    wish = standing.wish(session, giver.market, taker.market, data.month, data.hours)
    refuse(rules.transfer_refusal(terms, giver.side, taker.side, wish))
    return Outlook(giver, taker, data)


def transfer(
    session: Session, viewer: Viewer, convention: PoolingConvention, data: TransferData, version: int | None = None
) -> HourTransfer:
    """Move hours: one row, two ledger entries that sum to zero, dated of today. Refused by the rules of REA-06.

    The convention and both markets are locked: of two people at once, or of two conventions that share a market, the
    second sees what the first moved.
    """
    hold(session, viewer, convention, version)
    _hold_markets(session, data.giver_id, data.taker_id)
    seen = outlook(session, convention, data)
    moved = HourTransfer(
        convention_id=convention.id, from_market_id=data.giver_id, to_market_id=data.taker_id, month=data.month,
        hours=data.hours, reason=data.reason, **_decided(viewer),
    )  # fmt: skip
    _post(session, viewer, moved)
    _note(session, viewer, convention, "heures transférées", seen.giver.market, seen.taker.market, moved)
    touch(session, convention)
    return moved


def take_back(
    session: Session, viewer: Viewer, convention: PoolingConvention, done: HourTransfer, reason: str, version: int | None = None
) -> HourTransfer:  # fmt: skip
    """Put hours back where they came from, by a transfer the other way, once. Refused: already taken back, no reason.

    Possible after the end of the convention: it undoes what should not have been, and moves nothing new.
    """
    hold(session, viewer, convention, version)
    _hold_markets(session, done.from_market_id, done.to_market_id)
    undone = session.scalar(select(HourTransfer.id).where(HourTransfer.reverses_id == done.id)) is not None
    refusal = rules.taking_back_refusal(is_taking_back=done.reverses_id is not None, taken_back=undone)
    if refusal is not None:
        raise Refused(refusal)
    if not reason.strip():
        raise Refused("Indiquez pourquoi ces heures reviennent : le motif reste dans l'historique.", "reason")
    back = HourTransfer(
        convention_id=convention.id, from_market_id=done.to_market_id, to_market_id=done.from_market_id, month=done.month,
        hours=done.hours, reason=reason.strip(), reverses_id=done.id, **_decided(viewer),
    )  # fmt: skip
    _post(session, viewer, back)
    giver, taker = session.get_one(Market, back.from_market_id), session.get_one(Market, back.to_market_id)
    _note(session, viewer, convention, "transfert repris", giver, taker, back)
    touch(session, convention)
    return back


def _decided(viewer: Viewer) -> dict[str, object]:
    return {"decided_by_id": viewer.user_id, "decided_by": viewer.name, "decided_at": clock.now()}


def _hold_markets(session: Session, *market_ids: int) -> None:
    """In the order of their ids, so that two transfers never wait for each other."""
    session.execute(select(Market.id).where(Market.id.in_(market_ids)).order_by(Market.id).with_for_update()).all()


def _post(session: Session, viewer: Viewer, moved: HourTransfer) -> None:
    session.add(moved)
    session.flush()
    posting.transfer(session, viewer, moved.id, moved.from_market_id, moved.to_market_id, moved.month, moved.hours)
    session.flush()


def _note(
    session: Session, viewer: Viewer, convention: PoolingConvention, what: str, giver: Market, taker: Market, moved: HourTransfer
) -> None:  # fmt: skip
    """In the history of the convention and of both markets."""
    hours, month = f"{format_hours(moved.hours)}{NBSP}h", format_month(moved.month)
    said = {
        "Cède": [None, giver.reference],
        "Reçoit": [None, taker.reference],
        "Mois": [None, month],
        "Heures": [None, hours],
    }
    if moved.reason:
        said["Motif"] = [None, moved.reason]
    audit.record(session, viewer, what, convention, said)
    for market in (giver, taker):
        audit.record(session, viewer, f"globalisation : {what}", market, {**said, "Convention": [None, convention.reference]})  # fmt: skip
