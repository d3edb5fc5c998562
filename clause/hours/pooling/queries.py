"""Reads of the pages of globalisation. Constant number of queries, whatever the number of conventions or transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from clause.access import Role, Viewer
from clause.hours.pooling import rules, standing
from clause.hours.pooling.models import HourTransfer, PooledMarket, PoolingAgreement, PoolingConvention
from clause.hours.pooling.standing import Account, Signed, stands
from clause.hours.pooling.visibility import edits, visible_conventions
from clause.kernel import audit
from clause.kernel.codes import Code
from clause.kernel.listing import page_of
from clause.markets.codes import HOLDERS
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, ContractingAuthority, Structure


class ConventionState(Code):
    TO_SIGN = "to_sign", "À signer"
    IN_FORCE = "in_force", "En vigueur"
    TO_COME = "to_come", "À venir"
    OVER = "over", "Terminée"

    @property
    def tone(self) -> str:
        return {"to_sign": "warn", "in_force": "ok", "to_come": "info"}.get(self.value, "neutral")


def state_of(convention: PoolingConvention, missing: int, today: date) -> ConventionState:
    """``missing`` is how many signatures are awaited."""
    last = min(convention.ends_on, convention.ended_on or convention.ends_on)
    if convention.ended_on is not None or last < today:
        return ConventionState.OVER
    if missing:
        return ConventionState.TO_SIGN
    return ConventionState.TO_COME if convention.starts_on > today else ConventionState.IN_FORCE


@dataclass(frozen=True)
class ConventionRow:
    """A convention of a list: references of its markets, signatures awaited, hours (hundredths) that stand transferred."""

    convention: PoolingConvention
    company: str
    markets: Sequence[str]
    missing: int
    moved: int
    state: ConventionState


def conventions(session: Session, viewer: Viewer, number: int, today: date) -> tuple[list[ConventionRow], int]:
    """One page of the conventions that the viewer reads, latest first, and how many there are."""
    statement = visible_conventions(viewer).order_by(PoolingConvention.ends_on.desc(), PoolingConvention.id.desc())
    found, total = page_of(session, statement, number)
    ids = [c.id for c in found]
    companies = _names(session, {c.company_id for c in found})
    markets, buyers = _markets(session, ids)
    agreed = _counts(session, select(PoolingAgreement.convention_id, func.count()).where(PoolingAgreement.convention_id.in_(ids)).group_by(PoolingAgreement.convention_id))  # fmt: skip
    moved = _counts(session, select(HourTransfer.convention_id, func.sum(HourTransfer.hours)).where(HourTransfer.convention_id.in_(ids), stands()).group_by(HourTransfer.convention_id))  # fmt: skip
    rows = []
    for c in found:
        missing = len(buyers.get(c.id, ())) - agreed.get(c.id, 0) + (c.company_signed_on is None)
        rows.append(ConventionRow(c, companies[c.company_id], markets.get(c.id, []), missing, moved.get(c.id, 0), state_of(c, missing, today)))  # fmt: skip
    return rows, total


def _counts(session: Session, statement: Select[int, int]) -> dict[int, int]:
    return {key: int(value) for key, value in session.execute(statement)}


def _names(session: Session, company_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Company.id, Company.name).where(Company.id.in_(company_ids)))
    return {row.id: row.name for row in rows}


def _markets(session: Session, ids: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, set[int]]]:
    """Of each convention, the references of its markets and their authorities."""
    rows = session.execute(
        select(PooledMarket.convention_id, Market.reference, Operation.authority_id)
        .join(Market, Market.id == PooledMarket.market_id)
        .join(Operation, Operation.id == Market.operation_id)
        .where(PooledMarket.convention_id.in_(ids))
        .order_by(Market.reference, Market.id)
    )
    references: dict[int, list[str]] = {}
    buyers: dict[int, set[int]] = {}
    for convention, reference, buyer in rows:
        references.setdefault(convention, []).append(reference)
        buyers.setdefault(convention, set()).add(buyer)
    return references, buyers


def convention_by_address(session: Session, viewer: Viewer, public_id: str) -> PoolingConvention | None:
    return session.scalars(visible_conventions(viewer).where(PoolingConvention.public_id == public_id)).one_or_none()


@dataclass(frozen=True)
class TransferRow:
    """A transfer of a convention: references of both markets; ``taken_back`` once it was, ``is_taking_back`` the opposite."""

    transfer: HourTransfer
    giver: str
    taker: str
    taken_back: bool

    @property
    def is_taking_back(self) -> bool:
        return self.transfer.reverses_id is not None


@dataclass(frozen=True)
class ConventionPage:
    """Everything on the page of a convention; ``opens_on`` None while a signature is missing; ``to_see`` what is wrong.

    ``linked`` are the markets whose own page the viewer may open. Where they are not all (``whole`` False: an authority, and
    the markets of another), the objective and the hours of the others are not shown, only what they gave and received.
    """

    convention: PoolingConvention
    company: Company
    structure: Structure
    accounts: Sequence[Account]
    signed: Sequence[Signed]
    transfers: Sequence[TransferRow]
    opens_on: date | None
    state: ConventionState
    to_see: Sequence[str]
    edits: bool
    history: Sequence[audit.AuditEvent]
    linked: frozenset[int]
    whole: bool

    @property
    def unsigned(self) -> bool:
        return all(s.on is None for s in self.signed)


def convention_page(session: Session, viewer: Viewer, convention: PoolingConvention, today: date) -> ConventionPage:
    """The page of a convention found through ``convention_by_address``."""
    market_ids = session.scalars(
        select(PooledMarket.market_id).where(PooledMarket.convention_id == convention.id)
    ).all()
    accounts = standing.accounts(session, market_ids, convention.company_id)
    signed = standing.signatures(session, convention, [a.authority for a in accounts])
    missing = sum(s.on is None for s in signed)
    linked = frozenset(session.scalars(select(Market.id).where(Market.id.in_(market_ids), market_condition(viewer))))
    return ConventionPage(
        convention=convention,
        company=session.get_one(Company, convention.company_id),
        structure=session.get_one(Structure, convention.structure_id),
        accounts=accounts,
        signed=signed,
        transfers=transfers(session, convention),
        opens_on=rules.opens_on([rules.Signature(s.who, s.on) for s in signed], convention.starts_on),
        state=state_of(convention, missing, today),
        to_see=to_see(session, accounts),
        edits=edits(viewer, convention),
        history=audit.history(session, convention) if viewer.in_structure else (),
        linked=linked,
        whole=len(linked) == len(accounts),
    )


def to_see(session: Session, accounts: Sequence[Account]) -> list[str]:
    """What a correction left wrong after a transfer: said, never mended by itself."""
    givers = {a.market.id: a.market.reference for a in accounts if a.given}
    if not givers:
        return []
    short = {a.market.reference: (a.given, a.attained, a.due) for a in accounts if a.given and a.due}
    return rules.overdrawn(standing.months_given(session, givers)) + rules.fallen_short(short)


def transfers(session: Session, convention: PoolingConvention) -> list[TransferRow]:
    """Latest first."""
    giver, taker, back = aliased(Market), aliased(Market), aliased(HourTransfer)
    rows = session.execute(
        select(HourTransfer, giver.reference, taker.reference, back.id)
        .join(giver, giver.id == HourTransfer.from_market_id)
        .join(taker, taker.id == HourTransfer.to_market_id)
        .outerjoin(back, back.reverses_id == HourTransfer.id)
        .where(HourTransfer.convention_id == convention.id)
        .order_by(HourTransfer.id.desc())
    )
    return [TransferRow(row, a, b, undone is not None) for row, a, b, undone in rows]


# Forms


def companies_with_several_markets(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """(public id, name) of the companies that hold two markets with a clause or more that the viewer's structure leads."""
    rows = session.execute(
        select(Company.public_id, Company.name)
        .join(MarketParty, MarketParty.company_id == Company.id)
        .join(Market, Market.id == MarketParty.market_id)
        .where(*_poolable(viewer))
        .group_by(Company.id, Company.public_id, Company.name, Company.search)
        .having(func.count(Market.id.distinct()) > 1)
        .order_by(Company.search)
    )
    return [(public_id, name) for public_id, name in rows]


