"""The blueprint of the markets and how its views find a market."""

from __future__ import annotations

from flask import Blueprint, abort

from clause.guard import viewer
from clause.kernel.unit import current_session
from clause.markets.models import Market
from clause.markets.presentation import lead_or_403
from clause.markets.queries import market_by_address

bp = Blueprint("markets", __name__, url_prefix="/marches")


def found(public_id: str) -> Market:
    """The market at this address, or 404 outside what the viewer sees."""
    return market_by_address(current_session(), viewer(), public_id) or abort(404)


def led(public_id: str) -> Market:
    """The same, or 403 for a structure that shares the operation without leading it."""
    market = found(public_id)
    lead_or_403(viewer(), market.structure_id)
    return market
