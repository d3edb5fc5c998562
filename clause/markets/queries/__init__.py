"""Reads of operations and markets: every statement begins with what the viewer may see."""

from __future__ import annotations

from clause.markets.queries.filters import MarketFilters, OperationFilters, late_markets, ongoing_on
from clause.markets.queries.markets import (
    MarketPage,
    MarketRow,
    all_markets,
    events_of,
    market_by_address,
    market_list,
    market_page,
    market_totals,
    parties_of,
    with_figures,
)
from clause.markets.queries.operations import (
    OperationPage,
    OperationRow,
    all_operations,
    operation_by_address,
    operation_list,
    operation_page,
)

__all__ = [
    "MarketFilters", "MarketPage", "MarketRow", "OperationFilters", "OperationPage", "OperationRow", "all_markets",
    "all_operations", "events_of", "late_markets", "market_by_address", "market_list", "market_page", "market_totals",
    "ongoing_on", "operation_by_address", "operation_list", "operation_page", "parties_of", "with_figures",
]  # fmt: skip
