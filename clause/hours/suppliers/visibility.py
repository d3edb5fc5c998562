"""Which declarations of others a contractor reads, and of whom by name (GDPR-05: only people it employs or receives).

Sent declarations, on the markets that the company holds, of companies that do not hold them too. People are named where
they are put at its disposal (``Mode.SECONDMENT``) and it is the only holder: with co-contractors nothing says which of
them receives a person, and the people of a subcontractor are the subcontractor's. Everybody else is a sum.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, false, func, select
from sqlalchemy.orm import aliased

from clause.access import Permission, Role, Viewer
from clause.candidates.codes import Mode
from clause.candidates.models import EmploymentContract
from clause.hours.codes import DeclarationState, HourKind, LineState
from clause.hours.models import Declaration, DeclarationLine
from clause.markets.codes import HOLDERS
from clause.markets.models import MarketParty


def supplied_condition(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.role is not Role.COMPANY or not viewer.may(Permission.CONFIRM_SUPPLIED_HOURS):
        return false()
    own = aliased(MarketParty)
    held = select(own.market_id).where(own.company_id == viewer.company_id, own.role.in_(HOLDERS))
    holder = exists().where(
        MarketParty.market_id == Declaration.market_id,
        MarketParty.company_id == Declaration.company_id,
        MarketParty.role.in_(HOLDERS),
    )
    return (
        Declaration.market_id.in_(held)
        & (Declaration.company_id != viewer.company_id)
        & (Declaration.state != DeclarationState.DRAFT)
        & ~holder
    )


def visible_supplied(viewer: Viewer) -> Select[Declaration]:
    return select(Declaration).where(supplied_condition(viewer))


def declared_hours() -> ColumnElement[bool]:
    """Lines that say hours of work or training; absences are nobody's business but the employer's."""
    return (
        DeclarationLine.standing
        & (DeclarationLine.hour_kind != HourKind.ABSENCE)
        & (DeclarationLine.state != LineState.REJECTED)
    )


def received_condition(viewer: Viewer) -> ColumnElement[bool]:
    """Lines of the people that the viewer's company receives: those it may name."""
    holder = aliased(MarketParty)
    alone = (
        select(holder.market_id)
        .where(holder.role.in_(HOLDERS))
        .group_by(holder.market_id)
        .having(func.count(func.distinct(holder.company_id)) == 1)
    )
    held = select(MarketParty.market_id).where(
        MarketParty.company_id == viewer.company_id, MarketParty.role.in_(HOLDERS)
    )
    lent = select(EmploymentContract.id).where(EmploymentContract.mode == Mode.SECONDMENT)
    return (
        DeclarationLine.market_id.in_(alone)
        & DeclarationLine.market_id.in_(held)
        & DeclarationLine.employment_contract_id.in_(lent)
    )
