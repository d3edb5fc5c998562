"""Which market, company and month a command means, said by their references."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from clause.access import Viewer, command_viewer
from clause.candidates.codes import ContractState
from clause.candidates.models import Assignment, EmploymentContract
from clause.hours.files.filling import Month
from clause.hours.people import overlapping
from clause.kernel.refusals import Refused
from clause.kernel.values import BadValue, of_month, read_month, read_siren, read_siret, siren_of
from clause.markets.codes import PartyRole
from clause.markets.models import Market, MarketParty
from clause.markets.visibility import visible_markets
from clause.organisations.models import Company, Establishment
from clause.organisations.queries import structure_named


def market_named(session: Session, reference: str, siret: str | None) -> tuple[Market, Viewer]:
    """The market of a reference, and for whom the command acts: the structure said, else the one that leads the market."""
    statement = select(Market)
    viewer = None
    if siret:
        viewer = command_viewer(structure_named(session, siret).id)
        statement = visible_markets(viewer)
    found = session.scalars(
        statement.join(Market.operation).options(contains_eager(Market.operation)).where(Market.reference == reference)
    ).all()
    if not found:
        raise Refused(f"Aucun marché n'a la référence « {reference} ». Vérifiez-la sur la liste des marchés.")
    if len(found) > 1:
        raise Refused(f"Plusieurs structures ont un marché « {reference} ». Précisez laquelle avec --structure SIRET.")
    return found[0], viewer or command_viewer(found[0].structure_id)


def month_said(text: str) -> date:
    try:
        return read_month(text)
    except BadValue as fault:
        raise Refused(str(fault)) from None


def month_meant(
    session: Session, reference: str, month: str, structure: str | None, company: str | None
) -> tuple[Month, Viewer]:
    """The month of a company on a market. Refused: unknown, or several companies and none said."""
    market, viewer = market_named(session, reference, structure)
    first = month_said(month)
    candidates = _companies(session, viewer, market, first)
    if company:
        siren = _siren(company)
        candidates = [c for c in candidates if c.siren == siren]
        if not candidates:
            raise Refused(
                f"L'entreprise {company} n'a rien à déclarer sur le marché {reference} pour le mois {of_month(first)}."
            )
    if not candidates:
        raise Refused(f"Le marché {reference} n'a ni titulaire ni personne sous contrat {of_month(first)}.")
    if len(candidates) > 1:
        names = ", ".join(f"{c.name} ({c.siren})" for c in candidates)
        raise Refused(f"Plusieurs entreprises déclarent sur ce marché : {names}. Précisez laquelle avec --company.")
    return Month(market, candidates[0], first), viewer


def _siren(text: str) -> str:
    digits = "".join(text.split())
    try:
        return siren_of(read_siret(digits)) if len(digits) > 9 else read_siren(digits)
    except BadValue as fault:
        raise Refused(str(fault)) from None


def _companies(session: Session, viewer: Viewer, market: Market, month: date) -> Sequence[Company]:
    """Those that employ people of the viewer's on the market this month, and who holds it."""
    employers = (
        select(Establishment.company_id)
        .join(EmploymentContract, EmploymentContract.establishment_id == Establishment.id)
        .join(Assignment, Assignment.employment_contract_id == EmploymentContract.id)
        .where(
            Assignment.market_id == market.id, EmploymentContract.structure_id == viewer.structure_id,
            EmploymentContract.state == ContractState.CONFIRMED,
            overlapping(EmploymentContract.starts_on, EmploymentContract.ends_on, month),
        )
    )  # fmt: skip
    found = session.scalars(select(Company).where(Company.id.in_(employers)).order_by(Company.name)).all()
    if found:
        return found
    holders = select(MarketParty.company_id).where(
        MarketParty.market_id == market.id, MarketParty.role == PartyRole.CONTRACTOR
    )
    return session.scalars(select(Company).where(Company.id.in_(holders))).all()
