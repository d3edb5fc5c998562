"""Registering and changing markets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from clause.access import Viewer
from clause.kernel import audit, clock
from clause.kernel.locking import check_version
from clause.kernel.refusals import Refused
from clause.kernel.values import fold, format_euros
from clause.markets.actions.common import in_words, refuse_first, require_free, require_lead, unique_reference
from clause.markets.actions.data import MarketData
from clause.markets.actions.objectives import set_objective
from clause.markets.actions.parties import add_party
from clause.markets.codes import NO_CLAUSE, ClauseKind
from clause.markets.models import Market, Operation
from clause.markets.objectives import objectives
from clause.markets.rules.checks import Refusal, date_refusals
from clause.markets.rules.legal import legal_refusal, regime
from clause.markets.rules.status import status_from_dates
from clause.organisations.models import ContractingAuthority

LABELS = {
    "reference": "référence",
    "lot": "lot",
    "title": "objet",
    "clause_kind": "type de clause",
    "nature": "nature",
    "sector": "secteur",
    "sector_label": "précision du secteur",
    "cpv": "code CPV",
    "anru_base": "part ANRU",
    "amount_cents": "montant HT",
    "notification_date": "date de notification",
    "starts_on": "début",
    "ends_on": "fin",
    "uses_valued_hours": "heures valorisées",
    "notes": "notes",
}
CLAUSE_LABELS = {
    "publics": "publics éligibles",
    "modes": "modalités de réalisation",
    "contractor_contact": "interlocuteur insertion du titulaire",
    "follow_up": "rythme du suivi",
    "penalties": "pénalités",
}


def register_market(session: Session, viewer: Viewer, data: MarketData) -> Market:
    """A new market, its parties and its objective where they are given, all or nothing.

    Refuses missing texts, dates out of order, a reference already used, a kind of clause that the law of the day of
    consultation does not have, an objective without clause, a wrong SIRET.
    """
    operation = session.get_one(Operation, data.operation_id)
    require_lead(viewer, operation.structure_id)
    market = Market(operation_id=operation.id, structure_id=operation.structure_id, created_at=clock.now())
    _check(session, market, operation, data)
    if data.clause_kind is None and data.objective is not None:
        raise Refused(Refusal.NO_CLAUSE_NO_OBJECTIVE, "clause_kind")
    market.status = data.status or status_from_dates(data.starts_on, data.ends_on, clock.today())
    _fill(market, data)
    with unique_reference(session, market.reference):
        session.add(market)
        session.flush()
    audit.record(session, viewer, "marché créé", market)
    for party in data.parties:
        add_party(session, viewer, market, party)
    if data.objective is not None:
        set_objective(session, viewer, market, data.objective)
    return market


def change_market(
    session: Session, viewer: Viewer, market: Market, data: MarketData, version: int | None = None
) -> Market:
    """Change what a market says. Parties, objective and state have acts of their own."""
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    operation = session.get_one(Operation, data.operation_id)
    require_lead(viewer, operation.structure_id)
    _check(session, market, operation, data)
    if data.clause_kind is None and _has_objective(session, market):
        raise Refused(Refusal.OBJECTIVE_STAYS, "clause_kind")
    before = describe_market(session, market)
    market.operation_id = operation.id
    _fill(market, data)
    with unique_reference(session, market.reference):
        session.flush()
    changes = audit.differences(before, describe_market(session, market))
    if changes:
        audit.record(session, viewer, "marché modifié", market, changes)
    return market


def describe_market(session: Session, market: Market) -> dict[str, str]:
    """The market in French words, for its history."""
    words = {label: in_words(getattr(market, name)) for name, label in LABELS.items()}
    words["type de clause"] = market.clause_kind.label if market.clause_kind else NO_CLAUSE
    words["montant HT"] = format_euros(market.amount_cents) if market.amount_cents is not None else ""
    said = market.parameters.get("clause", {})
    words |= {label: said.get(name, "") for name, label in CLAUSE_LABELS.items()}
    operation = session.get_one(Operation, market.operation_id)
    return {**words, "opération": operation.reference}


def _check(session: Session, market: Market, operation: Operation, data: MarketData) -> None:
    if not data.reference:
        raise Refused(Refusal.REFERENCE_MISSING, "reference")
    if not data.title:
        raise Refused(Refusal.TITLE_MISSING, "title")
    refuse_first(date_refusals(data.starts_on, data.ends_on, notification=data.notification_date))
    _check_law(session, operation, data, data.clause_kind)
    with session.no_autoflush:
        require_free(session, Market, market, data.reference)


def _check_law(session: Session, operation: Operation, data: MarketData, kind: ClauseKind | None) -> None:
    if kind is None:
        return
    buyer = session.scalars(
        select(ContractingAuthority.kind).where(ContractingAuthority.id == operation.authority_id)
    ).one()
    law = regime(operation.consultation_date, data.notification_date or data.starts_on, buyer)
    refusal = legal_refusal(kind, law)
    if refusal:
        raise Refused(refusal, "clause_kind")


def _has_objective(session: Session, market: Market) -> bool:
    found = objectives(session, [market.id]).get(market.id)
    return found is not None and (found.current != 0 or found.due != 0)


def _fill(market: Market, data: MarketData) -> None:
    for name in LABELS:
        setattr(market, name, getattr(data, name))
    if data.clause is not None:
        said = {name: data.clause[name] for name in CLAUSE_LABELS if data.clause.get(name)}
        market.parameters = {**(market.parameters or {}), "clause": said}
    elif market.parameters is None:
        market.parameters = {}
    market.search = fold(f"{data.reference} {data.lot} {data.title} {data.sector_label} {data.cpv}")[:600]


def describe_clause(
    session: Session, viewer: Viewer, market: Market, said: Mapping[str, str], version: int | None = None
) -> Market:
    """Record what the market's documents say of the clause (LEG-08), by the names of ``CLAUSE_LABELS``."""
    require_lead(viewer, market.structure_id)
    check_version(session, market, version)
    if market.clause_kind is None:
        raise Refused(Refusal.NO_CLAUSE)
    before = describe_market(session, market)
    market.parameters = {**market.parameters, "clause": {n: said[n] for n in CLAUSE_LABELS if said.get(n)}}
    session.flush()
    changes = audit.differences(before, describe_market(session, market))
    if changes:
        audit.record(session, viewer, "contenu de la clause précisé", market, changes)
    return market
