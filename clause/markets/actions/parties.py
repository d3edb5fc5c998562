"""The companies of a market: contractor, co-contractors, subcontractors, by SIRET."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from clause.access import Viewer
from clause.kernel import audit
from clause.kernel.refusals import Refused
from clause.markets.actions.common import checked_siret, require_lead
from clause.markets.actions.data import PartyData
from clause.markets.codes import HOLDERS, PartyRole
from clause.markets.models import Market, MarketParty
from clause.markets.rules.checks import Refusal
from clause.organisations.models import Establishment
from clause.organisations.register import establishment_by_siret


def add_party(session: Session, viewer: Viewer, market: Market, data: PartyData) -> MarketParty:
    """Put a company on a market. A new contractor takes the place of the one before; the history keeps both."""
    require_lead(viewer, market.structure_id)
    siret = checked_siret(data.siret, "siret")
    establishment = establishment_by_siret(session, siret, name=data.name, kind=data.kind)
    present = _parties(session, market)
    _refuse_twice(present, establishment, data.role)
    before = _leave_contractor(session, present) if data.role is PartyRole.CONTRACTOR else ""
    party = MarketParty(
        market_id=market.id, company_id=establishment.company_id, establishment_id=establishment.id, role=data.role
    )
    session.add(party)
    session.flush()
    changes = {data.role.label.lower(): [before, _name(establishment)]}
    audit.record(session, viewer, "entreprise ajoutée au marché", market, changes)
    return party


def remove_party(session: Session, viewer: Viewer, market: Market, party: MarketParty) -> None:
    """Take a company off a market; the hours of its people stay."""
    require_lead(viewer, market.structure_id)
    establishment = session.get_one(Establishment, party.establishment_id)
    changes = {party.role.label.lower(): [_name(establishment), ""]}
    session.delete(party)
    session.flush()
    audit.record(session, viewer, "entreprise retirée du marché", market, changes)


def _parties(session: Session, market: Market) -> Sequence[MarketParty]:
    return session.scalars(
        select(MarketParty).where(MarketParty.market_id == market.id).options(joinedload(MarketParty.establishment))
    ).all()


def _refuse_twice(present: Sequence[MarketParty], establishment: Establishment, role: PartyRole) -> None:
    """The same company may change establishment as contractor; otherwise it is on a market once as holder."""
    same = [p for p in present if p.company_id == establishment.company_id]
    if role is PartyRole.CONTRACTOR:
        same = [p for p in same if p.role is not role or p.establishment_id == establishment.id]
    if any(p.role is role for p in same) or (role in HOLDERS and any(p.role in HOLDERS for p in same)):
        raise Refused(Refusal.CONTRACTOR_TWICE if role in HOLDERS else Refusal.PARTY_TWICE, "siret")


def _leave_contractor(session: Session, present: Sequence[MarketParty]) -> str:
    """Remove the contractor there is; their name."""
    for party in present:
        if party.role is PartyRole.CONTRACTOR:
            session.delete(party)
            session.flush()
            return _name(party.establishment)
    return ""


def _name(establishment: Establishment) -> str:
    return f"{establishment.name} ({establishment.siret})"
