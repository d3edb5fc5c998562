"""What the page of a market shows of this room: its difficulties and its penalty cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clause.access import Permission, Role, Viewer
from clause.hours.penalties.queries.cases import penalties_of
from clause.hours.penalties.queries.difficulties import difficulties_on
from clause.markets.models import Market
from clause.markets.sections import Section, register
from clause.markets.visibility import leads

TEMPLATE = "hours/penalties/_market.html"


def of_market(session: Session, viewer: Viewer, market: Market, _today: date) -> dict[str, Any] | None:
    """Two queries; nothing on a market without clause, nor for a partner, who reads neither."""
    acts = viewer.role is Role.COMPANY or leads(viewer, market.structure_id)
    if market.clause_kind is None or (viewer.in_structure and not acts):
        return None
    return {
        "cases": penalties_of(session, viewer, [market.id]),
        "difficulties": difficulties_on(session, viewer, [market.id]),
        "announces": acts and viewer.may(Permission.ANNOUNCE_DIFFICULTY),
        "opens": acts and viewer.may(Permission.PROPOSE_PENALTY),
        "inside": viewer.in_structure,
        "decides": viewer.may(Permission.DECIDE_PENALTY),
    }


register(Section("penalites", "Difficultés et pénalités", TEMPLATE, Permission.SEE_COMMITMENTS, of_market, order=80))
