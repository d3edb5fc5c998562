"""The acts of this slice. None commits; each refuses with ``Refused`` and writes the history of what it changed."""

from __future__ import annotations

from clause.markets.actions.data import (
    MarketData,
    ObjectiveChange,
    ObjectiveData,
    OperationData,
    PartyData,
    StatusChange,
)
from clause.markets.actions.markets import change_market, describe_clause, register_market
from clause.markets.actions.objectives import calculate, change_objective, set_objective, settings_of
from clause.markets.actions.operations import (
    add_partner,
    change_operation,
    change_operation_status,
    partner_people,
    register_operation,
    remove_partner,
)
from clause.markets.actions.parties import add_party, remove_party
from clause.markets.actions.rules import change_rules
from clause.markets.actions.statuses import change_market_status
from clause.markets.actions.total_hours import declared_total, record_total

__all__ = [
    "MarketData", "ObjectiveChange", "ObjectiveData", "OperationData", "PartyData", "StatusChange", "add_partner",
    "add_party", "calculate", "change_market", "change_market_status", "change_objective", "change_operation",
    "change_operation_status", "change_rules", "declared_total", "describe_clause", "partner_people", "record_total", "register_market", "register_operation", "remove_partner",
    "remove_party", "set_objective", "settings_of",
]  # fmt: skip
