"""What a structure knows of public contracts: those it opened or recognised as markets, and those it might."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.imports.decp.matching import ContractFacts, MarketFacts, Proposal, proposals
from clause.imports.decp.models import DecpContract, DecpLink
from clause.markets.codes import HOLDERS
from clause.markets.models import Market, MarketParty, Operation
from clause.markets.visibility import market_condition
from clause.organisations.models import Company, ContractingAuthority


class LinkedMarket(NamedTuple):
    public_id: str
    reference: str
    title: str


def is_linked(viewer: Viewer) -> ColumnElement[bool]:
    """The contracts of which the viewer's structure has a market."""
    return exists().where(DecpLink.contract_id == DecpContract.id, DecpLink.structure_id == viewer.structure_id)


def linked_markets(session: Session, viewer: Viewer, contract_ids: Collection[int]) -> dict[int, LinkedMarket]:
    """The market of each of these contracts that has one in the viewer's structure."""
    rows = session.execute(
        select(DecpLink.contract_id, Market.public_id, Market.reference, Market.title)
        .join(Market, Market.id == DecpLink.market_id)
        .where(DecpLink.structure_id == viewer.structure_id, DecpLink.contract_id.in_(contract_ids))
    )
    return {r.contract_id: LinkedMarket(r.public_id, r.reference, r.title) for r in rows}


def proposed(
    session: Session, viewer: Viewer, contract_ids: Collection[int] | None = None
) -> dict[int, list[Proposal]]:
    """The markets that each contract (all, or these) looks like, contracts and markets already linked left out."""
    contracts = _free_contracts(session, viewer, contract_ids)
    by_buyer: dict[str, list[MarketFacts]] = defaultdict(list)
    for market in _free_markets(session, viewer, {contract.buyer_siren for contract in contracts}):
        by_buyer[market.buyer_siren].append(market)
    found = ((contract.id, proposals(contract, by_buyer[contract.buyer_siren])) for contract in contracts)
    return {contract_id: markets for contract_id, markets in found if markets}


def _free_markets(session: Session, viewer: Viewer, buyers: Collection[str]) -> Sequence[MarketFacts]:
    """The markets of these buyers that no contract is linked to."""
    of_buyers = (
        select(Operation.id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(ContractingAuthority.siren.in_(buyers), Operation.structure_id == viewer.structure_id)
    )
    linked = select(DecpLink.market_id).where(DecpLink.structure_id == viewer.structure_id)
    rows = session.execute(
        select(Market.id, Market.public_id, Market.reference, Market.title, Market.notification_date,
               ContractingAuthority.siren, Company.siren.label("holder"))
        .join(Operation, Operation.id == Market.operation_id)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .outerjoin(MarketParty, (MarketParty.market_id == Market.id) & MarketParty.role.in_(HOLDERS))
        .outerjoin(Company, Company.id == MarketParty.company_id)
        .where(market_condition(viewer), Market.structure_id == viewer.structure_id, Market.id.not_in(linked),
               Market.operation_id.in_(of_buyers))
        .order_by(Market.id)
    ).all()  # fmt: skip
    holders: dict[int, set[str]] = defaultdict(set)
    for r in rows:
        holders[r.id].update([r.holder] if r.holder else [])
    return [
        MarketFacts(r.id, r.public_id, r.reference, r.title, r.siren, frozenset(holders[r.id]), r.notification_date)
        for r in {r.id: r for r in rows}.values()
    ]


def _free_contracts(session: Session, viewer: Viewer, contract_ids: Collection[int] | None) -> list[ContractFacts]:
    """The contracts, of buyers that the structure works for, that it has no market of."""
    c = DecpContract
    buyers = (
        select(ContractingAuthority.siren)
        .join(Operation, Operation.authority_id == ContractingAuthority.id)
        .where(Operation.structure_id == viewer.structure_id)
    )
    statement = select(c.id, c.identifier, c.buyer_siren, c.holders, c.notification_date).where(
        c.buyer_siren.in_(buyers), ~is_linked(viewer)
    )
    if contract_ids is not None:
        statement = statement.where(c.id.in_(contract_ids))
    return [
        ContractFacts(r.id, r.identifier, r.buyer_siren, frozenset(h["identifier"][:9] for h in r.holders if h["valid"]), r.notification_date)
        for r in session.execute(statement)
    ]  # fmt: skip