def company_and_markets(session: Session, viewer: Viewer, public_id: str) -> tuple[Company, list[Market]] | None:
    """A company of the list above and the markets that a convention may join; None where it holds fewer than two."""
    company = session.scalars(select(Company).where(Company.public_id == public_id)).one_or_none()
    if company is None:
        return None
    markets = session.scalars(
        select(Market)
        .join(MarketParty, MarketParty.market_id == Market.id)
        .where(*_poolable(viewer), MarketParty.company_id == company.id)
        .order_by(Market.reference, Market.id)
    ).all()
    return (company, list(dict.fromkeys(markets))) if len(markets) > 1 else None


def _poolable(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (
        Market.structure_id == viewer.structure_id,
        Market.clause_kind.is_not(None),
        MarketParty.role.in_(HOLDERS),
    )


# The page of a market


@dataclass(frozen=True)
class MarketPooling:
    """What globalisation does to one market, in hundredths; ``conventions`` those that the viewer reads."""

    given: int
    received: int
    attained: int
    conventions: Sequence[PoolingConvention]


def market_pooling(session: Session, viewer: Viewer, market: Market) -> MarketPooling | None:
    """None where the market is in no convention that the viewer reads and nothing moved, or for a company that only works there."""
    found = session.scalars(
        visible_conventions(viewer)
        .join(PooledMarket, PooledMarket.convention_id == PoolingConvention.id)
        .where(PooledMarket.market_id == market.id)
        .order_by(PoolingConvention.starts_on, PoolingConvention.id)
    ).all()
    account = standing.accounts(session, [market.id], 0)[0]
    if not found and (viewer.role is Role.COMPANY or not (account.given or account.received)):
        return None
    return MarketPooling(account.given, account.received, account.attained, found)


def document_of(session: Session, convention: PoolingConvention, authority_id: str) -> int | None:
    """The file of the agreement of an authority, by its public id."""
    return session.scalar(
        select(PoolingAgreement.file_id)
        .join(ContractingAuthority, ContractingAuthority.id == PoolingAgreement.authority_id)
        .where(PoolingAgreement.convention_id == convention.id, ContractingAuthority.public_id == authority_id)
    )
