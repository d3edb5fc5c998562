"""Opening a market from a public contract, recognising one, and undoing it. None of these commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clause.access import Permission, Viewer
from clause.imports.decp.models import DecpContract, DecpLink
from clause.imports.decp.records import Party, folded, from_content
from clause.kernel import audit, clock
from clause.kernel.refusals import Refused
from clause.kernel.values import add_months
from clause.markets.actions import MarketData, OperationData, PartyData, register_market, register_operation
from clause.markets.codes import NO_CLAUSE, ClauseKind, Nature, PartyRole
from clause.markets.models import Market, Operation
from clause.markets.rules.legal import NO_CONSIDERATION, RESERVED_CONCESSION, RESERVED_MARKET, kind_of_considerations
from clause.markets.visibility import leads, visible_markets
from clause.organisations.models import ContractingAuthority

MAX_TITLE = 300
MAX_REFERENCE = 60
NOT_OURS = "Seule une équipe de facilitation ouvre un marché à partir des données essentielles."


@dataclass(frozen=True)
class Proposed:
    """What a market can take from the public data; empty where the data does not say it."""

    reference: str
    title: str
    clause: str
    nature: Nature | None
    cpv: str
    amount_cents: int | None
    notification_date: date | None
    starts_on: date | None
    ends_on: date | None
    buyer: Party
    holders: tuple[Party, ...]


def proposed_market(contract: DecpContract) -> Proposed:
    """What the latest record lets fill in: it starts on its notification, and lasts its months less a day."""
    record = folded(from_content(contract.content))
    start, end = contract.notification_date, None
    if start and contract.months:
        end = add_months(start, contract.months) - timedelta(days=1)
    return Proposed(
        reference=contract.identifier[:MAX_REFERENCE],
        title=_cut(contract.title),
        clause=proposed_clause(contract.social_considerations),
        nature=contract.purchase,
        cpv=contract.cpv,
        amount_cents=contract.amount_cents,
        notification_date=start,
        starts_on=start,
        ends_on=end,
        buyer=record.buyer,
        holders=tuple(p for p in record.holders if p.kind == "SIRET"),
    )


def proposed_clause(considerations: list[str] | None) -> str:
    """The kind of clause as the form holds it: empty (to be chosen) where nothing is published, or « réservé » to whom?"""
    published = considerations or []
    if not published or RESERVED_MARKET in published or RESERVED_CONCESSION in published:
        return ""
    kind = kind_of_considerations(published)
    return kind.value if kind else NO_CLAUSE if NO_CONSIDERATION in published else ""


def _cut(title: str) -> str:
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"


def operations_of_buyer(session: Session, viewer: Viewer, siren: str) -> list[Operation]:
    """The operations that the structure leads for this authority, latest first: where the market may go."""
    found = session.scalars(
        select(Operation)
        .join(ContractingAuthority, ContractingAuthority.id == Operation.authority_id)
        .where(Operation.structure_id == viewer.structure_id, ContractingAuthority.siren == siren)
        .order_by(Operation.id.desc())
    )
    return list(found)


def open_market(
    session: Session, viewer: Viewer, contract: DecpContract, market: MarketData, operation: OperationData | None
) -> Market:
    """Register a market, in a new operation where one is given, and remember where it comes from.

    Refuses a contract that the structure has opened already, and all that ``register_operation`` (fields prefixed
    ``operation_``) and ``register_market`` refuse.
    """
    _check(session, viewer, contract)
    if operation is not None:
        market = replace(market, operation_id=_registered(session, viewer, operation).id)
    row = register_market(session, viewer, market)
    _link(session, viewer, contract, row, "marché ouvert depuis les données essentielles")
    return row


def _registered(session: Session, viewer: Viewer, data: OperationData) -> Operation:
    try:
        return register_operation(session, viewer, data)
    except Refused as refusal:
        own = refusal.field and not refusal.field.startswith("authority_")
        raise Refused(refusal.sentence, f"operation_{refusal.field}" if own else refusal.field) from None


def recognise(session: Session, viewer: Viewer, contract: DecpContract, market_public_id: str) -> Market:
    """Say that a market of the structure is this public contract."""
    _check(session, viewer, contract)
    market = session.scalars(visible_markets(viewer).where(Market.public_id == market_public_id)).one_or_none()
    if market is None or not leads(viewer, market.structure_id):
        raise Refused("Ce marché n'existe pas, ou il est conduit par une autre structure.")
    found: Market = market
    taken = select(DecpLink.id).where(DecpLink.market_id == found.id)
    if session.scalar(taken) is not None:
        raise Refused(f"Le marché {found.reference} est déjà rapproché d'un autre contrat publié.")
    _link(session, viewer, contract, found, "marché rapproché des données essentielles")
    return found


def separate(session: Session, viewer: Viewer, contract: DecpContract) -> Market | None:
    """Undo the link of the structure with this contract; the market stays. None where there was no link."""
    link = session.scalars(_link_of(viewer, contract)).one_or_none()
    if link is None:
        return None
    market = session.get_one(Market, link.market_id)
    session.delete(link)
    audit.record(session, viewer, "rapprochement avec les données essentielles retiré", market, _said(contract))
    return market


def parties(holders: list[tuple[str, str]]) -> tuple[PartyData, ...]:
    """Holders as (SIRET, name): the first is the contractor, the others its co-contractors."""
    roles = [PartyRole.CONTRACTOR] + [PartyRole.CO_CONTRACTOR] * len(holders)
    return tuple(
        PartyData(siret=siret, name=name, role=role) for (siret, name), role in zip(holders, roles, strict=False)
    )


def clause_of(choice: str) -> ClauseKind | None:
    """The kind behind the form's choice; None for « sans clause »."""
    return None if choice == NO_CLAUSE else ClauseKind.read(choice)


def _check(session: Session, viewer: Viewer, contract: DecpContract) -> None:
    if not (viewer.in_structure and viewer.may(Permission.IMPORT_FILES) and viewer.may(Permission.EDIT_MARKETS)):
        raise Refused(NOT_OURS)
    # Two clicks at once: the second waits for the first, and finds its link.
    session.execute(select(DecpContract.id).where(DecpContract.id == contract.id).with_for_update())
    link = session.scalars(_link_of(viewer, contract)).one_or_none()
    if link is not None:
        market = session.get_one(Market, link.market_id)
        raise Refused(f"Ce contrat publié est déjà suivi chez vous : c'est le marché {market.reference}.")


def _link_of(viewer: Viewer, contract: DecpContract) -> Select[Any]:
    return select(DecpLink).where(DecpLink.contract_id == contract.id, DecpLink.structure_id == viewer.structure_id)


def _link(session: Session, viewer: Viewer, contract: DecpContract, market: Market, action: str) -> None:
    session.add(
        DecpLink(contract_id=contract.id, structure_id=market.structure_id, market_id=market.id, created_at=clock.now())
    )
    session.flush()
    audit.record(session, viewer, action, market, _said(contract))


def _said(contract: DecpContract) -> dict[str, list[str]]:
    return {"contrat publié": ["", f"{contract.identifier} ({contract.buyer_name or contract.buyer_siret})"]}
